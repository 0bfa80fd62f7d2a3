"""The human body as data: outlines, organs as shapes, and a point for every site.

The tables stand in ``ontology/anatomy/``. They were drawn for this project, from simple curves of
its own, and are under CC BY 4.0 as all of ``ontology/`` is. They are a picture, not measurements.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from matplotlib.path import Path

from metastasis._errors import Fault, TableError, UnknownNameError
from metastasis._files import ontology_path, read_text

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Mapping

    import numpy as np

__all__ = ["BODIES", "Anatomy", "Body", "Organ", "parse_path", "read_anatomy"]

BODIES: Final = ("female", "male", "neutral")
"""The bodies: one of each sex, and one that stands for either."""

Point: TypeAlias = tuple[float, float]

_CODES: Final = {
    "M": [Path.MOVETO],
    "L": [Path.LINETO],
    "Q": [Path.CURVE3] * 2,
    "C": [Path.CURVE4] * 3,
}
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER: Final = r"\s*-?\d+(?:\.\d+)?"
_NUMBERS = re.compile(rf"(?:{_NUMBER},?)*\s*")
_ORGAN_COLUMNS: Final = (
    "site",
    "uberon",
    "body",
    "layer",
    "front",
    "x",
    "y",
    "paired",
    "further",
    "around",
    "parts",
    "path",
    "detail",
    "note",
)
_BODY_COLUMNS: Final = ("body", "height", "torso", "path", "detail")
_FURTHER = re.compile(rf"(?:{_NUMBER}{_NUMBER}\s*(?:;|$))*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    """Where a site lies in the body, and its shape if it has one."""

    site: str
    """Key in the catalog."""
    uberon: str | None = None
    """The site's term, as a CURIE; None where Uberon has none that means the same."""
    body: str = "both"
    """``both``, ``female`` or ``male``."""
    layer: int = 0
    """Higher layers are drawn over lower ones."""
    front: int = 0
    """Its layer where it is meant: a kidney then stands in front of the liver."""
    anchor: Point | None = None
    """Where lines and arrows meet it; None for a site that names no place of its own."""
    paired: bool = False
    """Whether it has a twin, mirrored on the midline, with an anchor of its own."""
    further: tuple[Point, ...] = ()
    """More anchors of a site that is spread out: the bones, at the pelvis."""
    around: str = ""
    """On which bodies it helps to find one's way where it is not meant: ``both``, one, or none."""
    parts: tuple[str, ...] = ()
    """Sites whose shapes it has besides its own path."""
    path: str = ""
    """In SVG path syntax, that of its parts included; blank for a site that is only a point."""
    detail: str = ""
    """Lines on it that help to recognize it, those of its parts included."""
    note: str = ""
    """What stands for what, or why it has no place."""

    @property
    def anchors(self) -> tuple[Point, ...]:
        """Every point that a label may point at: its anchor first, its twin, and those further."""
        if self.anchor is None:
            return ()
        x, y = self.anchor
        return (self.anchor, *([(-x, y)] if self.paired else []), *self.further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An outline: its height in units, its path, and lines on it."""

    key: str
    height: float
    torso: float
    """Where it is cut in mid-thigh if there is nothing to show on its legs."""
    path: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Bodies and organs by key."""

    bodies: Mapping[str, Body]
    organs: Mapping[str, Organ]

    def place(self, site: str) -> Point:
        """Return where a site lies, in the units of the bodies: its first anchor.

        Parameters
        ----------
        site
            Key in the catalog.

        >>> read_anatomy().place("bladder")[0]
        0.0
        >>> read_anatomy().place("lymph_node")
        Traceback (most recent call last):
        ...
        metastasis.UnknownNameError: unknown place 'lymph_node'. It names no place: any node.

        Raises
        ------
        UnknownNameError
            The anatomy has no such site; or it has, and the site is no place.
        """
        organ = self.organs.get(site)
        if organ is None:
            raise UnknownNameError("place", site, get_close_matches(site, list(self.organs)))
        if organ.anchor is None:
            note = organ.note.removeprefix("No place: ").rstrip(".")
            hint = f" It names no place{note and ': '}{note}."
            raise UnknownNameError("place", site, hint=hint)
        return organ.anchor


def read_anatomy(folder: pathlib.Path | None = None) -> Anatomy:
    """Return the bodies and organs that stand in a folder (the shipped one by default).

    Units: the body is about 400 units tall, x is 0 on the midline and grows to the body's left
    (the viewer's right), y is 0 at the crown and grows downwards. The body is seen from the front.
    Paths are in SVG syntax with the absolute commands M, L, C, Q and Z.

    ``organs.csv``, one row a site: ``site`` (key in the catalog), ``uberon``, ``body`` (both,
    female or male), ``layer`` (what is drawn over what), ``front`` (its layer where it is meant, so
    that what lies behind others is seen; blank: the same), ``x`` and ``y`` (the anchor; blank where
    the site names no place), ``paired`` (yes: its twin's anchor is at -x), ``further`` (more
    anchors: ``x y; x y``), ``around`` (on which bodies it is drawn where it is not meant: both,
    female, male, or blank: none), ``parts`` (sites whose shapes it has besides its own, as
    ``skull; spine``), ``path`` (blank without parts: a point only), ``detail`` (fine lines on it,
    which can be left out where it is small), ``note``.

    ``bodies.csv``: ``body``, ``height``, ``torso`` (where it is cut if its legs are left out),
    ``path``, ``detail``.

    Origin: drawn for this project. License: CC BY 4.0.

    >>> anatomy = read_anatomy()
    >>> anatomy.organs["liver"].uberon, len(anatomy.organs["bone"].anchors)
    ('UBERON:0002107', 3)
    >>> list(anatomy.bodies)
    ['female', 'male', 'neutral']

    Raises
    ------
    TableError
        With every fault of both tables.
    ReadError
        A table cannot be read.
    """
    return _shipped() if folder is None else _read(folder)


def parse_path(text: str) -> Path:
    """Return a path in SVG syntax as a path of Matplotlib; only absolute M, L, C, Q and Z.

    >>> parse_path("M0 0 L10 0 L10,10 Z").to_polygons()[0].tolist()
    [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 0.0]]
    >>> parse_path("M0 0 l10 0")
    Traceback (most recent call last):
    ...
    ValueError: 'l' is no command that is read here; write absolute M, L, C, Q and Z

    Raises
    ------
    ValueError
        Another command, no number where one belongs, or too few or too many of them.
    """
    corners: list[tuple[float, float]] = []
    codes: list[np.uint8] = []
    start = (0.0, 0.0)
    for letter, points in _steps(text):
        if letter == "Z":
            corners.append(start)
            codes.append(Path.CLOSEPOLY)
            continue
        start = points[0] if letter == "M" else start
        corners += points
        codes += _CODES[letter] * (len(points) // len(_CODES[letter]))
    return Path(corners, codes)


def _steps(text: str) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield each command of a path with its points."""
    if not text.lstrip().startswith("M"):
        raise ValueError("a path begins with M")
    for letter, rest in _STEP.findall(text):
        if letter != "Z" and letter not in _CODES:
            raise ValueError(
                f"{letter!r} is no command that is read here; write absolute M, L, C, Q and Z"
            )
        if not _NUMBERS.fullmatch(rest):
            raise ValueError(f"{rest.strip()!r} after {letter} is not numbers")
        numbers = [float(one) for one in re.findall(_NUMBER, rest)]
        wanted = 2 * len(_CODES.get(letter, ()))
        if bool(wanted) != bool(numbers) or (wanted and len(numbers) % wanted):
            raise ValueError(f"{letter} takes {wanted} numbers, not {len(numbers)}")
        yield letter, list(zip(numbers[::2], numbers[1::2], strict=True))


@lru_cache(maxsize=1)
def _shipped() -> Anatomy:
    return _read(ontology_path("anatomy"))


def _read(folder: pathlib.Path) -> Anatomy:
    faults: list[Fault] = []
    bodies = {
        row["body"]: Body(
            key=row["body"],
            height=float(row["height"]),
            torso=float(row["torso"]),
            path=row["path"],
            detail=row["detail"],
        )
        for row in _rows(folder / "bodies.csv", _BODY_COLUMNS, faults)
    }
    organs = {
        row["site"]: _organ(row) for row in _rows(folder / "organs.csv", _ORGAN_COLUMNS, faults)
    }
    missing = [body for body in BODIES if body not in bodies and not faults]
    faults += [Fault(str(folder / "bodies.csv"), None, "body", one, "missing") for one in missing]
    faults += [] if faults else _strangers(folder / "organs.csv", organs)
    if faults:
        raise TableError(faults)
    whole = {key: _with_parts(organ, organs) for key, organ in organs.items()}
    return Anatomy(MappingProxyType(bodies), MappingProxyType(whole))


def _strangers(file: pathlib.Path, organs: Mapping[str, Organ]) -> list[Fault]:
    """Return a fault for each part that is no site of the table, or that the site is a part of."""
    return [
        Fault(str(file), row, "parts", one, "another site of this table that is no whole of this")
        for row, (key, organ) in enumerate(organs.items(), 2)
        for one in organ.parts
        if one not in organs or key in _all_parts(one, organs)
    ]


def _all_parts(key: str, organs: Mapping[str, Organ]) -> list[str]:
    """Return a site after all of its parts and theirs, each once."""
    found: list[str] = []
    waiting = [key]
    while waiting:
        one = waiting.pop()
        if one in organs and one not in found:
            found.append(one)
            waiting += organs[one].parts
    return found[::-1]


def _with_parts(organ: Organ, organs: Mapping[str, Organ]) -> Organ:
    """Return a site with the shapes of its parts, which so stand in the table once."""
    shapes = [organs[one] for one in _all_parts(organ.site, organs)]
    path = " ".join([one.path for one in shapes if one.path])
    return replace(organ, path=path, detail=" ".join([one.detail for one in shapes if one.detail]))


def _organ(row: Mapping[str, str]) -> Organ:
    return Organ(
        site=row["site"],
        uberon=row["uberon"] or None,
        body=row["body"],
        layer=int(row["layer"]),
        front=int(row["front"] or row["layer"]),
        anchor=(float(row["x"]), float(row["y"])) if row["x"] else None,
        paired=row["paired"] == "yes",
        further=tuple(_points(row["further"])),
        around=row["around"],
        parts=tuple(one.strip() for one in row["parts"].split(";") if one.strip()),
        path=row["path"],
        detail=row["detail"],
        note=row["note"],
    )


def _points(text: str) -> Iterator[Point]:
    for pair in filter(None, map(str.split, text.split(";"))):
        yield float(pair[0]), float(pair[1])


def _rows(
    path: pathlib.Path, columns: tuple[str, ...], faults: list[Fault]
) -> Iterator[dict[str, str]]:
    """Yield the rows without a fault; put the faults of the others with the rest."""
    table = csv.DictReader(io.StringIO(read_text(path), newline=""))
    missing = [name for name in columns if name not in (table.fieldnames or ())]
    remedy = "the column is missing; add it"
    faults += [Fault(str(path), 1, name, None, remedy) for name in missing]
    seen: set[str] = set()
    for row in () if missing else table:
        problems = list(_problems(row, columns[0], seen))
        faults += [Fault(str(path), table.line_num, *problem) for problem in problems]
        seen.add(row[columns[0]])
        if not problems:
            yield row


def _problems(
    row: Mapping[str | None, str | None], key: str, seen: set[str]
) -> Iterator[tuple[str | None, str | None, str]]:
    """Yield column, value and remedy of all that is wrong with a row."""
    if None in row or None in row.values():
        yield None, None, "more or fewer cells than the header"
        return
    cells = {str(name): str(value) for name, value in row.items()}
    if cells[key] in seen:
        yield key, cells[key], "stands twice; remove one"
    for name, more in (("body", ()), ("around", ("",))):
        if cells.get(name, "both") not in (*BODIES, "both", *more):
            yield name, cells[name], f"one of both, {', '.join(BODIES)}"
    if not _FURTHER.fullmatch(cells.get("further", "")):
        yield "further", cells["further"], "not points; write x y; x y"
    for name in ("height", "torso", "layer", "front", "x", "y"):
        blank_allowed = not cells.get(name) and (
            name == "front" or (name in "xy" and not cells.get("x") and not cells.get("y"))
        )
        if name in cells and not blank_allowed and not re.fullmatch(_NUMBER, cells[name]):
            yield name, cells[name], "not a number"
    for name in ("path", "detail"):
        try:
            parse_path(cells[name] or "M0 0")
        except ValueError as error:
            yield name, cells[name][:20], str(error)
