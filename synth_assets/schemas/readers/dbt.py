"""A dbt project: its files of properties, or the manifest that dbt writes."""

import re
from pathlib import Path
from typing import ClassVar

from synth_assets.errors import UsageError
from synth_assets.schemas.dbt.described import DbtTable
from synth_assets.schemas.dbt.manifest import MANIFEST, DbtManifest
from synth_assets.schemas.dbt.properties import RESOURCES, PropertiesFile
from synth_assets.schemas.dbt.tables import schema_tables
from synth_assets.schemas.described.files import YAML_SUFFIXES, beginning, described
from synth_assets.schemas.reader import ReadingOptions, SchemaReader
from synth_assets.schemas.schema import Schema
from synth_assets.schemas.sql import dialects

_PROJECT = "dbt_project.yml"
_TELLING = re.compile(rf"^({'|'.join((*RESOURCES, 'sources'))})\s*:", re.MULTILINE)
_GENERAL = frozenset({"schema", "sources", "models", "properties"})
"""Names of files that say nothing of what is in them: their folder's does."""

_NAMES = frozenset({"schema.yml", "sources.yml", "schema.yaml", "sources.yaml", MANIFEST})


class DbtReader(SchemaReader):
    """Models, seeds, snapshots and sources of dbt."""

    what: ClassVar[str] = "dbt's schema.yml, sources.yml or manifest.json, or a project's folder"
    variants: ClassVar[str] = "a dialect"
    example: ClassVar[str] = "models/schema.yml"

    def reads(self, source: str) -> bool:
        """By its name, or by what it begins with."""
        path = Path(source)
        is_yaml = path.suffix.lower() in YAML_SUFFIXES
        if path.name in _NAMES or (is_yaml and _TELLING.search(beginning(source)) is not None):
            return True
        return (path / _PROJECT).is_file()

    def read(self, source: str, options: ReadingOptions) -> Schema:
        """See :class:`SchemaReader`."""
        dialects.needed()
        path = Path(source)
        dialect, name = options.variant, path.stem
        manifest = path / "target" / MANIFEST if path.is_dir() else path
        if manifest.suffix == ".json" and (not path.is_dir() or manifest.exists()):
            found = DbtManifest(manifest)
            tables, name, dialect = found.tables(), found.project, dialect or found.adapter
        else:
            tables = _of_properties(source)
            whole = path.resolve()
            name = whole.name if path.is_dir() else whole.parent.name if name in _GENERAL else name
        if not tables:
            raise UsageError(
                f"{source} has no tables with columns.\n"
                "  Name a file with `models:` or `sources:` that have `columns:`, or let dbt write its catalog: "
                "dbt docs generate"
            )
        said = dialects.dialect_of("", dialect) if options.variant or dialect in dialects.dialects() else ""
        read, passed = schema_tables(tables, said)
        return Schema(source, "dbt", name, read, "", tuple(passed))


def _of_properties(source: str) -> list[DbtTable]:
    path = Path(source)
    if path.is_dir():
        files = sorted(one for suffix in YAML_SUFFIXES for one in path.rglob(f"*{suffix}"))
        files = [one for one in files if not _LEFT_OUT & set(one.relative_to(path).parts)]
        files = [one for one in files if _TELLING.search(beginning(str(one)))]
    else:
        files = [path]
    found: list[DbtTable] = []
    wrong: list[str] = []
    for one in files:
        document = described(str(one))
        values = document.values
        if not isinstance(values, dict) or not {*RESOURCES, "sources"} & set(values):
            kind = _other_kind(values)
            raise UsageError(
                f"{one} is no file of dbt's properties: it has neither models nor sources, seeds or snapshots{kind}"
            )
        properties = PropertiesFile(document)
        found += properties.tables()
        wrong += properties.wrong
    if wrong:
        raise UsageError(
            f"{source} isn't all dbt's:\n" + "\n".join(f"  {one}" for one in wrong) + "\n  Correct it there. For"
            " example: models: [{name: orders, columns: [{name: order_id, tests: [unique, not_null]}]}]"
        )
    return [one for one in found if one.columns]


_LEFT_OUT = frozenset({"target", "dbt_packages", ".git", "logs"})


def _other_kind(values: object) -> str:
    is_contract = isinstance(values, dict) and "apiVersion" in values
    return "; it looks like an Open Data Contract.\n  Say so: --as odcs" if is_contract else ".\n  Name another file."


READER = DbtReader()
