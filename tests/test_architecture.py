"""What may import what: the stages of the design, told by reading the source."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
LINTER, RULES = ROOT / "linter", ROOT / "rules"
MOST_LINES = 400

STAGES: tuple[tuple[str, ...], ...] = (
    ("famlint", "famlint.positions", "famlint.unknown", "famlint.network", "famlint.findings"),
    ("famlint.sources",),
    ("famlint.documents", "famlint.directives", "famlint.inputs"),
    ("famlint.formats", "famlint.shapes", "famlint.misnaming", "famlint.config"),
    ("famlint.components",),
    ("famlint.file_result",),
    ("famlint.resolve", "famlint.rounds"),
    ("famlint.clusters",),
    ("famlint.behaviours",),
    ("famlint.rules", "famlint.registry", "famlint.documentation"),
    (
        "famlint.result",
        "famlint.judging",
        "famlint.suppressions",
        "famlint.settling",
        "famlint.fixes",
        "famlint.accounting",
    ),
    ("famlint.streams", "famlint.terminal", "famlint.reports"),
    ("famlint.engine",),
    ("famlint.testing", "famlint.cli", "famlint.__main__"),
)
"""The way data flows (design.md): a module imports its own stage and earlier ones. The first knows nobody."""

FOR_RULES = (
    "famlint.rules",
    "famlint.findings",
    "famlint.clusters",
    "famlint.components",
    "famlint.behaviours",
    "famlint.network",
    "famlint.inputs",
    "famlint.positions",
    "famlint.unknown",
    "famlint_rules",
)
"""The public API: what a rule package may use."""


class Import(NamedTuple):
    """An import of a module of ours. `eager`: it happens when the importer is imported."""

    importer: str
    imported: str
    line: int
    eager: bool


def modules() -> dict[str, Path]:
    found = {}
    for root in (LINTER, RULES):
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports_of(name: str, path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    stack: list[tuple[ast.AST, bool]] = [(tree, True)]
    while stack:
        node, eager = stack.pop()
        inside = eager and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        stack += [(child, inside) for child in ast.iter_child_nodes(node)]
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides where it leads"
            base = node.module or ""
            wanted = [f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names]
        else:
            continue
        for imported in wanted:
            if imported.split(".")[0] in ("famlint", "famlint_rules"):
                yield Import(name, imported, node.lineno, eager)


def every_import() -> Iterator[Import]:
    for name, path in MODULES.items():
        yield from imports_of(name, path)


def stage(module: str) -> int | None:
    """The stage of a module: the longest entry of the table that it is or lies below. The root stands for itself."""
    best, found = -1, None
    for number, members in enumerate(STAGES):
        for member in members:
            fits = module == member or (member != "famlint" and module.startswith(f"{member}."))
            if fits and len(member) > best:
                best, found = len(member), number
    return found


def below(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def told(found: list[Import]) -> list[str]:
    return [f"{one.importer} line {one.line} imports {one.imported}" for one in found]


def test_the_table_names_every_module_once() -> None:
    linter = [name for name in MODULES if name.split(".")[0] == "famlint"]
    assert len(linter) > 40
    assert [name for name in linter if stage(name) is None] == []
    members = [member for members in STAGES for member in members]
    assert len(members) == len(set(members))
    assert [member for member in members if member not in MODULES] == []


def test_a_stage_imports_only_its_own_and_earlier_ones() -> None:
    back = []
    for one in every_import():
        here, there = stage(one.importer), stage(one.imported)
        if here is not None and (there is None or there > here) and below(one.imported, ("famlint",)):
            back.append(one)
    assert told(back) == []


def test_the_linter_never_imports_the_rules() -> None:
    of_linter = [one for one in every_import() if below(one.importer, ("famlint",))]
    assert len(of_linter) > 100
    assert told([one for one in of_linter if below(one.imported, ("famlint_rules",))]) == []


def test_rules_use_the_public_api_only() -> None:
    of_rules = [one for one in every_import() if below(one.importer, ("famlint_rules",))]
    assert len(of_rules) > 30
    assert told([one for one in of_rules if not below(one.imported, FOR_RULES)]) == []


def test_no_cycles() -> None:
    """Of the imports that happen at import time; a cycle through a function's import is a back edge of the stages."""
    graph: dict[str, set[str]] = {name: set() for name in MODULES}
    for one in every_import():
        if one.eager:
            graph[one.importer].add(one.imported)
    done: set[str] = set()
    for start in graph:
        assert (cycle := _cycle(graph, start, (), done)) is None, " -> ".join(cycle or ())


def _cycle(graph: dict[str, set[str]], node: str, way: tuple[str, ...], done: set[str]) -> tuple[str, ...] | None:
    if node in way:
        return (*way[way.index(node) :], node)
    if node in done:
        return None
    for following in sorted(graph.get(node, ())):
        if found := _cycle(graph, following, (*way, node), done):
            return found
    done.add(node)
    return None


@pytest.mark.parametrize("name", MODULES)
def test_files_are_small(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES
