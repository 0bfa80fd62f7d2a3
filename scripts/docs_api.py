"""Pages of the faces of the package, made from what each lists as its own.

Nothing here names a class or a function: ``__all__`` of a face does, so that a page never lags
behind the code.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import environment

if TYPE_CHECKING:
    from pathlib import Path

FACES: Final = (
    "metastasis",
    "metastasis.patients",
    "metastasis.text",
    "metastasis.analysis",
    "metastasis.pictures",
    "metastasis.rdf",
    "metastasis.serve",
)
"""The modules that others may import from, in the order in which a reader meets them."""

SECTIONS: Final = ("Classes", "Functions", "Errors and warnings", "Values")


def page(face: str) -> str:
    """Return the page of one face, in reStructuredText."""
    listed: dict[str, list[str]] = {title: [] for title in SECTIONS}
    module = import_module(face)
    for name in offered(face):
        title, text = entry(face, name, getattr(module, name))
        listed[title].append(text)
    parts = [heading(f"``{face}``", "="), f".. automodule:: {face}\n   :no-members:\n"]
    for title, texts in listed.items():
        if texts:
            parts += [heading(title, "-"), *texts]
    return "\n".join(parts)


def offered(face: str) -> list[str]:
    """Return every name of a face, those among them that it imports when asked for."""
    module = import_module(face)
    tell = vars(module).get("__dir__")
    return sorted(tell() if tell else vars(module).get("__all__", ()), key=str.casefold)


def heading(title: str, mark: str) -> str:
    """Return a heading with its underline."""
    return f"{title}\n{mark * len(title)}\n"


def entry(face: str, name: str, item: Any) -> tuple[str, str]:
    """Return the section that a name belongs to, and what the page says of it."""
    if inspect.isclass(item) and issubclass(item, Exception):
        return "Errors and warnings", f".. autoexception:: {face}.{name}\n   :show-inheritance:\n"
    if inspect.isclass(item):
        return "Classes", f".. autoclass:: {face}.{name}\n   :members:\n"
    if callable(item):
        return "Functions", f".. autofunction:: {face}.{name}\n"
    said = (values().get(name) or "").replace("\n", "\n   ")
    shown = f"   :value: {item!r}\n" if isinstance(item, str | int | float) else ""
    return "Values", f".. py:data:: {face}.{name}\n{shown}\n   {said}\n"


@cache
def values() -> dict[str, str]:
    """Return what stands below the assignment of each named value of the package."""
    found: dict[str, str] = {}
    for path in sorted((environment.ROOT / "graph").rglob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        for one, below in pairwise(body):
            if isinstance(one, ast.AnnAssign | ast.Assign) and isinstance(below, ast.Expr):
                target = one.target if isinstance(one, ast.AnnAssign) else one.targets[0]
                text = below.value.value if isinstance(below.value, ast.Constant) else None
                if isinstance(target, ast.Name) and isinstance(text, str):
                    found.setdefault(target.id, inspect.cleandoc(text))
    return found


@cache
def public_names() -> dict[str, str]:
    """Return the public name of each thing, by its place in the code and by its bare name.

    A name that two faces list is at home in the first.
    """
    found: dict[str, str] = {}
    for face in FACES:
        module = import_module(face)
        for name in offered(face):
            item = getattr(module, name)
            home = getattr(item, "__module__", None)
            for known in (f"{home}.{name}", name, f"{face}.{name}"):
                found.setdefault(known, f"{face}.{name}")
    return found


def is_there(target: str) -> bool:
    """Return whether a dotted name leads to something.

    >>> is_there("pathlib.Path"), is_there("pathlib.Road")
    (True, False)
    """
    parts = target.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for name in parts[end:]:
            if name not in getattr(found, "__annotations__", {}):
                found = getattr(found, name, None)
        return found is not None
    return False


def write(folder: Path) -> None:
    """Write the page of every face, and one that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        (folder / f"{face}.rst").write_text(page(face), encoding="utf-8")
