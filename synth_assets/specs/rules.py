"""What a declaration says always holds, as the rules of a table."""

import re
from collections.abc import Mapping

from synth_assets.columns.basis.formulas.functions import BOOLEAN
from synth_assets.columns.basis.formulas.kinds import MISSING, KnownValue, Resolve, known
from synth_assets.columns.basis.formulas.sql import sql_of
from synth_assets.columns.basis.formulas.syntax import ExpressionError, parsed
from synth_assets.columns.basis.others import known_of
from synth_assets.documents.places import Path
from synth_assets.errors import UsageError, unknown
from synth_assets.model.entity import column
from synth_assets.model.table import Rule
from synth_assets.specs.declaration import EntityDeclaration, RuleDeclaration
from synth_assets.specs.queries import query_problem
from synth_assets.specs.slips import Slips

_LONGEST = 60


def rules_of(
    where: str, path: Path, said: EntityDeclaration, columns: Mapping[str, column], slips: Slips
) -> tuple[Rule, ...]:
    """The rules of a table; what is wrong with them is noted.

    Args:
        where: how messages call the table.
        path: of its declaration.
        said: its declaration.
        columns: as they are made of it.
        slips: what was found.
    """
    table, found = where.partition("/")[2], dict[str, Rule]()
    for at, one in enumerate(said.rules):
        name = one.name or _slug(one.doc)
        with slips.at(*path, "rules", at):
            if name in found:
                raise UsageError(f"{where}: two rules are called {name}.\n  Give one of them a name of its own.")
            found[name] = Rule(name, one.doc, (table, *one.tables), _sql(f"{where}: {name}", table, one, columns))
    return tuple(found.values())


def _slug(doc: str) -> str:
    """A sentence as a name."""
    words = re.sub(r"[^a-z0-9]+", "_", doc.lower()).strip("_")[:_LONGEST].rstrip("_")
    return words if words[:1].isalpha() else f"rule_{words}".rstrip("_")


def _sql(where: str, table: str, said: RuleDeclaration, columns: Mapping[str, column]) -> str:
    if bool(said.holds) == bool(said.sql):
        raise UsageError(
            f"{where}: a rule is either holds, an expression over each row, or sql.\n  For example: holds: total > 0"
        )
    if said.sql:
        if problem := query_problem(said.sql, (table, *said.tables)):
            raise UsageError(f"{where}: {problem}")
        return said.sql

    seen = [name for name, one in columns.items() if not one.hidden]

    def of(name: str) -> KnownValue:
        if name not in seen:
            raise unknown(f"{where}: column", name, seen, "A rule with holds is over the columns of one table.")
        return known_of(columns[name].column.type, nullable=True)

    try:
        # As with SQL's own checks, what is missing breaks nothing.
        return f'FROM "{table}" WHERE NOT coalesce({_condition(said.holds, of)}, TRUE)'
    except ExpressionError as error:
        raise UsageError(f"{where}: {error}") from None


def _condition(text: str, of: Resolve) -> str:
    tree = parsed(text)
    if (kind := known(tree, of).kind) not in {BOOLEAN, MISSING}:
        raise ExpressionError(f"it gives a {kind}, and what holds is true or false.\n  For example: total > 0")
    return sql_of(tree, of)
