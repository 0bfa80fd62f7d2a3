"""Gaps: thin evidence on common cancers first; how common is a cited number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from metastasis._catalog import Catalog, Primary, Site, Source, read_catalog
from metastasis._catalog.incidence import Incidence, cases_of_sex, read_incidence
from metastasis._catalog.known_gaps import KnownGap, read_known_gaps
from metastasis._errors import EvidenceError, ReadError, TableError, UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.evidence import Evidence
from metastasis._graph import load
from metastasis.analysis._gaps import gaps

if TYPE_CHECKING:
    from pathlib import Path

CATALOG = Catalog(
    primaries=[
        Primary(key="breast", label="breast cancer", arises_in=("breast",)),
        Primary(key="lobular", label="lobular breast cancer", parents=("breast",)),
        Primary(key="prostate", label="prostate cancer", sex="male"),
        Primary(key="rare", label="rare cancer"),
        Primary(key="any", label="cancer", kind="grouping"),
    ],
    sites=[
        Site(key="bone", label="bone"),
        Site(key="spine", label="spine", parents=("bone",)),
        Site(key="ovary", label="ovary", sex="female"),
        Site(key="breast", label="breast"),
        Site(key="nowhere", label="unspecified", kind="unspecific"),
    ],
    sources=[
        Source(key="one", citation="1", design="registry"),
        Source(key="two", citation="2", design="registry"),
    ],
)
CASES = {
    key: Incidence(key, cases, "World", 2022, "a table", "row")
    for key, cases in (("breast", 300), ("prostate", 200))
}


def said(primary: str, site: str, source: str = "one", count: int | None = None) -> Assertion:
    numbers = {} if count is None else {"count": count, "total": 100, "denominator": "autopsies"}
    return Assertion(
        primary=primary,
        site=site,
        source=source,
        locator="here",
        frequency=None if count is not None else "possible",
        **numbers,  # type: ignore[arg-type]
    )


def graph(*assertions: Assertion) -> Evidence:
    return Evidence.from_assertions(assertions, CATALOG)


SHIPPED = load().evidence
SMALL = graph(
    said("breast", "spine", count=5),
    said("breast", "bone", "two", count=50),
    said("lobular", "ovary"),
    said("prostate", "bone"),
)


def test_the_ranking_is_new_cases_over_documents_that_count() -> None:
    rows = gaps(SMALL, reached_by=0, incidence=CASES).to_dicts()
    order = [(row["primary"], row["site"], row["cases_per_document"]) for row in rows]
    assert order == [
        ("breast", "ovary", 300.0),
        ("prostate", "breast", 200.0),
        ("prostate", "spine", 200.0),
        ("prostate", "bone", 200.0),
        ("breast", "spine", 150.0),
        ("breast", "bone", 100.0),
    ]


def test_a_part_counts_as_the_site_and_a_subtype_does_not() -> None:
    rows = {
        (row["primary"], row["site"]): row
        for row in gaps(SMALL, reached_by=0, incidence=CASES).to_dicts()
    }
    bone = rows["breast", "bone"]
    assert (bone["documents"], bone["counted_documents"], bone["patients"]) == (2, 2, 100)
    ovary = rows["breast", "ovary"]
    assert (ovary["state"], ovary["documents"], ovary["subtype_documents"]) == ("not studied", 0, 1)
    spine_only = graph(said("breast", "spine", count=5))
    found = gaps(spine_only, "breast", reached_by=0, incidence=CASES).to_dicts()
    states = {row["site"]: row["state"] for row in found}
    assert states["bone"] == "reported, on a part only"


def test_what_is_no_gap_is_not_asked_about() -> None:
    pairs = {(one.primary.key, one.site.key) for one in gaps(SMALL, reached_by=0, incidence=CASES)}
    assert ("breast", "breast") not in pairs, "its own organ"
    assert ("prostate", "ovary") not in pairs, "the other sex"
    assert not {"any", "rare"} & {primary for primary, _ in pairs}
    assert "nowhere" not in {site for _, site in pairs}
    reached = {one.site.key for one in gaps(SMALL, reached_by=2, incidence=CASES)}
    assert reached == {"bone"}


def test_the_shipped_table_is_ranked_and_says_which_cancers_it_leaves_out() -> None:
    found = gaps(SHIPPED, top=10)
    assert len(found) == 10
    scores = [one.cases_per_document or 0 for one in gaps(SHIPPED)]
    assert scores == sorted(scores, reverse=True)
    assert "GLOBOCAN 2022" in str(found.source)
    assert any("osteosarcoma" in note for note in found.notes)
    assert {one.primary.key for one in gaps(SHIPPED, "bowel cancer")} == {"colorectal"}
    few = gaps(SHIPPED, ["bowel cancer", "lung"], ["hepatic", "bone"])
    assert {one.primary.key for one in few} == {"colorectal", "lung"}
    assert {one.site.key for one in few} == {"liver", "bone"}


def test_a_pair_that_was_looked_up_says_where_and_is_told_apart() -> None:
    known = {
        pair: KnownGap(*pair, "PubMed, PDQ", "2026-11-29")
        for pair in (("breast", "ovary"), ("breast", "bone"), ("rare", "bone"))
    }
    rows = {
        (row["primary"], row["site"]): row
        for row in gaps(SMALL, reached_by=3, incidence=CASES, known=known).to_dicts()
    }
    assert set(rows) == set(known), "whoever else reaches the site"
    assert rows["breast", "ovary"]["state"] == "searched, not found"
    assert rows["breast", "ovary"]["searched_on"] == "2026-11-29"
    assert rows["breast", "bone"]["state"] == "reported", "found since"
    assert rows["rare", "bone"]["cases_per_document"] is None, "no new cases are known"
    alone = gaps(SMALL, reached_by=0, incidence=CASES, known=known, only_searched=True)
    assert {(one.primary.key, one.site.key) for one in alone} == set(known)
    assert any(note.startswith("searched and not found: 2 pairs") for note in alone.notes)
    every = gaps(SMALL, reached_by=0, incidence=CASES, known=known).to_dicts()
    assert {row["searched"] for row in every} == {"PubMed, PDQ", None}


def test_shipped_pairs_that_were_looked_up_are_of_the_catalog() -> None:
    known = read_known_gaps(read_catalog())
    listed = {(one.primary.key, one.site.key) for one in gaps(SHIPPED, only_searched=True)}
    assert listed <= set(known)
    of_the_graph = {
        (primary, site)
        for primary, site in known
        if primary in SHIPPED.catalog.primaries and site in SHIPPED.catalog.sites
    }
    assert listed == of_the_graph


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("lnug,bone,PDQ,2026-11-29,\n", "row 2, column primary: 'lnug': no primary of the cat"),
        ("breast,boen,PDQ,2026-11-29,\n", "column site: 'boen': no site of the catalog"),
        ("breast,bone, ,2026-11-29,\n", "column searched: ' ': must not be blank"),
        ("breast,bone,PDQ,yesterday,\n", "column date: 'yesterday': not a date; write it as 2026"),
        ("breast,bone,PDQ,20261129,\n", "column date: '20261129': not a date"),
        ("breast,bone,a,2026-11-29,\nbreast,bone,b,2026-11-29,\n", "row 3, .* stands twice"),
    ],
)
def test_every_fault_of_the_pairs_that_were_looked_up_is_told(
    tmp_path: Path, rows: str, fault: str
) -> None:
    path = tmp_path / "known_gaps.csv"
    path.write_text("primary,site,searched,date,note\n" + rows, "utf-8")
    with pytest.raises(TableError, match=fault):
        read_known_gaps(CATALOG, path)


def test_a_row_with_a_comma_too_many_hides_no_other_fault(tmp_path: Path) -> None:
    path = tmp_path / "known_gaps.csv"
    rows = "lnug,bone,a,2026-11-29,\nbreast,bone,a,2026-11-29,,\nbreast,bone,a,today,\n"
    path.write_text("primary,site,searched,date,note\n" + rows, "utf-8")
    with pytest.raises(TableError) as caught:
        read_known_gaps(CATALOG, path)
    told = {(fault.row, fault.column) for fault in caught.value.faults}
    assert told == {(2, "primary"), (3, None), (4, "date")}


def test_what_cannot_be_told_is_said() -> None:
    with pytest.raises(EvidenceError, match="no row for osteosarcoma: how common it is cannot be"):
        gaps(SHIPPED, "osteosarcoma")
    with pytest.raises(UnknownNameError, match="unknown primary 'brest'"):
        gaps(SHIPPED, "brest")
    with pytest.raises(ValueError, match="give 0 or more"):
        gaps(SHIPPED, top=-1)


# New cases ----------------------------------------------------------------------------------------


def test_every_primary_of_the_table_is_in_the_catalog() -> None:
    cases = read_incidence(primaries=SHIPPED.catalog.primaries)
    assert len(cases) == 17
    assert all(one.new_cases > 100_000 for one in cases.values())
    assert {(one.region, one.year) for one in cases.values()} == {("World", 2022)}
    assert all("GLOBOCAN 2022" in one.source and one.locator for one in cases.values())
    broader = {parent for key in cases for parent in SHIPPED.catalog.supertypes(key) - {key}}
    assert not broader & cases.keys(), "a subtype and its whole would be counted twice"


def test_cases_of_one_sex_hold_no_cancer_of_the_other() -> None:
    catalog = SHIPPED.catalog
    both, women, men = (cases_of_sex(catalog, sex).cases for sex in (None, "female", "male"))
    assert "breast" not in men, "GLOBOCAN does not estimate breast cancer in men"
    for key in both:
        belongs = catalog.primaries[key].sex
        assert (key in men) == (belongs != "female" and key != "breast")
        assert (key in women) == (belongs != "male")
        assert women.get(key, 0) + men.get(key, 0) == both[key]
    assert cases_of_sex(catalog, "male").halved
    assert not cases_of_sex(catalog).halved
    assert both["melanoma"] == both["melanoma_skin"]


HEADER = "primary,sex,new_cases,region,year,source,locator,note\n"


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("lung,both,many,World,2022,s,l,\n", "column new_cases: 'many': not a whole number"),
        ("lung,both,-1,World,2022,s,l,\n", "not a whole number"),
        ("lung,both,1,World,soon,s,l,\n", "column year: 'soon'"),
        ("lung,both,1,World,2022,,l,\n", "column source: '': must not be blank"),
        ("lung,both,1,World,2022,s,l,\nlung,both,2,World,2022,s,l,\n", "stands twice for this"),
        ("lung,both,1,World,2022,s,l,\nskin,both,2,World,2020,s,l,\n", "another region or year"),
        ("lnug,both,1,World,2022,s,l,\n", "no primary of the catalog has this key"),
        ("lung,men,1,World,2022,s,l,\n", "column sex: 'men': not in the list; one of both"),
        ("lung,male,1,World,2022,s,l,\n", "row 2, column sex: 'male': lung has no row for both"),
        (
            "lung,both,5,World,2022,s,l,\nlung,male,1,World,2022,s,l,\n"
            "lung,female,3,World,2022,s,l,\n",
            "row 2, column new_cases: '5': women and men together are 4",
        ),
    ],
)
def test_every_fault_of_the_table_is_told(tmp_path: Path, rows: str, fault: str) -> None:
    path = tmp_path / "incidence.csv"
    path.write_text(HEADER + rows, "utf-8")
    with pytest.raises(TableError, match=fault):
        read_incidence(path, primaries=("lung", "skin"))


def test_a_table_without_its_columns_or_file_is_none(tmp_path: Path) -> None:
    path = tmp_path / "incidence.csv"
    path.write_text("primary,new_cases\nlung,1\n", "utf-8")
    with pytest.raises(TableError, match="column region: the column is missing"):
        read_incidence(path)
    with pytest.raises(ReadError):
        read_incidence(tmp_path / "nothing.csv")
