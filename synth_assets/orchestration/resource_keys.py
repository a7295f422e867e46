"""Keys of the resources that steps take, where a component doesn't name others."""

IO_MANAGER_KEY = "synth_io_manager"
DUCKDB_KEY = "synth_duckdb"
