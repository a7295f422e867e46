"""The functions that there are, and why others aren't among them."""

from typing import NamedTuple


class Function(NamedTuple):
    """A function.

    Attributes:
        takes: the kinds of its arguments, and a star behind the last if there may be more of it.
        gives: the kind of its value; ``first`` for that of its first argument, ``last`` for that of its last.
        doc: what it is, in a line.
        example: of its use.
    """

    takes: tuple[str, ...]
    gives: str
    doc: str
    example: str


NUMBER, FLOAT, TEXT, BOOLEAN, DAY, TIME, ANY = "number", "float", "text", "boolean", "date", "timestamp", "any"
"""Kinds of values; a number is a whole one or a decimal, and exact."""

FUNCTIONS = {
    "abs": Function((NUMBER,), "first", "without its sign", "abs(change)"),
    "round": Function(
        (NUMBER, "literal?"), NUMBER, "to so many digits after the point, halves away from 0", "round(price * 0.19, 2)"
    ),
    "floor": Function((NUMBER,), NUMBER, "the next whole number below", "floor(hours)"),
    "ceil": Function((NUMBER,), NUMBER, "the next whole number above", "ceil(hours)"),
    "sign": Function((NUMBER,), NUMBER, "-1, 0 or 1", "sign(balance)"),
    "mod": Function(
        (NUMBER, NUMBER),
        NUMBER,
        "what is left of a division, with the sign of the first; the same as %",
        "mod(order_id, 7)",
    ),
    "least": Function((ANY, "first*"), "first", "the least of those that are there", "least(quantity, 10)"),
    "greatest": Function(
        (ANY, "first*"), "first", "the greatest of those that are there", "greatest(total - discount, 0)"
    ),
    "coalesce": Function((ANY, "first*"), "first", "the first that isn't missing", "coalesce(nickname, name)"),
    "nullif": Function((ANY, "first"), "first", "missing if both are equal, else the first", "nullif(discount, 0)"),
    "if": Function(
        (BOOLEAN, ANY, "second"),
        "last",
        "the second if the first is true, else the third",
        "if(quantity > 9, 0.9, 1.0)",
    ),
    "concat": Function(
        (TEXT, "text*"),
        TEXT,
        "texts one behind the other; unlike ||, what is missing counts as empty",
        "concat(first_name, ' ', last_name)",
    ),
    "text": Function((ANY,), TEXT, "a number, day or boolean as text", "'A-' || text(order_id)"),
    "length": Function((TEXT,), NUMBER, "how many characters a text has", "length(name)"),
    "lower": Function((TEXT,), TEXT, "with small letters for A to Z", "lower(code)"),
    "upper": Function((TEXT,), TEXT, "with capitals for a to z", "upper(code)"),
    "left": Function((TEXT, "literal"), TEXT, "its first characters", "left(postal_code, 2)"),
    "right": Function((TEXT, "literal"), TEXT, "its last characters", "right(card, 4)"),
    "substr": Function(
        (TEXT, "literal", "literal"), TEXT, "from a character, counted from 1, so many", "substr(code, 3, 2)"
    ),
    "lpad": Function(
        (TEXT, "literal", "literal text"),
        TEXT,
        "filled up at its beginning to so many characters",
        "lpad(text(line), 3, '0')",
    ),
    "replace": Function(
        (TEXT, "literal text", "literal text"), TEXT, "with a text put in another's place", "replace(name, ' ', '_')"
    ),
    "starts_with": Function((TEXT, "literal text"), BOOLEAN, "whether it begins so", "starts_with(sku, 'X')"),
    "contains": Function((TEXT, "literal text"), BOOLEAN, "whether it has that in it", "contains(note, 'gift')"),
    "year": Function((DAY,), NUMBER, "of a day or time (UTC)", "year(ordered_at)"),
    "month": Function((DAY,), NUMBER, "1 to 12", "month(ordered_at)"),
    "day": Function((DAY,), NUMBER, "of the month, 1 to 31", "day(ordered_at)"),
    "weekday": Function((DAY,), NUMBER, "1 for Monday to 7 for Sunday", "weekday(ordered_at)"),
    "day_of_year": Function((DAY,), NUMBER, "1 to 366", "day_of_year(ordered_at)"),
    "week": Function((DAY,), NUMBER, "of the year, 1 to 53 (ISO 8601)", "week(ordered_at)"),
    "quarter": Function((DAY,), NUMBER, "1 to 4", "quarter(ordered_at)"),
    "hour": Function((TIME,), NUMBER, "0 to 23 (UTC)", "hour(ordered_at)"),
    "minute": Function((TIME,), NUMBER, "0 to 59", "minute(ordered_at)"),
    "second": Function((TIME,), NUMBER, "0 to 59, whole ones", "second(ordered_at)"),
    "second_of_day": Function((TIME,), NUMBER, "0 to 86399 (UTC), whole ones", "second_of_day(ordered_at)"),
    "to_date": Function((TIME,), DAY, "the day of a time (UTC)", "to_date(ordered_at)"),
    "month_start": Function((DAY,), DAY, "the first day of its month", "month_start(ordered_at)"),
    "month_end": Function((DAY,), DAY, "the last day of its month", "month_end(ordered_at)"),
    "hour_start": Function((TIME,), TIME, "when its hour began", "hour_start(measured_at)"),
    "add_days": Function((DAY, NUMBER), "first", "so many days later; a whole number", "add_days(ordered_on, 14)"),
    "add_seconds": Function(
        (TIME, NUMBER), TIME, "so many seconds later; a whole number", "add_seconds(started_at, seconds)"
    ),
    "add_minutes": Function(
        (TIME, NUMBER), TIME, "so many minutes later; a whole number", "add_minutes(started_at, 45)"
    ),
    "add_hours": Function((TIME, NUMBER), TIME, "so many hours later; a whole number", "add_hours(started_at, 2)"),
    "add_months": Function(
        (DAY, NUMBER),
        "first",
        "so many months later, at the end of a month that is shorter; a whole number",
        "add_months(signed_on, 12)",
    ),
    "days_between": Function(
        (DAY, DAY), NUMBER, "whole days from the first to the second", "days_between(ordered_on, paid_on)"
    ),
    "seconds_between": Function(
        (TIME, TIME), NUMBER, "whole seconds from the first to the second", "seconds_between(started_at, ended_at)"
    ),
    "minutes_between": Function(
        (TIME, TIME), NUMBER, "whole minutes from the first to the second", "minutes_between(started_at, ended_at)"
    ),
    "hours_between": Function(
        (TIME, TIME), NUMBER, "whole hours from the first to the second", "hours_between(started_at, ended_at)"
    ),
    "months_between": Function(
        (DAY, DAY), NUMBER, "whole months from the first to the second", "months_between(signed_on, ended_on)"
    ),
    "years_between": Function(
        (DAY, DAY), NUMBER, "whole years from the first to the second: an age", "years_between(born_on, signed_on)"
    ),
}
"""By name. ``DAY`` among arguments takes a time, too."""

_REASONS = {
    "the clock: a dataset is the same whenever it is made": (
        "now current_date current_time current_timestamp today localtime localtimestamp getdate sysdate age"
    ),
    "chance: take a method that draws": "random rand uuid gen_random_uuid newid setseed",
    "other rows: expressions are over one row and its parents": (
        "sum count avg mean min max median stddev variance string_agg array_agg list any_value first last row_number"
        " rank dense_rank ntile lag lead first_value last_value over"
    ),
    "files and the system: a dataset reads none": (
        "read_csv read_csv_auto read_parquet read_json read_text read_blob glob getenv current_setting nextval"
    ),
    "numbers that differ from machine to machine in their last digit": (
        "sqrt cbrt exp ln log log2 log10 pow power sin cos tan asin acos atan atan2 sinh cosh tanh pi degrees radians"
    ),
    "more than text is compared by here": "like ilike regexp_matches regexp_replace similar soundex levenshtein",
}
REFUSED = {name: why for why, names in _REASONS.items() for name in names.split()}
"""Functions that people know from elsewhere, and what they need that expressions don't have."""
