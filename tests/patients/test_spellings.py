"""One patient under several ids: blanks, zeros before an id, and ``.0`` behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas
import pytest

from metastasis.patients import read_coded, read_wide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.patients import Ingested

CODES = ("C50.911", "C79.51", "C50.911", "C50.912")


def read(ids: Sequence[str], **rules: object) -> Ingested:
    table = pandas.DataFrame({"patient": ids, "code": CODES})
    return read_coded(table, name="x", **rules)  # type: ignore[arg-type]


def counts(found: Ingested) -> list[tuple[str, int | None, int | None]]:
    return [(one.denominator or "", one.count, one.total) for one in found.assertions]


def test_blanks_around_an_id_are_no_part_of_it() -> None:
    found = read(["7", "7  ", " 7", "8"])
    assert counts(found) == [("all_patients", 1, 2), ("metastatic_patients", 1, 1)]
    assert not found.report.warnings


@pytest.mark.parametrize("other", ["007", "7.0", "007.0"])
@pytest.mark.parametrize("choose", ["first", "each", "most"])
def test_ids_that_a_program_may_have_changed_are_told_first(other: str, choose: str) -> None:
    found = read(["7", other, "7", "8"], choose=choose, zeros=True, zeros_of=1)
    [warning] = [one for one in found.report.warnings if "several ways" in one]
    assert warning.startswith("1 id of patients is written in several ways")
    assert not any(one.count == 0 for one in found.assertions)
    limited = read(["7", other, "7", "8"], choose=choose, min_count=2)
    assert "some id of patients" in str(limited.report)


@pytest.mark.parametrize(
    "ids",
    [
        ["007", "007", "008", "009"],
        ["007", "007", "170", "171"],
        ["A-07", "A-07", "A-7", "0"],
        ["x0", "x0", "0x", "y"],
        ["1.10", "1.10", "1.1", "01.2"],
    ],
)
def test_ids_that_only_look_alike_are_not(ids: Sequence[str]) -> None:
    assert not read(ids).report.warnings


def test_every_reader_tells() -> None:
    table = {"patient_id": ["1", "01", "2"], "cancer": ["Breast"] * 3, "bone_mets": ["1", "0", "0"]}
    found = read_wide(pandas.DataFrame(table), setting="at_diagnosis")
    assert "is written in several ways" in found.report.warnings[0]
