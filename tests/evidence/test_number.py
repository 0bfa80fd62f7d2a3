"""One number stands for a pair in a frame, and every answer names the same one.

Of pictures this is held in ``tests/pictures/test_numbers.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given

from metastasis import Assertion, Evidence, Frame
from metastasis._evidence.cohort import PATIENTS, cohorts
from metastasis._evidence.number import asked_pairs, number_for, share_of
from metastasis._evidence.pair import preference
from metastasis._graph import load
from metastasis.analysis import numbers, pool, profiles
from metastasis.analysis._likely.shares import shares_in_frame
from strategies import SMALL, rival_numbers

if TYPE_CHECKING:
    from metastasis._evidence.pair import Pair

SHIPPED: Final = load().evidence


def _check_every_number(evidence: Evidence) -> int:
    """Hold every answer to the number of each pair and frame; return how many there are."""
    pairs = asked_pairs(evidence)
    frames = {frame for pair in pairs for frame in pair.by_frame}
    for frame in frames:
        _check_frame(evidence, [pair for pair in pairs if frame in pair.by_frame], frame)
    _check_cohorts(evidence)
    return sum(len(pair.by_frame) for pair in pairs)


def _check_frame(evidence: Evidence, pairs: list[Pair], frame: Frame) -> None:
    expected = {(pair.primary, pair.site): _stands(pair, frame) for pair in pairs}
    table = numbers(evidence, frame=frame)
    assert {(one.pair.primary, one.pair.site): one.assertion for one in table} == expected
    if frame.denominator != "site_cases":
        rows = profiles(evidence, frame=frame)
        assert expected == {
            (row.primary, site): one for row in rows for site, one in row.numbers.items()
        }
        _check_cells(rows.to_dicts(), expected)
    for (primary, site), number in expected.items():
        _check_pooling(evidence, primary, site, number)
    if frame.denominator in PATIENTS and frame.occurrence == "any":
        _check_likely(evidence, frame, expected)


def _stands(pair: Pair, frame: Frame) -> Assertion:
    number = number_for(pair, frame)
    assert number is not None
    assert all(preference(number) <= preference(one) for one in pair.by_frame[frame])
    return number


def _check_cells(rows: list[dict[str, object]], expected: dict[tuple[str, str], Assertion]) -> None:
    told = {
        (row["primary"], site): percent
        for row in rows
        for site, percent in row.items()
        if site not in ("primary", "primary_label", "source", "population") and percent is not None
    }
    assert told == {pair: float(one.percent or 0) for pair, one in expected.items()}


def _check_pooling(evidence: Evidence, primary: str, site: str, number: Assertion) -> None:
    """Hold the number to be the first that entered its row; without a count, to be left out."""
    (row,) = (
        row
        for row in pool(evidence, primary, site)
        if row.relation == "metastasis"
        and (row.denominator, row.setting, row.occurrence, row.stage)
        == (number.denominator, number.setting, number.occurrence, number.stage)
        and (row.population, row.route) == (number.population, number.route)
    )
    if not number.is_quantified:
        assert row.entered == ()
        assert number in [one.assertion for one in row.left_out]
        return
    assert row.entered[0] == number
    if row.status == "one study":
        assert row.percent == pytest.approx(100 * share_of(number))


def _check_likely(
    evidence: Evidence, frame: Frame, expected: dict[tuple[str, str], Assertion]
) -> None:
    shares = shares_in_frame(evidence, frame)
    assert shares.keys() == expected.keys()
    for pair, share in shares.items():
        number = expected[pair]
        assert share.number == number
        if share.how == "pooled":
            assert number.source in share.sources
        else:
            assert (share.share, share.sources) == (share_of(number), (number.source,))


def _check_cohorts(evidence: Evidence) -> None:
    """Hold each site of a cohort to the number that its source and population have alone."""
    for cohort in cohorts(evidence):
        said = [
            one
            for one in evidence.assertions
            if (one.source, one.population) == (cohort.source, cohort.population)
        ]
        alone = Evidence(evidence.catalog, said)
        for frequency in cohort.frequencies:
            pair = alone.pair(cohort.primary, frequency.site)
            assert pair is not None
            assert frequency.share == share_of(_stands(pair, cohort.frame))


def test_table_profile_likely_and_pooling_name_the_same_number_of_the_shipped_graph() -> None:
    assert _check_every_number(SHIPPED) > 100


@pytest.mark.slow
@given(rival_numbers())
def test_table_profile_likely_and_pooling_name_the_same_number(rows: list[Assertion]) -> None:
    _check_every_number(Evidence.from_assertions(rows, SMALL))


def test_a_site_that_a_source_gives_twice_has_one_number_in_its_cohort() -> None:
    said = [
        Assertion(
            primary="breast",
            site=site,
            source="one",
            locator=f"{site} {count} {total}",
            count=count,
            total=total,
            denominator="autopsies",
            setting="at_autopsy",
        )
        for site, count, total in (("bone", 9, 10), ("bone", 30, 100), ("liver", 20, 100))
    ]
    evidence = Evidence.from_assertions(said, SMALL)
    _check_every_number(evidence)
    (cohort,) = cohorts(evidence, frame=Frame("autopsies", "at_autopsy"))
    assert [(one.site, one.share) for one in cohort.frequencies] == [("bone", 0.3), ("liver", 0.2)]
