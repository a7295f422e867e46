"""What names of columns tell: one table of guesses, the more special first."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from synth_assets.schemas.writing.cells import decimals_between, digits_drawn, usual_range, whole_range
from synth_assets.schemas.writing.tables import Said, SpecColumn, SpecTable

GUESSED = "guessed from its name"
"""What comments say of such a column."""

Make = Callable[[SpecColumn, SpecTable], Said | None]

_PEOPLE = re.compile(
    r"customer|user|employee|person|people|contact|author|member|patient|student|staff|actor|artist|client|teacher"
    r"|driver|passenger|lead|agent|owner|guest|friend|subscriber|recipient|manager|doctor|player"
)


@dataclass(frozen=True)
class Guess:
    """What a name tells.

    Attributes:
        names: a regular expression that a whole name fits, in small letters with ``_`` between its words.
        families: of columns that it is about.
        make: how cells come about; ``None`` if it doesn't fit after all.
        missing: the share of rows in which such a column is missing, if it may be.
    """

    names: str
    families: tuple[str, ...]
    make: Make
    missing: Decimal = Decimal("0.05")


def guessed(column: SpecColumn, table: SpecTable) -> tuple[Said, Decimal] | None:
    """How cells of a column come about by what its name tells, and how many are missing; ``None`` if it tells nothing.

    What a condition asks of the column holds as well.
    """
    name = words_of(column.source.name)
    for guess in GUESSES:
        if column.family in guess.families and re.fullmatch(guess.names, name):
            said = guess.make(column, table)
            if said is not None:
                return said, guess.missing
    return None


def words_of(name: str) -> str:
    """A name in small letters with ``_`` between its words.

    Example:
        >>> words_of("CustomerID"), words_of("first name")
        ('customer_id', 'first_name')
    """
    parted = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3_\2\4", name)
    return re.sub(r"[^A-Za-z0-9]+", "_", parted).strip("_").lower()


# Makers. Each gives None where the column's bounds or length leave no room.


def _fits(column: SpecColumn, longest: int, shortest: int = 1) -> bool:
    bounds = column.bounds
    room = column.longest is None or column.longest >= longest
    return room and shortest >= bounds.shortest and not bounds.is_text_form and not bounds.refused_text


_ADDRESSES = ("ida.marx2@example.com", "bee.leng.loh40312@example.org")


def _email(column: SpecColumn, table: SpecTable) -> Said | None:
    """A person's address, if one fits what is asked of the column's text."""
    pattern = column.bounds.pattern
    try:
        fits = bool(pattern) and all(re.fullmatch(pattern, one) for one in _ADDRESSES)
    except re.error:
        fits = False
    if fits and (column.longest is None or column.longest >= 42):
        return {"person": "email"}
    return _person("email", 42)(column, table)


def _text(said: Said, longest: int, shortest: int = 1) -> Make:
    return lambda column, _: dict(said) if _fits(column, longest, shortest) else None


def _pattern(pattern: str, longest: int) -> Make:
    return _text({"pattern": pattern}, longest, longest)


def _person(part: str, longest: int) -> Make:
    """A part of a person; some have no phone, or no region."""
    made = _text({"person": part}, longest)
    may_lack = part in {"phone", "region"}
    return lambda column, table: None if may_lack and not column.may_be_missing else made(column, table)


def _choices(*cells: str) -> Make:
    return _text({"choices": list(cells)}, max(map(len, cells)), min(map(len, cells)))


def _weighted(**cells: int) -> Make:
    return _text({"weighted": cells}, max(map(len, cells)), min(map(len, cells)))


def _prose(low: int, high: int) -> Make:
    def make(column: SpecColumn, _: SpecTable) -> Said | None:
        most = min(high, column.longest or high)
        return {"prose": max(min(low, most), column.shortest), "high": most} if _fits(column, column.shortest) else None

    return make


def _name(column: SpecColumn, table: SpecTable) -> Said | None:
    """The name of a person, or of a thing."""
    if _PEOPLE.search(words_of(table.source.name)):
        return _person("full_name", 24)(column, table)
    return _text({"phrases": "catalogue.noun"}, 22, 3)(column, table)


def _whole(low: int, high: int, skew: str = "") -> Make:
    def make(column: SpecColumn, _: SpecTable) -> Said | None:
        if column.family != "whole":
            return decimals_between(column, Decimal(low), Decimal(high))
        least, most = usual_range(column, (low, high))
        kind = {} if column.kind == "int64" else {"type": column.kind}
        return {"integers": least, "high": most, **({"skew": skew} if skew else {}), **kind}

    return make


def _amount(median: int, high: int) -> Make:
    """Amounts of money, a few of them far above the others."""

    def make(column: SpecColumn, table: SpecTable) -> Said | None:
        bounds, of_type = column.bounds, column.source.type
        is_whole = column.family == "whole"
        cents = 100 if is_whole and words_of(column.source.name).endswith("cents") else 1
        most = Decimal(high * cents)
        if of_type.digits is not None:
            most = min(most, Decimal(10) ** of_type.digits - 1)
        if is_whole:
            most = min(most, Decimal(whole_range(column)[1]))
        if bounds.low is not None and not Decimal(0) <= Decimal(str(bounds.low)) < median * cents:
            return None
        if bounds.high is not None:
            most = min(most, Decimal(str(bounds.high)) - (1 if bounds.below else 0))
        if bounds.refused or most < 4 * median * cents:
            return _whole(1, int(max(most, 1)))(column, table) if is_whole else None
        low = max(Decimal(str(bounds.low or 0)) + (1 if bounds.above else 0), Decimal(1))
        digits = {"digits": 0} if is_whole else {"digits": min(digits_drawn(column), 2)}
        said: Said = {"lognormal": median * cents, "low": int(low), "high": int(most), **digits}
        return {**said, "type": column.kind}

    return make


def _share(column: SpecColumn, table: SpecTable) -> Said | None:
    """Shares from 0 to 1 of columns with a point, per cent of others."""
    if column.family == "whole":
        return _whole(0, 100)(column, table)
    return decimals_between(column, Decimal(0), Decimal(1))


def _degrees(most: int) -> Make:
    return lambda column, _: decimals_between(column, Decimal(-most), Decimal(most), 6)


def _days(first: int, last: int) -> Make:
    def make(column: SpecColumn, _: SpecTable) -> Said | None:
        if column.bounds.are_any_range:
            return None
        if column.family == "date":
            return {"dates": first, "last": last}
        return {"timestamps": first, "last": last, "type": column.kind}

    return make


def _after(*starts: str, days: int) -> Make:
    """Some days after another column of the same table, if it has one."""

    def make(column: SpecColumn, table: SpecTable) -> Said | None:
        known = {words_of(name): one for name, one in table.columns.items() if one is not column}
        # What another one hangs on itself can't hang on it.
        first = next((known[one] for one in starts if one in known and _begins(known[one], table)), None)
        if first is None or column.bounds.are_any_range or first.family not in {"date", "timestamp"}:
            return None
        if first.may_be_missing and not column.may_be_missing:
            return None
        return {"after": first.name, "low": 0, "high": days, "unit": "days", "type": column.kind}

    return make


def _begins(column: SpecColumn, table: SpecTable) -> bool:
    """Whether a column with a time doesn't hang on others itself."""
    return "after" not in (column.said or {}) and not table.relations_of(column.source.name)


def _true(share: str) -> Make:
    return lambda *_: {"booleans": float(share)}


_TEXT = ("text",)
_NUMBER = ("whole", "decimal", "float")
_TIME = ("date", "timestamp")
_RARE = Decimal("0.9")
_BEGUN = (
    "created_at",
    "created",
    "created_on",
    "creation_date",
    "create_date",
    "created_date",
    "inserted_at",
    "registered_at",
)
_ORDERED = ("ordered_at", "order_date", "ordered_on", "placed_at", "purchased_at", "purchase_date", "invoice_date")

GUESSES = (
    # people
    Guess(r"(.*_)?(first|given|fore)_?name|fname", _TEXT, _person("first_name", 14)),
    Guess(r"(.*_)?(last|family|sur)_?name|lname", _TEXT, _person("last_name", 13)),
    Guess(
        r"full_?name|(contact|customer|employee|display|author|person|member|patient|recipient)_?name",
        _TEXT,
        _person("full_name", 24),
    ),
    Guess(r"(.*_)?e_?mail(_address)?", _TEXT, _email),
    Guess(r"(.*_)?e_?mail(_address)?", _TEXT, _pattern("{8 letters}@example.org", 20)),
    Guess(r"(.*_)?(phone|telephone|mobile|cell|fax|phone_number|tel)(_no|_number)?", _TEXT, _person("phone", 17)),
    Guess(
        r"(.*_)?(phone|telephone|mobile|cell|fax|phone_number|tel)(_no|_number)?", _TEXT, _pattern("555-{4 digits}", 8)
    ),
    Guess(r"gender|sex", _TEXT, _choices("female", "male")),
    Guess(r"gender|sex", _TEXT, _choices("F", "M")),
    Guess(r"(birth|born).*|dob|.*_birth|.*birth_?(date|day)", _TIME, _days(-30000, -6600)),
    Guess(r"age", _NUMBER, _whole(18, 90)),
    # places
    Guess(r"(.*_)?(ip|ip_?addr(ess)?)", _TEXT, _text({"composed": ["192.0.2.", {"integers": 1, "high": 254}]}, 11, 9)),
    Guess(r"(.*_)?city|town", _TEXT, _person("city", 20)),
    Guess(r"(.*_)?(state|province|region|county|district)", _TEXT, _person("region", 26)),
    Guess(r"(.*_)?(province|region|county|district)", _TEXT, _choices("Bayern", "Ontario", "Texas", "Wales")),
    Guess(r"(.*_)?(state|province)(_code)?", _TEXT, _pattern("{2 LETTERS}", 2)),
    Guess(r"(.*_)?(street|address|address_?(line)?_?[12]?|street_address|addr)", _TEXT, _person("street", 31)),
    Guess(r"(.*_)?(postal_?code|zip|zip_?code|post_?code)", _TEXT, _person("postal_code", 8)),
    Guess(r"(.*_)?country_?(code|iso|iso2)|iso2|nationality", _TEXT, _person("country", 2)),
    Guess(r"(.*_)?country(_name)?", _TEXT, _text({"phrases": "countries.name"}, 14, 6)),
    Guess(r"(.*_)?country", _TEXT, _person("country", 2)),
    Guess(r"(.*_)?lat(itude)?", _NUMBER, _degrees(90)),
    Guess(r"(.*_)?(lon|lng|long|longitude)", _NUMBER, _degrees(180)),
    Guess(r"time_?zone|tz", _TEXT, _choices("UTC", "Europe/Berlin", "America/New_York", "Asia/Singapore")),
    # the web
    Guess(
        r"(.*_)?(url|uri|website|homepage|web_?page|link|home_page)",
        _TEXT,
        _text({"composed": ["https://example.com/", {"pattern": "{8 letters}"}]}, 28, 28),
    ),
    Guess(r"(.*_)?(host|host_?name|domain)", _TEXT, _pattern("{6 letters}.example.com", 18)),
    Guess(r"(user_?name|login|handle|nick_?name|screen_name)", _TEXT, _pattern("{6 letters}{2 digits}", 8)),
    Guess(
        r"(.*_)?(password|password_?hash|token|secret|api_?key|hash|checksum|digest|sha256|md5|fingerprint)",
        _TEXT,
        _pattern("{32 hex}", 32),
    ),
    Guess(
        r"(.*_)?(file_?name|file|path|image|photo|picture|photo_path|avatar)",
        _TEXT,
        _text({"composed": ["files/", {"pattern": "{8 letters}"}, ".png"]}, 18, 18),
    ),
    Guess(r"(mime|content|media)_?type", _TEXT, _choices("text/plain", "image/png", "application/json")),
    Guess(r"user_?agent", _TEXT, _choices("Mozilla/5.0", "curl/8.5.0", "okhttp/4.12")),
    Guess(r"slug", _TEXT, _pattern("{5 letters}-{6 letters}", 12)),
    # money
    Guess(r"(.*_)?currency(_?code)?", _TEXT, _choices("USD", "EUR", "GBP", "JPY", "SEK")),
    Guess(r"(.*_)?(discount|tax_?rate|rate|ratio|share|percent|percentage|pct|probability|fraction)", _NUMBER, _share),
    Guess(
        r"(.*_)?(price|cost|amount|total|sub_?total|fee|tax|freight|charge|fare|payment|value|revenue|budget|gross|net)(_(usd|eur|gbp))?",
        _NUMBER,
        _amount(40, 5000),
    ),
    Guess(
        r"(.*_)?(amount|price|total|cost|fee|tax|value|balance|revenue)_?(in_)?cents|cents",
        ("whole",),
        _amount(40, 5000),
    ),
    Guess(r"(.*_)?(salary|wage|income|credit_?limit|credit|sales)", _NUMBER, _amount(2500, 90000)),
    Guess(
        r"(.*_)?(balance|acct_?bal)",
        _NUMBER,
        lambda column, _: decimals_between(column, Decimal(-500), Decimal(5000)) if column.family != "whole" else None,
    ),
    # how much and how many
    Guess(
        r"(.*_)?(quantity|qty|units|units_.*|count|num_.*|.*_count|n_.*|stock|stock_.*|in_stock|on_hand|avail_?qty|seats)",
        _NUMBER,
        _whole(1, 50, "square"),
    ),
    Guess(r"rating|stars", _NUMBER, _whole(1, 5)),
    Guess(r"score|points|progress", _NUMBER, _whole(0, 100)),
    Guess(r"(.*_)?year", _NUMBER, _whole(1990, 2025)),
    Guess(r"(.*_)?month", _NUMBER, _whole(1, 12)),
    Guess(r"(.*_)?(day|day_of_month)", _NUMBER, _whole(1, 28)),
    Guess(r"(.*_)?hour", _NUMBER, _whole(0, 23)),
    Guess(
        r"(priority|level|position|rank|sort_?order|ordinal|sequence|seq|line_?(no|number)|version|revision|step)",
        _NUMBER,
        _whole(1, 10),
    ),
    Guess(r"(.*_)?(milliseconds|duration_ms|ms|millis)", _NUMBER, _whole(1000, 600_000, "square")),
    Guess(r"(.*_)?(seconds|duration|length|minutes)", _NUMBER, _whole(1, 600, "square")),
    Guess(r"(.*_)?(bytes|size_bytes|file_?size)", _NUMBER, _whole(1000, 5_000_000, "cube")),
    Guess(r"(.*_)?(weight|height|width|depth|size)", _NUMBER, _whole(1, 200)),
    # times
    Guess(
        r"(deleted|archived|cancell?ed|suspended|blocked|revoked|discontinued)(_(at|on|date|time))?",
        _TIME,
        _after(*_BEGUN, *_ORDERED, days=50),
        _RARE,
    ),
    Guess(r"(last_)?(updated?|modified|changed)(_(at|on|date|time))?|mtime", _TIME, _after(*_BEGUN, days=50)),
    Guess(
        r"(shipped|delivered|paid|returned|completed|closed|resolved|fulfilled|finished|required)(_(at|on|date|time))?",
        _TIME,
        _after(*_ORDERED, *_BEGUN, days=21),
        Decimal("0.2"),
    ),
    Guess(
        r"(ship|delivery|payment|return|completion|closing|required)_date",
        _TIME,
        _after(*_ORDERED, *_BEGUN, days=21),
        Decimal("0.2"),
    ),
    Guess(
        r"(ends?|ended|expires?|expiry|expiration|due|valid_(to|until)|check_?out)(_(at|on|date|time))?",
        _TIME,
        _after(
            "start",
            "starts_at",
            "start_date",
            "started_at",
            "started_on",
            "starts_on",
            "start_time",
            "valid_from",
            "from_date",
            "issued_at",
            "issued_on",
            "check_in",
            *_BEGUN,
            days=50,
        ),
    ),
    Guess("|".join((*_BEGUN, *_ORDERED)), _TIME, _days(-730, -60)),
    Guess(
        r"(hired?|joined|employment|signup|registered|start|started|since|opened)(_(at|on|date|time))?",
        _TIME,
        _days(-3650, -60),
    ),
    # what it is
    Guess(
        r"(.*_)?(description|desc|notes?|comments?|body|content|text|message|summary|bio|remarks?|details|abstract|plot|reason)",
        _TEXT,
        _prose(20, 160),
    ),
    Guess(
        r"(.*_)?(title|subject|headline|heading)(_of_courtesy)?",
        _TEXT,
        _text({"phrases": "review_titles.title"}, 30, 5),
    ),
    Guess(r"(.*_)?(category|department|genre)(_name)?", _TEXT, _text({"phrases": "catalogue.category"}, 14, 4)),
    Guess(
        r"(.*_)?brand(_name)?|manufacturer|make|vendor(_name)?|supplier(_name)?|company(_name)?",
        _TEXT,
        _text({"phrases": "brands.brand"}, 22, 3),
    ),
    Guess(r"product(_name)?|item(_name)?", _TEXT, _text({"phrases": "catalogue.noun"}, 22, 3)),
    Guess(r"name", _TEXT, _name),
    Guess(r"(.*_)?status|state", _TEXT, _weighted(active=70, pending=20, closed=10)),
    Guess(r"(.*_)?(colou?r)", _TEXT, _choices("black", "blue", "green", "red", "white")),
    Guess(r"(.*_)?(language|locale|lang)(_code)?", _TEXT, _choices("en", "de", "fr", "es", "sv")),
    Guess(r"sku|.*_sku|(.*_)?(code|reference|ref|number|no)", _TEXT, _pattern("{2 LETTERS}{6 digits}", 8)),
    Guess(r"isbn", _TEXT, _pattern("978{10 digits}", 13)),
    Guess(r"(.*_)?(uuid|guid)", _TEXT, _text({"method": "uuid", "type": "string"}, 36, 36)),
    # yes or no
    Guess(
        r"(is_)?(active|enabled|verified|visible|published|available|current|valid|confirmed)|activebool|.*_enabled",
        ("boolean",),
        _true("0.9"),
    ),
    Guess(
        r"(is_)?(deleted|archived|blocked|disabled|hidden|banned|cancell?ed|discontinued|locked|test)",
        ("boolean",),
        _true("0.05"),
    ),
    Guess(r"(is|has|can|was|should|needs|allow)_.*", ("boolean",), _true("0.3")),
)
