"""Accepting rows: what a person decided becomes evidence, or is refused with every reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metastasis as mets
from made_readings import CLAIMS, DOCUMENT, made_page, made_readings
from metastasis._catalog import read_catalog
from metastasis._evidence.assertion_table import read_assertions, write_assertions
from metastasis.text._review.accept import Acceptance, accept_rows
from metastasis.text._review.decided import (
    Decided,
    Rejection,
    read_rejections,
    write_rejections,
)
from metastasis.text._review.row import EDITED, ranked, row_of, rows_as_csv
from metastasis.text._review.row_table import ReviewTable, read_review
from shared_data import shared_path

if TYPE_CHECKING:
    from pathlib import Path

PAGE: Final = made_page()
CATALOG: Final = read_catalog()
SOURCE: Final = "cancer-spreading"
Rows = list[dict[str, str]]


def rows(decision: str = "accept") -> Rows:
    """Return the rows of the made-up page, the surest first, all decided one way."""
    made = [row_of(one) for one in ranked(made_readings(PAGE))]
    return [{**one, "decision": decision, "reviewer": "A. Person"} for one in made]


def table_of(given_rows: Rows, folder: Path) -> ReviewTable:
    path = folder / "rows.csv"
    path.write_text(rows_as_csv(given_rows), encoding="utf-8", newline="")
    return read_review(path)


def accept(given_rows: Rows, folder: Path, **options: Any) -> Acceptance:
    pages = options.pop("pages", [PAGE])
    return accept_rows(table_of(given_rows, folder), pages, SOURCE, CATALOG, **options)


def refusal(given_rows: Rows, folder: Path, **options: Any) -> str:
    with pytest.raises(mets.TableError) as error:
        accept(given_rows, folder, **options)
    return str(error.value)


def test_what_is_accepted_is_evidence_with_its_place_and_who_looked(tmp_path: Path) -> None:
    found = accept(rows(), tmp_path)
    assert str(found) == "accepted 4, rejected 0"
    bone = next(one for one in found.assertions if one.site == "bone")
    assert (bone.source, bone.reading, bone.frequency) == (SOURCE, "text", "most_common")
    assert bone.document_sha256 == PAGE.sha256
    assert DOCUMENT[bone.start : bone.end] == CLAIMS[0]["quote"]
    assert bone.locator == f"up page.md, characters {bone.start} to {bone.end}"
    assert bone.note == "read by rules, accepted by A. Person"
    assert bone.is_accepted
    lung = next(one for one in found.assertions if one.site == "lung")
    assert (lung.count, lung.total, str(lung.percent)) == (90, 200, "45")
    assert lung.note == "=cmd|' /C calc'!A0; read by rules, accepted by A. Person"
    assert [one.start for one in found.assertions] == sorted(
        one.start or 0 for one in found.assertions
    )


def test_evidence_out_of_text_passes_the_checks_of_every_table(tmp_path: Path) -> None:
    from metastasis._evidence.assertion_table import check_tables

    path = tmp_path / "accepted.csv"
    write_assertions(accept(rows(), tmp_path).assertions, path)
    assert len(check_tables([path]).assertions) == len(CLAIMS)


def test_a_mended_row_says_so_and_what_was_read_is_not_asked_again(tmp_path: Path) -> None:
    given_rows = rows()
    given_rows[0] |= {"decision": "Edit ", "site": "spine"}
    found = accept(given_rows, tmp_path)
    assert str(found) == "accepted 4 (1 of them mended), rejected 0"
    (spine,) = (one for one in found.assertions if one.site == "spine")
    assert spine.note == "read by rules, accepted by A. Person as mended"
    (mended,) = found.rejections
    assert (mended.decision, mended.read_as) == ("edit", "breast bone metastasis most_common")
    decided = Decided(found.assertions, found.rejections)
    assert [decided.of(one) for one in ranked(made_readings(PAGE))] == [
        "mended",
        *["accepted"] * 3,
    ]


def test_a_reviewer_may_be_named_once_for_all(tmp_path: Path) -> None:
    given_rows = [{**row, "reviewer": ""} for row in rows()]
    assert "row 2, column reviewer: '': who decided?" in refusal(given_rows, tmp_path)
    found = accept(given_rows, tmp_path, reviewer="B. Person")
    assert all(str(one.note).endswith("accepted by B. Person") for one in found.assertions)


REFUSED: Final[dict[str, tuple[dict[str, str], str]]] = {
    "no decision": (
        {"decision": ""},
        "row 2, column decision: '': blank here: 1 of 4 rows are not decided; "
        "write accept, reject, edit",
    ),
    "another word": ({"decision": "acept"}, "not a decision (did you mean 'accept'?)"),
    "unknown primary": (
        {"primary": "brest"},
        "row 2, column primary: 'brest': no primary of the catalog has this key "
        "(did you mean 'breast'?)",
    ),
    "unknown site": ({"site": "moon"}, "column site: 'moon': no site of the catalog"),
    "unknown frequency": ({"frequency": "comon"}, "did you mean 'common'?"),
    "no number": ({"count": "many"}, "column count: 'many': not a whole number"),
    "a number of no one": (
        {"frequency": "", "percent": "20"},
        "a percentage needs its denominator: out of whom",
    ),
    "says nothing": ({"frequency": ""}, "says nothing: give a frequency"),
    "another page": ({"document_sha256": "0" * 64}, "no page given has this hash: made/up page.md"),
    "another place": ({"start": "40"}, "not what stands in made/up page.md from 40 to"),
    "no place": ({"end": "12.0"}, "not a whole number; it must stay as it was read"),
    "behind the end": ({"end": "100000"}, f"made/up page.md has {len(DOCUMENT)} characters"),
    "another quote": ({"quote": "Breast cancer spreads"}, "it must stay as it was read"),
    "a lost cell": ({"read_as": ""}, "column read_as: '': it must stay as it was read"),
    "a control character": ({"population": "men\x07"}, "holds the control character U+0007"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_accepted_is_refused_with_its_place_and_a_remedy(
    name: str, tmp_path: Path
) -> None:
    change, said = REFUSED[name]
    first, *others = rows()
    assert said in refusal([{**first, **change}, *others], tmp_path)


def test_a_number_of_people_that_are_not_named_goes_to_the_note(tmp_path: Path) -> None:
    first, second, *others = rows()
    first |= {"percent": "12.5"}
    second |= {"count": "6", "denominator": "autopsies"}
    found = accept([first, second, *others], tmp_path)
    bone, liver = (one for one in found.assertions if one.site in ("bone", "liver"))
    assert (bone.percent, bone.frequency) == (None, "most_common")
    assert bone.note == "as printed: percent 12.5; read by rules, accepted by A. Person"
    assert (liver.count, liver.denominator) == (None, None)
    assert str(liver.note).startswith("as printed: count 6; ")


def test_all_faults_are_told_in_one_go(tmp_path: Path) -> None:
    given_rows = rows()
    given_rows[0] |= {"decision": "", "quote": "no"}
    given_rows[1] |= {"site": "moon", "frequency": "often"}
    given_rows[2] |= {"decision": ""}
    told = refusal(given_rows, tmp_path)
    assert told.startswith("4 faults")
    assert "blank here, and in row 4: 2 of 4 rows are not decided" in told


def test_many_undecided_rows_are_one_fault(tmp_path: Path) -> None:
    told = refusal(rows(decision=""), tmp_path)
    assert told.startswith("1 fault")
    assert "blank here, and in rows 3, 4, 5: 4 of 4 rows are not decided" in told


def test_a_statement_cannot_be_accepted_and_rejected(tmp_path: Path) -> None:
    given_rows = rows()
    again = {**given_rows[1], "decision": "reject"}
    told = refusal([*given_rows, again], tmp_path)
    assert "row 3, column decision: 'accept': row 6 rejects the same statement" in told
    mended = {**given_rows[0], **{name: given_rows[1][name] for name in EDITED}}
    told = refusal(
        [{**mended, "decision": "edit"}, {**given_rows[1], "decision": "reject"}], tmp_path
    )
    assert "rejects the same statement" in told
    written_over = {**given_rows[1], "frequency": "rare", "decision": "reject"}
    told = refusal([given_rows[1], written_over], tmp_path)
    assert "row 2, column decision: 'accept': row 3 rejects the same statement" in told


def test_two_numbers_of_one_site_are_decided_apart(tmp_path: Path) -> None:
    first = rows()[0]
    other = {**first, "percent": "40", "decision": "reject"}
    assert "rejects the same" not in refusal([first, other, {**first, "decision": "?"}], tmp_path)


def test_a_place_that_is_no_number_is_one_fault(tmp_path: Path) -> None:
    told = refusal([{**rows()[0], "start": "abc"}], tmp_path)
    assert told.startswith("1 fault")
    assert "row 2, column start: 'abc': not a whole number; it must stay as it was read" in told


def test_a_statement_cannot_be_accepted_twice(tmp_path: Path) -> None:
    assert "says the same as" in refusal([*rows(), rows()[0]], tmp_path)


def test_two_things_said_of_a_pair_in_a_sentence_are_told_apart(tmp_path: Path) -> None:
    first, *others = rows()
    again = {**first, "frequency": "possible", "site_span": "120..125"}
    again["read_as"] = "breast bone metastasis possible"
    found = accept([first, again, *others], tmp_path)
    bone = [one.locator for one in found.assertions if one.site == "bone"]
    assert [one.rpartition(", ")[2] for one in bone] == ["site at 72", "site at 120"]
    assert found.beside(found.assertions)[0] == list(found.assertions)


def test_a_rejected_row_may_hold_anything_that_is_wrong(tmp_path: Path) -> None:
    first, *others = rows()
    wrong = {**first, "decision": "reject", "site": "moon", "count": "many"}
    found = accept([wrong, *others], tmp_path)
    assert str(found) == "accepted 3, rejected 1"


def test_another_version_of_the_page_is_refused_once(tmp_path: Path) -> None:
    told = refusal(rows(), tmp_path, pages=[made_page(DOCUMENT + "\n", "later.md")])
    assert told.startswith("1 fault")
    assert "no page given has this hash (and in rows 3, 4, 5): later.md has" in told
    assert "none is given" in refusal(rows(), tmp_path, pages=[])


def test_what_a_spreadsheet_made_of_line_ends_is_forgiven(tmp_path: Path) -> None:
    given_rows = rows()
    for row in given_rows:
        row["quote"] = row["quote"].replace("\n", "\r\n")
    assert len(accept(given_rows, tmp_path).assertions) == len(CLAIMS)


def scrambled(text: str) -> str:
    """Return a text as Excel shows it where it takes UTF-8 for Windows-1252."""
    lacking = b"\x81\x8d\x8f\x90\x9d"
    each = [bytes([one]) for one in text.encode()]
    return "".join(one.decode("latin-1" if one in lacking else "cp1252") for one in each)


@pytest.mark.parametrize("words", ["“never” – Łódź", "Ã©"])
def test_what_excel_took_for_another_encoding_is_mended_by_the_page(
    words: str, tmp_path: Path
) -> None:
    page = made_page(DOCUMENT.replace("the spleen", f"the spleen {words}"))
    claim = {**CLAIMS[2], "quote": CLAIMS[2]["quote"].replace("spleen", f"spleen {words}")}
    row = row_of(made_readings(page, [claim])[0]) | {"decision": "accept", "reviewer": "Ł"}
    seen = {name: scrambled(cell) for name, cell in row.items()}
    for given_row, mended in ((row, 0), (seen, 1)):
        found = accept([given_row], tmp_path, pages=[page])
        assert found.assertions[0].note == "read by rules, accepted by Ł"
        assert len(found.remarks) == mended


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    assert "holds no row" in refusal([], tmp_path)


# What was decided before.


def test_a_second_decision_takes_the_place_of_the_first(tmp_path: Path) -> None:
    first = accept(rows(), tmp_path)
    given_rows = rows()
    given_rows[0]["decision"] = "reject"
    given_rows[1] |= {"decision": "edit", "frequency": "possible"}
    second = accept(given_rows, tmp_path)
    assertions, rejections = second.beside(first.assertions, first.rejections)
    assert sorted(one.site for one in assertions) == ["liver", "lung", "spleen"]
    assert next(one for one in assertions if one.site == "liver").frequency == "possible"
    assert [one.decision for one in rejections] == ["reject", "edit"]
    back, none = first.beside(assertions, rejections)
    assert {one.key for one in back} == {one.key for one in first.assertions}
    assert none == []


def test_what_a_person_wrote_down_stays_and_is_not_written_twice(tmp_path: Path) -> None:
    from dataclasses import replace

    found = accept(rows(), tmp_path)
    by_hand = [replace(one, note="seen", locator="heading 1") for one in found.assertions]
    assertions, _ = found.beside(by_hand)
    assert assertions == by_hand


def test_rows_of_other_documents_stay(tmp_path: Path) -> None:
    other = mets.Assertion(
        primary="lung", site="brain", frequency="common", source=SOURCE, locator="table 1"
    )
    assertions, _ = accept(rows(), tmp_path).beside([other])
    assert assertions[0] == other
    assert len(assertions) == len(CLAIMS) + 1


def test_rejections_are_remembered_beside_the_table(tmp_path: Path) -> None:
    given_rows = rows()
    given_rows[0]["decision"] = "reject"
    found = accept(given_rows, tmp_path)
    write_assertions(found.assertions, tmp_path / "mine.csv")
    write_rejections(found.rejections, tmp_path / "mine.rejected.csv")
    decided = Decided.read([tmp_path / "mine.csv"])
    ways = [decided.of(one) for one in ranked(made_readings(PAGE))]
    assert ways == ["rejected", "accepted", "accepted", "accepted"]
    assert Decided.read([], [tmp_path / "mine.rejected.csv"]).of(made_readings(PAGE)[1]) is None
    assert read_assertions(tmp_path / "mine.csv") == list(found.assertions)


def test_another_page_is_asked_about_again(tmp_path: Path) -> None:
    found = accept(rows("reject"), tmp_path)
    decided = Decided(found.assertions, found.rejections)
    later = made_page(DOCUMENT + "More.\n")
    assert {decided.of(one) for one in made_readings(later)} == {None}
    assert {decided.of(one) for one in made_readings(PAGE)} == {"rejected"}


names: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
rejections: Final = st.builds(
    Rejection,
    document_sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    start=st.integers(0, 10**9),
    end=st.integers(0, 10**9),
    read_as=names,
    decision=st.sampled_from(["reject", "edit"]),
    reviewer=names,
    quote=names | st.sampled_from(["=1+1", "'=x", "\r", "-a"]),
    page=names,
)


@given(st.lists(rejections, max_size=5))
def test_rejections_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, made: list[Rejection]
) -> None:
    path = tmp_path_factory.mktemp("rejected") / "rejected.csv"
    write_rejections(made, path)
    assert read_rejections(path) == sorted(made)


def test_a_spoiled_table_of_rejections_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    write_rejections(accept(rows("reject"), tmp_path).rejections, path)
    path.write_text(path.read_text("utf-8").replace(f",{len(DOCUMENT) - 1},", ",end,"), "utf-8")
    with pytest.raises(mets.TableError, match="column end: 'end': not a whole number"):
        read_rejections(path)


# What counts: a person stands behind it, or no one does.


def _graph(folder: Path, design: str) -> mets.KnowledgeGraph:
    """Return the graph of the accepted rows, under a source of some design."""
    from dataclasses import replace

    source = mets.Source(key="a-page", citation="A page", design=design)
    found = accept(rows(), folder).assertions
    catalog = CATALOG.with_sources([source])
    return mets.KnowledgeGraph.from_assertions(
        [replace(one, source=source.key) for one in found], catalog
    )


def _agents(kg: mets.KnowledgeGraph) -> set[str]:
    answer = kg.query("SELECT DISTINCT ?agent { ?assertion biolink:agent_type ?agent }")
    assert not isinstance(answer, bool)
    return {str(row[0]) for row in answer}


def test_what_a_person_accepted_makes_edges_and_says_that_rules_read_it(tmp_path: Path) -> None:
    kg = _graph(tmp_path, "expert_summary")
    edges = {one.site: one.edge for one in kg.sites_of("breast")}
    assert (edges["bone"], edges["spleen"], edges["lung"]) == ("commonly", "rarely", "possibly")
    assert _agents(kg) == {"manual_validation_of_automated_agent"}


def test_what_no_person_has_checked_makes_no_edge_and_denies_none(tmp_path: Path) -> None:
    kg = _graph(tmp_path, "text_extraction")
    assert {one.edge for one in kg.evidence.pairs()} == {None}
    assert not kg.query(
        "ASK { ?primary met:spreadsTo|met:commonlySpreadsTo|met:extendsInto ?site }"
    )
    assert _agents(kg) == {"text_mining_agent"}
    assert "no person has accepted it yet" in str(kg.explain("breast", "bone"))


def test_a_denial_that_no_person_has_checked_takes_no_edge_away() -> None:
    page = mets.Source(key="a-page", citation="A page", design="text_extraction")
    said: dict[str, Any] = {"primary": "breast", "site": "bone", "locator": "here"}
    denial = mets.Assertion(**said, source=page.key, frequency="absent")
    report = mets.Assertion(**said, source=SOURCE, frequency="common")
    kg = mets.KnowledgeGraph.from_assertions([denial, report], CATALOG.with_sources([page]))
    (pair,) = kg.evidence.pairs()
    assert pair.edge == "commonly"
    assert kg.query("ASK { primary:breast met:commonlySpreadsTo site:bone }")


def test_python_takes_decided_rows_in_as_the_command_does(tmp_path: Path) -> None:
    from metastasis.text import accept as take_in

    page, table = tmp_path / "page.md", tmp_path / "rows.csv"
    page.write_text("Melanoma often spreads to the lungs, and rarely to the spleen.\n")
    text = mets.read_page(page).to_csv()
    table.write_text(text.replace("\n,", "\nreject,", 1).replace("\n,", "\naccept,"))
    source = mets.Source(key="my-page", citation="My page", design="expert_summary")
    found = take_in(table, page, source, reviewer="A. Person")
    assert str(found) == "accepted 1, rejected 1"
    kg = mets.load().with_evidence(found.assertions, [source])
    (said,) = (one for one in kg.assertions() if one.source == source.key)
    assert said.is_accepted
    assert found.write(tmp_path / "mine.csv")[0].endswith("mine.csv: 1 assertions")
    assert Decided.read([tmp_path / "mine.csv"]).of(mets.read_page(page)[0]) is not None
    with pytest.raises(mets.UnknownNameError, match="in two lines like these"):
        take_in(table, [page], "my-page", reviewer="A. Person")


def test_the_page_that_the_graph_began_with_goes_the_whole_way(tmp_path: Path) -> None:
    from metastasis.text import accept as take_in

    page = shared_path("pages", "cancer-spreading.txt")
    read = mets.read_page(page)
    decided_rows = [
        row_of(one) | {"decision": "accept" if one.frequency else "reject", "reviewer": "A. Person"}
        for one in ranked(read)
    ]
    (tmp_path / "rows.csv").write_text(rows_as_csv(decided_rows), encoding="utf-8", newline="")
    found = take_in(tmp_path / "rows.csv", page, SOURCE)
    by_hand = {
        (one.primary, one.site, one.start, one.end)
        for one in mets.load().assertions()
        if one.source == SOURCE
    }
    by_rules = {(one.primary, one.site, one.start, one.end) for one in found.assertions}
    assert len(by_hand & by_rules) >= 40
    decided = Decided(found.assertions, found.rejections)
    assert {decided.of(one) for one in read} <= {"accepted", "rejected"}
