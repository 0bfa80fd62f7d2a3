"""Dates of a text column: one format for all, or an error that says what to do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._errors import TableError
from metastasis.patients._coded.dates import DATE_FORMATS, HEAD, Dates, day_number, read_dates

WRITTEN = {
    "Y-M-D": "{0:%Y-%m-%d}",
    "YYYYMMDD": "{0:%Y%m%d}",
    "M/D/Y": "{0.month}/{0.day}/{0.year}",
    "D/M/Y": "{0.day}/{0.month}/{0.year}",
    "D.M.Y": "{0:%d}.{0:%m}.{0.year}",
    "DMonY": "{0:%d%b%Y}",
}
LATEST = date(2026, 1, 1)


def read(texts: list[str], date_format: str | None = None) -> Dates:
    return read_dates(texts, file="a.csv", column="when", date_format=date_format, latest=LATEST)


@given(
    st.lists(st.dates(date(1900, 1, 1), LATEST), min_size=1, max_size=20),
    st.sampled_from(DATE_FORMATS),
    st.sampled_from(["", " 10:22", "T10:22:01Z", ":10:22:01"]),
)
def test_any_date_in_a_format_that_is_named(days: list[date], form: str, time: str) -> None:
    assert set(WRITTEN) == set(DATE_FORMATS)
    texts = {(WRITTEN[form].format(day) + time)[:HEAD]: day for day in days}
    found = read(list(texts), form)
    assert found.days == {text: day_number(day) for text, day in texts.items()}
    assert not found.undated


@given(
    st.lists(st.dates(date(1900, 1, 1), LATEST), min_size=1, max_size=20),
    st.sampled_from(DATE_FORMATS),
)
def test_a_format_is_found_if_some_date_tells_it(days: list[date], form: str) -> None:
    days = [*days, date(2015, 3, 24)]
    found = read([WRITTEN[form].format(day) for day in days])
    assert found.format == form


@given(st.dates(), st.dates())
def test_days_are_as_far_apart_as_the_dates(one: date, other: date) -> None:
    assert day_number(other) - day_number(one) == (other - one) // timedelta(days=1)
    assert day_number(date(1970, 1, 1)) == 0


def test_the_examples_of_practice() -> None:
    assert read(["2015-03-04T10"]).format == "Y-M-D"
    assert read(["2015/3/4"]).format == "Y-M-D"
    assert read(["04MAR2015:0"]).format == "DMonY"
    assert read(["4-Mar-2015 "]).format == "DMonY"
    assert read(["24-03-2015"]).format == "D/M/Y"
    assert read(["20150304102"]).format == "YYYYMMDD"
    assert read([]).format is None
    assert read(["", "2015"]).format is None


def test_no_date_and_why() -> None:
    texts = ["2015-02-30", "2015-02-28", "2031-01-01", "1899-12-31", "1900-01-01", "2015"]
    texts += ["2015-03", "soon", " "]
    found = read(texts)
    assert found.days == {"2015-02-28": day_number(date(2015, 2, 28))}
    assert found.undated == {
        "an impossible date": ("2015-02-30",),
        "a date in the future": ("2031-01-01",),
        "a date before 1900-01-02": ("1899-12-31", "1900-01-01"),
        "only a year or a month": ("2015", "2015-03"),
        "another form": ("soon",),
        "no date": (" ",),
    }
    assert sum(map(len, found.undated.values())) + len(found.days) == len(texts)


def test_three_formats_in_one_column() -> None:
    with pytest.raises(TableError) as caught:
        read(["2015-03-04", "20150304", "3/14/2015"])
    [fault] = caught.value.faults
    assert (fault.file, fault.column) == ("a.csv", "when")
    assert "3 formats" in fault.remedy
    for example in ("'2015-03-04' (Y-M-D)", "'20150304' (YYYYMMDD)", "'3/14/2015' (M/D/Y)"):
        assert example in fault.remedy
    assert "date_format=" in fault.remedy
    assert "--date-format" in fault.remedy


def test_both_orders_of_day_and_month() -> None:
    with pytest.raises(TableError, match="2 formats"):
        read(["24/03/2015", "03/24/2015"])


def test_an_order_that_nothing_tells() -> None:
    with pytest.raises(TableError, match=r"may be M/D/Y or D/M/Y, and no date of the column tells"):
        read(["03/04/2015", "05/06/2015"])
    assert read(["03/04/2015"], "D/M/Y").days == {"03/04/2015": day_number(date(2015, 4, 3))}


def test_other_formats_are_undated_once_one_is_named() -> None:
    found = read(["2015-03-04", "20150304"], "Y-M-D")
    assert found.undated == {"another form": ("20150304",)}


def test_no_format_that_is_read() -> None:
    with pytest.raises(TableError, match="no date in a format that is read; formats are Y-M-D"):
        read(["3/4/15", "42067"])
    with pytest.raises(TableError, match="'Y/D/M': no such date format; one of Y-M-D"):
        read(["2015-03-04"], "Y/D/M")
