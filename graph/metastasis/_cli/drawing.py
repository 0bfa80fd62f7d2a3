"""``metastasis draw``: a diagram to a file."""

from __future__ import annotations

import warnings
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._cli.options import open_graph
from metastasis._cli.output import NOTICE, say
from metastasis._cli.progress import waiting
from metastasis._cli.shell import stop
from metastasis._errors import MetastasisError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._graph import KnowledgeGraph

__all__ = ["draw_to_file"]


def draw_to_file(
    graph: str | None, kind: str, options: Mapping[str, Any], form: str | None, out: Path | None
) -> None:
    """Draw a kind of diagram of a graph and write it, or say what does not fit.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A kind, a form, a primary or a site that there is not, or that several names have.
    WriteError
        The file cannot be written.
    """
    with waiting("drawing"), warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        from metastasis.pictures import FORMATS, find_kind, save

        function = find_kind(kind)
        ending = form or (out.suffix.removeprefix(".") if out else "") or "png"
        if ending.lower() not in FORMATS:
            raise UnknownNameError("picture format", ending, list(FORMATS))
        for name in options:
            if name not in signature(function).parameters:
                stop(f"a {kind} has no {name}; leave the option out", 2)
        path = out or Path(f"{kind}.{ending}")
        kg = open_graph(graph)
        try:
            diagram = function(kg, **_with_pooled(kg, options))
            save(diagram, path, ending)
        except MetastasisError:
            raise
        except ValueError as error:
            stop(str(error), 1)
    for remark in dict.fromkeys(str(remark.message) for remark in remarks):
        say(f"metastasis: {remark}")
    say(f"wrote {path}\n{diagram.alt_text}\n{NOTICE}")


def _with_pooled(kg: KnowledgeGraph, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options, with the pooled shares of the pair where they are asked for."""
    given = dict(options)
    if given.pop("pooled", None):
        primaries, sites = given.get("primaries", []), given.get("sites", [])
        if len(primaries) != 1 or len(sites) != 1:
            stop("--pooled is for one pair: give one --primary and one --site", 2)
        given["pooled"] = kg.pool(primaries[0], sites[0])
    return given
