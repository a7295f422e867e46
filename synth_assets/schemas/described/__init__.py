"""Tables that a document of YAML or JSON describes: what readers of such documents have in common."""
