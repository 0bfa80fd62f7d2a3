"""Cues: the words that say something of spread, as ``ontology/text/cues.csv`` has them.

What the same words can mean besides stands in rows of their own; the first row says what they
mostly mean. ``{seen}`` in a row stands for every word of the class ``seen``: "not {seen}" is "not
found", "not reported" and so on.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._catalog.rows import readable_rows, sound_rows
from metastasis._errors import TableError
from metastasis._files import ontology_path
from metastasis.text._names.forms import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from metastasis._errors import Fault

__all__ = ["OF_SPREAD", "Cue", "read_cues", "shipped_cues"]

OF_SPREAD: Final = frozenset({"growth", "inverse", "metastasis", "place", "spread"})
"""Classes one of which stands in whatever sentence states something by itself."""

_FREQUENCIES: Final = ("most_common", "common", "less_common", "rare", "possible")
_NO_VALUE: Final = ("",)

_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "spread": (
        "verb",
        "weak",
    ),  # spreads to; weak: means it where spread is spoken of, as "involve"
    "metastasis": ("noun", "weak"),  # metastases, deposits
    "growth": ("extension",),  # grows into
    "inverse": ("from", "source"),  # the cancers of a site, and not the sites of a cancer
    "place": ("strong", "site"),  # sites, organs; strong: says spread itself, as "secondary sites"
    "frequency": _FREQUENCIES,
    "double": ("common",),  # two words that deny each other: not uncommon
    "order": _NO_VALUE,  # followed by
    "denial": ("verb", "determiner", "inline", "predicate", "apart"),
    "route": ("hematogenous", "lymphatic", "transcoelomic", "perineural", "csf"),
    "route_to": _NO_VALUE,  # through, via: ends a list of sites
    "setting": ("at_diagnosis", "during_course", "at_autopsy"),
    "stage": ("advanced",),
    "population": ("adolescents", "children", "men", "women"),
    "generic": _NO_VALUE,  # it, the tumor: a cancer that is named elsewhere
    "copula": _NO_VALUE,  # is, are
    "occur": _NO_VALUE,  # occurs, was found
    "member": _NO_VALUE,  # such as, including
    "join": _NO_VALUE,  # and, or
    "break": _NO_VALUE,  # but, whereas: begins another clause
    "condition": _NO_VALUE,  # if, when
    "comparison": _NO_VALUE,  # compared with
    "beside": _NO_VALUE,  # near, around: the site only tells where another one lies
    "neutral": _NO_VALUE,  # changes nothing of what is said of a site
    "definition": _NO_VALUE,  # is called
    "case": _NO_VALUE,  # of one patient
    "background": _NO_VALUE,  # speaks of something else than spread: pain, risk
    "seen": _NO_VALUE,  # no cue by itself, but what {seen} stands for in other rows
    "stop": _NO_VALUE,  # ends what a word of spread reaches
}
"""The classes of cues, and of each the values that it may have."""
_COLUMNS: Final = ("written", "class", "value", "form", "note")
_SEEN: Final = "{seen}"
_FORMS: Final = ("adverb", "adjective", "modal")
"""Of frequency; an adverb needs no word of spread beside it, as an adjective does."""


class Cue(NamedTuple):
    """What a written form can mean."""

    kind: str
    value: str
    form: str


def read_cues(path: Path) -> dict[str, tuple[Cue, ...]]:
    """Return what each written form can mean.

    Raises
    ------
    TableError
        With every fault: an unknown class, value or form, words that stand twice in a class.
    """
    faults: list[Fault] = []
    known: set[tuple[str, str]] = set()
    rows = readable_rows(path, _COLUMNS, [])
    found = [row["written"] for _, row in rows if row["class"] == "seen"]

    def problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
        if not row["written"]:
            yield "written", "must not be blank; write the words"
        yield from _unlisted(row)
        forms = [(form, row["class"]) for form in _forms(row["written"], found)]
        if not known.isdisjoint(forms):
            yield "written", "stands twice in this class; remove one"
        known.update(forms)

    cues: dict[str, tuple[Cue, ...]] = {}
    for row in sound_rows(path, _COLUMNS, problems, faults):
        for form in _forms(row["written"], found) if row["class"] != "seen" else ():
            cues[form] = (*cues.get(form, ()), Cue(row["class"], row["value"], row["form"]))
    if faults:
        raise TableError(faults)
    return cues


def _forms(written: str, seen: Iterable[str]) -> list[str]:
    words = seen if _SEEN in written else ("",)
    return [folded(written.replace(_SEEN, word)) for word in words]


def _unlisted(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    values = _VALUES.get(row["class"])
    if values is None:
        yield "class", f"not in the list; one of {', '.join(sorted(_VALUES))}"
    elif values == _NO_VALUE and row["value"]:
        yield "value", "must be blank in this class"
    elif row["value"] not in values:
        yield "value", f"not in the list; one of {', '.join(values)}"
    if row["class"] == "frequency" and row["form"] not in _FORMS:
        yield "form", f"not in the list; one of {', '.join(_FORMS)}"
    elif row["class"] != "frequency" and row["form"]:
        yield "form", "must be blank, but for words of frequency"


@lru_cache(maxsize=1)
def shipped_cues() -> dict[str, tuple[Cue, ...]]:
    """Return the cues that are shipped."""
    return read_cues(ontology_path("text", "cues.csv"))
