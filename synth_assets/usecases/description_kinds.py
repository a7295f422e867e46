"""What `synth describe --as` takes for other tools: by name, none of it imported before it is used."""

from synth_assets.descriptions import catalog


def kinds() -> list[str]:
    """The names of the kinds of descriptions, as they are asked for: ``ddl:DIALECT``."""
    return [catalog.load(name).spelt for name in catalog.names()]
