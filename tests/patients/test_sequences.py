"""The file of sequences: with names and dates, and with a limit without them."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pytest

from metastasis._catalog import read_catalog
from metastasis.analysis import read_sequences
from metastasis.patients import read_coded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metastasis.patients import Engine, Ingested

START = date(2015, 1, 1)
CODES = {"bone": "C79.51", "liver": "C78.7", "brain": "C79.31", "breast": "C50.911"}


class Seen(NamedTuple):
    """A patient with breast cancer, and the days of what was found."""

    name: str
    diagnosis: int | None
    found: dict[str, int | None]


def patients(number: int, seed: int) -> list[Seen]:
    random = Random(seed)  # noqa: S311 - nothing here is secret
    weights = {"bone": 0.7, "liver": 0.5, "brain": 0.03}
    return [
        Seen(
            f"P-{place:03}",
            random.choice([0, 3, 40, None]),
            {
                site: random.choice([10, 10, 90, 400, None])
                for site, weight in weights.items()
                if random.random() < weight
            },
        )
        for place in range(number)
    ]


def written(group: Sequence[Seen], out: Path, **rules: Any) -> tuple[Ingested, list[list[str]]]:
    rows = [
        (one.name, CODES[what], None if day is None else (START + timedelta(days=day)).isoformat())
        for one in group
        for what, day in (("breast", one.diagnosis), *one.found.items())
    ]
    table = pd.DataFrame(rows, columns=["patient", "code", "date"])
    found = read_coded(table, system="ICD-10-CM", sequences=out, **rules)
    with out.open(encoding="utf-8", newline="") as file:
        return found, list(csv.reader(file))


def by_hand(group: Sequence[Seen], sites: set[str]) -> Counter[tuple[tuple[str, str, int], ...]]:
    """Return how many patients have each sequence of site, day and order."""
    found: Counter[tuple[tuple[str, str, int], ...]] = Counter()
    for one in group:
        dated = {site: day for site, day in one.found.items() if day is not None and site in sites}
        order = {day: place for place, day in enumerate(sorted(set(dated.values())), 1)}
        steps = [
            (site, "" if one.diagnosis is None else str(day - one.diagnosis), order[day])
            for site, day in dated.items()
        ]
        if steps:
            found[tuple(sorted(steps))] += 1
    return found


def test_with_a_limit_it_holds_neither_names_nor_dates(tmp_path: Path) -> None:
    group = patients(300, seed=4)
    _, (head, *rows) = written(group, tmp_path / "order.csv", min_count=11)
    assert head == ["patient", "primary", "site", "day", "order"]
    of_patient = defaultdict(list)
    for patient, _, site, days, order in rows:
        of_patient[patient].append((site, days, int(order)))
    assert sum("brain" in one.found for one in group) in range(1, 11)
    expected = by_hand(group, {"bone", "liver"})
    assert Counter(tuple(sorted(steps)) for steps in of_patient.values()) == expected
    assert list(of_patient) == [str(number) for number in range(1, len(of_patient) + 1)]
    text = (tmp_path / "order.csv").read_text()
    assert "P-" not in text
    assert "2015" not in text


def test_the_number_of_a_patient_tells_nothing_of_the_name(tmp_path: Path) -> None:
    group = patients(300, seed=4)
    renamed = [one._replace(name=f"Q-{place}") for place, one in enumerate(reversed(group))]
    for place, those in enumerate((group, renamed, renamed[::-1])):
        written(those, tmp_path / f"{place}.csv", min_count=11)
    texts = {(tmp_path / f"{place}.csv").read_bytes() for place in range(3)}
    assert len(texts) == 1


def test_without_a_limit_the_report_says_what_the_file_holds(tmp_path: Path) -> None:
    found, rows = written(patients(30, seed=1), tmp_path / "order.csv")
    assert rows[0] == ["patient", "primary", "site", "date", "order"]
    assert "order.csv holds patient ids and exact dates" in str(found.report)
    hidden, _ = written(patients(30, seed=1), tmp_path / "order.csv", min_count=5)
    assert "exact dates" not in str(hidden.report)


def test_a_file_without_names_can_be_analyzed(tmp_path: Path) -> None:
    written(patients(300, seed=4), tmp_path / "order.csv", min_count=11)
    assert len(read_sequences(tmp_path / "order.csv", read_catalog())) > 50


def test_a_site_that_a_few_have_without_a_date_is_left_out(tmp_path: Path) -> None:
    dated = [Seen(f"P-{n}", 0, {"bone": 10, "liver": 10}) for n in range(40)]
    undated = [Seen(f"Q-{n}", 0, {"bone": 10, "liver": None}) for n in range(3)]
    others = [Seen(f"R-{n}", 0, {}) for n in range(30)]
    _, (_, *rows) = written([*dated, *undated, *others], tmp_path / "order.csv", min_count=11)
    assert {row[2] for row in rows} == {"bone"}  # 43 with liver in the table, 40 with a day


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_writes_the_same(spark: Engine, tmp_path: Path) -> None:
    group = patients(60, seed=2)
    written(group, tmp_path / "duckdb.csv", min_count=11)
    written(group, tmp_path / "spark.csv", min_count=11, engine=spark)
    assert (tmp_path / "duckdb.csv").read_text() == (tmp_path / "spark.csv").read_text()


def test_who_cannot_have_the_primary_is_not_in_the_sequences(tmp_path: Path) -> None:
    rows = [
        (patient, code, day, sex)
        for patient, sex in (("A", "M"), ("B", "F"), ("C", None))
        for code, day in (("C61", "2019-01-01"), ("C79.51", "2019-02-01"))
    ]
    table = pd.DataFrame(rows, columns=["patient", "code", "date", "sex"])
    out = tmp_path / "order.csv"
    found = read_coded(table, system="ICD-10-CM", sequences=out)
    assert {one.total for one in found.assertions} == {2}
    with out.open(encoding="utf-8", newline="") as file:
        assert {row["patient"] for row in csv.DictReader(file)} == {"A", "C"}
