"""The sections of ``synth.toml``, a module each, called like its section; its model is ``SECTION``.

A new section is a new module::

    class Postgres(Section):
        dsn: str = Field(description="where the server is", examples=["postgresql://localhost/shop"])

    SECTION = Postgres

Its settings are then read from ``[postgres]`` and from ``SYNTH_POSTGRES__DSN``, refused with their place, what is
allowed and an example, and had with ``settings.section(Postgres)``.
"""
