"""Variables follow from a model, and their texts are read by the types of its fields."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from synth_assets.documents import environment
from synth_assets.documents.environment import Variable
from synth_assets.documents.reading import parse
from synth_assets.documents.validation import validated
from synth_assets.errors import UsageError


class Size(Enum):
    S = "s"
    M = "m"


class Pool(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    least: int = Field(1, description="a whole number", examples=[2])


class Server(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    host: str = Field("localhost", description="a host's name", examples=["db.example.org"])
    ports: list[int] = Field([1], description="whole numbers", examples=[[1, 2]])
    secure: bool = Field(default=False, description="true or false", examples=[True])
    since: date | None = Field(None, description="a day", examples=["2026-01-01"])
    price: Decimal = Field(Decimal(1), description="a decimal number", examples=["1.50"])
    share: float = Field(1.0, description="a number", examples=[0.5])
    size: Size = Field(Size.S, description="s or m", examples=["m"])
    level: Literal[1, 2] = Field(1, description="1 or 2", examples=[2])
    limit: int | Literal["none"] = Field("none", description="a whole number or none", examples=[5])
    pool: Pool = Pool()
    labels: dict[str, str] = {}


KNOWN = environment.variables(Server, "DB__")


def load(**environ: str) -> Server:
    return validated(environment.read(environ, KNOWN), Server)


def test_a_variable_is_a_prefix_and_a_field_and_mappings_have_none():
    assert KNOWN["DB__HOST"].path == ("host",)
    assert KNOWN["DB__POOL__LEAST"].path == ("pool", "least")
    assert not [name for name in KNOWN if "LABELS" in name]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("host", "12", "12"),
        ("host", " a,b ", " a,b "),
        ("ports", "5_432, 7", [5432, 7]),
        ("secure", "TRUE", True),
        ("since", "2026-02-03", date(2026, 2, 3)),
        ("price", "1.10", Decimal("1.10")),
        ("share", "1e-3", 0.001),
        ("size", "m", Size.M),
        ("level", "2", 2),
        ("limit", "7", 7),
        ("limit", "none", "none"),
    ],
)
def test_a_text_is_read_by_the_type_of_its_field(name, text, value):
    assert getattr(load(**{f"DB__{name.upper()}": text}), name) == value


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("PORTS", "1, x", "DB__PORTS=1, x is not allowed; it is whole numbers.\n  For example: DB__PORTS=1,2"),
        ("PORTS", "1.5", "DB__PORTS=1.5 is not allowed"),
        ("SECURE", "1", "DB__SECURE=1 is not allowed; it is true or false.\n  For example: DB__SECURE=true"),
        ("SINCE", "3.2.26", "DB__SINCE=3.2.26 is not allowed; it is a day.\n  For example: DB__SINCE=2026-01-01"),
        ("PRICE", "x", "DB__PRICE=x is not allowed; it is a decimal number.\n  For example: DB__PRICE=1.50"),
        ("SIZE", "L", "DB__SIZE=L is not allowed; it is s or m.\n  For example: DB__SIZE=m"),
        ("LEVEL", "3", "DB__LEVEL=3 is not allowed; it is 1 or 2.\n  For example: DB__LEVEL=2"),
        (
            "POOL__LEAST",
            "x",
            "DB__POOL__LEAST=x is not allowed; it is a whole number.\n  For example: DB__POOL__LEAST=2",
        ),
        ("HOST", "\udcff", "DB__HOST is no UTF-8 text.\n  Correct it there."),
    ],
)
def test_a_text_that_means_nothing_is_refused_by_the_variable_s_name(name, text, said):
    with pytest.raises(UsageError) as error:
        load(**{f"DB__{name}": text})
    assert str(error.value).startswith(said)


def test_an_empty_variable_is_not_set():
    assert load(DB__HOST="", DB__PORTS="") == Server()


def test_two_variables_of_one_thing_may_say_the_same_and_nothing_else():
    known = {**KNOWN, "HOSTNAME": Variable(("host",), str)}
    assert environment.read({"HOSTNAME": "a", "DB__HOST": "a"}, known).values == {"host": "a"}
    with pytest.raises(UsageError, match="HOSTNAME=b contradicts DB__HOST=a; both set host"):
        environment.read({"HOSTNAME": "b", "DB__HOST": "a"}, known)


def test_variables_lie_over_a_file_and_each_value_keeps_its_place():
    file = parse("host = 'a'\nports = [1, 2]\n[pool]\nleast = 'x'\n", "f.toml")
    both = environment.read({"DB__PORTS": "x", "DB__POOL__LEAST": "5"}, KNOWN).over(file)
    assert both.values == {"host": "a", "ports": ["x"], "pool": {"least": 5}}
    with pytest.raises(UsageError, match=r"^DB__PORTS=x is not allowed"):
        validated(both, Server)
    with pytest.raises(UsageError, match=r"^f.toml, line 4: pool.least=\"x\" is not allowed"):
        validated(environment.read({"DB__PORTS": "5"}, KNOWN).over(file), Server)


def test_what_should_be_a_group_is_refused_and_not_covered_up():
    both = environment.read({"DB__POOL__LEAST": "5"}, KNOWN).over(parse("pool = 5", "f.toml"))
    with pytest.raises(UsageError, match="line 1: pool is a section, not a value"):
        validated(both, Server)


def test_another_name_stands_for_its_field_and_messages_keep_it():
    document = parse("[db]\nport = [1]\nhost = 'a'", "f.toml").renamed(("db",), {"port": "ports"})
    assert document.values == {"db": {"ports": [1], "host": "a"}}
    assert document.find(("db", "ports")).name() == "db.port"
    assert str(document.find(("db", "ports", 0)).place) == "f.toml, line 2, column 9"
    with pytest.raises(UsageError, match=r"line 3: db.port=\[2\] contradicts f.toml, line 2: db.ports=\[1\]"):
        parse("[db]\nports = [1]\nport = [2]", "f.toml").renamed(("db",), {"port": "ports"})
