"""The world that every domain draws from: frozen vocabularies as look-up tables, a module a subject."""
