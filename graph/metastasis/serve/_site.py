"""The pages as files that any web space can host, with the graph beside them.

What a server answers stands in a file under its address, with the form as its ending; the SPARQL
page has an engine for the reader's browser. Every name of the graph that has no page of its own has
a small file that leads to where people read of it.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple, TypeVar, cast
from urllib.parse import unquote

from metastasis._errors import WriteError
from metastasis._files import write_folder
from metastasis._ledger import check_output
from metastasis._vocabulary import BASE, DATA_RELEASE, NOT_CLINICAL, VERSION
from metastasis.serve._assets import ASSETS
from metastasis.serve._forks import do_all
from metastasis.serve._hosting import files_for_hosts, redirect_page
from metastasis.serve._links import Links
from metastasis.serve._pages.layout import FILE_FORMS
from metastasis.serve._reply import Address
from metastasis.serve._routes import addresses, make_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metastasis._graph import KnowledgeGraph

__all__ = ["Written", "write_site"]

Thing = TypeVar("Thing")

MANIFEST: Final = "site.json"
"""Lists every file of a site: by it a site is known, and what somebody else put into it."""
GRAPH: Final = "metastasis.nq.gz"
_PLAIN: Final = re.compile(r"\w[\w.@~+-]*(?:/\w[\w.@~+-]*)*")
_LONGEST: Final = 200
"""Characters of a path; file systems take 255 bytes for a name."""
_JOB: Final = 40
"""Files that one process writes before it takes the next."""
_MOST_PROCESSES: Final = 4


class Written(NamedTuple):
    """What a site takes."""

    files: int
    size: int
    """In bytes."""


class _SiteFile(NamedTuple):
    """A file of the site, and what it answers."""

    name: str
    address: Address
    form: str


def write_site(
    kg: KnowledgeGraph,
    out: str | Path,
    *,
    address: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Written:
    """Write the pages of a graph as files, with its data and a SPARQL page that needs no server.

    All files take their place together, as a folder: after an error ``out`` is as it was. The same
    graph gives the same bytes.

    Parameters
    ----------
    out
        A folder that is not there yet, is empty, or holds an earlier site and nothing else.
    address
        Where the site will be on the web, as ``https://example.org/metastasis/``; then it has a
        sitemap, and redirects for w3id.org. None if that does not matter.
    progress
        Is called with what was done, several times.

    Returns
    -------
    Written
        How many files there are, and how many bytes.

    Raises
    ------
    WriteError
        The folder cannot be written, or holds what is not of an earlier site.
    ValueError
        ``address`` is none of the web.
    """
    step = progress or (lambda _: None)
    hosts = files_for_hosts(kg, address)
    with write_folder(Path(out), _check_earlier_site) as draft:
        files = list(_files(kg))
        names = _pageless(kg, {file.name for file in files})
        first = _one_of_each(files)
        _write_files(kg, draft, first)  # what these work out is there for every process
        rest = [file for file in files if file not in first]
        jobs = [partial(_write_files, kg, draft, some) for some in _parts(rest)]
        jobs += [partial(_write_redirects, kg, draft, some) for some in _parts(names)]
        do_all([partial(_write_graph, kg, draft), *jobs], _processes())
        step(f"wrote {len(files):,} pages and files of data, and the graph")
        step(f"wrote redirects for {len(names):,} names that have no page of their own")
        _write_rest(draft, hosts)
        return _write_manifest(draft)


def _processes() -> int:
    return min(os.cpu_count() or 1, _MOST_PROCESSES)


def _files(kg: KnowledgeGraph) -> Iterator[_SiteFile]:
    for address, forms in addresses(kg):
        for form in _kept(forms) if is_plain(address.path) else ():
            yield _SiteFile(_name_of(address.path, form), address, form)


def _one_of_each(files: list[_SiteFile]) -> list[_SiteFile]:
    """Return the first file of each kind and form."""
    found: dict[tuple[str, str], _SiteFile] = {}
    for file in files:
        found.setdefault((file.address.path.partition("/")[0], file.form), file)
    return list(found.values())


def is_plain(path: str) -> bool:
    """Return whether a path may be the name of a file in the site, and of none outside of it.

    >>> is_plain(""), is_plain("source/wu-2017-breast"), is_plain("distribution/2026.11/x.nq")
    (True, True, True)
    >>> is_plain("source/../../x"), is_plain("/x"), is_plain("primary/.x"), is_plain("a//b")
    (False, False, False, False)
    """
    return not path or (_PLAIN.fullmatch(path) is not None and len(path) < _LONGEST)


def _kept(forms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms of an address that stand among files.

    >>> _kept(("html", "csv", "json", "ttl", "nt")), _kept(("json",))
    (('html', 'csv', 'ttl'), ('json',))
    """
    return tuple(one for one in forms if one in ("html", *FILE_FORMS)) or forms


def _name_of(path: str, form: str) -> str:
    """Return the name of the file for a path in a form.

    >>> _name_of("", "html"), _name_of("primary/breast", "ttl"), _name_of("index.json", "json")
    ('index.html', 'primary/breast.ttl', 'index.json')
    """
    return path if path.endswith(f".{form}") else f"{path or 'index'}.{form}"


def _parts(things: list[Thing]) -> Iterator[list[Thing]]:
    """Yield what one process writes before it takes the next."""
    for start in range(0, len(things), _JOB):
        yield things[start : start + _JOB]


def _write_files(kg: KnowledgeGraph, draft: Path, files: list[_SiteFile]) -> None:
    for file in files:
        links = Links(file.address.path, is_static=True)
        reply = make_reply(kg, file.address, file.form, links)
        if reply.status == 303:
            _write(draft / file.name, redirect_page(dict(reply.headers)["Location"]))
        elif reply.status == 200:
            _write(draft / file.name, reply.body)
        else:
            raise RuntimeError(f"{file.name} would answer {reply.status}")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _write_graph(kg: KnowledgeGraph, draft: Path) -> None:
    """Write the graph compressed, without a name and a time: the same graph, the same bytes."""
    from metastasis.rdf._serialize import WRITERS

    with (draft / GRAPH).open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        WRITERS["nq"](kg.store, cast("IO[bytes]", packed), "metastasis site")


def _pageless(kg: KnowledgeGraph, taken: set[str]) -> list[str]:
    """Return the paths of the names of the graph that have no page among the files."""
    names = sorted(_subjects(kg))
    return [path for path in names if is_plain(path) and _name_of(path, "html") not in taken]


def _write_redirects(kg: KnowledgeGraph, draft: Path, paths: list[str]) -> None:
    """Write for each name a page that leads to where people read of it."""
    for path in paths:
        reply = make_reply(kg, Address(path), "html", Links(path, is_static=True))
        if reply.status == 303:
            _write(draft / _name_of(path, "html"), redirect_page(dict(reply.headers)["Location"]))


def _subjects(kg: KnowledgeGraph) -> set[str]:
    """Return the paths of all names of ours that the graph says something of."""
    import pyoxigraph as ox

    rows = kg.store.query(
        f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER STRSTARTS(STR(?s), '{BASE}') }}",
        use_default_graph_as_union=True,
    )
    assert isinstance(rows, ox.QuerySolutions)  # noqa: S101 - what SELECT gives
    found = {str(row["s"].value) for row in rows}
    return {unquote(one.removeprefix(BASE).partition("#")[0]) for one in found}


def _write_rest(draft: Path, hosts: dict[str, bytes]) -> None:
    shutil.copytree(ASSETS, draft / "assets", copy_function=shutil.copyfile)
    for name, data in hosts.items():
        _write(draft / name, data)


def _write_manifest(draft: Path) -> Written:
    """List all files by folder, and return what they take."""
    listed: dict[str, list[str]] = {}
    size = 0
    paths = sorted(path.relative_to(draft) for path in draft.rglob("*") if path.is_file())
    for path in paths:
        listed.setdefault(path.parent.as_posix(), []).append(path.name)
        size += (draft / path).stat().st_size
    told = {
        "made by": f"metastasis site, version {VERSION}",
        "release": f"{BASE} {DATA_RELEASE}",
        "notice": NOT_CLINICAL,
        "files": listed,
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    _write(draft / MANIFEST, text)
    return Written(len(paths) + 1, size + len(text))


def _check_earlier_site(folder: Path) -> None:
    """Check that a folder is not there, is empty, or is a site with nothing else in it.

    Raises
    ------
    WriteError
        It holds files that this did not write, or one that is read as input.
    """
    there = _files_in(folder)
    if not there:
        return
    ours = _listed(folder)
    if ours is None:
        raise WriteError(folder, "it is not empty and holds no earlier site; name another folder")
    foreign = sorted(there - ours)
    if foreign:
        more = f" and {len(foreign) - 1:,} more" if len(foreign) > 1 else ""
        reason = f"{foreign[0]}{more} in it is not of the site that stands there"
        raise WriteError(folder, f"{reason}; move it, or name another folder")
    for name in there:
        check_output(folder / name)


def _files_in(folder: Path) -> set[str]:
    return {
        (Path(place) / name).relative_to(folder).as_posix()
        for place, _, names in os.walk(folder)
        for name in names
    }


def _listed(folder: Path) -> set[str] | None:
    """Return the files of an earlier site in a folder; None where it is none."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = {
            (Path(place) / name).as_posix()
            for place, names in told["files"].items()
            for name in names
        }
        is_ours = str(told["made by"]).startswith("metastasis site,")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return listed | {MANIFEST} if is_ours else None
