"""What people write against, pinned: a change here is one for everybody who uses it, and belongs in CHANGELOG.md."""

import inspect
import re

import synth_assets
from synth_assets import fake_data
from synth_assets.orchestration.build import definitions_for
from synth_assets.orchestration.io_manager import SynthIOManager

WHICH = "preset: str | None = None, seed: int = 42"
VOLUMES = "as_of: date = datetime.date(2026, 1, 1), volumes: Mapping[str, Any] | None = None"
MOMENT = f"cadence: str = 'day', {VOLUMES}"

SIGNATURES = {
    "generate": f"(path: str, output_dir: str | Path, {WHICH}, *, formats: Sequence[str] = (),"
    " compression: str | None = None, chunk_size: int | None = None,"
    " layout: str | None = None, workers: int | None = None, engine: str | None = None, resume: bool = False,"
    f" {VOLUMES}, **more: Any) -> list[Stored]",
    "scan": f"(path: str, {WHICH}, *, offset: int = 0, rows: int | None = None, {VOLUMES}, **more: Any) -> LazyFrame",
    "scan_changes": f"(path: str, batches: int | range, {WHICH}, *, {MOMENT}) -> LazyFrame",
    "scan_history": f"(path: str, at: int | datetime, {WHICH}, *, {MOMENT}) -> LazyFrame",
    "scan_snapshot": f"(path: str, at: int | datetime, {WHICH}, *, {MOMENT}) -> LazyFrame",
    "score": f"(path: str, at: int | datetime, candidate: object, {WHICH}, *,"
    f" answer_key: str | Path | None = None, timeout: float | None = None, {MOMENT}) -> Score",
    "verify": "(*paths: str | Path, offset: int | None = None, rows: int | None = None, **more: Any) -> list[Verified]",
}


DATABASE = "(database: str | Path = 'data/devdata/dev.duckdb')"
FRAME = "(rows: int | None = None, seed: int = 42) -> DataFrame"
FAKE_DATA = {
    "check_fake_tables_exist": f"{DATABASE} -> bool",
    "create_db_and_tables": f"{DATABASE} -> dict[str, int]",
    "create_fake_tables_and_data": f"{DATABASE} -> dict[str, int]",
    **{f"generate_fake_{name}_data": FRAME for name in ("analytics", "orders", "products", "users")},
    "get_fake_data_status": f"{DATABASE} -> dict[str, Any]",
    "get_fake_tables_config": "() -> dict[str, dict[str, Any]]",
    "reset_fake_data": f"{DATABASE} -> dict[str, int]",
}


def written(function):
    """A signature with types by their own names."""
    text = str(inspect.signature(function)).replace("'list[verifying.Verified]'", "list[Verified]")
    return re.sub(r"<class '(\w+)'>", r"\1", re.sub(r"(?<!= )(?<!/)\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", text))


def test_the_package_has_these_names_and_no_others():
    assert sorted(synth_assets.__all__) == sorted([*SIGNATURES, "__version__"])


def test_the_functions_take_and_give_what_they_did():
    assert {name: written(getattr(synth_assets, name)) for name in SIGNATURES} == SIGNATURES


def test_dagsters_own_names_take_what_they_did():
    assert written(definitions_for) == "(domains: Iterable[str], project: Project) -> Definitions"
    fields = {name: (str(field.annotation), field.default) for name, field in SynthIOManager.model_fields.items()}
    assert fields == {
        "formats": ("list[str]", ["parquet", "csv", "duckdb"]),
        "project": ("str | None", None),
        "settings": ("dict[str, str]", {}),
        "compression": ("str | None", None),
        "chunk_size": ("int | None", None),
        "data_root": ("str | None", None),
        "workers": ("<class 'int'>", 1),
        "engine": ("str | None", None),
        "most_rows": ("<class 'int'>", 100_000_000),
        "only": ("dict[str, str]", {}),
    }


def test_fake_tables_have_the_documents_functions():
    assert {name: written(getattr(fake_data, name)) for name in fake_data.__all__} == FAKE_DATA
