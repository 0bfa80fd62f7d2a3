"""What is left out for the sake of small numbers, tried by an attacker who subtracts.

The attacker knows every number published, the catalog, the rule, which primaries and sites the data
name, and what the numbers mean: a cancer holds its subtypes, a site its parts, all patients the
metastatic ones. He solves a linear program for the least and the most that each number left out can
be. He shares no code with the suppression.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from metastasis._catalog import read_catalog
from metastasis.patients import Rules, read_cbioportal, read_coded
from metastasis.patients._counting.remainders import Part, tellable
from metastasis.patients._counting.suppression import Withheld
from metastasis.patients._counting.tally import Line
from metastasis.patients._counting.wholes import wholes_in
from metastasis.patients._intake import StudyPopulation
from metastasis.patients._report import ReportDraft
from metastasis.patients._sources import own_source
from metastasis.patients._tabulate import REVEALS, assertions_from
from shared_data import shared_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis._evidence.assertion import Assertion

CATALOG: Final = read_catalog()
PRIMARIES: Final = (
    "breast",
    "colorectal",
    "colon",
    "rectum",
    "kidney",
    "rcc",
    "ccrcc",
    "rcc_papillary",
    "rcc_chromophobe",
)
SITES: Final = ("bone", "rib", "spine", "brain", "meninges", "liver", "skin")
WHOLES: Final = wholes_in(SITES, CATALOG)
NAMES: Final = tuple(dict.fromkeys([*SITES, *(whole.key for whole in WHOLES)]))
DENOMINATORS: Final = ("all_patients", "metastatic_patients")


@dataclass(frozen=True)
class Patient:
    """One patient, as the tests make them up."""

    primary: str
    metastatic: bool
    sites: frozenset[str]
    sex: str | None = None


def made_up(seed: int, most: int = 120) -> list[Patient]:
    random = Random(seed)  # noqa: S311 - nothing here is secret
    found = []
    for primary in PRIMARIES:
        often = {site: random.choice([0, 0.03, 0.1, 0.3, 0.6, 0.95]) for site in SITES}
        for _ in range(random.choice([0, 3, 12, 40, most])):
            is_metastatic = random.random() < 0.6
            sites = {site for site, share in often.items() if random.random() < share}
            sites = sites if is_metastatic else set()
            found.append(Patient(primary, bool(sites), frozenset(sites)))
    return found


def with_wholes(sites: frozenset[str]) -> set[str]:
    more = {one.key for one in WHOLES if sites & {SITES[place] for place in one.within}}
    return set(sites) | more


def lines_of(patients: Sequence[Patient]) -> list[Line]:
    found = []
    for place, primary in enumerate(PRIMARIES):
        for is_metastatic in (False, True):
            those = [
                one for one in patients if (one.primary, one.metastatic) == (primary, is_metastatic)
            ]
            own = [sum(site in one.sites for one in those) for site in SITES]
            broad = [sum(whole.key in with_wholes(one.sites) for one in those) for whole in WHOLES]
            present = (*own, *broad)
            known = (len(those),) * len(present)
            if those:
                found.append(Line(place, None, is_metastatic, len(those), present, known))
    return found


def published(
    patients: Sequence[Patient], rules: Rules, denominators: tuple[str, ...] = DENOMINATORS
) -> tuple[list[Assertion], ReportDraft]:
    draft = ReportDraft("made up")
    studied = StudyPopulation(
        source=own_source("made-up", design="clinical_cohort"),
        primaries=PRIMARIES,
        sites=SITES,
        setting="during_course",
        denominators=denominators,
        rules=rules,
        report=draft,
    )
    return assertions_from(lines_of(patients), studied), draft


class Attacker:
    """What follows from published numbers: variables are patients by own primary and state."""

    def __init__(
        self, found: Sequence[Assertion], patients: Sequence[Patient], draft: ReportDraft
    ) -> None:
        self.own = sorted({one.primary for one in patients})
        self.keys = [
            (own, state, name) for own in self.own for state in (0, 1) for name in (*NAMES, "all")
        ]
        self.place = {key: n for n, key in enumerate(self.keys)}
        self.equal: list[tuple[dict[int, float], float]] = []
        self.below: list[Mapping[int, float]] = []
        records = {one.denominator for one in found} == {"records"}
        for one in found:
            assert one.count is not None
            assert one.total is not None
            self.equal.append((self.sum_of(one.primary, one.site, one.denominator), one.count))
            total = self.sum_of(one.primary, "all", one.denominator)
            if records:
                total = self.records_of(one.primary)
            self.equal.append((total, one.total))
        if (
            not records and not draft.hides_totals
        ):  # the report says how many were kept, and how many are metastatic
            for kept, states in ((patients, (0, 1)), ([p for p in patients if p.metastatic], (1,))):
                row = {self.place[own, state, "all"]: 1.0 for own in self.own for state in states}
                self.equal.append((row, len(kept)))
        for own in self.own:
            for state in (0, 1):
                self.below += self.in_a_group(own, state)

    def under(self, primary: str) -> list[str]:
        """Return the own primaries that count under one."""
        return [own for own in self.own if primary in CATALOG.supertypes(own)]

    def sum_of(self, primary: str, name: str, denominator: str | None) -> dict[int, float]:
        """Return the patients with a site, as a sum of variables."""
        states = (1,) if denominator == "metastatic_patients" else (0, 1)
        return {
            self.place[own, state, name]: 1.0 for own in self.under(primary) for state in states
        }

    def records_of(self, primary: str) -> dict[int, float]:
        """Return the records of a primary, as a sum of variables."""
        parts = {site for site in NAMES for one in WHOLES if one.key != site and is_in(site, one)}
        row: dict[int, float] = {}
        for name in (one for one in NAMES if one not in parts):
            row |= self.sum_of(primary, name, "records")
        return row

    def in_a_group(self, own: str, state: int) -> Iterator[Mapping[int, float]]:
        """Yield sums that cannot be above 0 in patients of one own primary and state."""
        at = {name: self.place[own, state, name] for name in (*NAMES, "all")}
        for name in NAMES:
            yield {at[name]: 1, at["all"]: -1}
            if not state:
                yield {at[name]: 1}
        for whole in WHOLES:
            parts = [SITES[place] for place in whole.within if SITES[place] != whole.key]
            for part in parts:
                yield {at[part]: 1, at[whole.key]: -1}
            if whole.key not in SITES:
                yield {at[whole.key]: 1} | {at[part]: -1 for part in parts}
        if state:
            yield {at["all"]: 1} | {at[name]: -1 for name in NAMES}

    def range_of(self, row: dict[int, float]) -> tuple[float, float]:
        """Return the least and the most that a sum can be."""
        size = len(self.keys)
        matrix, goal = _dense([one for one, _ in self.equal], size), _dense([row], size)[0]
        numbers = [number for _, number in self.equal]
        limits = _dense(self.below, size)
        ends = []
        for sign in (1, -1):
            found = linprog(
                sign * goal,
                A_ub=limits,
                b_ub=np.zeros(len(limits)),
                A_eq=matrix,
                b_eq=numbers,
                bounds=(0, None),
                method="highs",
            )
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else float("inf"))
        return ends[0], ends[1]


def is_in(site: str, whole: Any) -> bool:
    return site in {SITES[place] for place in whole.within}


def _dense(rows: Sequence[Mapping[int, float]], size: int) -> np.ndarray:
    found = np.zeros((len(rows), size))
    for n, row in enumerate(rows):
        found[n, list(row)] = list(row.values())
    return found


def small_numbers(
    patients: Sequence[Patient], attacker: Attacker, least: int
) -> Iterator[tuple[str, dict[int, float]]]:
    """Yield every number of 1 to ``least`` - 1 patients, with and without a site."""
    keys = {key for own in attacker.own for key in CATALOG.supertypes(own)}
    for primary in sorted(key for key in keys if CATALOG.primaries[key].kind != "grouping"):
        for denominator in DENOMINATORS:
            those = [
                one
                for one in patients
                if primary in CATALOG.supertypes(one.primary)
                and (denominator == "all_patients" or one.metastatic)
            ]
            everybody = attacker.sum_of(primary, "all", denominator)
            for site in NAMES:
                count = sum(site in with_wholes(one.sites) for one in those)
                row = attacker.sum_of(primary, site, denominator)
                if 0 < count < least:
                    yield f"{primary} to {site}, {denominator}: {count} of {len(those)}", row
                if site == NAMES[0] and 0 < len(those) < least:
                    yield f"{primary}, {denominator}: {len(those)}", everybody
                if 0 < len(those) - count < least:
                    without = everybody | dict.fromkeys(row, -1.0)
                    yield f"{primary} without {site}, {denominator}: {count}", without


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_no_small_number_can_be_worked_out(seed: int, zeros: bool) -> None:
    patients = made_up(seed)
    found, draft = published(patients, Rules(min_count=11, zeros=zeros))
    attacker = Attacker(found, patients, draft)
    told = {
        what: ends
        for what, row in small_numbers(patients, attacker, 11)
        if not is_open(ends := attacker.range_of(row), 11)
    }
    assert not told


@pytest.mark.parametrize("seed", range(6))
def test_nor_out_of_records(seed: int) -> None:
    patients = made_up(seed)
    found, draft = published(patients, Rules(min_count=11), ("records",))
    attacker = Attacker(found, patients, draft)
    told = {
        what: ends
        for what, row in small_numbers(patients, attacker, 11)
        if "without" not in what and "all_patients" in what
        if not is_open(ends := attacker.range_of(row), 11)
    }
    assert not told


def is_open(ends: tuple[float, float], least: int) -> bool:
    return ends[0] <= 1 + 1e-6 and ends[1] >= least - 1e-6


def test_the_attacker_finds_what_is_left_open_without_secondary_suppression(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "metastasis.patients._tabulate.withheld", lambda *_: Withheld(frozenset(), totals=False)
    )
    worked_out = 0
    for seed in range(4):
        patients = made_up(seed)
        found, draft = published(patients, Rules(min_count=11))
        attacker = Attacker(found, patients, draft)
        ranges = [attacker.range_of(row) for _, row in small_numbers(patients, attacker, 11)]
        worked_out += sum(low == pytest.approx(high) for low, high in ranges)
    assert worked_out > 3


def test_no_difference_between_a_cancer_and_its_kinds_is_small() -> None:
    for seed in range(20):
        patients = made_up(seed)
        found, _ = published(patients, Rules(min_count=11))
        numbers = {(one.primary, one.site, one.denominator): one for one in found}
        for (primary, site, denominator), one in numbers.items():
            kinds = [
                other
                for (key, there, where), other in numbers.items()
                if (there, where) == (site, denominator)
                and primary in CATALOG.supertypes(key)
                and key != primary
            ]
            largest = [
                kind
                for kind in kinds
                if not any(
                    other.primary in CATALOG.supertypes(kind.primary) and other is not kind
                    for other in kinds
                )
            ]
            rest = (one.count or 0) - sum(kind.count or 0 for kind in largest)
            total = (one.total or 0) - sum(kind.total or 0 for kind in largest)
            assert not 0 < rest < 11, (seed, primary, site)
            assert not 0 < total - rest < 11, (seed, primary, site)


def test_nothing_is_left_out_without_need() -> None:
    patients = [
        Patient("breast", is_in_bone, frozenset({"bone"} if is_in_bone else ()))
        for is_in_bone in [True] * 30 + [False] * 70
    ]
    found, draft = published(patients, Rules(min_count=11))
    assert [(one.site, one.count, one.total) for one in found] == [
        ("bone", 30, 100),
        ("bone", 30, 30),
    ]
    assert REVEALS not in draft.not_written
    assert published(patients, Rules())[0] == found


def test_the_same_numbers_stay_out_in_every_run() -> None:
    patients = made_up(3)
    shuffled = sorted(patients, key=lambda one: sorted(one.sites))
    first, second = (published(those, Rules(min_count=11))[0] for those in (patients, shuffled))
    assert first == second


def test_a_sex_is_no_small_difference() -> None:
    lines = [
        Line(0, "female", True, 97, (40, 0, 0, 30, 0, 20, 0, 40, 30, 0), (97,) * 10),
        Line(0, "male", True, 3, (2, 0, 0, 1, 0, 1, 0, 2, 1, 0), (3,) * 10),
    ]
    studied = StudyPopulation(
        source=own_source("made-up", design="clinical_cohort"),
        primaries=PRIMARIES,
        sites=("bone", "ovary"),
        setting="during_course",
        denominators=("metastatic_patients",),
        rules=Rules(min_count=11),
        report=ReportDraft("made up"),
    )
    pairs = [
        replace(line, present=(line.present[0], 30 if line.sex == "female" else 0))
        for line in lines
    ]
    pairs = [replace(line, examined=(line.patients,) * 2) for line in pairs]
    totals = {one.total for one in assertions_from(pairs, studied)}
    assert len(totals) == 1  # 100 patients less 97 women would be 3 men


def test_claims_of_a_small_clinic() -> None:
    rows: list[tuple[str, str, str]] = []
    for patient in range(98):
        primary = "C50.911" if patient < 45 else "C37" if patient < 48 else "C61"
        rows.append((f"p{patient}", primary, "2015-01-01"))
        site = "C79.51" if patient < 12 or 46 <= patient < 97 else "C78.7"
        if patient < 15 or 45 < patient < 97:
            rows.append((f"p{patient}", site, "2015-06-01"))
    table = pd.DataFrame(rows, columns=["patient_id", "icd_code", "service_date"])
    found = read_coded(table, min_count=11, system="ICD-10-CM")
    numbers = [(one.primary, one.site, one.count, one.total) for one in found.assertions]
    # Not 12 of 15, nor 49 of 50; and 98 less 45 and 49 would be 4.
    assert numbers == [("breast", "bone", 12, 45), ("prostate", "bone", 49, 49)]
    assert "98" not in str(found.report)


def test_patterns_leave_no_small_rest() -> None:
    told = []
    for seed in range(12):
        patients = made_up(seed, most=400)
        table, _ = published(patients, Rules(min_count=11))
        sets = Counter((one.primary, frozenset(with_wholes(one.sites))) for one in patients)
        parts = [
            Part(primary, sites, number, metastatic=bool(sites))
            for (primary, sites), number in sets.items()
        ]
        shown = [
            one
            for one, is_told in zip(parts, tellable(parts, table, CATALOG, 11), strict=True)
            if is_told
        ]
        told += shown
        pairs = {(one.primary, one.site) for one in table}
        assert all(one.patients >= 11 for one in shown)
        assert all((one.primary, site) in pairs for one in shown for site in one.sites)
        for one in table:
            those = [
                part
                for part in shown
                if one.primary in CATALOG.supertypes(part.primary)
                and (one.denominator == "all_patients" or part.metastatic)
            ]
            having = sum(part.patients for part in those if one.site in part.sites)
            lacking = sum(part.patients for part in those if one.site not in part.sites)
            if having:
                assert not 0 < (one.count or 0) - having < 11
            if lacking:
                assert not 0 < (one.total or 0) - (one.count or 0) - lacking < 11
    assert len(told) > 10


def test_a_part_that_leaves_a_few_goes_and_the_others_stay() -> None:
    patients = [
        Patient("breast", bool(sites), frozenset(sites))
        for sites, number in (
            (("liver",), 40),
            (("liver", "skin"), 20),
            (("liver", "brain"), 3),
            ((), 60),
            (("skin",), 20),
        )
        for _ in range(number)
    ]
    table, _ = published(patients, Rules(min_count=11))
    parts = [
        Part("breast", frozenset({"liver"}), 40),
        Part("breast", frozenset({"liver", "skin"}), 20),
        Part("breast", frozenset({"skin"}), 20),
        Part("breast", frozenset({"liver", "brain"}), 3),
    ]
    assert ("breast", "liver") in {(one.primary, one.site) for one in table}
    # 63 with liver less 40 and 20 would be 3, and so would 43 metastatic without skin less 40.
    assert tellable(parts, table, CATALOG, 11) == [False, False, True, False]


@pytest.mark.parametrize("study", ["msk_impact_2017", "msk_met_2021"])
def test_a_real_study_has_no_small_numbers_and_denies_nothing(study: str) -> None:
    path = shared_path("data", study, f"{study}_clinical_data.tsv")
    found = read_cbioportal(path, min_count=11, zeros=True)
    assert len(found.assertions) > 100
    for one in found.assertions:
        assert one.count is not None
        assert one.total is not None
        assert one.count >= 11
        assert one.total == one.count or one.total - one.count >= 11
    report = found.report
    assert report.rows_read == report.rows_used + sum(one.count for one in report.rows)
    assert "P-0" not in str(report)
