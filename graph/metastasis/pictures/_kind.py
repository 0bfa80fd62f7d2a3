"""The kind of a picture: what each decides for itself, what all share, and the list of them.

A kind is a class in a module of its own. The class chooses what to draw and lays it out when it is
made, then paints and tells it; the pairs, the caption's ending, the call that draws it again, and
short caption come from here; the options that kinds share from :mod:`._front`. A new kind is told
once, by its line in :data:`KINDS`: with it, it is on ``kg.draw``, on the shell, in the gallery and
in the reference.

Nothing here imports Matplotlib: a list of the kinds must not wait for it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType, MethodType
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError
from metastasis._evidence.number import choose_frame
from metastasis.pictures._said.cite import cite
from metastasis.pictures._said.words import (
    BRIEF_NOTICE,
    citation_of,
    credit,
    license_of,
    own_graph,
    release_of,
    small_print,
    source_words,
    sources_in,
    whom_of,
)
from metastasis.pictures._sheet.style import current_style, style_overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._picture import Diagram
    from metastasis.pictures._said.drawn import Drawn
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.surround import LegendEntry

__all__ = [
    "KINDS",
    "Draw",
    "Kind",
    "Listed",
    "describe_call",
    "find_kind",
]


_NAMED: Final = 6
"""Sources that the caption in a picture names; more are counted."""


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
    takes_sources: bool = True
    """Whether it is drawn from sources of the graph, which may be named."""
    choices: tuple[str, ...] = ()
    """Which of ``least``, ``top``, ``highlight`` and ``order`` it takes."""
    orders: tuple[str, ...] = ()
    """The orders that it can be drawn in, its own first."""
    remedies: tuple[str, ...] = ("size='page'", "fewer names", "a larger (width, height)")
    """What would fit where it has no room, in the words of options."""

    tells_legend_first: bool = False
    """Whether its legend is known before it is laid out: then the room is what this leaves."""

    def __init__(self, chosen: Selection) -> None:
        self.chosen = chosen
        self.style = current_style()
        self.drawn: Sequence[Pair] = chosen.pairs
        self.size: tuple[float, float] | None = None
        """Width and height of the drawing in inches; None where there is nothing to draw."""
        self.frame: Frame | None = None
        """What all numbers of the picture are out of; None where it shows none."""
        self.high: float | None = None
        """Where the axis of shares ends, in percent, if pictures share one; set before it is laid
        out."""
        self.tried = False
        """Whether it is laid out only to see if it fits: then what would is of no use."""
        self.why = ""
        """Why it is this frame, as a caption says it."""

    @property
    def order(self) -> str:
        """The order that things stand in, by name: the one asked for, or the kind's own."""
        return self.chosen.order or self.orders[0]

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
        choice = choose_frame(
            pairs,
            denominator=denominator,
            setting=setting,
            occurrence=occurrence,
            of_sites=of_sites,
        )
        self.frame, self.why = choice.frame, choice.reason

    def lay_out(self, room: Room) -> None:  # noqa: ARG002 - for those that have more to do
        """Set where everything stands, and ``size``, within a room.

        May be called again with another room; what counts is the last call before painting.

        Raises
        ------
        FitError
            It has no room there; the error says what would fit.
        """
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
        from metastasis.pictures._said.drawn import drawn_of
        from metastasis.pictures._said.mark import Mark

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

    def whom(self) -> str:
        """Return in a short sentence whom the numbers count; blank where there are none."""
        return f"Share of {whom_of(self.frame)}." if self.frame else ""

    def places(self) -> Mapping[str, tuple[float, float]]:
        """Return where things stand on the axes that users may point at. Called after painting."""
        return {}

    def short_caption(self, fits: Callable[[str], bool]) -> str:
        """Return the caption in the picture: who is counted, sources, release, no clinical use.

        The first wording that fits is taken, the last one if none does.
        """
        said = self.whom()
        whom = f"{said} " if said else ""
        keys = self.sources()
        named, counted = source_words([*cite(self.chosen.catalog, keys).values()], "; ")
        release = f"Data release {self.release()}. " if self.release() else ""
        texts = [
            *([f"{whom}{named}{release}{BRIEF_NOTICE}"] if 0 < len(keys) <= _NAMED else []),
            f"{whom}{counted}{release}{BRIEF_NOTICE}",
            f"{counted}{release}{BRIEF_NOTICE}",
        ]
        return next(filter(fits, texts), texts[-1])

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

    def release(self) -> str:
        """Return the data release that it draws from; blank where all is the user's own."""
        return release_of(self.chosen.evidence, self.sources())

    def license(self) -> str:
        """Return under which license what it draws is recorded: ours, or what users state."""
        return license_of(self.chosen.evidence, self.sources())

    def citation(self) -> str:
        """Return how to cite what it draws: the release, and each source."""
        return citation_of(self.chosen.evidence, self.sources())

    def call(self, options: Mapping[str, Any]) -> str:
        """Return the Python call that draws it again; ``options`` are those that were set.

        It says where ``kg`` is not the shipped graph.
        """
        own = own_graph(self.chosen.evidence, self.sources())
        return f"{describe_call(self.name, options)}{own}"


def describe_call(name: str, options: Mapping[str, Any]) -> str:
    """Return the Python call that draws a picture, without the options that are None.

    Settings of :func:`metastasis.pictures.styled` that hold stand before it.

    >>> describe_call("network", {"primaries": ("breast",), "sites": None})
    "kg.draw.network(primaries=['breast'])"
    """
    given = [
        f"{option}={_written(value)}" for option, value in options.items() if value is not None
    ]
    call = f"kg.draw.{name}({', '.join(given)})"
    settings = ", ".join(f"{name}={value!r}" for name, value in style_overrides().items())
    return f"with mets.pictures.styled({settings}): {call}" if settings else call


def _written(value: Any) -> str:
    """Return an option as Python writes it; names are a list, a size is a pair of numbers."""
    is_names = isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    return repr(list(value) if is_names else value)


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
            "upset": "Which sites your own patients have together, and how many have them.",
            "flow": "How often sites are involved, against what blood flow alone would bring.",
            "likely": "Cancers that metastases may come from, and what each site adds to it.",
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
    <Draw: network, heatmap, body, ring, alluvial, forest, profiles, progression, upset, flow,
    likely>
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
