"""What a report says of a registry's table: what is missing, contradictory, or not known.

Apart from the reader because each of these is told before any number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metastasis.patients._account import counted, not_understood
from metastasis.patients._registry.headers import unread_stages
from metastasis.patients._rows import counts_of, how_many
from metastasis.patients._words.answers import warn_of_unused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._registry.headers import RegistryLayout
    from metastasis.patients._report import ReportDraft
    from metastasis.patients._tumors.extents import StageWords

__all__ = [
    "account_for_extent",
    "account_for_rows",
    "warn_of_header",
    "warn_of_stages",
]


def warn_of_header(
    draft: ReportDraft, header: Sequence[str], layout: RegistryLayout, used: Collection[str]
) -> None:
    """Warn of what a header lacks, and of columns that are not read."""
    unread = ", ".join(repr(one) for one in unread_stages(header, layout))
    if not layout.stages:
        also = f" ({unread} is not read: what its codes mean is not known)" if unread else ""
        draft.warn(
            f"the table has no column of M or of a stage{also}: a tumor without a site of "
            "metastasis counts as one without metastases, whether it was looked for or not"
        )
    elif unread:
        draft.notice("columns", 1, f"oddity: {unread} is not read, although it looks like a stage")
    if not layout.sites:
        draft.warn(
            "the table has no column of sites of metastasis: whose disease is distant is known, "
            "and not where; name the columns (columns={'sites': […]}, --met-site) if there are any"
        )
    warn_of_unused(draft, header, used)


def warn_of_stages(stages: Sequence[StageWords], draft: ReportDraft) -> None:
    """Tell of cells of M and of stages that are not understood."""
    for one in stages:
        if one.unread.total():
            some = ", ".join(repr(word) for word, _ in one.unread.most_common(3))
            if one.is_strange:
                cells = not_understood(one.unread.total(), repr(one.header))
                draft.warn(f"{cells}, such as {some}: not known")
            else:
                draft.notice("M", one.unread.total(), f"cells of {one.header!r}, {some}: not known")


def account_for_extent(
    engine: Engine, rows: Any, layout: RegistryLayout, draft: ReportDraft
) -> None:
    """Tell of tumors whose M and sites contradict one another, or leave something open."""
    F = engine.functions  # noqa: N806
    if not layout.stages:
        only_nodes = how_many(engine, rows, {"n": F.col("names_site") & ~F.col("names_distant")})
        text = "records that name lymph nodes only, which may be regional: not metastatic"
        draft.notice("nodes ignore", only_nodes["n"], text)
        return
    distant, names = F.coalesce(F.col("is_distant"), F.lit(False)), F.col("names_site")
    is_nearer = F.coalesce(~F.col("is_distant"), F.lit(False))
    unknown = F.col("is_distant").isNull()
    counts = how_many(
        engine,
        rows,
        {
            "distant": distant,
            "siteless": distant & ~names,
            "against": is_nearer & names,
            "by_site": unknown & F.col("names_distant"),
            "by_nodes": unknown & names & ~F.col("names_distant"),
            "unknown": unknown & ~names,
        },
    )
    if counts["against"]:
        draft.warn(
            f"M0 beside a site of metastasis in {counted(counts['against'], 'records')}: M decides "
            "who is metastatic, and the site counts among all patients only"
        )
    if layout.sites and counts["siteless"]:
        draft.warn(
            f"distant metastases without a site in {counts['siteless']:,} of "
            f"{counted(counts['distant'], 'records')} with such: they count in every denominator, "
            "so that the shares of sites are too small by as many as had them"
        )
    text = "records without a known M but with a site of metastasis: counted as metastatic"
    draft.notice("M", counts["by_site"], text)
    text = "records without a known M that name only lymph nodes, maybe regional: not metastatic"
    draft.notice("nodes ignore", counts["by_nodes"], text)
    text = "records whose M is not known, and that name no site: whether they have one is not known"
    draft.notice("M", counts["unknown"], text)
    if 2 * counts["unknown"] > counts["rows"]:
        draft.warn(
            f"M is not known of {counts['unknown']:,} of {counted(counts['rows'], 'records')}: all "
            "denominators are only those of the others"
        )


def account_for_rows(engine: Engine, rows: Any, draft: ReportDraft) -> None:
    """Add how many rows there are, and which are left out."""
    counts = counts_of(engine, rows, "fate") or {}
    draft.rows_read = sum(counts.values())
    for fate, number in counts.items():
        if fate:
            draft.leave_out(fate, number)
