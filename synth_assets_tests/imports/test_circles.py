"""No module leads back to itself, not inside a package either: what a reader needs first, there always is."""

import ast
import functools
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]

AT_THE_TOP = ["domains", "kernel", "world"]
"""Packages that import at the top of their modules only; others spare a command libraries that it has no need of."""


@functools.cache
def imports():
    """Module → modules of this project that it imports, inside functions and for the type checker too."""
    graph = grimp.build_graph("synth_assets", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def circle(graph):
    """The modules of a circle, in the order of their imports; none where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert sorted(circle({"a": {"b"}, "b": {"c"}, "c": {"b"}})) == ["b", "b", "c"]


def test_no_import_leads_back():
    assert {"synth_assets.faults.workspace", "synth_assets.grading.grade"} <= imports().keys()
    assert circle(imports()) == []


@pytest.mark.parametrize("package", AT_THE_TOP)
def test_a_package_imports_at_the_top_of_its_modules(package):
    late = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "synth_assets" / package).rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert late == []
