"""The signs of a pair, and what its title says: the same in every drawing.

States are told apart by form: a hatched, dashed or crossed shape, a cross, a square, a disk; what
an edge rests on by an open circle or triangle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._evidence.edge import BASES
from metastasis._markup import Content, Markup, element
from metastasis._vocabulary import LISTS
from metastasis.pictures._said.mark import DENIED, STATES, Mark, percent_label
from metastasis.pictures._said.words import label_of, plural
from metastasis.serve._drawings.drawing import SAMPLE, Entry
from metastasis.serve._drawings.outline import polygon, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.frame import Frame

__all__ = [
    "EDGES",
    "basis_entries",
    "basis_sign",
    "circle",
    "conflict_sign",
    "counted",
    "cross",
    "in_order",
    "short_lines",
    "sign_of",
    "state_sign",
    "step_of",
    "told",
]

EDGES: Final = {
    "commonly": "common",
    "possibly": "reported, how commonly not established",
    "rarely": "rare",
}
"""The classes of edges in the words of a legend of signs."""


_RANKS: Final = ("number", "words", "conflicting", *DENIED)
"""The states of pairs, those first that say most."""
_SPREADS: Final = {
    "commonly": "commonly spreads there",
    "possibly": "spreads there, how commonly not established",
    "rarely": "rarely spreads there",
}


def step_of(percent: float, steps: Iterable[float]) -> int:
    """Return in which step of shades a percentage is, 0 for the lightest."""
    return sum(percent >= limit for limit in steps)


def told(mark: Mark, frame: Frame | None) -> str:
    """Return a pair in a sentence: its number out of whom, its edge, and what this rests on.

    >>> import metastasis as mets
    >>> from metastasis.pictures._said.mark import mark_of
    >>> frame = mets.Frame("metastatic_patients", "during_course")
    >>> told(mark_of(mets.load().evidence.pair("bladder", "bone"), frame), frame)[:60]
    'bladder cancer to bone: 47 % (71/150, muscle-invasive) of me'
    """
    pair = mark.pair
    said = []
    if mark.number:
        said.append(f"{counted(mark.number)} of {frame}")
    if mark.interval:
        said.append("95 % interval {:.1f} to {:.1f} %".format(*mark.interval))
    if mark.state in (*DENIED, "conflicting"):
        said.append(STATES[mark.state])
    if pair.edge:
        basis = f" (rests on {BASES[pair.basis]})" if pair.basis else ""
        said.append(f"{_SPREADS[pair.edge]}{basis}")
    if mark.is_disputed:
        said.append(STATES["conflicting"])
    said.append(plural(len(pair.sources), "source"))
    return f"{label_of(pair)}: {'; '.join(said)}"


def counted(number: Assertion) -> str:
    """Return a number with its denominator, or that its source gives no count."""
    if number.is_quantified:
        people = f"{number.count:,}/{number.total:,}"
    else:
        people = f"of {number.total:,}, n not given" if number.total else "n/N not given"
    part = f", {number.population}" if number.population else ""
    return f"{percent_label(number)} ({people}{part})"


def short_lines(mark: Mark) -> list[str]:
    """Return what stands below or beside a name: share and n/N, or why there is none, in short.

    The interval stands in the title; in quotation marks is what a source says in words.
    """
    said = []
    if mark.number_lines:
        said.append(mark.number_lines[0].replace("  ", " "))
    if mark.state == "words":
        words = mark.lines[0]
        _, _, frequency = words.partition("in words: ")
        said.append(f"“{frequency}”" if frequency else "other numbers")
    if mark.state in (*DENIED, "conflicting"):
        said.append(STATES[mark.state])
    elif mark.is_disputed:
        said.append(STATES["conflicting"])
    return said


def in_order(mark: Mark) -> tuple[int, float, int]:
    """Return what pairs are ordered by: numbers first, then classes of edges."""
    edges = LISTS["edge"]
    edge = edges.index(mark.pair.edge) if mark.pair.edge else len(edges)
    return _RANKS.index(mark.state), -mark.percent, edge


# Signs


def circle(x: float, y: float, radius: float, class_: str) -> Markup:
    """Return a circle."""
    return element("circle", cx=written(x), cy=written(y), r=written(radius), class_=class_)


def basis_sign(x: float, y: float, basis: str, radius: float = 4.0) -> Markup:
    """Return the open sign of what an edge rests on: a circle or a triangle."""
    if basis == "expert_words":
        return circle(x, y, radius, "open")
    top, foot, half = 1.25 * radius, 0.85 * radius, 1.2 * radius
    corners = [(x, y - top), (x + half, y + foot), (x - half, y + foot)]
    return element("path", d=polygon(corners), class_="open")


def conflict_sign(x: float, y: float, half: float = 4.0) -> Markup:
    """Return the square that says that sources conflict."""
    return element(
        "rect",
        x=written(x - half),
        y=written(y - half),
        width=written(2 * half),
        height=written(2 * half),
        class_="conflict",
    )


def cross(x: float, y: float, half: float = 4.0) -> Markup:
    """Return the cross that says that a pair is reported absent."""
    (left, right), (top, foot) = (x - half, x + half), (y - half, y + half)
    path = "M{} {}L{} {}M{} {}L{} {}".format(
        *map(written, (left, top, right, foot, left, foot, right, top))
    )
    return element("path", d=path, class_="cross")


def sign_of(mark: Mark) -> str:
    """Return the sign of a pair without a number: its state, or the class of its edge."""
    is_denied = mark.state in (*DENIED, "conflicting")
    return mark.state if is_denied else mark.pair.edge or "other"


def state_sign(x: float, y: float, sign: str) -> Markup:
    """Return a pair without a number: a disk by class, a cross if denied, a square in conflict."""
    if sign == "none_seen":
        return element("path", d=f"M{written(x - 4)} {written(y)}h8", class_="none")
    if sign == "absent":
        return cross(x, y)
    if sign == "conflicting":
        return conflict_sign(x, y)
    return circle(x, y, 4.4, f"disk {sign}")


def basis_entries(shown: Iterable[str | None]) -> list[Entry]:
    """Return the signs of what edges rest on that are in a drawing, with their words."""
    present = set(shown)
    return [
        Entry(f"rests on {words}", _basis_sample(basis))
        for basis, words in BASES.items()
        if basis in present and basis != "numbers"
    ]


def _basis_sample(basis: str) -> Callable[[float, float], Content]:
    return lambda x, y: basis_sign(x + SAMPLE / 2, y, basis)
