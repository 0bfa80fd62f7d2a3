"""Likely primaries of a patient whose metastases are known: Bayes' rule, and what it rests on.

Long because here it is chosen which numbers answer: cases of a site, a frame, or one's patients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._catalog.incidence import cases_of_sex
from metastasis._errors import EvidenceError
from metastasis._evidence.interval import finite
from metastasis._table import Table
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis._likely.candidates import (
    OTHERS,
    Candidates,
    from_graph,
    from_patients,
)
from metastasis.analysis._likely.counted import answer_from_cases
from metastasis.analysis._likely.frames import best_base, coverage, richest_frame
from metastasis.analysis._likely.model import (
    SiteEvidence,
    evidence_shares,
    log_likelihood,
    log_odds,
    statement_factors,
)
from metastasis.analysis._likely.observation import Prior, choose_prior, observe
from metastasis.analysis._likely.origins import (
    COMMONEST,
    cases_of_site_or_whole,
    commonest_origins,
)
from metastasis.analysis._likely.patients import Patients, count_patients
from metastasis.analysis._likely.rows import REST, LikelyPrimary
from metastasis.analysis._likely.shares import frame_of_patients

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from metastasis._catalog import Catalog, Names
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis.analysis._likely.frames import Base, Coverage
    from metastasis.analysis._likely.observation import Observation
    from metastasis.analysis._likely.patients import PatternLike

    Matrix = NDArray[np.float64]

__all__ = ["FLAT", "LEAST_GAIN", "likely", "why_flat"]

LEAST_GAIN: Final = 0.05
"""In bits: where the sites change the prior by less (relative entropy), they do not tell.

Of two cancers it is what moves even chances to 63 % and 37 %.
"""
FLAT: Final = 0.98
"""Where the entropy is at least this part of that of even chances, nothing stands out.

Of two cancers that is a posterior of up to 58 %, of ten one of up to about 20 % if the others are
alike.
"""

LEAST_CASES: Final = 1 / 3
"""Where the cancers counted at a site have less of all new cases than this, nothing is ranked.

Of two patients in three the cancer could not come out.
"""

_FORMULA: Final = "P(primary | sites) = P(primary) P(sites | primary) / sum over primaries"


def likely(
    evidence: Evidence,
    sites: Names = (),
    *,
    absent: Names = (),
    sex: str | None = None,
    prior: str | Mapping[str, float] | None = None,
    patterns: Path | str | Iterable[PatternLike] | Patients | None = None,
    dependence: bool = True,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    anyway: bool = False,
    top: int | None = None,
    draws: int = 500,
    seed: int = 0,
) -> Table[LikelyPrimary]:
    """Return the cancers that a patient's metastases may come from, the most probable first.

    Not for clinical use: the numbers are few, of different people, and of a few cancers.

    One site alone, with nothing clear and no frame or prior named, is answered as it was
    counted, where sources sorted the patients with a metastasis there by primary (``site_cases``):
    that is P(primary | site) itself. One frame and one population answer; what else was counted is
    in the notes, and the last row is what is left (:mod:`~metastasis.analysis._likely.origins`).

    Else it is Bayes' rule, among the cancers that the numbers of one frame cover and no others:
    the likelihood is the product of the site frequencies, each drawn toward the mean of its site as
    far as its numbers are few (:func:`~metastasis.analysis._likely.model.shrunk_shares`), so that
    sites are taken for independent. Where no frame is named, it is the one that counts the most of
    the sites' commonest known primaries, and a note says which and why
    (:func:`~metastasis.analysis._likely.frames.richest_frame`). Where none of the three commonest
    of a site is among the candidates, or there are fewer than three, or (unless ``prior`` gives
    weights) they have less than a third of all new cases, the first note says so and nothing is
    ranked, unless ``anyway``. The commonest are known from ``site_cases``, and from
    numbers times new cases (:func:`~metastasis.analysis._likely.origins.commonest_origins`).

    With ``patterns`` it comes from these patients alone, and sites depend on each other through how
    far the cancer has spread (:mod:`~metastasis.analysis._likely.patients`).

    Parameters
    ----------
    evidence
        What is said.
    sites
        Sites with metastasis, one name or several.
    absent
        Sites examined and clear. A site in neither list is not known, and is no evidence.
    sex
        ``female`` or ``male``: leaves out the cancers and the numbers of the other sex, and takes
        new cases and numbers of this sex where there are some. None: not known.
    prior
        ``"uniform"``; ``"incidence"``, by new cases a year (of the sex, where it is known);
        ``"cohort"``, as frequent as among the patients of ``patterns`` (of this sex, where they
        tell it); or weights by primary. None is ``"uniform"`` with ``patterns``, else
        ``"incidence"``, which leaves out cancers whose new cases are not known: most are rare.
    patterns
        Patients by primary and set of sites: a file that ``metastasis ingest … --patterns`` wrote.
        Or its rows, or what :func:`metastasis.analysis.count_patients` makes of them, which is
        fitted only once.
    dependence
        Whether sites of ``patterns`` may depend on each other.
    frame, denominator, setting
        The frame of the numbers. With ``patterns`` it is that of the patients.
    anyway
        Rank even where none of the commonest known primaries of a site is a candidate, or few
        cancers are.
    top
        At most this many rows; the posterior is among all cancers.
    draws, seed
        How often the frequencies are drawn from their distributions for the intervals; 0 for none.

    >>> import metastasis as mets
    >>> found = likely(mets.load().evidence, "brain", top=2)
    >>> found[0].rank, found[0].primary_label, found[0].verdict
    (1, 'lung cancer', 'counted at the site')
    >>> likely(mets.load().evidence, "liver", absent="hepatic")[0].verdict
    'cannot tell: liver is said to be both present and clear'

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    EvidenceError
        No site is given; the frame holds nothing; the prior or the patterns do not fit, or a frame
        is given with them.
    TableError, ReadError
        The file of patterns has faults, or cannot be read.
    ValueError
        ``draws`` is negative, or ``top`` is below one.
    """
    if draws < 0 or (top is not None and top < 1):
        raise ValueError("draws is 0 or more, and top 1 or more")
    catalog = evidence.catalog
    seen = observe(catalog, sites, absent, sex)
    if not seen.statements:
        raise EvidenceError("name at least one site with metastasis, or one that is clear")
    named = (frame, denominator, setting) != (None, None, None)
    if patterns is not None and named:
        raise EvidenceError("the patients of patterns have a frame of their own: give none")
    chosen: Prior | None = None
    if patterns is not None:
        patients = _patients(patterns, catalog)
        found = from_patients(evidence, seen, patients, dependence=dependence)
        prior = "uniform" if prior is None else prior
    else:
        if not named and prior is None and _is_one_site(seen):
            counted = cases_of_site_or_whole(evidence, seen.present[0], seen.sex)
            if counted:
                site, sex = counted[0].site, seen.sex
                common = commonest_origins(evidence, site, sex)
                return answer_from_cases(catalog, seen.present[0], counted, common, sex, top)
        asked = (
            frame_of_patients(evidence, frame=frame, denominator=denominator, setting=setting)
            if named
            else None
        )
        base = None if prior is not None else best_base(evidence, seen, asked)
        if base is not None:
            found, chosen = _from_base(evidence, base, asked)
        else:
            chosen_cancers = isinstance(prior, Mapping)
            found = _from_graph(evidence, seen, asked, any_prior=not chosen_cancers, anyway=anyway)
            prior = default_prior(catalog, found, seen.sex) if prior is None else prior
    if chosen is None:
        chosen = choose_prior(
            prior or "uniform", found.model.primaries, catalog, found.patients, sex=seen.sex
        )
    found = found.only(tuple(chosen.shares))
    refused = seen.contradiction or found.refused
    rows = (
        _refused(catalog, found, refused)
        if refused
        else _ranked(catalog, found, chosen, draws, seed)
    )
    notes = _notes(seen, found, chosen, rows, top)
    # What stands for all that are not named is shown however few are asked for.
    shown = [row for place, row in enumerate(rows) if top is None or place < top or not row.primary]
    if refused:
        return Table(LikelyPrimary, shown, notes=notes)
    return Table(
        LikelyPrimary,
        shown,
        formula=_FORMULA,
        source=found.source,
        inputs=[found.inputs, f"prior: {chosen.name} ({chosen.source})"],
        notes=notes,
    )


def _is_one_site(seen: Observation) -> bool:
    return len(seen.present) == 1 and not seen.absent and seen.contradiction is None


def _from_graph(
    evidence: Evidence,
    seen: Observation,
    frame: Frame | None,
    *,
    any_prior: bool,
    anyway: bool,
) -> Candidates:
    """Return the candidates of a frame, or of the richest where it is None, with why it is this."""
    covered = richest_frame(evidence, seen) if frame is None else coverage(evidence, seen, frame)
    found = from_graph(evidence, seen, covered.frame)
    why = covered.reason(evidence.catalog)
    chosen = "as named" if frame is not None else "chosen, no other counts more"
    notes = (f"frame: {covered.frame} ({chosen}): {why}", *found.notes)
    lacking = "; ".join(
        _lacking(evidence.catalog, covered, found.model.primaries, any_prior=any_prior)
    )
    if found.refused or not lacking:
        return replace(found, notes=notes)
    if anyway:
        return replace(found, notes=(f"{lacking}; ranked all the same", *notes))
    return replace(
        found.only(()),
        notes=notes,
        assumed={},
        refused=f"{lacking}. Name another frame, or ask for a ranking all the same (anyway)",
    )


def _lacking(
    catalog: Catalog, covered: Coverage, candidates: Sequence[str], *, any_prior: bool
) -> Iterator[str]:
    """Yield why a ranking of these cancers would mislead.

    ``any_prior`` is False where the caller gave weights, and so chose the cancers.
    """
    for site, known in covered.uncovered:
        labels = ", ".join(catalog.primaries[key].label for key in known)
        yield (
            f"none of the commonest known primaries of metastases in {catalog.sites[site].label} "
            f"is a candidate in this frame: {labels}"
        )
    if len(candidates) < COMMONEST:
        labels = " and ".join(catalog.primaries[key].label for key in candidates)
        yield f"no more than {labels} {'is' if len(candidates) == 1 else 'are'} counted there"
    elif covered.cases < LEAST_CASES and any_prior:
        yield (
            f"the cancers counted there have {100 * covered.cases:.0f} % of all new cases, so that "
            "most cancers could not come out"
        )


def _from_base(evidence: Evidence, base: Base, asked: Frame | None) -> tuple[Candidates, Prior]:
    """Return the candidates by the cases of one site, with these cases as their prior."""
    cases, catalog = base.cases, evidence.catalog
    found = from_graph(evidence, base.rest, base.frame.frame, among=cases.ranked)
    site = catalog.sites[cases.site].label
    chosen = "as named" if asked is not None else "chosen, no other counts more"
    weights = {key: cases.posterior(key) for key in cases.ranked}
    weights[OTHERS] = cases.rest_posterior
    kept = [key for key in found.model.primaries if weights[key] > 0]
    total = sum(weights[key] for key in kept)
    notes = (
        f"prior: primaries of patients with a metastasis in {site}, as counted ({cases.rests_on}); "
        "the other sites tell the rest; intervals leave out how uncertain these counts are",
        f"frame: {base.frame.frame} ({chosen}): {base.frame.reason(catalog)}",
        f"{100 * base.known:.0f} % of the cases in {site} have a primary that is counted at every "
        "other site; what is not counted is taken to be like the mean",
        *found.notes,
    )
    return (
        replace(found.only(tuple(kept)), notes=notes),
        Prior(
            {key: weights[key] / total for key in kept},
            f"as counted in {site}",
            ", ".join(cases.sources),
            is_counted=True,
        ),
    )


def default_prior(catalog: Catalog, found: Candidates, sex: str | None) -> str:
    """Return the prior where none is named: by incidence, where that of a candidate is known."""
    known = cases_of_sex(catalog, sex).cases
    return "incidence" if known.keys() & set(found.model.primaries) else "uniform"


def why_flat(posterior: Matrix, prior: Matrix | None) -> str | None:
    """Return why a posterior tells nothing, or None where it does.

    A prior that was counted at one of the sites is evidence itself: with None in its place it is
    not asked whether the others change it.

    >>> why_flat(np.array([0.5, 0.5]), np.array([0.9, 0.1]))
    'no cancer stands out: the posterior is flat'
    >>> why_flat(np.array([0.89, 0.11]), np.array([0.9, 0.1]))
    'the sites hardly change the prior'
    """
    if len(posterior) < 2:
        return "no other cancer is counted to compare with"
    kept = np.where(posterior > 0, posterior, 1)
    entropy = -(posterior * np.log2(kept)).sum()
    if entropy >= FLAT * np.log2(len(posterior)):
        return "no cancer stands out: the posterior is flat"
    if prior is None:
        return None
    gain = (posterior * np.log2(kept / prior)).sum()
    return "the sites hardly change the prior" if gain < LEAST_GAIN else None


def _patients(
    patterns: Path | str | Iterable[PatternLike] | Patients, catalog: Catalog
) -> Patients:
    if isinstance(patterns, Patients):
        return patterns
    if isinstance(patterns, Path | str):
        # The wing of patients reads what it wrote; it is not needed for anything else here.
        from metastasis.patients import read_patterns

        patterns = read_patterns(Path(patterns))
    return count_patients(patterns, catalog)


def _ranked(
    catalog: Catalog, found: Candidates, chosen: Prior, draws: int, seed: int
) -> list[LikelyPrimary]:
    prior = np.array([chosen.shares[key] for key in found.model.primaries])
    factors = statement_factors(found.model.presence(), found.statements)
    logs = log_likelihood(factors, found.model.weights) + np.log(prior)
    posterior = _normalized(logs)
    told_by_site = evidence_shares(factors, found.model.weights, prior, seed=seed)
    low, high = _interval(found, prior, draws, seed)
    flat = why_flat(posterior, None if chosen.is_counted else prior)
    told = [(site, "present" if there else "clear") for site, there in found.seen.statements]
    odds = log_odds(logs), log_odds(np.log(prior))
    order = sorted(
        range(len(prior)),
        # What stands for all that are not named comes last, without a rank.
        key=lambda n: (found.model.primaries[n] == OTHERS, -posterior[n], found.model.primaries[n]),
    )
    return [
        _row(
            catalog,
            found,
            found.model.primaries[n],
            rank=None if found.model.primaries[n] == OTHERS else rank,
            posterior=float(posterior[n]),
            low=low[n],
            high=high[n],
            prior=float(prior[n]),
            log_odds=finite(odds[0][n]),
            prior_log_odds=finite(odds[1][n]),
            evidence=tuple(
                SiteEvidence(*one, float(weight))
                for one, weight in zip(told, told_by_site[:, n], strict=True)
            ),
            verdict=f"{CANNOT_TELL}: {flat}" if flat else "ranked",
        )
        for rank, n in enumerate(order, start=1)
    ]


def _normalized(logs: Matrix) -> Matrix:
    scaled = np.exp(logs - logs.max(axis=-1, keepdims=True))
    shares: Matrix = scaled / scaled.sum(axis=-1, keepdims=True)
    return shares


def _interval(
    found: Candidates, prior: Matrix, draws: int, seed: int
) -> tuple[list[float | None], list[float | None]]:
    """Return both ends of the interval of each posterior; None without draws."""
    if not draws:
        blank: list[float | None] = [None] * len(prior)
        return blank, blank
    factors = statement_factors(found.model.drawn_presence(draws, seed), found.statements)
    logs = log_likelihood(factors, found.model.weights) + np.log(prior)
    low, high = np.percentile(_normalized(logs), (2.5, 97.5), axis=0)
    return low.tolist(), high.tolist()


def _refused(catalog: Catalog, found: Candidates, why: str) -> list[LikelyPrimary]:
    blank: dict[str, Any] = dict.fromkeys(
        ("rank", "posterior", "low", "high", "prior", "log_odds", "prior_log_odds")
    )
    said = f"{CANNOT_TELL}: {why}"
    rows = [
        _row(catalog, found, key, evidence=(), verdict=said, **blank)
        for key in found.model.primaries
    ]
    return rows or [
        LikelyPrimary(
            primary="",
            primary_label="",
            evidence=(),
            assumed=(),
            verdict=said,
            denominator=found.denominator,
            setting=found.setting,
            **blank,
        )
    ]


def _row(catalog: Catalog, found: Candidates, key: str, **rest: Any) -> LikelyPrimary:
    return LikelyPrimary(
        primary=key,
        primary_label=REST if key == OTHERS else catalog.primaries[key].label,
        assumed=found.assumed.get(key, ()),
        numbers=found.numbers.get(key, ()),
        denominator=found.denominator,
        setting=found.setting,
        **rest,
    )


def _notes(
    seen: Observation,
    found: Candidates,
    chosen: Prior,
    rows: Sequence[LikelyPrimary],
    top: int | None,
) -> list[str]:
    notes = [*found.notes, *chosen.notes]
    if rows[0].posterior is not None and rows[-1].primary:
        notes.insert(0, "Probable among the cancers ranked only; no other can come out.")
    if chosen.without:
        notes.append(f"without a prior, and so left out: {', '.join(chosen.without)}")
    if seen.implied:
        notes.append(f"implied by another site, and not counted again: {', '.join(seen.implied)}")
    if rows[0].verdict != "ranked":
        notes.insert(0, rows[0].verdict)
    elif found.notes and found.notes[0].endswith("ranked all the same"):
        notes.remove(found.notes[0])
        notes.insert(0, found.notes[0])
    cut = [one for one in rows[top:] if one.primary] if top is not None else []
    if cut and rows[0].posterior is not None:
        rest = sum(one.posterior or 0 for one in cut)
        notes.append(f"{len(cut)} more cancers share a posterior of {rest:.3f}")
    return notes
