"""How the code is laid out, read from the files: what the rules of CONTRIBUTING are held to.

Each function returns faults as ``rule: place``; none of them knows an exception.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
SOURCE: Final = ROOT / "graph"
ROUTES: Final = "metastasis.serve._routes"

MOST_LINES: Final = 600
"""Longer files are where readers get lost, also in the codebases that are held up here."""
LONG: Final = 400
"""A noun of the field may be longer than this, if it says why it is whole."""
LEAST_EXAMPLES: Final = 25

WHY_LONG: Final = re.compile(r"\bLong because\b")
WHY_APART: Final = re.compile(r"\bApart\b[^.]*\bbecause\b|\bstands apart\b")


@cache
def sources() -> dict[str, tuple[str, ast.Module]]:
    """Return the text and the tree of every module of the package, by its dotted name."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        text = path.read_text(encoding="utf-8")
        found[".".join(part for part in parts if part != "__init__")] = text, ast.parse(text)
    return found


def length_faults() -> list[str]:
    """Return the modules that are too long, or long and do not say why."""
    faults = []
    for name, (text, tree) in sources().items():
        lines = len(text.splitlines())
        if lines > MOST_LINES:
            faults.append(f"over {MOST_LINES} lines: {name}")
        elif lines > LONG and not WHY_LONG.search(said(tree)):
            faults.append(f"over {LONG} lines, and no reason: {name}")
    return faults


def importer_faults() -> list[str]:
    """Return the modules that only one neighbor imports, and that do not say why they stand apart.

    What a package lists in its ``__init__``, the shell's application as a command, or the table of
    routes as a page, is a thing of its own.
    """
    lists = {"metastasis", "metastasis._cli.app", ROUTES, *packages()}
    return [
        f"one importer, and no reason: {name} (by {next(iter(found))})"
        for name, found in importers().items()
        if len(found) == 1 and not found & lists and not WHY_APART.search(said(sources()[name][1]))
    ]


def class_faults() -> list[str]:
    """Return the class names that stand for two things."""
    homes = defaultdict(list)
    for name, (_, tree) in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(name)
    return [
        f"class name twice: {name} (in {', '.join(found)})"
        for name, found in sorted(homes.items())
        if len(found) > 1
    ]


def example_faults() -> list[str]:
    """Return the properties with few examples whose line does not say why."""
    faults = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for line in text.splitlines():
            found = re.search(r"max_examples=(\d+)", line)
            if found and int(found[1]) < LEAST_EXAMPLES and "#" not in line:
                faults.append(f"few examples, and no reason: {path.name}, {found[0]}")
    return faults


def function_lengths() -> list[int]:
    """Return how many lines each function has below its docstring, in order."""
    lengths = []
    for _, tree in sources().values():
        for item in ast.walk(tree):
            if isinstance(item, ast.FunctionDef):
                body = item.body[1:] if ast.get_docstring(item) else item.body
                last = item.end_lineno or item.lineno
                lengths.append(last - (body[0].lineno if body else last) + 1)
    return sorted(lengths)


def importers() -> dict[str, set[str]]:
    """Return which modules import each module, packages left out.

    A name in the registry of a package, such as ``"analysis._gaps"``, is an import by the package,
    and so is one in the table of routes.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for name, (_, tree) in sources().items():
        listed = registered(tree) if name in {ROUTES, *packages()} else ()
        for imported in {*imports(tree), *listed}:
            if imported in sources() and imported != name and imported not in packages():
                found[imported].add(name)
    return found


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted names that a module imports, at the top or in a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def registered(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that a package names in texts, to import them when they are asked for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield f"metastasis.{node.value}"


@cache
def packages() -> set[str]:
    """Return the dotted names of the packages."""
    return {".".join(path.parent.relative_to(SOURCE).parts) for path in SOURCE.rglob("__init__.py")}


def said(tree: ast.Module) -> str:
    """Return the docstring of a module on one line."""
    return " ".join((ast.get_docstring(tree) or "").split())
