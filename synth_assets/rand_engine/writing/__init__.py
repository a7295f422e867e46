"""Writing as rand-engine has it: ``.write`` for all rows at once, ``.writeStream`` for a file every so many seconds."""
