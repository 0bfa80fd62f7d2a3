"""The diagram: a figure with its artists by role, its caption, and its findings in words."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL
from metastasis.pictures._output import render, save
from metastasis.pictures._selection import capitalize, label_of
from metastasis.pictures._warning import EmptyDiagramWarning, warn_caller

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from metastasis._catalog import Catalog
    from metastasis._evidence.pair import Spread
    from metastasis.pictures._sheet import Sheet

__all__ = [
    "CLASSES",
    "CLASS_RULES",
    "Diagram",
    "best_supported",
    "credit",
    "describe_call",
    "name_primaries",
    "plural",
    "small_print",
    "sources_in",
    "stand_out",
    "write_nothing",
]

_NAMED_SOURCES = 6

CLASSES: Final = ("commonly", "possibly", "rarely")
"""The classes of edges, in the order of legends."""

CLASS_RULES: Final = (
    "Common: a source says so, or the 95 % interval of a share starts at 10 % or more, out of at "
    "least 50 metastatic patients, patients with distant stage at diagnosis, or autopsies. Rare: "
    "every source that reports it says so. Numbers with different denominators are not pooled."
)
"""What makes an edge common or rare, for captions; the rules stand in ``ontology/rules/``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """What drawing gives: the figure, what is in it, and what it says.

    In a notebook it shows itself, with its findings as alternative text.
    """

    kind: str
    title: str
    figure: Figure
    axes: Axes
    artists: Mapping[str, tuple[Artist, ...]]
    """Every artist drawn, by its role (``edges``, ``primary labels`` …), each with its own id."""
    alt_text: str
    """The main findings in words, for those who do not see the picture."""
    caption: str
    """What the picture's widths and colors mean, out of whom, from which sources and release."""
    call: str
    """The Python call that draws it again."""
    credits: tuple[str, ...]
    """The sources behind it, each with its license."""
    release: str = DATA_RELEASE

    def save(
        self,
        path: Path | str,
        format: str | None = None,  # noqa: A002
        *,
        width: int | None = None,
    ) -> None:
        """Write the picture to a file; as :func:`metastasis.pictures.save`."""
        save(self, path, format, width=width)

    def __repr__(self) -> str:
        return f"<Diagram {self.kind}: {self.title}; {self.release}, not for clinical use>"

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        picture = io.BytesIO()
        render(self, picture, "png")
        return picture.getvalue(), {"alt": self.alt_text}


def describe_call(kind: str, **options: Any) -> str:
    """Return the Python call that draws a diagram, without the options left as they were.

    >>> describe_call("network", primaries=("breast",), sites=None)
    "kg.draw.network(primaries=['breast'])"
    """
    given = [
        f"{name}={list(value) if isinstance(value, tuple) else value!r}"
        for name, value in options.items()
        if value is not None
    ]
    return f"kg.draw.{kind}({', '.join(given)})"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> plural(1, "site"), plural(1200, "primary", "primaries")
    ('1 site', '1,200 primaries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sources_in(spreads: Iterable[Spread]) -> list[str]:
    """Return the keys of the sources behind some pairs, each once, in order."""
    return sorted({source for spread in spreads for source in spread.sources})


def credit(catalog: Catalog, sources: Iterable[str]) -> tuple[str, ...]:
    """Return each source with its license as stated."""
    stated = (
        (key, catalog.sources[key].license if key in catalog.sources else None) for key in sources
    )
    return tuple(f"{key} ({license_ or 'no license stated'})" for key, license_ in stated)


def small_print(sources: list[str], of: str = "") -> str:
    """Return what every caption ends with: sources (of what), release, not for clinical use."""
    named = ", ".join(sources)
    if len(sources) > _NAMED_SOURCES:
        named = f"{len(sources)}, listed in the metadata of the file"
    said = f"{'Source' if len(sources) == 1 else 'Sources'}{of}: {named}. " if sources else ""
    return f"{said}Data release {DATA_RELEASE}. {NOT_CLINICAL}"


def name_primaries(labels: Collection[str]) -> str:
    """Return the label of the one primary, or how many there are.

    >>> name_primaries(["breast cancer"]), name_primaries(["breast cancer", "lung cancer"])
    ('breast cancer', '2 cancers')
    """
    return next(iter(labels)) if len(labels) == 1 else f"{len(labels)} cancers"


def best_supported(spreads: Iterable[Spread]) -> str:
    """Return in a sentence the pairs that most sources report, common ones first."""
    ranked = sorted(
        spreads, key=lambda one: (-len(one.sources), one.edge != "commonly", label_of(one))
    )
    named = [f"{label_of(one)} ({plural(len(one.sources), 'source')})" for one in ranked[:3]]
    return f"Best supported: {', '.join(named)}." if named else ""


def write_nothing(sheet: Sheet, kind: str, what: str, y: float) -> dict[str, tuple[Artist, ...]]:
    """Say in the figure that there is nothing to draw, and warn the caller."""
    warn_caller(f"there is {what} to draw", EmptyDiagramWarning)
    said = f"Nothing to draw: {what} fits what was asked for."
    size = sheet.style.label_size + 2
    text = sheet.write(sheet.width / 2, y, said, size=size, align="center", gid=f"{kind}-nothing")
    return {"nothing": (text,)}


def stand_out(spreads: Sequence[Spread]) -> str:
    """Return which sites and primaries stand out; for one alone of either, the pairs by class."""
    primaries = [spread.primary_label for spread in spreads]
    sites = [spread.site_label for spread in spreads]
    if min(len(set(primaries)), len(set(sites))) <= 1:
        return _by_class(spreads)
    return (
        f"Sites that most primaries reach: {_most_frequent(sites)}. "
        f"Primaries that reach most sites: {_most_frequent(primaries)}."
    )


def _by_class(spreads: Sequence[Spread]) -> str:
    """Return the sites of a single primary, or else the primaries of a single site, by class."""
    single = len({spread.primary for spread in spreads}) == 1
    return " ".join(
        f"{capitalize(name)}: {', '.join(reached)}."
        for name in CLASSES
        if (
            reached := [
                spread.site_label if single else spread.primary_label
                for spread in spreads
                if spread.edge == name
            ]
        )
    )


def _most_frequent(names: Iterable[str]) -> str:
    """Return the three most frequent names, each with how often it stands there."""
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} ({number})" for name, number in ranked[:3])
