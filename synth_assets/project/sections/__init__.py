"""The sections of ``synth.toml``, a module each, called like its section; its model is ``SECTION``.

A new section is a new module::

    class Warehouse(Section):
        dsn: str = Field(description="where the server is", examples=["postgresql://localhost/shop"])

    SECTION = Warehouse

Its settings are then read from ``[warehouse]`` and from ``SYNTH_WAREHOUSE__DSN``, refused with their place, what is
allowed and an example, and had with ``settings.section(Warehouse)``.
"""
