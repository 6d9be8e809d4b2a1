"""The house as ARCHITECTURE.md draws it: arrows, doors and sizes, read off the code."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("slatemock", "doc_parser", "mockserver", "contract")
ARROWS = {
    "slatemock": ("doc_parser", "mockserver", "contract"),
    "mockserver": ("contract.spec", "contract.checks", "contract.finding"),
    "doc_parser": (),
    "contract": (),
}
"""What each room may import of the others."""
DOORS = {
    "markdown_it": {"doc_parser/formats/markdown.py", "doc_parser/formats/rules.py"},
    "mdit_py_plugins": {"doc_parser/formats/rules.py"},
    "connexion": {"mockserver/app.py", "mockserver/road/stages.py"},
    "schemathesis": {"contract/fuzz.py"},
    "psycopg": {"mockserver/state/postgresql.py"},
    "flask": set(),
    "pytest": set(),
}
"""Each heavy library has one door."""
LAYERS = {
    "doc_parser": ("readers", "deciding"),
    "mockserver": ("planning", "state", "journals", "answering", "sessions", "road", "admin"),
}
"""Rooms within rooms; each knows only those before it."""
FUNCTION_LINES, MODULE_LINES = 50, 400

MODULES = sorted(str(file.relative_to(ROOT)) for room in ROOMS for file in (ROOT / room).rglob("*.py"))


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imports(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[str]:
    """Dotted names that are imported; `from a import b` counts as `a.b`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_what_its_arrows_allow(module):
    room = module.split("/")[0]
    foreign = [
        name for name in imports(ast.walk(tree(module))) if name.split(".")[0] in ROOMS and not within(name, room)
    ]
    assert [name for name in foreign if not any(within(name, allowed) for allowed in ARROWS[room])] == []


LAYERED = [each for each in MODULES if each.split("/")[1] in LAYERS.get(each.split("/")[0], ())]


@pytest.mark.parametrize("module", LAYERED)
def test_a_layer_knows_only_those_below_it(module):
    room, own = module.split("/")[:2]
    layers = LAYERS[room]
    inner = {name.split(".")[1] for name in imports(ast.walk(tree(module))) if within(name, room) and "." in name}
    assert [each for each in inner & set(layers) if layers.index(each) > layers.index(own)] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_heavy_library_comes_in_by_its_door(module):
    roots = {name.split(".")[0] for name in imports(ast.walk(tree(module)))}
    assert {library for library in roots & set(DOORS) if module not in DOORS[library]} == set()


@pytest.mark.parametrize("module", [each for each in MODULES if each.startswith("doc_parser/")])
def test_values_of_the_parser_are_structs(module):
    """A frozen dataclass costs ten times as much to make, and `replace` of the one does not take the other."""
    assert "dataclasses" not in {each.partition(".")[0] for each in imports(ast.walk(tree(module)))}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_stays_small(module):
    assert (ROOT / module).read_text(encoding="utf-8").count("\n") <= MODULE_LINES


@pytest.mark.parametrize("module", MODULES)
def test_a_function_stays_small(module):
    functions = (node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    assert {f.name: n for f in functions if (n := f.end_lineno - f.lineno + 1) > FUNCTION_LINES} == {}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_for(module):
    assert ast.get_docstring(tree(module))


def test_no_modules_import_each_other_in_a_circle():
    """Imports at module level count; those inside functions are doors that open late."""
    names = {module.removesuffix(".py").removesuffix("/__init__").replace("/", "."): module for module in MODULES}
    graph = {
        name: {_module(each, names) for each in imports(tree(module).body)} - {name} for name, module in names.items()
    }
    done: set[str] = set()
    while ready := {name for name in graph if name not in done and graph[name] <= done | {""}}:
        done |= ready
    assert sorted(set(graph) - done) == []


def _module(name: str, names: dict[str, str]) -> str:
    """The module of ours that an import reaches; the empty room for all others."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name


def test_every_dependency_is_pinned_to_a_compatible_range():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = [*project["dependencies"], *(each for more in project["optional-dependencies"].values() for each in more)]
    assert [each for each in listed if "~=" not in each and "<" not in each] == []
