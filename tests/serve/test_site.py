"""The pages as files: whole, the same each time, and every link among them leads somewhere."""

from __future__ import annotations

import gzip
import html
import json
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from metastasis._errors import WriteError
from metastasis._graph import KnowledgeGraph, load
from metastasis._ledger import note_read, open_ledger
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.serve import _hosting, _site, write_site
from metastasis.serve._forks import do_all
from metastasis.serve._reply import Address, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 55_000_000
"""On a disk."""
MOST_PACKED: Final = 15_000_000
"""As it travels: hosts and browsers pack each file by itself."""
HERE: Final = "https://example.org/deep/"
LINK: Final = re.compile(r'(?:href|src|action)="([^"]*)"|content="0;url=([^"]*)"')
PLACE: Final = re.compile(r' id="([^"]*)"')
FEW: Final = ("primary/breast", "site/liver", "sparql")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of the whole graph."""
    out = tmp_path_factory.mktemp("whole") / "site"
    written = write_site(load(), out, address=HERE)
    assert written.size == sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return out


@pytest.fixture(scope="module")
def small() -> KnowledgeGraph:
    """Return a graph of one source."""
    return load().of_sources("wu-2017-breast")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a site have three pages."""

    def addresses(kg: KnowledgeGraph) -> Iterator[tuple[Address, tuple[str, ...]]]:
        yield from ((Address(path), ("html",)) for path in FEW)

    monkeypatch.setattr(_site, "addresses", addresses)
    monkeypatch.setattr(_hosting, "addresses", addresses)
    monkeypatch.setattr(_site, "_subjects", lambda _: {"kind/grouping", "../x", "kind/../../x"})


def files(out: Path) -> dict[str, bytes]:
    """Return the files in a folder."""
    found = (path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


@pytest.mark.slow
def test_the_whole_site_is_small(site: Path) -> None:
    found = files(site)
    assert sum(map(len, found.values())) <= MOST_BYTES
    assert sum(len(zlib.compress(data, 6)) for data in found.values()) <= MOST_PACKED


@pytest.mark.slow
def test_every_link_among_the_files_leads_to_one_and_to_a_place_on_it(site: Path) -> None:
    pages = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html")}
    texts = {name: path.read_text(encoding="utf-8") for name, path in pages.items()}
    places = {name: set(PLACE.findall(text)) for name, text in texts.items()}
    assert len(texts) > 1_000
    lost = set()
    for name, text in texts.items():
        for found in set(LINK.findall(text)):
            to = urlsplit(urljoin(HERE + name, html.unescape(found[0] or found[1])))
            if f"{to.scheme}://{to.netloc}" != "https://example.org":
                continue
            target = unquote(to.path).removeprefix("/deep/") or "index.html"
            if not (site / target).is_file():
                lost.add((name, target))
            here = places.get(target, set())
            if here and to.fragment not in ("", "query") and unquote(to.fragment) not in here:
                lost.add((name, f"{target}#{to.fragment}"))
    assert sorted(lost)[:20] == []


@pytest.mark.slow
def test_every_name_of_the_graph_has_a_file(site: Path) -> None:
    names = _site._subjects(load())
    assert len(names) > 4_000
    lost = [name for name in sorted(names) if not (site / f"{name or 'index'}.html").is_file()]
    assert lost == []


@pytest.mark.slow
def test_every_page_has_the_policy_and_is_not_for_clinical_use(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if "http-equiv=refresh" not in text:
            assert 'http-equiv="Content-Security-Policy"' in text, path
            assert NOT_CLINICAL in text, path


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    command = [sys.executable, "-m", "metastasis", "site", str(out), "--address", HERE]
    kept = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(command, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "wrote" in done.stderr
    assert NOT_CLINICAL in done.stderr
    one, other = files(site), files(out)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []


@pytest.mark.usefixtures("few")
def test_the_graph_beside_the_pages_is_the_graph(small: KnowledgeGraph, tmp_path: Path) -> None:
    write_site(small, tmp_path / "site")
    (tmp_path / "x.nq").write_bytes(gzip.decompress((tmp_path / "site" / _site.GRAPH).read_bytes()))
    again = KnowledgeGraph.read(tmp_path / "x.nq")
    assert set(again.store) == set(small.store)


@pytest.mark.usefixtures("few")
def test_an_earlier_site_is_replaced_as_a_whole(small: KnowledgeGraph, tmp_path: Path) -> None:
    out = tmp_path / "site"
    write_site(small, out, address=HERE)
    assert (out / "sitemap.xml").exists()
    write_site(small, out)
    assert not (out / "sitemap.xml").exists()
    assert (out / "kind" / "grouping.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.usefixtures("few")
def test_nothing_of_anybody_else_is_written_over(small: KnowledgeGraph, tmp_path: Path) -> None:
    out = tmp_path / "site"
    write_site(small, out)
    (out / "CNAME").write_text("example.org", encoding="utf-8")
    before = files(out)
    with pytest.raises(WriteError, match=r"CNAME in it is not of the site"):
        write_site(small, out)
    assert files(out) == before
    (out / "site.json").unlink()
    with pytest.raises(WriteError, match="not empty and holds no earlier site"):
        write_site(small, out)
    with pytest.raises(WriteError, match="a file, not a folder"):
        write_site(small, out / "CNAME")


@pytest.mark.usefixtures("few")
def test_a_site_that_is_read_is_not_written_over(small: KnowledgeGraph, tmp_path: Path) -> None:
    out = tmp_path / "site"
    write_site(small, out)
    with open_ledger():
        note_read(out / _site.GRAPH)
        with pytest.raises(WriteError, match="read as input"):
            write_site(small, out)


@pytest.mark.usefixtures("few")
def test_the_working_folder_is_not_taken_away(
    small: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WriteError, match="the command runs in it"):
        write_site(small, "")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("ends", [KeyboardInterrupt, RuntimeError, OSError(28, "No space left")])
def test_what_fails_leaves_all_as_it_was(
    small: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: BaseException
) -> None:
    out = tmp_path / "site"
    write_site(small, out)
    before = files(out)

    def fail(*_: object) -> Reply:
        raise ends

    monkeypatch.setattr(_site, "make_reply", fail)
    with pytest.raises((KeyboardInterrupt, RuntimeError, WriteError)):
        write_site(small, out)
    assert files(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    with pytest.raises((KeyboardInterrupt, RuntimeError, WriteError)):
        write_site(small, tmp_path / "deeper" / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.usefixtures("few")
def test_the_redirects_of_w3id_lead_to_the_address(small: KnowledgeGraph, tmp_path: Path) -> None:
    write_site(small, tmp_path / "site", address=HERE)
    text = (tmp_path / "site" / "w3id.htaccess").read_text(encoding="utf-8")
    assert "RewriteRule ^ - [E=HOST:https://example.org/deep]" in text
    assert "metastasis.example" not in text
    missing = (tmp_path / "site" / "404.html").read_text(encoding="utf-8")
    assert 'href="/deep/assets/site.css"' in missing


def test_the_redirects_are_those_that_are_to_be_sent() -> None:
    sent = Path(__file__).parents[2] / "deploy" / "w3id" / "metastasis" / ".htaccess"
    assert _hosting.W3ID.read_bytes() == sent.read_bytes()


@pytest.mark.parametrize("address", ["example.org", "javascript:alert(1)", ""])
def test_what_is_no_address_is_refused(small: KnowledgeGraph, tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="is no address of the web"):
        write_site(small, tmp_path / "site", address=address)
    assert list(tmp_path.iterdir()) == []


def test_jobs_are_done_once_and_what_fails_elsewhere_is_raised(tmp_path: Path) -> None:
    def note(number: int) -> None:
        with (tmp_path / str(number)).open("x"):
            pass

    do_all([lambda number=number: note(number) for number in range(200)], 3)  # type: ignore[misc]
    assert len(list(tmp_path.iterdir())) == 200
    with pytest.raises((OSError, RuntimeError)):
        do_all([lambda: note(7)] * 50, 2)


@pytest.mark.slow
def test_the_manifest_lists_every_file(site: Path) -> None:
    told = json.loads((site / "site.json").read_text(encoding="utf-8"))
    listed = {str(Path(place) / name) for place, names in told["files"].items() for name in names}
    assert listed | {"site.json"} == set(files(site))
