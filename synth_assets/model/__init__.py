"""What a dataset is: tables, columns, keys, references, entities, presets. No values are made here."""
