"""The commands that ask the graph: each takes it and returns what is written, and remarks on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from metastasis._cli.options import open_graph
from metastasis._cli.output import say, write_answer, write_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from metastasis._evidence.explanation import Explanation
    from metastasis._evidence.pair import Pair
    from metastasis._graph import KnowledgeGraph
    from metastasis._table import Table
    from metastasis._vocabulary import Basis, Edge, How

DiffForm = Literal["table", "csv", "tsv", "json", "patch", "kgcl"]
"""How changes are written: as rows, as an RDF Patch, or in KGCL."""

__all__ = [
    "conflicts",
    "diff",
    "explain",
    "gaps",
    "info",
    "names",
    "pool",
    "primaries",
    "shared",
    "sites",
]


def info(kg: KnowledgeGraph) -> Table[Any]:
    """Say what the graph holds: numbers of things, and its sources.

    Example: metastasis info
    """
    return kg.summary()


def names(kg: KnowledgeGraph, text: str = "") -> Table[Any]:
    """List the primaries and sites, what else they are called, and the keys to join them by.

    Example: metastasis names kidney

    Parameters
    ----------
    text
        Only names with this in them, or what is mapped to this term or code: C78.7,
        UBERON:0002107.
    """
    return kg.names(text)


def primaries(
    kg: KnowledgeGraph,
    sites: Sequence[str],
    *,
    how: How = "any",
    edge: Edge = "any",
    basis: Basis = "any",
    roll_up: bool = True,
) -> tuple[Table[Any], Iterable[str]]:
    """List the cancers that spread to a site, or to several.

    Example: metastasis primaries liver bone --how all

    Example: metastasis primaries UBERON:0002107 --edge commonly --format json

    Parameters
    ----------
    sites
        One or more sites.
    how
        Spread to any of the sites, or to all.
    """
    found = kg.primaries_with(*sites, how=how, edge=edge, basis=basis, roll_up=roll_up)
    return found, () if found else _on_wholes(kg, sites)


def sites(
    kg: KnowledgeGraph,
    primary: str,
    *,
    edge: Edge = "any",
    basis: Basis = "any",
    roll_up: bool = True,
) -> tuple[Table[Any], Iterable[str]]:
    """List the sites a cancer spreads to, each with its sources.

    A row that is rolled up says that some spread there: from which kind of the cancer, or which
    part of the site, it follows. --exact leaves such rows out.

    Example: metastasis sites breast --edge commonly

    Example: metastasis sites "bowel cancer" --out bowel.csv
    """
    key = kg.catalog.primary(primary).key
    found = kg.sites_of(key, edge=edge, basis=basis, roll_up=roll_up)
    return found, _on_sites_of(kg, key)


def shared(
    kg: KnowledgeGraph,
    primaries: Sequence[str],
    *,
    how: How = "all",
    edge: Edge = "any",
    roll_up: bool = True,
) -> Table[Any]:
    """List the sites that cancers share.

    Example: metastasis shared breast prostate lung --edge commonly

    Parameters
    ----------
    primaries
        Two or more cancers.
    how
        Sites of all of them, or of any.
    """
    found: Table[Any] = kg.shared_sites(*primaries, how=how, edge=edge, roll_up=roll_up)
    return found


def explain(kg: KnowledgeGraph, primary: str, site: str) -> Explanation:
    """Show all behind one pair: who says so, and what would undo it.

    Words with each assertion, the rule that makes the edge, and the sources without which the edge
    would change; --format gives the assertions as rows.

    Example: metastasis explain prostate bone

    Example: metastasis explain prostate bone --format csv

    Parameters
    ----------
    format
        The assertions as rows in this form.  [default: words]
    """
    return kg.explain(primary, site)


def pool(
    kg: KnowledgeGraph, primary: str, site: str, *, method: str = "binomial_normal"
) -> Table[Any]:
    """Pool the shares of one pair: what entered, what did not, and why.

    Only numbers out of the same people are pooled: one row for each denominator, setting,
    occurrence, stage, population and route. The interval of the mean is that of Knapp and Hartung
    for reml, by Student's t for fewer than six studies; I² is that of Cochran's Q.

    Example: metastasis pool "differentiated thyroid cancer" lung

    Example: metastasis pool "differentiated thyroid cancer" lung --method reml

    Parameters
    ----------
    method
        binomial_normal, reml, paule_mandel or dersimonian_laird.
    """
    found: Table[Any] = kg.pool(primary, site, method=method)
    return found


def conflicts(kg: KnowledgeGraph, primary: str | None = None) -> Table[Any]:
    """List the assertions that cannot both hold, and why.

    A denial against a report, intervals of like numbers that do not overlap, rare in words against
    a number of at least 10 %, or common in words against numbers that are all below.

    Example: metastasis conflicts

    Example: metastasis conflicts "brain cancer" --format json

    Parameters
    ----------
    primary
        Only this cancer.  [default: all]
    """
    found: Table[Any] = kg.conflicts(primary)
    return found


def gaps(
    kg: KnowledgeGraph,
    primary: str | None = None,
    *,
    top: int = 20,
    reached_by: int = 3,
    only_searched: bool = False,
) -> Table[Any]:
    """List where evidence is thin against how common the cancer is.

    New cases a year in the world, over the documents that count patients with the pair. A pair
    that was looked up and not found says what was searched.

    Example: metastasis gaps

    Example: metastasis gaps prostate --top 5

    Example: metastasis gaps --only-searched

    Parameters
    ----------
    primary
        Only this cancer.  [default: all]
    reached_by
        Only sites that so many cancers are reported to reach.
    only_searched
        Only pairs that were looked up, and of which nothing or no number was found.
    """
    found: Table[Any] = kg.gaps(
        primary, reached_by=reached_by, only_searched=only_searched, top=top
    )
    return found


def diff(
    old: str,
    new: str | None = None,
    *,
    format: DiffForm | None = None,  # noqa: A002
    out: Path | None = None,
) -> None:
    """Show what changed from one graph to another, by source.

    Assertions and edges that appeared, moved or vanished; files in any form that holds the graph.
    As patch, every quad that came or went, as an RDF Patch that makes one of the other; as kgcl,
    statements of the Knowledge Graph Change Language.

    Example: metastasis diff metastasis-2026.11.nq build/metastasis.nq

    Example: metastasis diff metastasis-2026.11.nq --out changes.patch

    Parameters
    ----------
    old
        A graph file, or an address.
    new
        The other.  [default: the shipped graph]
    format
        table, csv, tsv, json, patch or kgcl.  [default: as --out ends, or as elsewhere]
    """
    before, after = open_graph(old), open_graph(new)
    form = format or _ending(out)
    if form == "patch":
        from metastasis.rdf import rdf_patch

        write_words("".join(rdf_patch(before.store, after.store)), out)
    elif form == "kgcl":
        from metastasis.rdf import kgcl_statements

        statements, unsaid = kgcl_statements(before.store, after.store)
        write_words("".join(f"{said}\n" for said in statements), out)
        say(f"Changed triples that KGCL has no words for: {unsaid:,}; --format patch has all.")
    else:
        write_answer(after.changes(before.evidence), form, out)


def _ending(out: Path | None) -> Literal["patch", "kgcl"] | None:
    """Return the form that is not of rows and that a file's ending tells, or None."""
    endings: dict[str, Literal["patch", "kgcl"]] = {
        ".patch": "patch",
        ".rdfp": "patch",
        ".kgcl": "kgcl",
    }
    return None if out is None else endings.get(out.suffix.lower())


def _on_wholes(kg: KnowledgeGraph, sites: Iterable[str]) -> Iterator[str]:
    """Yield which wholes of sites have evidence, where the sites themselves have none."""
    keys = {kg.catalog.site(name).key for name in sites}
    wholes = frozenset().union(*map(kg.catalog.wholes, keys)) - keys
    if labels := _in_a_row(pair.site_label for pair in kg.evidence.pairs(sites=wholes)):
        yield f"There is evidence on what it is part of: {labels}."


def _on_sites_of(kg: KnowledgeGraph, key: str) -> Iterator[str]:
    """Yield what is not among the rows: denials, conflicts, and evidence on related cancers."""
    said = kg.evidence.pairs(primaries={key}, places_only=False)
    found = [pair for pair in said if pair.status == "conflicting"]
    denied = [pair for pair in found if pair.edge is None and _is_denied(pair)]
    if labels := ", ".join(pair.site_label for pair in denied):
        yield f"Reported and denied, so without an edge: {labels} (see explain)."
    if labels := ", ".join(pair.site_label for pair in found if pair not in denied):
        yield f"Sources conflict on: {labels} (see conflicts)."
    relatives = (kg.catalog.subtypes(key) | kg.catalog.supertypes(key)) - {key}
    if labels := _in_a_row(one.primary_label for one in kg.evidence.pairs(primaries=relatives)):
        yield f"Broader and narrower cancers with evidence of their own: {labels}."


def _is_denied(pair: Pair) -> bool:
    return any(one.disagreement == "denied" for one in pair.conflicts)


def _in_a_row(labels: Iterable[str]) -> str:
    return ", ".join(sorted(set(labels), key=str.casefold))
