"""What holds of all generators there are, whatever they do."""

import copy
import json
import subprocess
import sys

import pytest

from synth_assets.columns.basis import catalog
from synth_assets.columns.basis.generator import Drawn, Generator
from synth_assets.documents.reading import parse
from synth_assets.documents.validation import validated
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.model.entity import column
from synth_assets.model.values import series_of
from synth_assets_tests.columns.toy import GARAGE
from synth_assets_tests.workshop import tables as workshop

EXAMPLES = [(name, example) for name in catalog.names() for example in catalog.load(name).examples]
every_example = pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=str)


@every_example
def test_an_example_is_taken_and_comes_back_from_its_dictionary(name, example):
    made = catalog.made({"method": name, **example})
    assert catalog.made(json.loads(json.dumps(made.as_json()))) == made
    assert hash(made) == hash(catalog.made({"method": name, **example}))


@every_example
def test_a_document_says_what_python_says(name, example):
    written = validated(parse(json.dumps(example), "column.json"), catalog.load(name))
    assert written == catalog.made({"method": name, **example})


@every_example
def test_the_type_that_a_column_has_unless_told_otherwise_is_one_that_it_can_have(name, example):
    made = catalog.made({"method": name, **example})
    assert made.default_type is None or made.default_type.kind in made.fills


@pytest.mark.parametrize("name", catalog.names())
def test_every_argument_says_what_it_is_and_has_an_example(name):
    for field in catalog.load(name).model_fields.values():
        assert field.description
        assert field.examples


@pytest.mark.parametrize("name", catalog.names())
def test_an_unknown_argument_is_refused_with_those_that_there_are(name):
    generator = catalog.load(name)
    with pytest.raises(UsageError) as refused:
        catalog.made({"method": name, **generator.examples[0], "colour": "red"})
    allowed = ", ".join(generator.arguments()) or "none"
    assert f"{name}: argument 'colour' is unknown" in str(refused.value)
    assert f"Allowed: {allowed}." in str(refused.value)
    assert f"For example: {generator.example()}" in str(refused.value)


@pytest.mark.parametrize("name", catalog.names())
def test_its_function_has_its_name_and_makes_the_example(name):
    module = sys.modules[catalog.load(name).__module__]
    example = dict(catalog.load(name).examples[0])
    if "of" in example:
        example["of_"] = catalog.made(example.pop("of"))
    assert getattr(module, name)(**example) == catalog.made({"method": name, **catalog.load(name).examples[0]})


def test_a_table_of_the_tests_has_a_column_of_every_generator():
    entities = [*GARAGE.entities.values(), *(one for one in vars(workshop).values() if hasattr(one, "about"))]
    members = [member for entity in entities for member in vars(entity).values() if isinstance(member, column)]
    assert {member.generator.method() for member in members} == set(catalog.names())


def test_methods_that_say_that_they_are_drawn_anew_are():
    """With other random bits of the row nearly all of them give other cells; those that don't say so."""
    seen = dict[str, bool]()
    for entity in GARAGE.entities.values():
        rows = entity(GARAGE.dataset("tiny"), Span(0, 5))
        for name, declared in entity.declared().items():
            if isinstance(declared.generator, Generator) and is_drawn_anew(declared.generator):
                method, values = declared.generator.method(), declared.generator.values
                mine, other = (
                    series_of(declared.column, values(of, name)).to_list() for of in (rows, with_other_bits(rows))
                )
                seen[method] = seen.get(method, False) or mine != other
    assert [method for method, is_drawn in seen.items() if not is_drawn] == []
    assert "weighted" in seen


def is_drawn_anew(generator):
    inner = getattr(generator, "of", generator)
    kinds = [type(one) for one in (generator, inner) if isinstance(one, Generator)]
    return all(kind.draws_anew and kind.stands_alone for kind in kinds)


def with_other_bits(rows):
    twin = copy.copy(rows)
    twin.cells, twin.shared = rows.cells, {}
    twin.bits = lambda name, purpose="": rows.bits(name, f"{purpose}other")
    twin.words = lambda name, purpose="": rows.words(name, f"{purpose}other")
    return twin


@pytest.mark.parametrize("name", catalog.names())
def test_only_generators_that_draw_take_a_stream(name):
    generator = catalog.load(name)
    assert issubclass(generator, Drawn) == ({"stream", "purpose"} <= set(generator.model_fields))


def test_an_unknown_method_is_refused_with_a_close_one():
    with pytest.raises(UsageError, match=r"method 'weigthed' is unknown; did you mean 'weighted'\?"):
        catalog.made({"method": "weigthed"})


def test_a_dictionary_without_a_method_is_refused():
    with pytest.raises(UsageError, match=r"(?s)method is missing; it is one of after, .*For example: method: weighted"):
        catalog.made({"weights": {"a": 1}})


@pytest.mark.parametrize("module", ["synth_assets.columns", "synth_assets.columns.basis.catalog"])
def test_looking_for_generators_loads_neither_numpy_nor_polars_nor_pydantic_nor_a_generator(module):
    code = (
        f"import sys, {module}\n"
        "from synth_assets.columns.basis import catalog; assert 'weighted' in catalog.names()\n"
        "heavy = {'numpy', 'polars', 'pyarrow', 'duckdb', 'pydantic', 'faker', 'synth_assets.columns.weighted'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
