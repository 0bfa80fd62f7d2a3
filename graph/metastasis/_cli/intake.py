"""One intake on the shell: engine, progress, the reader, and what it leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from metastasis._cli.output import NOTICE, say, write_words
from metastasis._cli.progress import counting
from metastasis._cli.targets import check_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from metastasis.patients import Ingested

__all__ = ["coding_rules", "ingest", "ingest_counts"]


def ingest(
    reader: Callable[..., Ingested],
    data: Sequence[str] | str,
    rules: Mapping[str, Any],
    shared: Mapping[str, Any],
) -> None:
    """Read patients and write the assertions, the source, the account and the open labels.

    Raises
    ------
    MetastasisError
        As the reader says; nothing is written then.
    """
    from metastasis.patients import open_engine

    check_targets(data, {**shared, **rules})
    with (
        counting("reading") as progress,
        open_engine(
            shared["engine"],
            memory_limit=shared["memory"],
            master=shared["master"],
            progress=progress,
        ) as engine,
    ):
        found = reader(
            data,
            engine=engine,
            min_patients=shared["min_patients"],
            patterns=shared["patterns"] is not None,
            **_common(shared),
            **rules,
        )
    _leave(found, shared)


def ingest_counts(
    reader: Callable[..., Ingested], data: str, rules: Mapping[str, Any], shared: Mapping[str, Any]
) -> None:
    """Read counts, as :func:`ingest` does patients."""
    check_targets(data, {**shared, **rules})
    _leave(reader(data, **_common(shared), **rules), shared)


def _common(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every reader takes."""
    from metastasis._catalog import read_catalog
    from metastasis.patients import read_site_map

    place: Path | None = shared["site_map"]
    known = read_site_map(place, read_catalog()) if place and place.exists() else {}
    limits = {name: shared[name] for name in ("min_count", "zeros")}
    return {"name": shared["source"], "overrides": known, **limits}


def coding_rules(others: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules for coded diagnoses among the options of a command."""
    days = {"look_back_days": others["look_back"], "at_diagnosis_days": others["at_diagnosis"]}
    names = ("choose", "nodes", "detail", "date_format", "sequences")
    return {**days, **{name: others[name] for name in names}}


def _leave(found: Ingested, shared: Mapping[str, Any]) -> None:
    from metastasis.patients import write_patterns

    told = {name: shared[name] for name in ("citation", "license") if shared[name]}
    found = replace(found, source=replace(found.source, **told))
    if shared["report"] is None:
        say(str(found.report))
    else:
        found.write_report(shared["report"])
        say(f"wrote {shared['report']}")
    if shared.get("patterns") is not None:
        write_patterns(found.patterns, shared["patterns"])
        say(f"wrote {shared['patterns']}")
    out: Path | None = shared["out"]
    _leave_labels(found, shared["site_map"], out)
    if out is None:
        write_words(found.to_csv(), None, "")
    else:
        say("\n".join(f"wrote {path}" for path in found.write(out)))
    say(NOTICE)


def _leave_labels(found: Ingested, place: Path | None, out: Path | None) -> None:
    from metastasis.patients import write_site_map

    if not found.report.unmapped:
        return
    target = place or (out and out.with_suffix(".site-map.csv"))
    if target is None:
        say("labels without a key: name a file with --site-map to get them with suggestions")
        return
    stood = target.exists() and place is None
    write_site_map(target, found.report.unmapped)
    unread = ", which was not read this time" if stood else ""
    say(f"wrote {target}{unread}: give its labels a key, and run again with --site-map {target}")
