"""From tallied patients to assertions: denominators, sexes, zeros, marks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from metastasis._catalog import Catalog, read_catalog
from metastasis.patients import Rules
from metastasis.patients._counting.tally import Line
from metastasis.patients._intake import StudyPopulation
from metastasis.patients._report import ReportDraft
from metastasis.patients._sources import own_source
from metastasis.patients._tabulate import assertions_from
from patient_files import counted_under

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion

CATALOG = read_catalog()
STUDIED = StudyPopulation(
    source=own_source("a-study", design="clinical_cohort"),
    primaries=(
        "prostate",
        "prostate_adenocarcinoma",
        "lung",
        "colorectal",
        "colon",
        "rectum",
        "pancreas_net",
        "cup",
    ),
    sites=("bone", "lung", "ovary", "unspecified"),
    locators={"bone": "C79.5"},
    setting="during_course",
    denominators=("all_patients", "metastatic_patients"),
    report=ReportDraft("a study"),
)


def line(primary: str, sex: str | None, metastatic: bool, patients: int, *present: int) -> Line:
    place = STUDIED.primaries.index(primary)
    return Line(place, sex, metastatic, patients, present, (patients,) * len(present))


def assertions(
    *lines: Line, rules: Rules | None = None, **settings: Any
) -> tuple[dict[tuple[str, str, str | None], Assertion], dict[str, set[str]]]:
    draft = ReportDraft("a study")
    studied = replace(STUDIED, rules=rules or Rules(), report=draft, **settings)
    found = assertions_from(lines, studied)
    keyed = {(one.primary, one.site, one.denominator): one for one in found}
    assert len(keyed) == len(found)
    return keyed, dict(draft.not_written)


def fraction(one: Assertion) -> tuple[int | None, int | None]:
    return one.count, one.total


def test_both_denominators_are_written_each_as_its_own_assertion() -> None:
    found, _ = assertions(
        line("prostate", "male", True, 10, 8, 1, 0, 2),
        line("prostate", "male", False, 30, 0, 0, 0, 0),
    )
    assert fraction(found["prostate", "bone", "all_patients"]) == (8, 40)
    assert fraction(found["prostate", "bone", "metastatic_patients"]) == (8, 10)
    assert found["prostate", "bone", "all_patients"].locator == "C79.5"
    assert found["prostate", "unspecified", "metastatic_patients"].count == 2


def test_a_site_of_one_sex_is_counted_out_of_that_sex() -> None:
    found, _ = assertions(
        line("colorectal", "female", True, 20, 1, 2, 5, 0),
        line("colorectal", "male", True, 80, 1, 2, 0, 0),
        line("colorectal", None, True, 7, 0, 0, 1, 0),
    )
    ovary = found["colorectal", "ovary", "metastatic_patients"]
    assert fraction(ovary) == (5, 20)
    assert ovary.population == "female patients"
    assert fraction(found["colorectal", "bone", "metastatic_patients"]) == (2, 107)
    assert found["colorectal", "bone", "metastatic_patients"].population is None


def test_a_site_of_one_sex_is_not_written_where_no_sex_is_known() -> None:
    found, missing = assertions(line("colorectal", None, True, 20, 1, 2, 5, 0))
    assert ("colorectal", "ovary", "all_patients") not in found
    assert missing["whose site needs the number of female patients"] == {"colorectal to ovary"}


def test_a_site_found_in_no_patient_denies_nothing_by_default() -> None:
    lines = [line("lung", "male", True, 12, 0, 3, 0, 0)]
    found, missing = assertions(*lines)
    assert ("lung", "bone", "all_patients") not in found
    assert "lung to bone" in missing["whose site was found in no patient (--zeros writes them)"]
    found, _ = assertions(*lines, rules=Rules(zeros=True, zeros_of=1))
    assert fraction(found["lung", "bone", "all_patients"]) == (0, 12)
    assert found["lung", "bone", "all_patients"].finding == "absent"


def test_own_organ_and_neighbors_are_marked() -> None:
    found, _ = assertions(
        line("lung", "male", True, 12, 1, 3, 0, 0),
        line("prostate", "male", True, 12, 1, 3, 0, 0),
        sites=("bone", "lung", "bladder", "unspecified"),
    )
    assert "own organ" in str(found["lung", "lung", "all_patients"].note)
    assert found["lung", "bone", "all_patients"].note is None
    assert found["prostate", "lung", "all_patients"].note is None


def test_neighbor_is_marked() -> None:
    found, _ = assertions(
        line("prostate", "male", True, 12, 4),
        sites=("bladder",),
    )
    assert "touches" in str(found["prostate", "bladder", "all_patients"].note)


def test_patients_with_a_subtype_count_under_the_broader_primary_too() -> None:
    found, _ = assertions(
        line("prostate_adenocarcinoma", "male", True, 10, 8, 1, 0, 0),
        line("prostate", "male", True, 5, 2, 1, 0, 0),
    )
    assert fraction(found["prostate", "bone", "all_patients"]) == (10, 15)
    assert fraction(found["prostate_adenocarcinoma", "bone", "all_patients"]) == (8, 10)
    assert {primary for primary, _, _ in found} == {"prostate", "prostate_adenocarcinoma"}


def test_patients_with_a_subtype_of_two_count_under_each_once() -> None:
    found, _ = assertions(line("pancreas_net", "male", True, 10, 4, 0, 0, 0))
    assert {primary for primary, _, _ in found} == counted_under("pancreas_net")
    assert {"pancreas", "nen"} < counted_under("pancreas_net")
    assert {fraction(one) for one in found.values()} == {(4, 10)}


def test_only_patients_called_a_grouping_count_under_it() -> None:
    catalog = with_parent("colorectal", "gastrointestinal")
    found, _ = assertions(
        line("rectum", "male", True, 10, 4, 0, 0, 0),
        line("cup", "male", True, 7, 2, 0, 0, 0),
        rules=Rules(catalog=catalog),
    )
    assert {"rectum", "colorectal", "gastrointestinal"} <= catalog.supertypes("rectum")
    assert {primary for primary, _, _ in found} == {"rectum", "colorectal", "cup"}
    assert fraction(found["cup", "bone", "all_patients"]) == (2, 7)


def with_parent(primary: str, parent: str) -> Catalog:
    """Return a catalog in which a primary has one parent more; no grouping of ours is a parent."""
    record = CATALOG.primaries[primary]
    changed = replace(record, parents=(*record.parents, parent))
    return Catalog({**CATALOG.primaries, primary: changed}.values(), CATALOG.sites.values())


def test_records_are_counted_out_of_all_records() -> None:
    found, _ = assertions(
        line("lung", "male", True, 12, 1, 3, 0, 4), denominators=("records",), note="a note"
    )
    assert fraction(found["lung", "bone", "records"]) == (1, 8)
    assert fraction(found["lung", "unspecified", "records"]) == (4, 8)
    assert found["lung", "bone", "records"].note == "a note"


def test_a_site_is_counted_out_of_those_examined() -> None:
    some = replace(line("lung", "male", True, 10, 4, 1, 0, 0), examined=(6, 10, 0, 10))
    found, _ = assertions(some)
    assert fraction(found["lung", "bone", "all_patients"]) == (4, 6)
    assert fraction(found["lung", "lung", "all_patients"]) == (1, 10)


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (Rules(min_patients=13), "of a primary with fewer than 13 patients"),
        (Rules(min_count=2), "with fewer than 2 patients"),
    ],
)
def test_small_numbers_are_left_out_on_request(rules: Rules, reason: str) -> None:
    found, missing = assertions(line("lung", "male", True, 12, 1, 3, 0, 0), rules=rules)
    assert ("lung", "bone", "all_patients") not in found
    assert "lung to bone" in missing[reason]
    assert (("lung", "lung", "all_patients") in found) == (rules.min_count == 2)


def test_where_each_primary_counts_no_patient_counts_twice_under_a_broader_one() -> None:
    found, _ = assertions(
        line("colon", "male", True, 1, 0, 1, 0, 0),
        line("rectum", "male", True, 1, 0, 1, 0, 0),
        rules=Rules(choose="each"),
    )
    assert {primary for primary, _, _ in found} == {"colon", "rectum"}
