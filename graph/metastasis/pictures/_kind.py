"""The kind of a picture: what each decides for itself, what all share, and the list of them.

A kind is a class in a module of its own. The class chooses what to draw and lays it out when it is
made, then paints and tells it; the pairs, the caption's ending, the call that draws it again, and
the options that every kind takes come from here. A new kind is told once, by its line in
:data:`KINDS`: with it, it is on ``kg.draw``, on the shell, in the gallery and in the reference.

Nothing here imports Matplotlib: a list of the kinds must not wait for it. Long because the options
that kinds share are described here once, for all of them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter, Signature, cleandoc, getdoc, signature
from types import MappingProxyType, MethodType
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError
from metastasis._evidence.frame import check_frame
from metastasis._evidence.number import choose_frame
from metastasis.pictures._selection import select
from metastasis.pictures._style import PEN, current_style
from metastasis.pictures._words import credit, small_print, sources_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._drawn import Drawn
    from metastasis.pictures._picture import Diagram
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._surround import LegendEntry

__all__ = [
    "KINDS",
    "Draw",
    "Kind",
    "Listed",
    "Option",
    "describe_call",
    "find_kind",
    "front",
    "options_of",
]


class Kind(ABC):
    """One picture, planned: its pairs chosen and laid out, ready to be painted and told.

    A subclass takes the selection and its own options, and sets ``drawn`` and ``size``; where text
    is measured for that, `lay_out` does it, so that what is chosen can be told and drawn by other
    means without. Its docstring is the help of the picture; it describes only the parameters that
    are its own.
    """

    name: str
    """Of the kind, and the beginning of the id of every artist."""
    noun: str
    """What the picture is called in a sentence: ``heat map``."""
    nothing: str = "no evidence"
    """What there is none of, where there is nothing to draw."""
    empty_title: str = "Metastasis"
    empty_size: tuple[float, float] = (7.0, 0.9)
    """Inches of a drawing that only says that there is nothing to draw."""
    common: tuple[str, ...] = ("primaries", "sites", "sources", "title", "width", "ax")
    """Which of the options that kinds share it takes."""

    def __init__(self, chosen: Selection) -> None:
        self.chosen = chosen
        self.style = current_style()
        self.drawn: Sequence[Pair] = chosen.pairs
        self.size: tuple[float, float] | None = None
        """Width and height of the drawing in inches; None where there is nothing to draw."""
        self.frame: Frame | None = None
        """What all numbers of the picture are out of; None where it shows none."""
        self.asked = False
        """Whether the caller named any part of the frame."""
        self.why = ""
        """Why it is this frame, as a caption says it."""

    def choose_frame(
        self,
        pairs: Sequence[Pair],
        denominator: str | None,
        setting: str | None,
        occurrence: str | None,
        *,
        of_sites: bool = False,
    ) -> None:
        """Set the one frame of the picture: what is named, or the fullest if nothing is."""
        self.asked = any((denominator, setting, occurrence))
        choice = choose_frame(
            pairs,
            denominator=denominator,
            setting=setting,
            occurrence=occurrence,
            of_sites=of_sites,
        )
        self.frame, self.why = choice.frame, choice.reason

    def lay_out(self) -> None:
        """Set where everything stands, and ``size``. Called once, before anything is painted."""
        return

    @abstractmethod
    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw on a sheet from a height on; return the artists by role. Called if it has a size."""

    @abstractmethod
    def title(self) -> str:
        """Return a title that says what is drawn. Called if it has a size."""

    @abstractmethod
    def legend(self) -> list[LegendEntry]:
        """Return the entries that are in the picture, and no others. Called if it has a size."""

    @abstractmethod
    def rules(self) -> list[str]:
        """Return what widths, colors and signs mean and who the numbers count, a sentence each."""

    @abstractmethod
    def findings(self) -> str:
        """Return what the picture shows, for those who do not see it; not its geometry."""

    def sources(self) -> list[str]:
        """Return the keys of the sources behind the picture, in order."""
        return sources_in(self.drawn)

    def rows(self) -> Sequence[Drawn]:
        """Return what is drawn, a row for each thing that stands for something."""
        from metastasis.pictures._drawn import drawn_of
        from metastasis.pictures._mark import Mark

        marks = getattr(self, "marks", None) or [Mark(pair, None) for pair in self.drawn]
        return [drawn_of(mark, self.chosen.catalog) for mark in marks]

    def shared(self, gid: str) -> Iterable[str]:  # noqa: ARG002 - most kinds have nothing to say
        """Return the keys of the rows that an artist stands for, if its id does not end with it.

        An id such as ``ring-band-breast--bone`` or ``heatmap-text-breast--bone-2`` tells its row.
        """
        return ()

    def ending(self) -> str:
        """Return what the caption ends with: sources, release, not for clinical use."""
        return small_print(self.chosen.evidence, self.sources())

    def caption(self) -> str:
        """Return the rules, what became of names that are not drawn, and the ending."""
        return " ".join([*self.rules(), *self.chosen.missing(self.drawn), self.ending()])

    def alt_text(self) -> str:
        """Return the findings, and what became of names that are not drawn."""
        found = self.findings() if self.size else self.empty_findings()
        return " ".join([found, *self.chosen.missing(self.drawn)])

    def empty_findings(self) -> str:
        """Return that there is nothing to draw."""
        return f"An empty {self.noun}: {self.nothing} fits what was asked for."

    def credits(self) -> tuple[str, ...]:
        """Return each source with its license as stated."""
        return credit(self.chosen.evidence, self.sources())

    def call(self, options: Mapping[str, Any]) -> str:
        """Return the Python call that draws it again; ``options`` are those that were set."""
        return describe_call(self.name, options)


def describe_call(name: str, options: Mapping[str, Any]) -> str:
    """Return the Python call that draws a picture, without the options that are None.

    >>> describe_call("network", {"primaries": ("breast",), "sites": None})
    "kg.draw.network(primaries=['breast'])"
    """
    given = [
        f"{option}={list(value) if isinstance(value, tuple) else value!r}"
        for option, value in options.items()
        if value is not None
    ]
    return f"kg.draw.{name}({', '.join(given)})"


# The options that every kind takes, described once

_COMMON: Final[Mapping[str, tuple[Any, str, str]]] = MappingProxyType(
    {
        "primaries": (
            None,
            "str | Iterable[str] | None",
            'The primaries to draw; None is all, without groupings such as "cancer" in general.',
        ),
        "sites": (
            None,
            "str | Iterable[str] | None",
            "The sites to draw; None is all.",
        ),
        "sources": (
            None,
            "str | Iterable[str] | None",
            "Only these sources, by key; None is all. An edge is then what follows from these "
            "alone.",
        ),
        "title": (None, "str | None", "A title of your own; None is one that says what is drawn."),
        "width": (
            None,
            "float | None",
            "Width in inches, with the text scaled to it; None is as wide as the labels need.",
        ),
        "ax": (
            None,
            "Axes | None",
            "Axes to draw on, all scaled down to fit them; None is a figure of its own.",
        ),
    }
)
"""Default, type and description of each option that kinds share, in the order of signatures."""

_FRAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "denominator": "Which numbers are shown: who they count. If no part of the frame is named, "
        "it is the frame that most pairs have numbers in; the caption says which. Numbers of "
        "different frames are never in one picture.",
        "setting": "Which numbers are shown: at diagnosis, during the course, or at autopsy.",
        "occurrence": "Which numbers are shown: with the site at ``any`` time, as the "
        "``only_site``, or as the ``first_site``.",
        "frame": "The three parts in one, as other answers give it.",
    }
)
"""The parts of a frame; which kinds take them stands in their own signatures."""

_EVIDENCE: Final = "The evidence to draw, such as ``kg.evidence``; a graph is taken for its own."
_RAISES: Final = """UnknownNameError, AmbiguousNameError
    A name that nothing has, or that several have.
ValueError
    Options do not fit each other or the evidence; the message says what does. Or the width is not
    positive."""
_AFTER: Final = ("title", "width", "ax")
"""Common options that follow those of a kind's own: they say how it looks, not what it shows."""


def front(kind: type[Kind]) -> Callable[..., Diagram]:
    """Return a kind as a function of evidence and options: its own, and those that all kinds take.

    >>> from metastasis.pictures import draw_network
    >>> list(signature(draw_network).parameters)[:4]
    ['evidence', 'primaries', 'sites', 'sources']
    """
    plan: Callable[..., Kind] = getattr(kind, "plan", kind)
    own = list(signature(plan).parameters.values())[1:]
    accepted = _signature(own, kind.common)

    def draw(*args: Any, **options: Any) -> Diagram:
        from metastasis.pictures._picture import compose

        given = accepted.bind(*args, **options)
        given.apply_defaults()
        asked = given.arguments
        if (frame := asked.pop("frame", None)) is not None:
            asked |= _parts(frame, _set(accepted, asked))
        evidence = getattr(asked["evidence"], "evidence", asked["evidence"])
        chosen = select(evidence, asked["primaries"], asked["sites"], asked.get("sources"))
        keys = {"primaries": chosen.primaries, "sites": chosen.sites, "sources": chosen.sources}
        with PEN:  # to plan measures text, which takes fonts
            planned = plan(chosen, **{one.name: asked[one.name] for one in own})
            planned.lay_out()
            call = planned.call(_set(accepted, {**asked, **keys}))
            return compose(planned, call, asked["title"], asked["width"], asked["ax"])

    draw.__name__ = draw.__qualname__ = f"draw_{kind.name}"
    # Where users find it; so its examples run once, as those of the class.
    draw.__module__ = __package__
    draw.__signature__ = accepted  # type: ignore[attr-defined]
    draw.__doc__ = _help(kind, accepted)
    return draw


def _set(accepted: Signature, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are not as they were by default, in the order of the signature."""
    return {
        name: given[name]
        for name, one in accepted.parameters.items()
        if name not in ("evidence", "frame", "title", "ax")
        # Only like is compared with like: arrays and tables answer a comparison with one of them.
        and (type(given[name]) is not type(one.default) or given[name] != one.default)
    }


def _parts(frame: Frame, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts of a frame as options; others may not be given beside it."""
    check_frame(frame, **{name: given[name] for name in _FRAME if name in given})
    if frame.stage != "any":
        raise ValueError(f"pictures show numbers on any stage, not those of {frame}")
    return {name: getattr(frame, name) for name in _FRAME if name != "frame"}


def _signature(own: Sequence[Parameter], common: Sequence[str]) -> Signature:
    """Return the signature of a kind's function: positional ones of its own come first."""
    either, only = Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY

    def shared(name: str, how: Any) -> Parameter:
        default, annotation, _ = _COMMON[name]
        return Parameter(name, how, default=default, annotation=annotation)

    framed = [one for one in own if one.name == "denominator"]
    return Signature(
        [
            Parameter("evidence", either, annotation="Evidence"),
            *(one for one in own if one.kind is either),
            *(shared(name, either) for name in ("primaries", "sites")),
            *(shared(name, only) for name in common if name == "sources"),
            *(one for one in own if one.kind is only),
            *(Parameter("frame", only, default=None, annotation="Frame | None") for _ in framed),
            *(shared(name, only) for name in _AFTER if name in common),
        ],
        return_annotation="Diagram",
    )


def _help(kind: type[Kind], accepted: Signature) -> str:
    """Return the docstring of a kind with the shared parameters and errors put in."""
    sections = _sections(kind.__doc__ or "")
    own = _described(sections.get("Parameters", ""))
    shared = {
        "evidence": _EVIDENCE,
        **_FRAME,
        **{name: text for name, (_, _, text) in _COMMON.items()},
    }
    parameters = "\n".join(
        f"{name}\n    {own.get(name, shared.get(name, ''))}" for name in accepted.parameters
    )
    sections = (
        {"": sections.pop(""), "Parameters": parameters}
        | {name: text for name, text in sections.items() if name not in ("Parameters", "Examples")}
        | {"Raises": _RAISES, "Examples": sections.get("Examples", "")}
    )
    return "\n\n".join(
        f"{name}\n{'-' * len(name)}\n{text}" if name else text
        for name, text in sections.items()
        if text
    )


def _sections(text: str) -> dict[str, str]:
    """Return the parts of a docstring in numpy style by their headings, the first without one."""
    first, *rest = re.split(r"^(\w+)\n-+\n", cleandoc(text), flags=re.MULTILINE)
    names, bodies = rest[::2], rest[1::2]
    return {"": first.strip(), **dict(zip(names, (body.strip() for body in bodies), strict=True))}


def _described(text: str) -> dict[str, str]:
    """Return what a Parameters section says of each name, as one line."""
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for line in text.splitlines():
        if line and not line[0].isspace():
            names = [name.strip() for name in line.partition(":")[0].split(",")]
        else:
            for name in names:
                found.setdefault(name, []).append(line.strip())
    return {name: " ".join(lines).strip() for name, lines in found.items()}


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a function: what a command line needs to offer it."""

    name: str
    default: Any
    """``inspect.Parameter.empty`` where it must be given."""
    annotation: str
    """As written: ``float | None``."""
    help: str
    """What the docstring says of it, as one line."""


def options_of(function: Callable[..., Any]) -> list[Option]:
    """Return the options of a function with a docstring in numpy style, without its first argument.

    >>> from metastasis.pictures import draw_network
    >>> [one.help for one in options_of(draw_network) if one.name == "sites"]
    ['The sites to draw; None is all.']
    """
    described = _described(_sections(getdoc(function) or "").get("Parameters", ""))
    return [
        Option(one.name, one.default, str(one.annotation), described.get(one.name, ""))
        for one in list(signature(function).parameters.values())[1:]
    ]


# The list


@dataclass(frozen=True, slots=True)
class Listed:
    """A kind in the list: its name and what it shows. Its module is imported when it is used."""

    name: str
    shows: str
    """What it is, in a sentence."""

    @property
    def function(self) -> Callable[..., Diagram]:
        """What draws it: ``draw_<name>`` of the module named after the kind."""
        module = import_module(f"metastasis.pictures._{self.name}")
        function: Callable[..., Diagram] = getattr(module, f"draw_{self.name}")
        return function

    def __call__(self, evidence: Evidence, *more: Any, **options: Any) -> Diagram:
        """Draw it; as its function."""
        return self.function(evidence, *more, **options)


KINDS: Final[Mapping[str, Listed]] = MappingProxyType(
    {
        name: Listed(name, shows)
        for name, shows in {
            "network": "Primaries on the left, sites on the right, a line for every edge.",
            "heatmap": "Primaries by sites: reported, reported absent, conflicting, not studied.",
            "body": "Where a cancer spreads, or what spreads to an organ, on the body.",
            "ring": "Primaries and sites around a circle, a band for every pair.",
            "alluvial": "Primaries, what lies between, and sites, as streams.",
            "forest": "The numbers on one pair, source by source, grouped by who they count.",
            "profiles": "The sites of several cancers side by side, all in one frame.",
            "progression": "How often a cancer goes from one site to the next, and back.",
        }.items()
    }
)
"""Every kind of picture by its name. This line is all that a new one needs beside its module."""


def find_kind(name: str) -> Callable[..., Diagram]:
    """Return the function that draws a kind of picture.

    >>> find_kind("pie")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown diagram 'pie'. Did you mean 'network', 'heatmap', ...

    Raises
    ------
    UnknownNameError
        There is no such kind; the error lists them.
    """
    if name not in KINDS:
        raise UnknownNameError("diagram", name, list(KINDS))
    return KINDS[name].function


class Draw:
    """The pictures of some evidence, one method a kind: what ``kg.draw`` is.

    >>> import metastasis as mets
    >>> mets.load().draw
    <Draw: network, heatmap, body, ring, alluvial, forest, profiles, progression>
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def __repr__(self) -> str:
        return f"<Draw: {', '.join(KINDS)}>"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *KINDS]

    def __getattr__(self, name: str) -> Callable[..., Diagram]:
        """Return a kind with the evidence handed to it, its help and its options as they are."""
        if name not in KINDS:
            raise AttributeError(f"there is no picture {name!r}; there are {', '.join(KINDS)}")
        return MethodType(KINDS[name].function, self._evidence)
