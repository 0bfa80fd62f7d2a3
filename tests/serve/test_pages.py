"""Pages as others meet them: whole HTML, escaped, linked, and never two frames in one table."""

from __future__ import annotations

import csv
import io
import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import html_faults
import metastasis as mets
from metastasis._catalog import Catalog, Primary, Site, Source
from metastasis._clean import shown
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.edge import BASES
from metastasis._evidence.evidence import Evidence
from metastasis._markup import element, is_address
from metastasis._vocabulary import NOT_CLINICAL, RELEASE, expand
from metastasis.serve._links import Links
from metastasis.serve._pages import recipes
from metastasis.serve._pages.filters import Filters
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._reply import Address, Reply
from metastasis.serve._routes import addresses, forms_at, make_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._graph import KnowledgeGraph

BASE: Final = "https://example.org/deep/"
SOME: Final = (
    "primary/breast",
    "primary/colorectal",
    "primary/any",
    "site/liver",
    "site/lymph_node",
    "site/unspecified",
    "disease/breast--bone",
    "disease/lung--skin",
    "disease/colorectal--lung",
    "source/cancer-spreading",
    "source/wu-2017-breast",
    "primary",
    "site",
    "source",
    "vocab",
)
"""One page of each kind, and the odd ones."""
FILTERS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"edge": "commonly"},
    {"edge": "none"},
    {"basis": "lay_words"},
    {"denominator": "autopsies"},
    {"denominator": "all_patients", "setting": "at_diagnosis", "occurrence": "any"},
    {"edge": "possibly", "denominator": "site_cases"},
)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    """Return the shipped graph."""
    return mets.load()


def asked(kg: KnowledgeGraph, path: str, form: str = "html", **parameters: str) -> Reply:
    """Return the answer of a server to an address."""
    return make_reply(kg, Address(path, tuple(parameters.items())), form, Links(path))


def page(
    kg: KnowledgeGraph,
    path: str,
    asking: Mapping[str, str] = MappingProxyType({}),
    *,
    is_static: bool = False,
) -> str:
    """Return the text of a page that is there."""
    links = Links(path, is_static)
    reply = make_reply(kg, Address(path, tuple(asking.items())), "html", links)
    assert reply.status == 200, path
    return reply.body.decode()


# ---- Elements ----


@given(st.text(), st.text())
def test_text_and_values_are_read_as_they_were_given(text: str, value: str) -> None:
    found = html_faults.read(element("p", text, data_said=value, title=text))
    assert found.faults == []
    assert [tag for tag, _ in found.elements] == ["p"]

    def plain(said: str) -> str:
        return shown(said).replace("\r\n", "\n").replace("\r", "\n")

    assert found.text.replace("\r\n", "\n").replace("\r", "\n") == plain(text)
    assert set(found.elements[0][1]) == {"data-said", "title"}


@given(st.text())
def test_no_text_is_an_address_that_leaves_the_web(text: str) -> None:
    if is_address(text):
        scheme = urlsplit(urljoin("http://here/", text)).scheme
        assert scheme in ("http", "https")
        assert not text.startswith(("//", "\\"))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example/x",
        "\\\\evil.example",
        "http\n://x",
        "https://a b",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_does_more_than_lead_is_no_link(address: str) -> None:
    assert element("a", "x", href=address) == "<a>x</a>"
    assert element("form", action=address) == "<form></form>"


@pytest.mark.parametrize("name", ["onclick", "onload_", "style", "a b", "x>"])
def test_attributes_that_run_something_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no page has"):
        element("p", **{name: "x"})


@pytest.mark.parametrize("name", ["iframe", "object", "base", "style", "math", "p onload"])
def test_elements_that_no_page_needs_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no page has"):
        element(name)


# ---- Whole pages ----


@pytest.mark.parametrize("is_static", [False, True])
@pytest.mark.parametrize("path", SOME)
def test_a_page_is_sound_html(kg: KnowledgeGraph, path: str, is_static: bool) -> None:
    text = page(kg, path, is_static=is_static)
    found = html_faults.read(text)
    assert html_faults.faults_of(found) == []
    assert text.startswith("<!doctype html>\n<html lang")
    assert NOT_CLINICAL in found.text
    assert "CC BY 4.0" in found.text
    assert ("Content-Security-Policy" in text) == is_static
    assert page(kg, path, is_static=is_static) == text


@pytest.mark.slow
def test_every_page_is_sound_and_every_link_leads_somewhere(kg: KnowledgeGraph) -> None:
    read = {
        here.path: html_faults.read(page(kg, here.path))
        for here, forms in addresses(kg)
        if "html" in forms
    }
    assert len(read) > 1_700
    faults = [(path, one) for path, found in read.items() for one in html_faults.faults_of(found)]
    assert faults[:10] == []
    places = {path: set(found.ids) for path, found in read.items()}
    lost = set()
    for path, found in read.items():
        for address in set(found.addresses):
            if problem := lost_link(kg, path, address, places):
                lost.add(problem)
    assert sorted(lost)[:20] == []


def lost_link(
    kg: KnowledgeGraph, path: str, address: str, places: dict[str, set[str]]
) -> tuple[str, str] | None:
    """Return a link that leads nowhere, and the page that it is on."""
    to = urlsplit(urljoin(BASE + path, address))
    if not to.geturl().startswith(BASE):
        return None
    target = unquote(to.path).removeprefix("/deep/")
    if target.startswith("assets/"):
        return None
    if target in places:
        is_there = not to.fragment or unquote(to.fragment) in places[target]
        return None if is_there else (path, address)
    return None if forms_at(target) else (path, address)


def test_every_assertion_stands_on_four_pages_with_its_source(kg: KnowledgeGraph) -> None:
    shelf = shelf_of(kg)
    for row in list(shelf.row.values())[::97]:
        one = row.assertion
        pair = f"disease/{one.primary}--{one.site}"
        found = html_faults.read(page(kg, pair))
        assert f"assertion-{row.key}" in found.ids
        assert one.locator in found.text
        source = kg.catalog.sources[one.source]
        if source.doi:
            assert f"https://doi.org/{source.doi}" in found.addresses
        elif source.pmid:
            assert f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" in found.addresses
        link = f"../{pair}#assertion-{row.key}"
        for end in (f"primary/{one.primary}", f"site/{one.site}", f"source/{one.source}"):
            assert link in html_faults.read(page(kg, end)).addresses, end


# ---- Sentences ----


def lead(kg: KnowledgeGraph, path: str) -> str:
    """Return the first sentences of a page."""
    found = re.search(r'<p class="lead">(.*?)</p>', page(kg, path))
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1])


def test_a_lead_counts_what_is_said_apart_from_what_follows(kg: KnowledgeGraph) -> None:
    asserted = kg.assertions()
    for room, name, noun in (("primary", "primary", "site"), ("site", "site", "cancer")):
        every = kg.catalog.primaries if room == "primary" else kg.catalog.sites
        for key in [*every][::5]:
            told = lead(kg, f"{room}/{key}")
            pairs = [one.pair for one in kg.pairs() if getattr(one.pair, name) == key]
            said = {(one.primary, one.site) for one in pairs if not one.is_rolled_up}
            counts = {
                "reported; how commonly": sum(
                    one.edge == "possibly" and not one.is_rolled_up for one in pairs
                ),
                "called rare": sum(one.edge == "rarely" for one in pairs),
                "reported absent": sum(one.status == "reported absent" for one in pairs),
            }
            for words, count in counts.items():
                found = re.search(rf"(\d+)(?: further)? {noun}s? (?:is|are) {words}", told)
                assert int(found[1] if found else 0) == count, (key, words)
            found = re.search(rf"(\d+)(?: further)? {noun}s? follows? only", told)
            assert int(found[1] if found else 0) == sum(one.is_rolled_up for one in pairs), key
            for basis, words in BASES.items():
                common = [one for one in pairs if one.edge == "commonly"]
                count = sum(one.basis == basis for one in common)
                if 0 < count < len(common):
                    assert re.search(rf"\b{count} (rests? )?on {words}", told), key
                elif count:
                    assert re.search(rf"(This rests|All of these rest) on {words}\.", told), key
            behind = [
                one
                for one in asserted
                if one.relation == "metastasis" and (one.primary, one.site) in said
            ]
            found = re.search(r"Behind it: (\d+) assertions? of (\d+) source", told)
            sources = len({one.source for one in behind})
            assert (found.groups() if found else ("0", "0")) == (f"{len(behind)}", f"{sources}")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("disease/gallbladder--liver", "Behind it: 2 assertions of 2 sources. Of direct growth"),
        ("primary/adrenal", "follow only from kinds of the cancer"),
        ("primary/head_neck", "1 site is reported; how commonly is not established. 18 further"),
        ("site/cartilage", "Of direct growth, which is not metastasis: 1 assertion"),
        ("site/any_organ", "Of metastasis, but of no place: 5 assertions of 1 source."),
        ("primary/prostate", "1 further site is reported, and not enough for an edge."),
    ],
)
def test_a_lead_says_no_more_than_there_is(kg: KnowledgeGraph, path: str, told: str) -> None:
    assert told in lead(kg, path)


def test_growth_has_an_edge_of_its_own(kg: KnowledgeGraph) -> None:
    assert kg.query("ASK { primary:cervix met:extendsInto ?site }")
    assert "makes no edge" not in page(kg, "primary/cervix")


def test_what_one_sex_alone_has_is_not_called_not_studied(kg: KnowledgeGraph) -> None:
    for key, absent, there in (("prostate", "ovary", "spleen"), ("ovary", "testis", "eye")):
        silent = page(kg, f"primary/{key}").partition('id="silent"')[2]
        listed = silent[: silent.index("</section>")]
        names = re.sub(r"<[^>]+>", " ", listed)
        assert re.search(rf"\b{there}\b", names)
        assert not re.search(rf"\b{absent}\b", names)


# ---- Frames ----


def tables(text: str, kind: str) -> list[list[dict[str, str]]]:
    """Return the attributes of the bodies and rows of each table of a kind."""
    found: list[list[dict[str, str]]] = []
    inside = False
    for tag, values in html_faults.read(text).elements:
        if tag == "table":
            inside = values.get("class") == kind
            if inside:
                found.append([])
        elif inside and tag in ("tbody", "tr"):
            found[-1].append(values)
    return found


@pytest.mark.parametrize("path", ["primary/breast", "site/liver", "source/wu-2017-breast"])
def test_numbers_of_two_frames_are_never_in_one_table(kg: KnowledgeGraph, path: str) -> None:
    text = page(kg, path)
    shelf = shelf_of(kg)
    rows = {"primary": shelf.primary_rows, "site": shelf.site_rows, "source": shelf.source_rows}
    room, _, key = path.partition("/")
    counted = [row for row in rows[room][key] if row.assertion.percent is not None]
    frames = {(row.assertion.relation, row.assertion.frame) for row in counted}
    found = tables(text, "numbers")
    assert len(found) == len(frames)
    assert all(sum("data-denominator" in one for one in table) == 1 for table in found)
    assert all("data-denominator" not in one for table in found for one in table[2:])


@pytest.mark.parametrize("path", ["primary/breast", "site/bone"])
def test_the_table_of_pairs_has_no_number_of_patients(kg: KnowledgeGraph, path: str) -> None:
    start = page(kg, path).partition('<section id="pairs">')[2].partition("</section>")[0]
    assert "%" not in html_faults.read(start.partition("<details")[0]).text


# ---- Rows, in every form the same ----


def csv_rows(reply: Reply) -> list[dict[str, str]]:
    """Return the rows of a reply in CSV."""
    return list(csv.DictReader(io.StringIO(reply.body.decode())))


@pytest.mark.parametrize("asking", FILTERS, ids=str)
@pytest.mark.parametrize("path", ["primary/breast", "site/liver"])
def test_what_is_taken_is_what_is_shown(
    kg: KnowledgeGraph, path: str, asking: dict[str, str]
) -> None:
    text = page(kg, path, asking)
    room, _, key = path.partition("/")
    taken = csv_rows(asked(kg, path, "csv", **asking))
    shown = {
        address.partition("#assertion-")[2]
        for address in html_faults.read(text).addresses
        if "#assertion-" in address
    }
    # The drawings show all there is: only tables are chosen from.
    in_tables = {key for key in shown if f"#assertion-{key}" in only_tables(text)}
    assert {row["assertion"] for row in taken} == in_tables
    assert all(row[room] == key for row in taken)
    for name in ("denominator", "setting", "occurrence"):
        assert all(row[name] == asking[name] for row in taken if name in asking)
    told = json.loads(asked(kg, path, "json", **asking).body)
    assert [row["assertion"] for row in told["rows"]] == [row["assertion"] for row in taken]
    assert told["release"] == RELEASE
    assert told["notice"] == NOT_CLINICAL
    assert dict(told["asked"]) == asking


def only_tables(text: str) -> str:
    return text.partition('<section id="pairs">')[2]


@pytest.mark.parametrize("asking", FILTERS, ids=str)
@pytest.mark.parametrize("path", ["primary/breast", "site/liver"])
def test_a_recipe_gives_the_rows_of_its_table(
    kg: KnowledgeGraph, path: str, asking: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _, key = path.partition("/")
    filters = Filters.of(Address(path, tuple(asking.items())))
    text = html_faults.read(page(kg, path, asking)).text
    of = {room: key}
    python, sparql = recipes.pairs_in_python(filters, **of), recipes.pairs_in_sparql(filters, **of)
    assert python in text
    assert sparql in text
    taken = csv_rows(asked(kg, path, "csv", table="pairs", **asking))
    pairs = {f"{row['primary']}--{row['site']}" for row in taken}
    made = {f"{one.pair.primary}--{one.pair.site}" for one in run(kg, python, monkeypatch)}
    assert made == pairs
    assert local_names(kg, sparql, "pair") == pairs

    of = {room: key, "relation": "metastasis"}
    python = recipes.assertions_in_python(filters, **of)
    sparql = recipes.assertions_in_sparql(filters, **of)
    assert python in text
    assert sparql in text
    rows = csv_rows(asked(kg, path, "csv", relation="metastasis", **asking))
    keys = {row["assertion"] for row in rows}
    assert {one.key for one in run(kg, python, monkeypatch)} == keys
    assert local_names(kg, sparql, "assertion") == keys


@pytest.mark.parametrize("path", ["disease/breast--bone", "source/cancer-spreading", "site"])
def test_a_recipe_of_other_pages_gives_their_rows(
    kg: KnowledgeGraph, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page(kg, path)
    found = html_faults.read(text)
    listings = [said for around, said in found.texts if around[-1:] == ("pre",)]
    pythons, sparqls = listings[0::2], listings[1::2]
    name = "key" if path == "site" else "assertion"
    keys = {row[name] for row in csv_rows(asked(kg, path, "csv"))}
    made = [one.key for python in pythons for one in run(kg, python, monkeypatch)]
    variable = "site" if path == "site" else "assertion"
    asked_for = [one for sparql in sparqls for one in local_names(kg, sparql, variable)]
    assert set(made) == set(asked_for) == keys


def run(kg: KnowledgeGraph, python: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the ``rows`` of a recipe, run on a graph."""
    monkeypatch.setattr(mets, "load", lambda: kg)
    room: dict[str, Any] = {}
    exec(python, room)  # noqa: S102 - what the page tells its readers to run
    monkeypatch.undo()
    return list(room["rows"])


def local_names(kg: KnowledgeGraph, sparql: str, variable: str) -> set[str]:
    """Return the keys that a query finds."""
    rows: Any = kg.query(sparql)
    return {row[variable].rpartition("/")[2] for row in rows.to_dicts()}


def test_turtle_of_chosen_rows_holds_them_and_no_others(kg: KnowledgeGraph) -> None:
    asking = {"table": "assertions", "denominator": "autopsies"}
    keys = {row["assertion"] for row in csv_rows(asked(kg, "site/liver", "csv", **asking))}
    turtle = asked(kg, "site/liver", "ttl", **asking).body
    subjects = {str(one.subject) for one in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    start = f"<{expand('assertion:')}"
    said = {one[len(start) : -1] for one in subjects if one.startswith(start)}
    assert said == keys


@pytest.mark.parametrize(("path", "form"), [("primary/breast", "html"), ("site/liver", "csv")])
@pytest.mark.parametrize("asking", [{"edge": "often"}, {"denominator": "all"}, {"table": "x"}])
def test_what_is_in_no_list_is_refused_and_never_answered_with_everything(
    kg: KnowledgeGraph, path: str, form: str, asking: dict[str, str]
) -> None:
    if form == "html" and "table" in asking:
        return
    reply = asked(kg, path, form, **asking)
    assert reply.status == 400
    assert next(iter(asking.values())) in reply.body.decode()


# ---- Names ----


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("site/livr", "site/liver"),
        ("primary/brest", "primary/breast"),
        ("disease/brest--bone", "primary/breast"),
        ("source/wu-2017-brest", "source/wu-2017-breast"),
        ("liver", "site/liver"),
        ("primary/C78.7", "site/liver"),
    ],
)
def test_an_unknown_name_is_told_what_may_have_been_meant(
    kg: KnowledgeGraph, path: str, meant: str
) -> None:
    reply = asked(kg, path)
    found = html_faults.read(reply.body.decode())
    assert reply.status == 404
    assert html_faults.faults_of(found) == []
    leads = {urlsplit(urljoin(BASE + path, one)).path for one in found.addresses}
    assert f"/deep/{meant}" in leads
    assert meant in json.loads(asked(kg, path, "json").body)["suggestions"]


def test_a_pair_that_nothing_speaks_of_is_no_page_but_a_way_to_both(kg: KnowledgeGraph) -> None:
    reply = asked(kg, "disease/breast--testis")
    assert reply.status == 404
    assert {"../primary/breast", "../site/testis"} <= set(
        html_faults.read(reply.body.decode()).addresses
    )


def test_what_is_not_studied_is_all_that_nothing_speaks_of(kg: KnowledgeGraph) -> None:
    shelf = shelf_of(kg)
    section = page(kg, "primary/breast").partition('<section id="silent">')[2]
    folded = section.partition("</summary>")[2].partition("</details>")[0]
    listed = html_faults.read(folded.replace("</p>", "</p>")).text.split(", ")
    wanted = [
        kg.catalog.sites[one.site].label
        for one in kg.states("breast")
        if one.state == "not studied" and ("breast", one.site) not in shelf.summary
    ]
    grown = {row.pair.site_label for row in shelf.primary_rows["breast"]}
    assert listed == [one for one in wanted if one not in grown]


# ---- A hostile graph ----

HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"onload="alert(1)',
    "' onmouseover='x",
    "</title></table><iframe src=//evil.example>",
    "\u202etxt.exe\u2066\u200f",
    "\x00\x1b[31m\x85",
    "&lt;b&gt; &amp; &#60;",
    "<!-- --> <![CDATA[ ]]> <?php ?>",
    "}}{% raw %}`${1}`",
)
BAD_ADDRESSES: Final = (
    "javascript:alert(1)",
    "data:text/html,<script>x</script>",
    '//x" onclick="y',
)


@pytest.fixture(scope="module")
def hostile() -> KnowledgeGraph:
    """Return a graph in which every text and address is meant to do harm; no check let it in."""
    said = "\n".join(HOSTILE)
    primary = Primary(key="p.1", label=said, synonyms=HOSTILE, arises_in=("s",), note=said)
    kind = Primary(key="p2", label=f"x {said}", parents=("p.1",), kind="histology")
    site = Site(key="s", label=said, synonyms=HOSTILE, note=said)
    part = Site(key="s-t_u.v", label=f"y {said}", parents=("s",), kind="tissue")
    sources = [
        Source(
            key=f"a{i}",
            citation=said,
            design="registry",
            doi=address if i == 1 else None,
            url=address,
            pmid='1"><script>' if i == 2 else None,
            license=said,
            license_url=address,
            population=said,
            registry=HOSTILE,
            people=HOSTILE,
            curated_by=said,
            note=said,
        )
        for i, address in enumerate((*BAD_ADDRESSES, said))
    ]
    assertions = [
        Assertion(
            primary=who,
            site=where,
            source=source.key,
            locator=said,
            population=said if i % 2 else None,
            note=said,
            frequency=word,
            count=number,
            total=None if number is None else 100,
            denominator=None if number is None else "autopsies",
        )
        for i, source in enumerate(sources)
        for who, where in (("p.1", "s"), ("p2", "s-t_u.v"), ("p.1", "s-t_u.v"))
        for word, number in (("absent", None), (None, 7 + 20 * i))
    ]
    catalog = Catalog([primary, kind], [site, part], sources)
    # No store has such addresses; an index of evidence may.
    return mets.KnowledgeGraph(Evidence(catalog, assertions), lambda: mets.load().store)


@pytest.mark.parametrize("is_static", [False, True])
def test_a_hostile_label_stays_text_on_every_page(hostile: KnowledgeGraph, is_static: bool) -> None:
    seen = 0
    for here, forms in addresses(hostile):
        if "html" not in forms:
            continue
        links = Links(here.path, is_static)
        reply = make_reply(hostile, here, "html", links)
        assert reply.status == 200, here
        text = reply.body.decode()
        found = html_faults.read(text)
        assert html_faults.faults_of(found) == [], here
        assert "evil.example" not in " ".join(found.addresses)
        assert not set(text) & set("\x00\x1b\x85\u202e\u2066")
        seen += "alert(1)" in found.text
    assert seen > 8


def test_a_hostile_address_is_answered_as_text(kg: KnowledgeGraph) -> None:
    for path in (*HOSTILE, *(f"site/{one}" for one in HOSTILE), *BAD_ADDRESSES):
        reply = asked(kg, path.strip("/"), q=path)
        found = html_faults.read(reply.body.decode())
        assert reply.status == 404
        assert html_faults.faults_of(found) == [], path


def test_a_hostile_table_is_no_formula(hostile: KnowledgeGraph) -> None:
    evidence = hostile.evidence
    rows = [
        Assertion(
            primary="p2", site="s", source="a0", locator="=cmd|' /C calc'!A0", frequency="rare"
        )
    ]
    kg = mets.KnowledgeGraph.from_evidence(Evidence(evidence.catalog, rows))
    assert b"'=cmd" in asked(kg, "site/s", "csv").body
