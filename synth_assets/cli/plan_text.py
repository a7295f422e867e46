"""A plan as text or JSON, for `synth plan` and `synth generate --dry-run`."""

from typing import TYPE_CHECKING

from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import count, short
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json

if TYPE_CHECKING:
    from synth_assets.usecases.generate import Plan, Request


def show_plan(request: "Request", *, as_json: bool = False, err: bool = False, quiet: bool = False) -> None:
    """Print what generating would make, to stderr with ``err``; with ``quiet`` the table and nothing about it.

    Raises:
        UsageError: something in the request is unknown.
    """
    from synth_assets.usecases.generate import plan

    planned = plan(request)
    (tell if err else say)(_json(request, planned) if as_json else _text(request, planned, quiet=quiet))


def _text(request: "Request", planned: "Plan", *, quiet: bool) -> str:
    dataset = request.dataset
    parameters = ", ".join(f"{name} {value}" for name, value in {**dataset.parameters, **dataset.said_only}.items())
    rows = [["table", "rows", "chunks", "files", "where"]]
    for table in planned.tables:
        chunks = sum(part.chunks for part in table.parts)
        places = [short(path) for path in table.targets]
        rows.append([table.entity, count(table.rows), f"{chunks:,}", count(table.files), places[0]])
        rows += [["", "", "", "", place] for place in places[1:]]
    if quiet:
        return aligned(rows, (1, 2, 3))
    lines = [
        f"{dataset.domain} {dataset.label}, seed {dataset.seed}: {parameters}",
        "",
        aligned(rows, (1, 2, 3), "  "),
    ]
    if any(table.rows is None for table in planned.tables):
        lines += ["", "  ? counted when generated"]
    return "\n".join(lines)


def _json(request: "Request", planned: "Plan") -> str:
    dataset = request.dataset
    return shown_json(
        {
            "domain": dataset.domain,
            "label": dataset.label,
            "seed": dataset.seed,
            "parameters": {**dataset.parameters, **dataset.said_only},
            "tables": [
                {
                    "entity": table.entity,
                    "rows": table.rows,
                    "files": table.files,
                    "parts": [part._asdict() for part in table.parts],
                    "targets": [str(path) for path in table.targets],
                }
                for table in planned.tables
            ],
        },
        indent=2,
    )
