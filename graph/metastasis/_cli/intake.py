"""One intake on the shell: engine, progress, the reader, and what it leaves behind.

No output may stand on anything that is read, and each has a file of its own. Apart from the
commands because those are what a user reads in the help, and this is what they have in common.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._cli.output import NOTICE, say, write_words
from metastasis._cli.progress import counting
from metastasis._errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from metastasis.patients import Ingested

__all__ = ["coding_rules", "take_in", "take_in_counts"]

_OUTPUTS: Final = ("out", "sequences", "patterns", "report")
"""The options that name a file to write; the site map is both read and written."""


def take_in(
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

    _check_targets(data, {**shared, **rules})
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
    _write(found, shared)


def take_in_counts(
    reader: Callable[..., Ingested], data: str, rules: Mapping[str, Any], shared: Mapping[str, Any]
) -> None:
    """Read counts, as :func:`take_in` does patients."""
    _check_targets(data, {**shared, **rules})
    _write(reader(data, **_common(shared), **rules), shared)


def _common(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every reader takes."""
    from metastasis._catalog import read_catalog
    from metastasis.patients import read_site_map

    _said_of_source(shared)  # what is wrong with it is told before anything is read
    place: Path | None = shared["site_map"]
    known = read_site_map(place, read_catalog()) if place and place.exists() else {}
    limits = {name: shared[name] for name in ("min_count", "zeros")}
    return {"name": shared["source"], "overrides": known, **limits}


def _said_of_source(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the command line says of the source.

    Raises
    ------
    TableError
        The address of the license is none.
    """
    names = ("citation", "license", "license_url")
    said = {name: shared[name] for name in names if shared[name]}
    from metastasis.patients._sources import own_source

    own_source("source", design="registry", **said)
    registry = tuple(sorted(set(shared["registry"])))
    return {**said, "registry": registry} if registry else said


def coding_rules(others: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules for coded diagnoses among the options of a command."""
    days = {"look_back_days": others["look_back"], "at_diagnosis_days": others["at_diagnosis"]}
    names = ("choose", "nodes", "detail", "date_format", "sequences")
    return {**days, **{name: others[name] for name in names}}


def _write(found: Ingested, shared: Mapping[str, Any]) -> None:
    from metastasis.patients import write_patterns

    found = replace(found, source=replace(found.source, **_said_of_source(shared)))
    if shared["report"] is None:
        say(str(found.report))
    else:
        found.write_report(shared["report"])
        say(f"wrote {shared['report']}")
    if shared.get("patterns") is not None:
        write_patterns(found.patterns, shared["patterns"])
        say(f"wrote {shared['patterns']}")
    out: Path | None = shared["out"]
    _write_labels(found, shared["site_map"], out)
    if out is None:
        write_words(found.to_csv(), None, "")
    else:
        say("\n".join(f"wrote {path}" for path in found.write(out)))
    say(NOTICE)


def _write_labels(found: Ingested, place: Path | None, out: Path | None) -> None:
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


def _check_targets(data: Sequence[str] | str, options: Mapping[str, Any]) -> None:
    """Check, before anything is read, that every output of an intake can take its place.

    Raises
    ------
    WriteError
        An output is a folder, is read as input, or is named twice.
    """
    inputs = set(_inputs([data] if isinstance(data, str) else data))
    if options.get("mapping"):
        inputs.add(Path(options["mapping"]).resolve())
    taken = {options["site_map"].resolve(): "--site-map"} if options["site_map"] else {}
    for name, path in _targets(options):
        whole = path.resolve()
        if path.is_dir():
            raise WriteError(path, f"it is a folder; give --{name} the name of a file")
        if whole in inputs:
            raise WriteError(path, f"it is read as input; give --{name} another name")
        if whole in taken:
            raise WriteError(path, f"{taken[whole]} and --{name} name the same file")
        taken[whole] = f"--{name}"


def _targets(options: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    for name in _OUTPUTS:
        if options.get(name) is not None:
            yield name, Path(options[name])
    if options["out"] is not None:
        yield "out", options["out"].with_suffix(".sources.csv")


def _inputs(data: Sequence[str]) -> Iterator[Path]:
    """Yield the files of this machine that are named, match a pattern, or stand in a folder."""
    for one in data:
        path = Path(one)
        if path.is_dir():
            yield from (inside.resolve() for inside in path.rglob("*") if inside.is_file())
        elif path.exists():
            yield path.resolve()
        elif "://" not in one and not path.is_absolute():
            yield from (match.resolve() for match in Path().glob(one))
        elif "://" not in one:
            pattern = str(path.relative_to(path.anchor))
            yield from (match.resolve() for match in Path(path.anchor).glob(pattern))
