"""Which number stands for a pair in a frame, and which frame an answer goes by.

Here stand the two rules that every table, analysis and picture follows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.frame import check_frame
from metastasis._evidence.pair import PREFERENCE
from metastasis._table import Table
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from metastasis._catalog import Names
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair

__all__ = [
    "Choice",
    "FrameCount",
    "Number",
    "asked_pairs",
    "choose_frame",
    "frames",
    "nothing_counted",
    "number_for",
    "numbers",
    "share_of",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """The frame that an answer goes by, and why it is this one."""

    frame: Frame | None
    """None where no number fits."""
    reason: str


@dataclass(frozen=True, slots=True)
class FrameCount:
    """One frame, and how much is counted in it."""

    denominator: str
    setting: str
    occurrence: str
    stage: str
    numbers: int
    primaries: int
    sites: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """The number that stands for one pair in one frame."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "primary": "pair.primary",
        "primary_label": "pair.primary_label",
        "site": "pair.site",
        "site_label": "pair.site_label",
        **{
            name: f"assertion.{name}"
            for name in (
                "percent",
                "count",
                "total",
                "interval_low",
                "interval_high",
                "interval_basis",
                "population",
                "source",
                "locator",
            )
        },
        "assertion": "assertion.key",
    }

    pair: Pair
    assertion: Assertion
    """What the source says; its percentage is in percent, and never a mean of several sources."""


def number_for(pair: Pair, frame: Frame | None) -> Assertion | None:
    """Return the number that stands for a pair in a frame; None where there is none.

    It is one source's number as it stands, never a mean. Of several, numbers on the whole
    population come first, then those with their count n, then the largest N, then the first by the
    name of its source and of the part of the population.

    >>> import metastasis as mets
    >>> pair = mets.load().evidence.pair("bladder", "bone")
    >>> found = number_for(pair, mets.Frame("metastatic_patients", "during_course"))
    >>> found.count, found.total
    (71, 150)
    """
    found = pair.by_frame.get(frame) if frame is not None else None
    return found[0] if found else None


def share_of(number: Assertion) -> float:
    """Return the share that a number says, 0 to 1: n/N where both are known, else as printed.

    >>> from metastasis import Assertion
    >>> said = {"primary": "lung", "site": "bone", "source": "a", "locator": "b"}
    >>> share_of(Assertion(**said, count=1, total=3)), share_of(Assertion(**said, percent=33.3))
    (0.3333333333333333, 0.333)
    """
    if number.count is not None and number.total:
        # The percentage of a count is rounded to two decimals; what is computed goes on from n/N.
        return number.count / number.total
    return float((number.percent or 0) / 100)


def choose_frame(
    pairs: Sequence[Pair],
    *,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    stage: str | None = "any",
    among: Collection[str] | None = None,
    of_sites: bool = False,
    ask: bool = False,
    needed: bool = True,
) -> Choice:
    """Return the one frame that an answer on these pairs goes by, and why.

    A frame that is given is taken. Where nothing is named, it is the one with numbers on most
    pairs, a number with its count for two, with sites counted at any time if there are such; of
    several, the one with the largest N. Shares of a site's metastases (``site_cases``) say how
    often a primary is met there, not how often it spreads there: by default they are taken only if
    ``of_sites``.

    Parameters
    ----------
    pairs
        The pairs that the answer is about.
    frame, denominator, setting, occurrence, stage
        What is asked for; None may be anything.
    among
        The denominators that the answer can be about; None is every one.
    of_sites
        Whether the answer is about what is found at a site.
    ask
        Whether the caller needs exactly one frame, and has to ask where several would do.
    needed
        Whether it is an error too, with ``ask``, that no number fits.

    >>> import metastasis as mets
    >>> choose_frame(mets.load().evidence.pairs(primaries={"bladder"})).frame.denominator
    'metastatic_patients'

    Raises
    ------
    UnknownNameError
        There is no such denominator, setting, occurrence or stage.
    EvidenceError
        Something is named (or ``ask``), and several frames have it; or ``ask``, and none has it
        although one is ``needed``; or a part is named that is another in the frame given.
    """
    if frame is not None:
        check_frame(frame, denominator=denominator, setting=setting, occurrence=occurrence)
        return Choice(frame, "asked for")
    named = {
        "denominator": denominator,
        "setting": setting,
        "occurrence": occurrence,
        "stage": stage,
    }
    asked = {name: value for name, value in named.items() if value is not None}
    for name, value in asked.items():
        check_choice(name, value, LISTS[name])
    counts = Counter(
        one for pair in pairs for one in pair.by_frame if among is None or one.denominator in among
    )
    is_asked = bool(denominator or setting or occurrence)
    fitting = _fitting(counts, asked, every=of_sites or is_asked or ask)
    if ask and needed and not fitting:
        raise EvidenceError(_nothing(counts))
    if len(fitting) > 1 and (is_asked or ask):
        raise EvidenceError(_remedy(fitting, counts, may_be_left_out=not ask))
    chosen = _richest(pairs, fitting)
    if chosen is None or is_asked or ask:
        return Choice(chosen, "no number fits" if chosen is None else "asked for")
    if len(fitting) == 1:
        return Choice(chosen, "no other has numbers")
    shown = sum(number_for(pair, chosen) is not None for pair in pairs)
    return Choice(chosen, f"it has the most numbers and counts: on {shown} of {len(pairs)} pairs")


def frames(evidence: Evidence) -> Table[FrameCount]:
    """Return every frame in which there are numbers of metastasis, the fullest first.

    Groupings of cancers and sites that name no place are left out.

    >>> import metastasis as mets
    >>> sorted({one.denominator for one in frames(mets.load().evidence)})[0]
    'all_patients'
    """
    found: dict[Frame, list[Assertion]] = {}
    for pair in asked_pairs(evidence):
        for frame, said in pair.by_frame.items():
            found.setdefault(frame, []).extend(said)
    counts = [
        FrameCount(
            frame.denominator,
            frame.setting,
            frame.occurrence,
            frame.stage,
            numbers=len(said),
            primaries=len({one.primary for one in said}),
            sites=len({one.site for one in said}),
            sources=tuple(sorted({one.source for one in said})),
        )
        for frame, said in found.items()
    ]
    counts.sort(key=lambda one: (-one.numbers, one.denominator, one.setting, one.occurrence))
    return Table(FrameCount, counts, notes=["Numbers of different rows are never compared."])


def numbers(
    evidence: Evidence,
    primaries: Names = None,
    sites: Names = None,
    *,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    stage: str | None = "any",
) -> Table[Number]:
    """Return the number that stands for each pair in one frame: rows that may be compared.

    If no part of the frame is named, the one with the most numbers and counts is chosen; a note
    says which and why.

    Parameters
    ----------
    evidence
        What is said.
    primaries, sites
        One name or several; None is all.

    >>> import metastasis as mets
    >>> table = numbers(mets.load().evidence, "bladder")
    >>> table[0].pair.site, float(table[0].assertion.percent)
    ('lymph_node', 69.0)

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    EvidenceError
        Several frames have what is named: the message lists them.
    """
    pairs = asked_pairs(evidence, primaries, sites)
    choice = choose_frame(
        pairs,
        frame=frame,
        denominator=denominator,
        setting=setting,
        occurrence=occurrence,
        stage=stage,
    )
    found = [
        Number(pair, said) for pair in pairs if (said := number_for(pair, choice.frame)) is not None
    ]
    found.sort(key=lambda one: (-(one.assertion.percent or 0), one.pair.primary, one.pair.site))
    told = f"share of {choice.frame} ({choice.reason})" if choice.frame else "no number fits"
    return Table(
        Number,
        found,
        notes=[
            told,
            f"Of several numbers on a pair one stands for it, never a mean: {PREFERENCE}.",
        ],
    )


def asked_pairs(evidence: Evidence, primaries: Names = None, sites: Names = None) -> list[Pair]:
    """Return the pairs of some primaries and sites; None is all, without groupings of cancers.

    >>> import metastasis as mets
    >>> [pair.site for pair in asked_pairs(mets.load().evidence, "melanoma", ["bone", "hepatic"])]
    ['bone', 'liver']

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    """
    catalog = evidence.catalog
    rows, columns = catalog.primary_keys(primaries), catalog.site_keys(sites)
    pairs = evidence.pairs(primaries=rows, sites=columns)
    if rows is not None:
        return pairs
    return [pair for pair in pairs if catalog.primaries[pair.primary].kind != "grouping"]


def nothing_counted(pairs: Iterable[Pair]) -> EvidenceError:
    """Return the error that nothing is counted in a frame, with the frames that there are."""
    return EvidenceError(_nothing(frame for pair in pairs for frame in pair.by_frame))


def _fitting(counts: Iterable[Frame], asked: Mapping[str, str], *, every: bool) -> list[Frame]:
    fitting = [
        frame
        for frame in counts
        if (every or frame.denominator != "site_cases")
        and all(getattr(frame, name) == value for name, value in asked.items())
    ]
    if "occurrence" in asked:
        return fitting
    return [frame for frame in fitting if frame.occurrence == "any"] or fitting


def _richest(pairs: Iterable[Pair], fitting: Sequence[Frame]) -> Frame | None:
    """Return the frame with numbers on the most pairs; a number with its count counts for two."""
    if len(fitting) == 1:
        return fitting[0]
    worth: Counter[Frame] = Counter()
    largest: Counter[Frame] = Counter()
    for pair in pairs:
        for frame, said in pair.by_frame.items():
            worth[frame] += 1 + said[0].is_quantified
            largest[frame] = max(largest[frame], max(one.total or 0 for one in said))
    return min(fitting, key=lambda one: (-worth[one], -largest[one], one), default=None)


def _nothing(counts: Iterable[Frame]) -> str:
    listed = "; ".join(sorted(set(map(str, counts)))) or "none at all"
    return f"nothing is counted in this frame; there is: {listed}"


def _remedy(fitting: Sequence[Frame], counts: Mapping[Frame, int], *, may_be_left_out: bool) -> str:
    kinds = [
        f"  denominator={one.denominator!r}, setting={one.setting!r}, "
        f"occurrence={one.occurrence!r} ({counts[one]} pair{'' if counts[one] == 1 else 's'})"
        for one in sorted(fitting, key=lambda one: (-counts[one], one))
    ]
    said = "numbers with different denominators, settings or occurrences cannot share a scale; "
    return "\n".join([f"{said}choose one{', or name none' if may_be_left_out else ''}:", *kinds])
