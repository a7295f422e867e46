"""What names rows, what they hang on and refer to, and what no two of them share."""

from collections.abc import Sequence
from dataclasses import replace

from synth_assets.schemas.schema import Link
from synth_assets.schemas.writing.cells import (
    MOST_KEPT_APART,
    numbered_cells,
    pattern_capacity,
    unique_cells,
    whole_range,
)
from synth_assets.schemas.writing.counts import EACH, SCALES, AtMost, Demand, FewEach, NoMoreThan
from synth_assets.schemas.writing.facts import is_fact, many_each
from synth_assets.schemas.writing.guesses import GUESSED, guessed
from synth_assets.schemas.writing.links import can_be_missing
from synth_assets.schemas.writing.statistics import is_rare, measured_fan_out
from synth_assets.schemas.writing.tables import Said, SpecColumn, SpecTable, Tables

_ONE_OR_NONE = {0: 3, 1: 7}
_A_FEW = {1: 4, 2: 3, 3: 2, 5: 1}
_MISSING = 0.1
"""The share of rows whose reference is missing, where it may be."""

_GROUP = 10
"""Rows that share a part of their key, where rows of one table refer to each other within it."""

_WIDE = 1_000
"""Values of a column that is told apart by itself; fewer are told apart among the rows of a parent."""


def build(table: SpecTable, tables: Tables, done: Sequence[str], *, guesses: bool) -> list[Demand]:
    """Say a table's key, references and uniqueness.

    Args:
        table: to say them of.
        tables: all of them.
        done: the names of those that were built before; rows can hang on these only.
        guesses: whether names tell what columns hold.

    Returns:
        what has to hold of numbers of rows.
    """
    return _Builder(table, tables, done, guesses=guesses).built()


class _Builder:
    def __init__(self, table: SpecTable, tables: Tables, done: Sequence[str], *, guesses: bool) -> None:
        self._table, self._tables, self._done, self._guesses = table, tables, done, guesses
        self._demands: list[Demand] = []
        self._source = table.source
        self._key = table.source.key.columns if table.source.key else ()
        self._apart: set[tuple[str, ...]] = set()

    def built(self) -> list[Demand]:
        self._draw_opened()
        self._hang_for_others()
        self._draw_links()
        groups = self._groups()
        for group in groups:
            self._keep_apart(group)
        self._say_key()
        self._say_unique()
        for one in self._demands:
            if isinstance(one, AtMost):
                one.hold()  # those that hang on these have to know how few they are
        return self._demands

    # References

    def _hang_for_others(self) -> None:
        """Let rows hang on what their key begins with, if other tables refer to both at once, as within a tenant."""
        for other in self._tables.values():
            for link in other.links:
                if link.to != self._source.name or len(link.columns) < 2 or other is self._table:
                    continue
                if not any(len(set(one.columns) & set(link.columns)) for one in other.links if one != link):
                    continue
                inner = [one for one in self._table.links if len(one.columns) == 1 and one.columns[0] in link.target]
                if inner and self._table.hung is None and self._can_hang(inner[0]):
                    self._hang(inner[0], _A_FEW)

    def _draw_opened(self) -> None:
        """Columns that refer to a table without saying so have keys that are there, whatever its rows are."""
        unique = [one.columns for one in (*self._source.unique, *filter(None, [self._source.key]))]
        for link in self._table.opened:
            column, other = self._table.columns[link.columns[0]], self._tables[link.to]
            column.is_tied = True
            column.notes.append(f"has keys of {other.name}: to refer to it would close a circle")
            if link.columns in unique:
                column.said = {"method": "sequence", "type": column.computed_kind}
                self._demands.append(NoMoreThan(self._table.count, other.count))
                continue
            column.said = {"key_elsewhere": 1, "of": {"method": "sequence"}, "type": _key_type(column)}

    def _draw_links(self) -> None:
        table = self._table
        shared = self._shared()
        singles = [one for one in table.links if len(one.columns) == 1 and one.columns[0] in shared]
        implied = [self._implied(one) for one in sorted(shared - {one.columns[0] for one in singles})]
        for link in [*singles, *filter(None, implied), *table.links]:
            drawn = [one for one in link.columns if one in table.drawn]
            if not drawn and self._is_within_own(link):
                self._grow(link)
            elif not drawn:
                self._draw(link)
            elif len(drawn) == len(link.columns):
                self._follow(link)
            else:
                self._draw_among(link, drawn)

    def _shared(self) -> set[str]:
        """Columns that several references of several columns have in common: those are drawn first."""
        several = [one.columns for one in self._table.links if len(one.columns) > 1]
        found = {one for columns in several for one in columns}
        return {one for one in found if sum(one in columns for columns in several) > 1 or self._is_hung(one)}

    def _implied(self, column: str) -> Link | None:
        """What a column refers to, if all that its references lead to hangs on the same: the tenant of both."""
        if column in self._table.drawn:
            return None
        found: set[tuple[str, tuple[str, ...]]] = set()
        for link in self._table.links:
            if column in link.columns and len(link.columns) > 1:
                hung = self._tables[link.to].hung
                at = link.target[link.columns.index(column)]
                if hung is None or hung.columns != (at,):
                    return None
                found.add((hung.to, hung.target))
        if len(found) != 1:
            return None
        ((to, target),) = found
        return Link((column,), to, target)

    def _is_hung(self, column: str) -> bool:
        return self._table.hung is not None and column in self._table.hung.columns

    def _draw(self, link: Link) -> None:
        table, other = self._table, self._tables[link.to]
        said: Said = {"method": "reference"}
        is_own = link.to == self._source.name
        is_optional = can_be_missing(self._source, link)
        if is_own:  # the first row refers to none, or rows go round
            said["earlier" if is_optional else "cycles"] = True
        elif is_optional:
            said |= table.columns[link.columns[0]].missing(_MISSING)
            if link.to not in self._done and "null_rate" not in said:
                said["nullable"] = True  # it opens a circle, even though the source has it in each row
        target = other.called(link.target)
        if len(link.columns) == 1:
            to = other.name if self._is_key_of(other, link) else f"{other.name}.{target[0]}"
            said = {"references": to, **{word: one for word, one in said.items() if word != "method"}}
        else:
            self._declare(link)
        for column in link.columns:
            table.drawn[column] = link
            table.columns[column].said = dict(said)
            table.columns[column].is_tied = True

    def _is_within_own(self, link: Link) -> bool:
        """Whether rows refer to rows of their own table with which they share a part of the key: a tenant."""
        return link.to == self._source.name and any(map(str.__eq__, link.columns, link.target))

    def _grow(self, link: Link) -> None:
        """A tree of rows in groups of a few, whose parts of the key are computed by the numbers of the rows."""
        table = self._table
        pairs = [(table.columns[one], table.columns[to]) for one, to in zip(link.columns, link.target, strict=True)]
        own = [(one, to) for one, to in pairs if one is not to]
        if any(one.family != "whole" or to.family != "whole" for one, to in pairs) or len(own) != 1:
            self._note_open(link)
            for one, _ in own:
                one.said = one.said or self._none(one)
            return
        ((parent, number),) = own
        shared = [one for one, to in pairs if one is to]
        row = table.free_name(f"{table.name}_number")
        number.hidden.append((row, {"method": "sequence", "hidden": True}))
        place, first = f"({row} - 1) % {_GROUP}", "null" if parent.may_be_missing else "1"
        number.said = {"expression": f"1 + {place}", "type": number.computed_kind}
        for one in shared:
            one.said = {"expression": f"1 + floor(({row} - 1) / {_GROUP})", "type": one.computed_kind}
        parent.said = {
            "expression": f"case when {place} = 0 then {first} else 1 + floor(({place} - 1) / 2) end",
            "type": parent.computed_kind,
            **({"nullable": True} if parent.may_be_missing else {}),
        }
        for one in (*shared, number, parent):
            one.is_tied = True
            table.drawn[one.source.name] = link
        self._apart.add(link.target)
        self._declare(link)

    def _declare(self, link: Link) -> None:
        """Say a reference beside the columns."""
        other = self._tables[link.to]
        said: Said = {"columns": self._table.called(link.columns), "to": other.name}
        if not self._is_key_of(other, link):
            said["target"] = other.called(link.target)
        if said not in self._table.references:
            self._table.references.append(said)

    def _is_key_of(self, other: SpecTable, link: Link) -> bool:
        return other.source.key is not None and link.target == other.source.key.columns

    def _follow(self, link: Link) -> None:
        """A reference whose columns another one has drawn: it holds if what that one leads to refers to the same."""
        first = self._table.drawn[link.columns[0]]
        if first == link:
            return
        if self._leads_on(first, link):
            if self._table.columns[link.columns[0]].said != {"references": self._tables[link.to].name}:
                self._declare(link)
            return
        self._note_open(link)

    def _leads_on(self, first: Link, link: Link) -> bool:
        """Whether rows that one reference leads to refer, in the same columns, to what the other one wants."""
        if not set(link.columns) <= set(first.columns):
            return False
        theirs = [first.target[first.columns.index(one)] for one in link.columns]
        if first.to == link.to:
            return theirs == list(link.target)
        for one in self._tables[first.to].links:
            if not set(theirs) <= set(one.columns):
                continue
            ends = [one.target[one.columns.index(column)] for column in theirs]
            if (one.to == link.to and ends == list(link.target)) or self._leads_on(
                one, replace(link, columns=tuple(theirs))
            ):
                return True
        return False

    def _draw_among(self, link: Link, drawn: Sequence[str]) -> None:
        """The rest of a reference, of whose columns one is drawn: a row that hangs on what that one refers to."""
        table, other = self._table, self._tables[link.to]
        (column, *more), hung = drawn, other.hung
        first = table.drawn[column]
        at = link.target[link.columns.index(column)]
        rest = [one for one in link.columns if one not in drawn]
        fits = hung is not None and hung.columns == (at,) and first.to == hung.to and len(first.columns) == 1
        if (same := self._same_row(link, drawn)) and not fits:
            for one, to in same.items():
                of = table.columns[one]
                of.said, of.is_tied = {"expression": table.columns[to].name, "type": of.computed_kind}, True
                table.drawn[one] = link
            self._declare(link)
            return
        if more or not fits:
            self._note_open(link)
            for one in rest:
                table.columns[one].said = table.columns[one].said or self._none(table.columns[one])
            return
        self._declare(link)
        missing = can_be_missing(self._source, replace(link, columns=tuple(rest)))
        for one in rest:
            said: Said = {"method": "reference", "among": table.columns[column].name}
            table.columns[one].said = {**said, **(table.columns[one].missing(_MISSING) if missing else {})}
            table.columns[one].is_tied = True
            table.drawn[one] = link
        other.count.per_parent = {number: share for number, share in other.count.per_parent.items() if number}

    def _same_row(self, link: Link, drawn: Sequence[str]) -> dict[str, str]:
        """The columns still to be drawn, each with one that leads to the same: of a reference to the same table."""
        first = self._table.drawn[drawn[0]]
        if first.to != link.to or len(first.columns) != len(link.columns):
            return {}
        theirs = dict(zip(first.target, first.columns, strict=True))
        found = {one: theirs.get(to, "") for one, to in zip(link.columns, link.target, strict=True)}
        fits = all(found.values()) and all(found[one] == one for one in drawn)
        return {one: to for one, to in found.items() if one not in drawn} if fits else {}

    def _none(self, column: SpecColumn) -> Said | None:
        return {"constant": None, "type": column.kind} if column.may_be_missing else None

    def _note_open(self, link: Link) -> None:
        columns = ", ".join(self._table.called(link.columns))
        self._table.notes.append(
            f"can't be said: ({columns}) refers to {self._tables[link.to].name}, and others of its columns elsewhere"
        )

    # What no two rows share

    def _groups(self) -> list[tuple[str, ...]]:
        """The key and what is unique; what holds if another one does is left out."""
        said = [self._key] if self._key else []
        said += [one.columns for one in self._source.unique]
        known = [one for one in dict.fromkeys(said) if one and set(one) <= set(self._table.columns)]
        return [one for one in known if not any(set(other) < set(one) for other in known)]

    def _keep_apart(self, group: tuple[str, ...]) -> None:
        """See to it that no two rows share a group of columns."""
        inside = [one for one in self._links_drawn() if set(one.columns) <= set(group)]
        taken = {column for link in inside for column in link.columns}
        free = [one for one in group if one not in self._table.drawn]
        is_one_link = len(inside) == 1 and taken == set(group)
        if any(set(one) <= set(group) for one in self._apart):
            return
        if is_one_link:
            self._one_to_one(inside[0])
        elif len(group) == 1 and any(one.columns == group for one in self._table.opened):
            pass  # told apart already
        elif len(group) == 1 and free:
            self._alone(free[0])
        elif not (
            self._by_pairs(group, inside)
            or self._within_parent(group, inside, free)
            or self._by_one(free)
            or self._by_link(inside)
            or self._one_each(group, inside)
        ):
            self._mixed(group, free)

    def _links_drawn(self) -> list[Link]:
        return list(dict.fromkeys(self._table.drawn.values()))

    def _can_hang(self, link: Link) -> bool:
        is_before = link.to in self._done and link.to != self._source.name
        return self._table.hung is None and is_before and not can_be_missing(self._source, link)

    def _hang(self, link: Link, per_parent: dict[int, int]) -> None:
        """Let rows hang on those that a reference leads to."""
        table, other = self._table, self._tables[link.to]
        table.hung, table.parent = link, other.name
        table.count.parent = other.count
        usual = self._many_each(other) if per_parent is _A_FEW else per_parent
        table.count.per_parent = measured_fan_out(table, other, usual)
        is_key = self._is_key_of(other, link)
        for ours, theirs in zip(link.columns, link.target, strict=True):
            one = "" if is_key and len(link.columns) == 1 else other.columns[theirs].name
            said: Said = {"of_parent": one}
            if len(link.columns) == 1:
                said["references"] = other.name if is_key else f"{other.name}.{one}"
            table.columns[ours].said = said
            table.columns[ours].is_tied = True
            table.drawn[ours] = link
        if len(link.columns) > 1:
            self._declare(link)

    def _many_each(self, other: SpecTable) -> dict[int, int]:
        """How many rows hang on one of a parent: a few, or more where parents are few and rows tell what happens."""
        wanted = EACH * SCALES["small"]
        is_known = any(one.source.rows for one in self._tables.values())
        if is_known or not is_fact(self._table) or other.count.least(SCALES["small"]) * max(_A_FEW) >= wanted:
            return _A_FEW
        other.count.grow()
        self._table.count.is_generous = True
        return many_each(wanted // max(other.count.least(SCALES["small"]), 1))

    def _one_to_one(self, link: Link) -> None:
        other = self._tables[link.to]
        if self._can_hang(link) and not is_rare(self._table, other):
            self._hang(link, _ONE_OR_NONE)
        elif self._table.hung != link:
            self._once(link)
        else:
            self._table.count.per_parent = measured_fan_out(self._table, other, _ONE_OR_NONE)

    def _once(self, link: Link) -> None:
        """Refer to each row of the other table once at the most."""
        column, *more = link.columns
        if more:
            columns = ", ".join(self._table.called(link.columns))
            self._table.notes.append(f"can't be said: no two rows have the same ({columns})")
            return
        said = self._said(column)
        if said.pop("earlier", None):
            said |= {"cycles": True, "null_rate": _MISSING}
        said["unique"] = True
        if "null_rate" not in said:  # what may be missing is, where there are more rows
            self._demands.append(NoMoreThan(self._table.count, self._tables[link.to].count))

    def _said(self, column: str) -> Said:
        said = self._table.columns[column].said
        assert said is not None  # noqa: S101 - drawn before
        return said

    def _alone(self, column: str) -> None:
        """A column that is told apart by itself."""
        one = self._table.columns[column]
        if self._key == (column,):
            if self._say_key_column(one):
                return
        elif one.said is not None and "expression" in one.said:
            return
        one.said, capacity = self._guessed(one) or unique_cells(one, self._number(), self._title())
        one.is_tied = True
        if one.may_be_missing:
            one.said |= one.missing(_MISSING)
        if capacity is not None:
            self._demands.append(AtMost(self._table.count, max(capacity, 1)))

    def _guessed(self, column: SpecColumn) -> tuple[Said, int | None] | None:
        """Cells that are told apart and that a name tells: addresses, numbers of goods."""
        found = guessed(column, self._table) if self._guesses and column.bounds.allowed is None else None
        if found is None or column.family != "text":
            return None
        said = found[0]
        if said == {"person": "email"}:
            column.notes.append(GUESSED)
            return {**said, "unique": True}, None
        if set(said) == {"pattern"} and _WIDE <= pattern_capacity(said["pattern"]) <= MOST_KEPT_APART:
            column.notes.append(GUESSED)
            return {**said, "unique": True}, pattern_capacity(said["pattern"])
        return None

    def _number(self) -> str:
        """A column with the numbers of the rows, from 1; empty if there is none."""
        if len(self._key) != 1:
            return ""
        key = self._table.columns[self._key[0]]
        return key.name if key.family == "whole" and (key.said or {}).get("method") == "key" else ""

    def _title(self) -> str:
        name = self._table.name.replace("_", " ").capitalize()
        singular = name.removesuffix("s") if not name.endswith(("ss", "us", "is")) and len(name) > 3 else name
        return f"{singular.removesuffix('ie')}y" if singular.endswith("ie") else singular

    def _by_pairs(self, group: tuple[str, ...], inside: Sequence[Link]) -> bool:
        """Two references to the same table, and nothing else: pairs of its rows."""
        fits = len(group) == 2 and len(inside) == 2 and inside[0].to == inside[1].to
        if not fits or self._table.hung is not None or any(can_be_missing(self._source, one) for one in inside):
            return False
        names = self._table.called(group)
        for column in group:
            said = self._said(column)
            if not {"references"} >= set(said):
                return False
        rising = self._rising(group, inside[0])
        ways: Said = {"rising": True} if rising else {"directed": True}
        for column in group:
            said = self._said(column)
            self._table.columns[column].said = {"pairs": rising or names, **ways, **said}
        self._demands.append(NoMoreThan(self._table.count, self._tables[inside[0].to].count))
        return True

    def _rising(self, group: tuple[str, ...], link: Link) -> list[str]:
        """The two columns of a pair, first the one that has to be less, if keys rise with the rows; else none."""
        key = self._tables[link.to].columns[link.target[0]]
        rises = (key.said or {}).get("method") == "key" and key.family == "whole"
        relations = self._table.conditions.relations
        found = next((one for one in relations if {one.less, one.more} == set(group) and not one.by), None)
        return self._table.called((found.less, found.more)) if found is not None and rises else []

    def _within_parent(self, group: tuple[str, ...], inside: Sequence[Link], free: Sequence[str]) -> bool:
        """Rows of one parent told apart: by another reference, or by a column that counts them."""
        hung = self._table.hung
        if hung is not None and set(hung.columns) <= set(group):
            holder = hung
        elif hung is None:
            holder = next((one for one in inside if self._can_hang(one)), None)
        else:
            return False
        if holder is None:
            return False
        others = [one for one in inside if not set(one.columns) & set(holder.columns)]
        apart = next((one for one in others if self._can_differ(one)), None)
        if apart is None and not free:
            return False
        if self._table.hung is None:
            self._hang(holder, _A_FEW)
        if apart is not None and not self._counts_best(free):
            self._differ(apart)
        else:
            self._count_within(free[0] if not self._counts_best(free) else self._counts_best(free))
        return True

    def _counts_best(self, free: Sequence[str]) -> str:
        """A column that counts the rows of a parent."""
        families = ("whole", "date", "timestamp", "text", "decimal", "boolean", "float", "uuid")
        known = sorted(
            (one for one in free if self._table.columns[one].family in families),
            key=lambda one: families.index(self._table.columns[one].family),
        )
        return known[0] if known else ""

    def _can_differ(self, link: Link) -> bool:
        said = self._table.columns[link.columns[0]].said or {}
        return not ({"among", "unique", "of_parent"} & set(said))

    def _differ(self, link: Link) -> None:
        """Let no two rows of one parent refer to the same row."""
        for column in link.columns:
            said = self._said(column)
            if said.pop("earlier", None):
                said |= {"cycles": True, "null_rate": _MISSING}
            said["distinct"] = True
        self._demands.append(FewEach(self._table.count, self._tables[link.to].count))

    def _count_within(self, column: str) -> None:
        """Tell rows of one parent apart by a column."""
        one = self._table.columns[column]
        one.is_tied = True
        if one.bounds.allowed is not None or one.family == "boolean":
            one.said, capacity = unique_cells(one, "", "")
            one.said.pop("unique")
            self._table.count.limit_children(max(capacity or 1, 1))
        elif one.family == "whole" and one.kind.startswith("int"):
            low, high = whole_range(one)
            start = max(low, 1) if high >= 1 else low
            start_said = {"start": start} if start != 1 else {}
            one.said = {"method": "ordinal", **start_said, **({} if one.kind == "int64" else {"type": one.kind})}
            self._table.count.limit_children(max(high - start + 1, 1))
        elif one.family == "uuid":
            one.said = {"method": "uuid"}
        elif (found := self._of_a_form(one) or self._guessed(one)) is not None:
            one.said, capacity = found
            if capacity is not None:
                self._demands.append(AtMost(self._table.count, capacity))
        else:
            name = self._table.free_name(f"{one.name}_number")
            one.hidden.append((name, {"method": "ordinal", "hidden": True}))
            one.said = numbered_cells(one, name)

    def _of_a_form(self, column: SpecColumn) -> tuple[Said, int | None] | None:
        """Texts that have to look like something, told apart in the whole table; numbers wouldn't look so."""
        is_form = column.family == "text" and column.bounds.is_text_form
        return unique_cells(column, self._number(), self._title()) if is_form else None

    def _by_one(self, free: Sequence[str]) -> bool:
        """One of the columns told apart by itself, if it has enough values."""
        for column in free:
            one = self._table.columns[column]
            if one.bounds.allowed is not None or one.family in {"boolean", "json", "list", "time", "binary"}:
                continue
            trial = replace(one, hidden=[], notes=[])
            _, capacity = unique_cells(trial, self._number(), self._title())
            if capacity is None or capacity >= _WIDE:
                self._alone(column)
                return True
        return False

    def _by_link(self, inside: Sequence[Link]) -> bool:
        """One of the references told apart by itself."""
        for link in inside:
            if len(link.columns) == 1 and self._can_differ(link) and self._table.hung != link:
                self._once(link)
                return True
        return False

    def _one_each(self, group: tuple[str, ...], inside: Sequence[Link]) -> bool:
        """What is drawn among rows of a table, told apart by having one row for each of that table's."""
        if self._table.hung is not None:
            return False
        for column in group:
            at = (self._table.columns[column].said or {}).get("among", "")
            shared = next((one for one, known in self._table.columns.items() if known.name == at), "")
            if at and self._can_hang(self._table.drawn[shared]):
                self._hang(self._table.drawn[shared], {1: 1})
                return True
        holder = next((one for one in inside if self._can_hang(one)), None)
        if holder is not None and set(group) <= set(self._table.drawn):
            self._hang(holder, {1: 1})
        return self._table.hung is not None

    def _mixed(self, group: tuple[str, ...], free: Sequence[str]) -> None:
        """Columns with few values each: their combinations, one after the other."""
        sets = {one: self._few(self._table.columns[one]) for one in free}
        sizes = {one: len(cells) for one, cells in sets.items() if cells}
        if len(sizes) < len(group):
            self._table.notes.append(f"can't be said: ({', '.join(self._table.called(group))}) is unique")
            return
        number, before = self._number(), 1
        if not number:
            number = self._table.free_name(f"{self._table.name}_number")
            self._table.columns[free[0]].hidden.append((number, {"method": "sequence", "hidden": True}))
        for column in free:
            one, cells = self._table.columns[column], sets[column]
            whole = f"({number} - 1)" if before == 1 else f"floor(({number} - 1) / {before})"
            place = f"{whole} % {len(cells)}"
            one.said = {"expression": _cell_at(place, cells), "type": one.computed_kind}
            one.is_tied = True
            before *= len(cells)
        self._demands.append(AtMost(self._table.count, before))

    def _few(self, column: SpecColumn) -> list[str]:
        """A column's values as expressions, if they are few."""
        if column.family == "boolean":
            return ["true", "false"]
        if column.bounds.allowed is not None:
            return [
                f"'{one.replace(chr(39), chr(39) * 2)}'" if isinstance(one, str) else str(one)
                for one in column.bounds.allowed
            ]
        if column.family == "whole":
            low, high = whole_range(column)
            return [str(one) for one in range(max(low, 1), min(max(low, 1) + 12, high + 1))]
        return []

    # The key

    def _say_key_column(self, column: SpecColumn) -> bool:
        """A key of one column, as the word ``key`` has it; false if it needs a method of its own."""
        if column.bounds.allowed is not None or column.bounds.refused:
            return False
        column.is_tied = True
        is_bare = column.family == "decimal" and "(" not in column.source.type.told  # Oracle's NUMBER
        if column.family == "whole" or is_bare:
            low, high = whole_range(column)
            start = max(low, 0 if column.bounds.low == 0 else 1)
            if start > 1_000_000_000 or start > high:
                return False
            kind = _key_type(column)
            column.said = {"method": "key", **({} if kind == "int64" else {"type": kind})}
            if start != 1:
                self._table.key = {"columns": column.name, "start": start}
            self._demands.append(AtMost(self._table.count, high - start + 1))
            return True
        if column.family == "uuid":
            column.said = {"method": "key"}
            self._table.key = {"columns": column.name, "codec": "uuid"}
            return True
        length, of_type = column.longest, column.source.type
        if column.family == "text" and not (column.bounds.are_any or of_type.form) and (length is None or length > 4):
            prefix = self._title()[0].upper()
            digits = min(length or 7, 7) - 1
            column.said = {"method": "key"}
            self._table.key = {"columns": column.name, "codec": "text", "prefix": prefix, "digits": digits}
            self._demands.append(AtMost(self._table.count, 10**digits - 1))
            return True
        return False

    def _say_key(self) -> None:
        """A key that the method ``key`` doesn't fill is named; its rows are told by their order."""
        if not self._key or self._table.key:
            return
        columns = self._table.called(self._key)
        if len(columns) == 1 and (self._table.columns[self._key[0]].said or {}).get("method") == "key":
            return
        self._table.key = {"columns": columns if len(columns) > 1 else columns[0], "codec": "none"}

    def _say_unique(self) -> None:
        for group in dict.fromkeys(one.columns for one in self._source.unique):
            if not set(group) <= set(self._table.columns) or group == self._key:
                continue
            if len(group) == 1 and _can_say_unique(self._table.columns[group[0]]):
                self._said(group[0])["unique"] = True
            else:
                self._table.unique.append(self._table.called(group))


def _cell_at(place: str, cells: Sequence[str]) -> str:
    """The cell at a place, from 0, as an expression."""
    if all(one.isdigit() for one in cells) and [int(one) for one in cells] == list(
        range(int(cells[0]), int(cells[0]) + len(cells))
    ):
        return f"{cells[0]} + {place}"
    whens = " ".join(f"when {place} = {at} then {cell}" for at, cell in enumerate(cells[:-1]))
    return f"case {whens} else {cells[-1]} end" if whens else cells[-1]


def _can_say_unique(column: SpecColumn) -> bool:
    said = column.said or {}
    return said.get("method") in {"sequence", "uuid"} or bool(said.get("unique"))


def _key_type(column: SpecColumn) -> str:
    """A type of whole numbers with a sign that has all that a column has."""
    if column.kind.startswith("int"):
        return column.kind
    digits = column.source.type.digits
    if digits is not None:
        return "int32" if digits <= 9 else "int64"
    return {"uint8": "int16", "uint16": "int32"}.get(column.kind, "int64")
