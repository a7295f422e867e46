"""Write docs/expressions.md from the functions themselves: python scripts/make_expression_docs.py.

A test compares the page with what this makes, so it can't fall behind.
"""

from pathlib import Path

from synth_assets.columns.basis.formulas.functions import FUNCTIONS, REFUSED
from synth_assets.columns.basis.formulas.kinds import DIVIDED, MOST_SCALE

PAGE = Path(__file__).resolve().parent.parent / "docs" / "expressions.md"

_INTRODUCTION = f"""# Expressions

What a column is computed from, over the other columns of its row and the rows that it refers to:

```yaml
price: {{copied: products.price, at: ordered_at}}
amount: {{expression: "quantity * price", type: "decimal(12,2)"}}
band: {{expression: "case when amount >= 100 then 'large' else 'small' end"}}
greeting: {{expression: "'Dear ' || customers.name"}}
```

It is a small part of SQL with SQL's meaning, and closed: whatever isn't on this page is refused by name, when the
file is read.
Everything here is exact, so it gives the same on every machine, alone and in any slice; a test computes each operator
and function
again with DuckDB.

`table.column` is a column of the row that this one refers to, or hangs on; `by` says which reference is meant if
there are several,
`at` a time of this row as of which that row is looked at. A column that changes in time needs
it: this row has no event when that one changes, so a log would miss it.

## Operators

| | |
|---|---|
| `+` `-` `*` `/` `%` | numbers, see below |
| `=` `<>` `<` `<=` `>` `>=`, `in (…)`, `between … and …` | of two of a kind; `not` before `in` and `between` |
| `and` `or` `not`, `is null`, `is not null` | of three values, as in SQL: what is missing decides nothing |
| `\\|\\|` | texts one behind the other |
| `case when … then … else … end` | the first that is true |
| `12`, `0.50`, `'it''s'`, `true`, `null` | values that stand there |
| `date '2026-01-31'`, `timestamp '2026-01-31 12:30:00'` | likewise |
| `"end"`, `sales."order"` | columns that are called like a word of expressions |

Whole numbers and decimals are exact, up to 18 digits, {MOST_SCALE} of them after the point; more is an error, never
another
number. `/` gives {DIVIDED} digits after the point at least, halves away from 0, and is missing where it divides by 0.
Floats are IEEE's.

A result with more digits after the point than its column has is rounded, halves away from 0. A column whose
expression may be missing says `nullable: true`.

## Functions

"""


def page() -> str:
    """The whole page."""
    rows = "\n".join(f"| `{one.example}` | {one.doc} |" for one in FUNCTIONS.values())
    reasons: dict[str, list[str]] = {}
    for name, why in REFUSED.items():
        reasons.setdefault(why, []).append(f"`{name}`")
    refused = "\n".join(f"- {', '.join(names)}: they need {why}." for why, names in reasons.items())
    return (
        f"{_INTRODUCTION}| for example | what it gives |\n|---|---|\n{rows}\n\n## What there isn't\n\n{refused}\n\n"
        "This page is made by `scripts/make_expression_docs.py`.\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
