"""Pages that gather: what they show is what Python answers, and wrong questions are told so."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import metastasis as mets
from metastasis.serve._links import Links
from metastasis.serve._pages.gathered import cells_of, frames_of, pairs_json, shared_rules
from metastasis.serve._reply import Address, Reply
from metastasis.serve._routes import make_reply

KG: Final = mets.load()
CELLS: Final = KG.evidence.made(cells_of)
RULES: Final = KG.evidence.made(shared_rules)
REACHED: Final = sorted({site for _, site in RULES.counted})
STUDIED: Final = sorted({primary for primary, _ in CELLS})


def ask(path: str, form: str = "html", **parameters: str | list[str]) -> Reply:
    """Return the answer to an address."""
    said = [
        (name, value)
        for name, values in parameters.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return make_reply(KG, Address(path, tuple(said)), form, Links(path))


def page(path: str, **parameters: str | list[str]) -> str:
    """Return a page as text, its status 200."""
    reply = ask(path, "html", **parameters)
    assert (reply.status, reply.media_type) == (200, "text/html; charset=utf-8")
    return reply.body.decode()


def links_in(text: str, table: str) -> set[str]:
    """Return where the links of a table lead."""
    found = re.search(rf'<table class="{table}">.*?</table>', text, re.DOTALL)
    return set(re.findall(r'href="([^"]+)"', found.group())) if found else set()


def ran(code: str) -> object:
    """Return the rows of a recipe."""
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - the page's own recipe
    return names["rows"]


def recipes(text: str) -> tuple[str, str]:
    """Return the Python and the SPARQL of a page."""
    python, sparql = re.findall(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL)[:2]
    return html.unescape(python), html.unescape(sparql)


# Sharing


@given(
    st.lists(st.sampled_from(REACHED), min_size=1, max_size=4, unique=True),
    st.sampled_from(["all", "any"]),
    st.sampled_from(["any", "commonly", "possibly", "rarely"]),
)
def test_cancers_that_share_sites_are_those_of_python(
    sites: list[str], how: str, edge: str
) -> None:
    found = KG.primaries_with(sites, how=how, edge=edge)  # type: ignore[arg-type]
    text = page("shared", site=sites, how=how, edge=edge)
    links = links_in(text, "shared")
    assert {one for one in links if one.startswith("primary/")} == {
        f"primary/{key}" for key in found.primaries
    }
    shown = {one for one in links if one.startswith("disease/")}
    assert shown == {f"disease/{one.primary}--{one.site}" for one in found}
    assert f"{len(found.primaries)} cancer" in text


@given(
    st.lists(st.sampled_from(REACHED), min_size=1, max_size=3, unique=True),
    st.sampled_from(["all", "any"]),
    st.sampled_from(["any", "commonly", "possibly", "rarely"]),
)
@example(["brain", "liver"], "all", "any")  # bladder cancer: one of them commonly, one possibly
@example(["bone"], "any", "commonly")  # the spine is bone
@example(["lymph_node"], "all", "possibly")  # a whole that follows from parts is told by these
@settings(max_examples=6)  # each loads the graph anew
def test_a_recipe_of_shared_sites_gives_the_same(sites: list[str], how: str, edge: str) -> None:
    asked: dict[str, str | list[str]] = {"site": sites, "how": how, "edge": edge}
    python, sparql = recipes(page("shared", **asked))
    rows = list(csv.DictReader(io.StringIO(ask("shared", "csv", **asked).body.decode())))
    found = ran(python)
    assert [row["site"] for row in rows] == [one.site for one in found]  # type: ignore[attr-defined]
    answer = KG.query(sparql)
    primary, site = (answer.columns.index(name) for name in ("primary", "site"))  # type: ignore[union-attr]
    pairs = {(row[primary].curie, row[site].curie) for row in answer.cells()}  # type: ignore[union-attr]
    assert pairs == {(f"primary:{row['primary']}", f"site:{row['site']}") for row in rows}


def test_counts_of_sites_are_of_union_and_intersection() -> None:
    text = page("shared", site=["bone", "liver"], how="any")
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th><td class="n">(\d+)</td>', text))
    bone, liver = (set(KG.primaries_with(site).primaries) for site in ("bone", "liver"))
    assert {name: int(count) for name, count in rows.items()} == {
        "bone": len(bone),
        "liver": len(liver),
        "bone and liver": len(bone & liver),
        "any of them": len(bone | liver),
    }
    assert "cannot be said" in text


def test_a_wrong_site_is_told_with_what_was_meant() -> None:
    text = html.unescape(page("shared", site=["livr", "bone"]))
    assert "Unknown site 'livr'. Did you mean 'liver'" in text
    assert ask("shared", "csv", site=["livr", "bone"]).status == 400
    assert ask("shared", "csv").status == 400
    assert "neither all nor any" in html.unescape(page("shared", site="bone", how="some"))


# Comparing


@given(
    st.lists(st.sampled_from(STUDIED), min_size=1, max_size=6, unique=True),
    st.sampled_from(["edge", *KG.evidence.made(frames_of)]),
)
def test_a_comparison_shows_every_pair_and_never_two_frames(keys: list[str], by: str) -> None:
    text = page("compare", primary=keys, by=by)
    shown = {one for one in links_in(text, "compared") if one.startswith("disease/")}
    cells = {pair: cell for pair, cell in CELLS.items() if pair[0] in keys}
    if by == "edge":
        assert shown == {f"disease/{primary}--{site}" for primary, site in cells}
        return
    assert shown == {
        f"disease/{primary}--{site}"
        for (primary, site), cell in cells.items()
        if by in cell.numbers
    }
    table = re.search(r'<table class="compared">.*?</table>', text, re.DOTALL)
    assert table is not None
    assert 'class="edge' not in table.group()
    told = html.unescape(table.group())
    for cell in cells.values():
        if by in cell.numbers:
            assert cell.numbers[by] in told


def test_a_recipe_of_a_comparison_gives_the_same() -> None:
    for by in ("edge", "metastatic_patients.during_course.any.any"):
        asked = {"primary": ["bladder", "breast"], "by": by}
        python, sparql = recipes(page("compare", **asked))
        rows = json.loads(ask("compare", "json", **asked).body)["rows"]
        named = [(row["primary"], row["site"]) for row in rows]
        assert sorted(named) == sorted((one.pair.primary, one.pair.site) for one in ran(python))  # type: ignore[attr-defined]
        answer = KG.query(sparql)
        primary, site = (answer.columns.index(name) for name in ("primary", "site"))  # type: ignore[union-attr]
        found = {(row[primary].curie, row[site].curie) for row in answer.cells()}  # type: ignore[union-attr]
        assert found == {(f"primary:{one}", f"site:{other}") for one, other in named}


def test_no_two_frames_to_compare_by_are_called_alike() -> None:
    frames = json.loads(pairs_json(KG))["frames"]
    assert len(set(frames.values())) == len(frames)
    offered = re.findall(r"<option[^>]*>(% of .*?) \(\d+ pairs?\)", page("compare", primary="lung"))
    assert len(set(offered)) == len(offered) > 1


def test_a_share_of_patients_at_a_site_is_not_taken_for_how_often_a_cancer_spreads() -> None:
    told = "this does not say how often the cancer spreads there"
    by = "site_cases.unspecified.any.any"
    assert told in page("compare", primary=["breast", "lung"], by=by)
    assert told not in page("compare", primary=["breast", "lung"])
    assert any(told in one for one in json.loads(pairs_json(KG))["asides"].values())
    for path in (
        "primary/prostate",
        "site/ovary",
        "disease/breast--ovary",
        "source/singh-2020-brain",
    ):
        assert told in page(path), path
    assert told not in page("disease/prostate--skin")
    assert "one patient may have several" in page("primary/prostate")


def test_an_edge_from_kinds_is_not_said_to_be_from_parts() -> None:
    rolled = KG.evidence.pairs(roll_up=True)
    kinds = [one for one in rolled if one.is_rolled_up and one.parts[0].site == one.site]
    assert all("from kinds or parts" in CELLS[one.primary, one.site].note for one in kinds[:9])


def test_more_than_six_and_unknown_cancers_are_told() -> None:
    text = html.unescape(page("compare", primary=[*STUDIED[:7], "brest cancer"]))
    assert "At most 6 cancers are compared, and 7 were named." in text
    assert "Unknown primary 'brest cancer'. Did you mean 'breast cancer'" in text
    assert ask("compare", "json", primary=STUDIED[:7]).status == 400
    assert ask("compare", "ttl", primary="brest").status == 400


def test_every_number_stands_with_its_people() -> None:
    for cell in CELLS.values():
        for told in cell.numbers.values():
            assert re.search(r"\([\d,]+/[\d,]+\)|\(of [\d,]+, n not stated\)|not stated\)", told)


# Others


def test_the_file_of_pairs_is_small_and_whole() -> None:
    told = json.loads(pairs_json(KG))
    assert pairs_json(KG) == pairs_json(KG)
    assert len(pairs_json(KG)) < 250_000
    assert {(p, s) for p, sites in told["pairs"].items() for s in sites} == set(CELLS)
    assert "Not for clinical use" in told["notice"]


def test_the_first_page_says_what_is_in_the_release() -> None:
    text = page("")
    counts = dict(KG.summary())
    for name in ("sources with assertions", "assertions", "assertions with a number"):
        assert f"{counts[name]:,}" in text
    assert "Not for clinical use" in text
    assert ask("", "ttl").status == 200


def test_what_is_searched_is_found_without_a_script() -> None:
    text = page("search", q="hepatic")
    assert text.index('href="site/liver"') < text.index('href="primary/liver"')
    assert "Nothing here is called “qqqq”" in page("search", q="qqqq")
    hostile = page("search", q="<script>alert(1)</script>")
    assert "<script>alert" not in hostile


def test_the_page_about_names_every_source_once() -> None:
    text = page("about")
    found = re.findall(r'href="source/([^"]+)"', text)
    assert sorted(found) == sorted(KG.catalog.sources)
    for anchor in ("cite", "licenses", "data"):
        assert f'id="{anchor}"' in text


@pytest.mark.slow
def test_pictures_for_print_are_those_of_python() -> None:
    reply = ask("primary/bladder", "png")
    assert (reply.status, reply.media_type) == (200, "image/png")
    assert b"kg.draw.body(primaries=['bladder'])" in reply.body
    profiles = ask("site/liver", "svg", picture="profiles", denominator="autopsies")
    assert b"kg.draw.profiles(sites=['liver'], denominator='autopsies')" in profiles.body.replace(
        b"&#39;", b"'"
    )
    assert b"network" in ask("", "svg").body
    assert ask("primary/no-such", "svg").status == 404
    assert ask("primary/bladder", "svg", picture="cat").status == 400
