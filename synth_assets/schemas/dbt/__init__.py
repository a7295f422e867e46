"""What dbt knows of tables: from people's YAML, or from the manifest that it writes itself."""
