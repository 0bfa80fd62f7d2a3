"""``metastasis export``: the graph in another form."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from metastasis._cli.options import FormName, open_graph
from metastasis._cli.output import NOTICE, say
from metastasis._cli.progress import waiting
from metastasis._cli.shell import stop
from metastasis._files import write_together
from metastasis._ledger import check_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._graph import KnowledgeGraph
    from metastasis.rdf import Form

__all__ = ["export"]

_NAMED: Final = 5
"""Sources that are named where they are left out; of more the number is told."""


def export(
    name: FormName,
    *,
    out: Path | None = None,
    licenses: str | None = None,
    ids: Literal["known", "own"] | None = None,
    isolated: bool = False,
    graph: str | None = None,
) -> None:
    """Write the graph in another form.

    Example: metastasis export ttl --out metastasis.ttl

    Example: metastasis export kgx --out kgx/

    Example: metastasis export kgx-assertions --ids own

    Example: metastasis export gexf --out metastasis.gexf

    Example: metastasis export nq --licenses cc-by,cc0

    Parameters
    ----------
    name : FORMAT
        What to write; or a file, whose ending says it.
    out
        The file (for kgx and kgx-assertions, the folder) to write.  [default: its usual name, here]
    licenses : LICENSE,...
        Only what sources under these licenses say: of cc0, cc-by, cc-by-sa, cc-by-nc, cc-by-nd,
        cc-by-nc-sa, cc-by-nc-nd, odbl, odc-by, public-domain and unknown.  [default: all]
    ids
        Of kgx and kgx-assertions: what nodes are named by. known is the class of Mondo or Uberon
        where there is one; own is this graph's own name for all.  [default: known]
    isolated
        Of network files: keep the primaries and sites that no edge leads to.
    """
    from metastasis.rdf import FORMS, find_format

    form = find_format(name)
    if out is None and name not in FORMS and Path(name).suffix:
        out = Path(name)
    if out is not None:
        check_output(out)
        _check_ending(out, form)
    kg = open_graph(graph)
    if licenses is not None:
        whole, kg = kg, kg.licensed(licenses)
        for line in _left_out(whole, kg):
            say(line)
    with waiting(f"writing {form.description}"):
        paths = _written(kg, form, out, ids=ids, isolated=isolated or None)
    say("".join(f"wrote {path}\n" for path in paths) + NOTICE)


def _check_ending(out: Path, form: Form) -> None:
    """Check that a file is not named as one of another form, for which it would be read."""
    from metastasis.rdf import FORMS

    for other in FORMS.values():
        if other.can_be_read and other.fits(out.name) and other.media_type != form.media_type:
            stop(f"{out} is a name for {other.name}, and this is {form.name}: name another file", 1)


def _written(kg: KnowledgeGraph, form: Form, out: Path | None, **options: Any) -> list[Path]:
    """Write a graph; under the usual name it takes the place of nothing but such a graph."""
    options["command"] = "metastasis export"
    if out is not None:
        return kg.export(out, form.name, **options)
    with write_together(Path()) as draft:
        paths = kg.export(draft / form.file, form.name, **options)
    return [path.relative_to(draft) for path in paths]


def _left_out(whole: KnowledgeGraph, kept: KnowledgeGraph) -> Iterator[str]:
    """Yield for each license what of a graph is not in the other."""
    from metastasis._catalog.license import LICENSES, recorded_terms

    said = Counter(one.source for one in whole.evidence.assertions)
    left = [one for key, one in whole.catalog.sources.items() if key not in kept.catalog.sources]
    for slug in LICENSES:
        keys = [one.key for one in left if recorded_terms(one).slug == slug]
        if keys:
            more = f" and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else ""
            count = sum(said[key] for key in keys)
            yield f"left out under {slug}: {count:,} assertions of {', '.join(keys[:_NAMED])}{more}"
