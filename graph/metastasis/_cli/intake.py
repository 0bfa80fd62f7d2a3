"""One intake on the shell: engine, progress, the reader, and what it leaves behind.

Apart from the
commands because those are what a user reads in the help, and this is what they have in common.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from os.path import realpath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis._cli.output import NOTICE, say, write_words
from metastasis._cli.progress import counting
from metastasis._cli.shell import ended_by_signals, stop
from metastasis._errors import ReadError, TableError, WriteError
from metastasis._files import together
from metastasis._ledger import check_output, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from metastasis.patients import Engine, Ingested

__all__ = ["coding_rules", "listing_rules", "take_in", "take_in_counts"]

_OUTPUTS: Final = ("out", "sequences", "patterns", "report")
"""The options that name a file to write; the site map is both read and written."""
_BESIDE: Final = (".sources.csv", ".site-map.csv")
"""The endings of what is written beside the table of assertions."""


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

    def read() -> Ingested:
        with (
            counting("reading", is_shown=shared["progress"]) as progress,
            open_engine(
                shared["engine"],
                memory_limit=shared["memory"],
                master=shared["master"],
                progress=progress,
                encoding=shared["encoding"],
                sheet=shared["sheet"],
            ) as engine,
            ended_by_signals(engine.interrupt),
            _kept(engine, shared["keep"]),
        ):
            return reader(
                data,
                engine=engine,
                min_patients=shared["min_patients"],
                patterns=shared["patterns"] is not None,
                **_common(shared),
                **rules,
            )

    _take(read, _Asked(data, _name_of(reader), {**shared, **rules}))


@contextmanager
def _kept(engine: Engine, folder: Path | None) -> Iterator[None]:
    """Keep what an engine reads, if there is a folder for it; say so whatever comes of it."""
    if folder is None:
        yield
        return
    from metastasis.patients._engines.keeping import keep_reads

    kept = keep_reads(engine, folder)
    try:
        yield
    finally:
        say(kept.told())


def take_in_counts(
    reader: Callable[..., Ingested], data: str, rules: Mapping[str, Any], shared: Mapping[str, Any]
) -> None:
    """Read counts, as :func:`take_in` does patients."""
    form = {name: shared[name] for name in ("encoding", "sheet")}
    asked = _Asked(data, _name_of(reader), {**shared, **rules})
    _take(lambda: reader(data, **_common(shared), **rules, **form), asked)


class _Asked(NamedTuple):
    """What the user asks for."""

    data: Sequence[str] | str
    command: str
    options: Mapping[str, Any]

    def other(self) -> str | None:
        """Return the sentence that another reader would take the data; None where none would."""
        from metastasis.patients._look.look import other_reader

        return other_reader(self.data, self.command, [str(one) for one in self.options.values()])


def _name_of(reader: Callable[..., Ingested]) -> str:
    return reader.__name__.removeprefix("read_")


def _take(read: Callable[[], Ingested], asked: _Asked) -> None:
    """Read, and let all that is to be written take its place together.

    Where no assertion comes of it, nothing is written but the account and the labels that are to be
    given a key, with which the user can go on; and the command fails.
    """
    _check_targets(asked.options)
    try:
        with together():
            said = _write(_with_assertions(_read(read, asked)), asked.options)
    except _Nothing as nothing:
        found = nothing.found
        with together():
            said = [
                *_write_account(found, asked.options),
                *_write_labels(found, asked.options),
            ]
        say("\n".join([*said, NOTICE]))
        why = [found.report.to_dict()["warnings"][-1], "no table is written", asked.other()]
        stop("; ".join(one for one in why if one), 1)
    say("\n".join([*said, NOTICE]))


def _read(read: Callable[[], Ingested], asked: _Asked) -> Ingested:
    """Read; a refusal of the data ends with the reader that would take them, if there is one.

    Raises
    ------
    MetastasisError
        As the reader says.
    """
    try:
        return read()
    except (TableError, ReadError) as error:
        if other := asked.other():
            error.add_note(other)
        raise


def _with_assertions(found: Ingested) -> Ingested:
    """Return what was found; what is written by then is taken back where there is no assertion."""
    if not found.assertions:
        raise _Nothing(found)
    return found


class _Nothing(Exception):  # noqa: N818 - it says how a reading ended
    """No assertion came of the data."""

    def __init__(self, found: Ingested) -> None:
        super().__init__()
        self.found = found


def _common(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every reader takes."""
    from metastasis._catalog import read_catalog
    from metastasis.patients import read_site_map

    _said_of_source(shared)  # what is wrong with it is told before anything is read
    place: Path | None = shared["site_map"]
    known = read_site_map(place, read_catalog()) if place and place.exists() else {}
    limits = {name: shared[name] for name in ("min_count", "zeros", "zeros_of")}
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


def listing_rules(others: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules for case listings among the options of a command."""
    return {name: others[name] for name in ("choose", "distant_by")}


def coding_rules(others: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules for coded diagnoses among the options of a command."""
    from metastasis.patients import read_code_map

    days = {"look_back_days": others["look_back"], "at_diagnosis_days": others["at_diagnosis"]}
    names = ("choose", "nodes", "detail", "confirm", "confirm_days", "date_format", "sequences")
    maps = others["code_map"]
    code_map = read_code_map(*maps) if maps else None
    return {**days, **{name: others[name] for name in names}, "code_map": code_map}


def _write(found: Ingested, shared: Mapping[str, Any]) -> list[str]:
    """Write what was found; return what to say of it once all is in its place."""
    from metastasis.patients import write_patterns

    found = replace(found, source=replace(found.source, **_said_of_source(shared)))
    said = _write_account(found, shared)
    if shared.get("patterns") is not None:
        write_patterns(found.patterns, shared["patterns"])
        said.append(f"wrote {shared['patterns']}")
    said += _write_labels(found, shared)
    out: Path | None = shared["out"]
    if out is None:
        write_words(found.to_csv(), None, "")
    else:
        said += [f"wrote {path}" for path in found.write(out)]
    return said


def _write_account(found: Ingested, shared: Mapping[str, Any]) -> list[str]:
    if shared["report"] is None:
        return [str(found.report)]
    found.write_report(shared["report"])
    return [f"wrote {shared['report']}"]


def _write_labels(found: Ingested, shared: Mapping[str, Any]) -> list[str]:
    from metastasis.patients import write_site_map

    if not found.report.unmapped:
        return []
    place: Path | None = shared["site_map"]
    out: Path | None = shared["out"]
    target = place or (out and out.with_suffix(".site-map.csv"))
    if target is None:
        return ["labels without a key: name a file with --site-map to get them with suggestions"]
    stood = target.exists() and place is None
    write_site_map(target, found.report.unmapped, min_count=found.report.min_count)
    unread = ", which was not read this time" if stood else ""
    return [
        f"wrote {target}{unread}: give its labels a key, and run again with --site-map {target}"
    ]


def _check_targets(options: Mapping[str, Any]) -> None:
    """Check, before anything is read, that every output of an intake can take its place.

    Raises
    ------
    WriteError
        An output is a folder, or would take the place of what is read or of another output.
    """
    for name in _OUTPUTS:
        path: Path | None = options.get(name)
        if path is not None and path.is_dir():
            raise WriteError(path, f"it is a folder; give --{name} the name of a file")
    if (out := options["out"]) is not None:
        beside = {folded(realpath(out.with_suffix(end))): end for end in _BESIDE}
        for end in _BESIDE:
            check_output(out.with_suffix(end), "out")
        for name in (*_OUTPUTS, "site_map"):
            path = options.get(name)
            there = None if path is None else beside.get(folded(realpath(path)))
            # A site map may be named that goes beside the table anyway.
            if path is not None and there and (name, there) != ("site_map", _BESIDE[1]):
                option = name.replace("_", "-")
                raise WriteError(path, f"--out and --{option} name the same file ({there})")
