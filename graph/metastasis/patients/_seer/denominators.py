"""Who has distant disease in a case listing, and what is said where that cannot be told.

This stands apart from the reader because a wrong denominator is wrong in silence: every way to fall
back is here, and each is told before any number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._account import counted, not_understood
from metastasis.patients._rows import how_many
from metastasis.patients._seer.headers import VARIABLES
from metastasis.patients._seer.records import YES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft
    from metastasis.patients._seer.case_listing import CaseListing
    from metastasis.patients._tumors.extents import StageWords

__all__ = ["denominators_of", "has_yes", "since_all"]

_BOTH: Final = ("all_patients", "distant_stage_at_diagnosis")
_NO_SHARE: Final = "no share of patients with distant disease is written"
_SHOWN: Final = 3


def denominators_of(
    engine: Engine,
    rows: Any,
    listing: CaseListing,
    stages: Sequence[StageWords],
    wanted: str | None,
    draft: ReportDraft,
) -> tuple[str, tuple[str, ...]]:
    """Return the rule for distant disease and the denominators that it allows.

    ``wanted`` is the rule that the user named; ``stages`` is what the columns of stages say.
    """
    for one in stages:
        if one.is_strange:
            some = ", ".join(repr(word) for word, _ in one.unread.most_common(_SHOWN))
            draft.warn(
                f"{not_understood(one.unread.total(), f'the stage {one.header!r}')}, such as "
                f"{some}, against {one.understood:,} that can be: the stage is not known there"
            )
    if wanted == "sites":
        return wanted, _by_sites(engine, rows, listing, draft)
    if any(one.understood for one in stages):
        _account_for_stage(engine, rows, listing, draft)
        return "stage", _BOTH
    if stages:
        names = ", ".join(repr(one.header) for one in stages)
        draft.warn(f"no record has a stage that is understood ({names}): {_NO_SHARE}")
        return "stage", _BOTH[:1]
    if wanted == "stage":
        text = f"listing without a stage: {_NO_SHARE}"
        draft.notice("distant-by stage", 1, text)
        draft.warn(f"the listing has no column of a stage: {_NO_SHARE}{_like(listing)}")
        return wanted, _BOTH[:1]
    if listing.like_stages:
        draft.warn(
            f"no column of a stage is known{_like(listing)}: {_NO_SHARE}; rename the column, or "
            "count those with a yes at any site (--distant-by sites)"
        )
        return "stage", _BOTH[:1]
    return "sites", _by_sites(engine, rows, listing, draft, is_fallback=True)


def has_yes(engine: Engine, listing: CaseListing) -> Any:
    """Return the condition that a record says yes at any site."""
    F = engine.functions  # noqa: N806
    found = F.lit(False)
    for place, _ in enumerate(listing.variables):
        found = found | F.array_contains("answers", 10 * place + YES)
    return found


def since_all(listing: CaseListing) -> str:
    """Return the first year in which all variables of a listing were collected."""
    return max(VARIABLES[one].since for one in listing.variables)


def _like(listing: CaseListing) -> str:
    names = ", ".join(repr(one) for one in listing.like_stages)
    return f", and {names} is not read although it looks like one" if names else ""


def _account_for_stage(engine: Engine, rows: Any, listing: CaseListing, draft: ReportDraft) -> None:
    F = engine.functions  # noqa: N806
    conditions = {
        "against": has_yes(engine, listing) & ~F.col("is_distant"),
        "unstaged": F.col("is_distant").isNull(),
    }
    counts = how_many(engine, rows, conditions)
    text = "records with a Yes at some site and a stage that is not distant: the stage decides"
    draft.notice("distant-by stage", counts["against"], text)
    text = "records without a known stage: not among those with distant disease"
    draft.notice("distant-by stage", counts["unstaged"], text)
    if 2 * counts["unstaged"] > counts["rows"]:
        draft.warn(
            f"the stage of {counts['unstaged']:,} of {counted(counts['rows'], 'records')} is not "
            "known: the patients with distant disease are only those of the others"
        )


def _by_sites(
    engine: Engine,
    rows: Any,
    listing: CaseListing,
    draft: ReportDraft,
    *,
    is_fallback: bool = False,
) -> tuple[str, ...]:
    F = engine.functions  # noqa: N806
    if len(listing.variables) < len(VARIABLES) or "year" not in listing.columns:
        text = (
            "listing without all six sites and the year: who has distant disease cannot be told, "
            "so no share of them is written"
        )
        draft.notice("distant-by sites", 1, text)
        if is_fallback:
            draft.warn(
                "the listing has no column of a stage, and not all six sites and the year, by "
                f"which distant disease could be told: {_NO_SHARE}"
            )
        return _BOTH[:1]
    since = since_all(listing)
    is_late = F.coalesce(F.col("year") >= since, F.lit(False))
    counts = how_many(
        engine, rows, {"early": ~is_late, "lost": ~is_late & has_yes(engine, listing)}
    )
    text = (
        f"records of years before {since}, when not all six sites were collected: "
        "not among those with distant disease"
    )
    draft.notice("distant-by sites", counts["early"], text)
    if is_fallback:
        draft.warn(
            "the listing has no column of a stage: distant disease is taken to be a yes at any of "
            f"the six sites since {since}; lost to that denominator, as of earlier years: "
            f"{counts['early']:,} of {counted(counts['rows'], 'records')}, {counts['lost']:,} of "
            "them with a yes; export a summary stage to keep them"
        )
    return _BOTH
