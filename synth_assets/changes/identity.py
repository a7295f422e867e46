"""What a folder of change data is of: one dataset at one cadence, and the tables as they were when it was made."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.documents.strict_json import shown
from synth_assets.model.change_log import CADENCES, Cadence
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.project.project import Project

_BYTES = 16_000_000


@dataclass(frozen=True)
class Identity:
    """What a folder's identity file says.

    Attributes:
        domain: the domain's name.
        contract: the version of its values.
        parameters: the dataset's, with the seed and the cadence, as plain JSON values.
        tables: table → its columns with their types, in order; ``None`` in a file of before there were domains whose
            tables could change.
    """

    domain: str
    contract: int
    parameters: Mapping[str, Any]
    tables: Mapping[str, list[str]] | None = None

    @classmethod
    def of(cls, domain: Domain, dataset: Dataset, cadence: Cadence) -> "Identity":
        """That of a dataset's changes at a cadence."""
        tables = {name: [f"{one.name} {one.type.name}" for one in of.columns] for name, of in domain.tables.items()}
        parameters = {**dataset.manifest_parameters, "cadence": cadence.name}
        return cls(dataset.domain, dataset.contract, parameters, tables)

    @classmethod
    def read(cls, path: Path) -> "Identity":
        """What a file says.

        Raises:
            OSError: there is no such file, or it can't be read.
            ValueError: it is damaged.
        """
        # Each of thousands of batches asks for its folder's.
        return _parsed(regular_text(path, _BYTES))

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """What a text says.

        Raises:
            ValueError: it is damaged.
        """
        values = strict_json.loads(text)
        try:
            domain, contract, parameters = values["domain"], values["contract"], values["parameters"]
            tables = values.get("tables")
            lists = None if tables is None else {name: list(columns) for name, columns in tables.items()}
        except KeyError as error:
            raise ValueError(f"it has no {error}") from error
        except (TypeError, AttributeError) as error:
            raise ValueError("it says something else than whose changes these are") from error
        if not (isinstance(domain, str) and type(contract) is int and isinstance(parameters, dict)):
            raise ValueError("domain, contract and parameters are not a text, a whole number and an object")
        if unknown := [name for name in values if name not in {"domain", "contract", "parameters", "tables"}]:
            raise ValueError(f"it has an unknown {shown(unknown[0])}")
        return cls(domain, contract, parameters, lists)

    def to_json(self) -> str:
        """As text."""
        values = {"domain": self.domain, "contract": self.contract, "parameters": self.parameters}
        return json.dumps({**values, "tables": self.tables}, indent=2) + "\n"

    def dataset(self, project: Project) -> tuple[Domain, Dataset, Cadence]:
        """The domain, dataset and cadence that it tells of.

        Raises:
            ValueError: it is of another contract version, or a parameter is missing.
            SynthError: values that no dataset of this version has.
        """
        domain = project.domain(self.domain)
        if self.contract != domain.contract:
            raise ValueError(f"its contract version is {self.contract}, this program's is {domain.contract}")
        parameters = dict(self.parameters)
        cadence = parameters.pop("cadence", None)
        if not isinstance(cadence, str) or cadence not in CADENCES:
            raise ValueError(f"its cadence is {shown(cadence)}; there are {', '.join(CADENCES)}")
        try:
            dataset = domain.stored_dataset(parameters)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{where} is {shown(first['input'])}: {first['msg']}") from error
        if dataset.only is not None:
            raise ValueError(f"it is of a {dataset.only.word} alone, of which there are no changes")
        return domain, dataset, CADENCES[cadence]

    def differences(self, wanted: "Identity") -> str:
        """In what it isn't what is wanted, in words; empty if in nothing."""
        ours, theirs = ({"domain": one.domain, "contract": one.contract, **one.parameters} for one in (self, wanted))
        other = [name for name in {**theirs, **ours} if ours.get(name) != theirs.get(name)]
        return ", ".join(f"{name} is {_said(ours.get(name))}, not {_said(theirs.get(name))}" for name in other)

    def change(self, now: "Identity") -> str:
        """What has become of the first table that isn't as it was, in words; empty if all are."""
        if self.tables is None or now.tables is None:
            return ""
        for name in [*now.tables, *self.tables]:
            if name not in self.tables or name not in now.tables:
                # Events of all tables are numbered together: one more or less moves the others'.
                return f"{name} is {'new' if name in now.tables else 'gone'}"
            before, after = self.tables[name], now.tables[name]
            if before != after:
                parts = [f"{column} is gone" for column in before if column not in after]
                parts += [f"{column} is new" for column in after if column not in before]
                return f"{name} has other columns: {', '.join(parts) or 'the same in another order'}"
        return ""


@functools.lru_cache(maxsize=1)
def _parsed(text: str) -> Identity:
    return Identity.parse(text)


def _said(value: object) -> str:
    return shown(value).strip("'")
