"""NAACCR records: items by number, name and XML id, as text and as XML; and XML that is none."""

from __future__ import annotations

import gzip
from random import Random
from typing import TYPE_CHECKING, Final

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metastasis._errors import ReadError, TableError
from metastasis.patients import open_engine, read_naaccr, read_seer
from metastasis.patients._seer.items import ITEMS, items_in
from patient_files import table_text
from registry_forms import (
    ANSWERS,
    CANCERS,
    STAGES,
    Tumor,
    counted,
    figures,
    mixed,
    naaccr_rows,
    naaccr_xml,
    seer_labels,
    write_seer_codes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis.patients import Engine

TUMORS: Final = (
    Tumor("1", "C509", 2018, "7", ("1", "0", "0", "1", "0", "0")),
    Tumor("2", "C509", 2018, "7", ("0", "0", "1", "0", "1", "9")),
    Tumor("3", "C509", 2012, "7", ("1", "0", "9", "8", "", "")),
    Tumor("4", "C509", 2009, "7", ("1", "", "", "", "", "")),
    Tumor("5", "C619", 2020, "1", ("1", "0", "0", "0", "0", "1")),
    Tumor("6", "C341", 2019, "7", ("0", "1", "0", "0", "0", "0"), sequence="01"),
    Tumor("6", "C619", 2021, "7", ("1", "0", "0", "0", "0", "0"), sequence="02"),
    Tumor("7", "C341", 2021, "9", ("1", "0", "0", "0", "0", "0")),
    Tumor("8", "C341", 2021, "7", ("1", "1", "1", "1", "1", "1"), behavior="2"),
)
"""Made-up tumors, with what is odd in real ones."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


HEADERS: Final = {
    "number": "{number}",
    "N": "N{number}",
    "version": "N24_{number}",
    "id": "{id}",
    "name": "{name}",
    "both": "{name} [{number}]",
    "small": "{small}",
}
"""Ways in which a header names an item."""


@pytest.mark.slow
@pytest.mark.parametrize("form", HEADERS)
def test_items_are_known_by_number_name_and_id(tmp_path: Path, engine: Engine, form: str) -> None:
    rows = naaccr_rows(TUMORS, HEADERS[form])
    (tmp_path / "registry.csv").write_text(table_text(rows, list(rows[0]), ","))
    found = read_naaccr(tmp_path / "registry.csv", engine=engine)
    assert figures(found) == counted(TUMORS)
    assert found.report.rows_used + sum(one.count for one in found.report.rows) == len(TUMORS)
    assert any("before the item was collected" in one for one in found.report.warnings)


def test_every_item_is_found_by_each_of_its_headers() -> None:
    for form in HEADERS.values():
        header = [form.format(**item._asdict(), small=item.id.casefold()) for item in ITEMS]
        assert items_in(header) == {item.number: place for place, item in enumerate(ITEMS)}


def test_headers_with_other_numbers_are_no_items() -> None:
    assert items_in(["Age (2010)", "Summary stage 2000 (1998-2017)", "5", "V", "Top 20"]) == {}


tumors = st.lists(
    st.builds(
        lambda topography, year, stage, answers: ("", topography, year, stage, answers),
        st.sampled_from(sorted(CANCERS)),
        st.integers(2008, 2021),
        st.sampled_from(sorted(STAGES)),
        st.tuples(*[st.sampled_from(sorted(ANSWERS))] * 6),
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: [Tumor(f"{number:08}", *row[1:]) for number, row in enumerate(rows)])


@pytest.mark.slow
@settings(
    max_examples=12,  # each reads four files
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tumors=tumors, mix=st.randoms(use_true_random=False))
def test_the_same_tumors_say_the_same_in_every_form(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine, tumors: list[Tumor], mix: Random
) -> None:
    folder = tmp_path_factory.mktemp("forms")
    wanted = counted(tumors)
    labels = mixed(seer_labels(tumors), mix)
    (folder / "labels.csv").write_text(table_text(labels, list(labels[0]), ","))
    assert figures(read_seer(folder / "labels.csv", engine=engine)) == wanted
    assert figures(read_seer(write_seer_codes(folder, tumors, mix), engine=engine)) == wanted
    items = mixed(naaccr_rows(tumors, HEADERS[mix.choice(sorted(HEADERS))]), mix)
    (folder / "items.csv").write_text(table_text(items, list(items[0]), ","))
    assert figures(read_naaccr(folder / "items.csv", engine=engine)) == wanted
    (folder / "items.xml").write_text(naaccr_xml(tumors, mix))
    assert figures(read_naaccr(folder / "items.xml", engine=engine)) == wanted


# XML


def xml() -> str:
    """Return the made-up tumors as XML."""
    return naaccr_xml(TUMORS, Random(1))  # noqa: S311 - an order, not a secret


@pytest.mark.slow
@pytest.mark.parametrize("form", ["utf-8", "utf-16", "latin-1", "gz", "bom", "no namespace"])
def test_xml_is_read_in_any_encoding(tmp_path: Path, engine: Engine, form: str) -> None:
    text = xml()
    if form == "gz":
        (tmp_path / "a.xml.gz").write_bytes(gzip.compress(text.encode()))
    else:
        code = form if form in ("utf-16", "latin-1") else "utf-8"
        text = text.replace('version="1.0"', f'version="1.0" encoding="{code}"')
        if form == "no namespace":
            text = text.replace(' xmlns="http://naaccr.org/naaccrxml"', "")
        raw = text.encode(code)
        (tmp_path / "a.xml").write_bytes((b"\xef\xbb\xbf" if form == "bom" else b"") + raw)
    found = read_naaccr(tmp_path, engine=engine)
    assert figures(found) == counted(TUMORS)


@pytest.mark.slow
def test_patients_without_a_tumor_are_told(tmp_path: Path, engine: Engine) -> None:
    empty = '<Patient><Item naaccrId="patientIdNumber">99</Item></Patient></NaaccrData>'
    (tmp_path / "a.xml").write_text(xml().replace("</NaaccrData>", empty))
    found = read_naaccr(tmp_path / "a.xml", engine=engine)
    assert "1 patient without a tumor" in str(found.report)
    assert figures(found) == counted(TUMORS)


LAUGHS: Final = (
    '<?xml version="1.0"?><!DOCTYPE NaaccrData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<NaaccrData><Patient><Item naaccrNum='20'>&b;</Item></Patient></NaaccrData>"
)
OUTSIDE: Final = (
    '<!DOCTYPE NaaccrData SYSTEM "file:///etc/passwd"><NaaccrData><Patient/></NaaccrData>'
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (xml()[: len(xml()) // 2], "it is cut short in line"),
        (xml().replace("</Tumor>", "</Tumour>", 1), "line [0-9]+ is not well-formed XML"),
        ("<Bundle><entry/></Bundle>", "its outermost element is 'Bundle', not 'NaaccrData'"),
        (LAUGHS, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        ("<NaaccrData>" + "<a>" * 600, "nested more than 500 deep"),
        ("<NaaccrData><Patient/></NaaccrData>", "no Tumor element is in it"),
        ('<?xml version="1.0" encoding="klingon"?><NaaccrData/>', "klingon|encoding"),
        ("<NaaccrData>\x00</NaaccrData>", "not well-formed"),
        (
            xml().replace("primarySite", "x").replace('Num="400', 'Num="9'),
            "primarySite: it is missing",
        ),
    ],
)
def test_bad_xml_is_refused_in_one_sentence(
    tmp_path: Path, engine: Engine, text: str, told: str
) -> None:
    (tmp_path / "bad.xml").write_text(text)
    with pytest.raises((ReadError, TableError), match=told):
        read_naaccr(tmp_path / "bad.xml", engine=engine)


def test_xml_and_text_are_not_mixed(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "a.xml").write_text(xml())
    (tmp_path / "b.csv").write_text("20,400,1112\n1,C509,1\n")
    with pytest.raises(ReadError, match=r"b\.csv: it is no XML, and others are"):
        read_naaccr(tmp_path, engine=engine)


# Stages, by item


def one_tumor(**items: str) -> pd.DataFrame:
    """Return a table of one lung cancer with bone metastases."""
    tumor = {"patientIdNumber": "1", "primarySite": "C341", "dateOfDiagnosis": "2018"}
    return pd.DataFrame([tumor | {"metsAtDxBone": "1"} | items])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("items", "is_distant"),
    [
        ({"summaryStage2018": "7"}, True),
        ({"summaryStage2018": "4", "ajccTnmClinM": "cM1"}, False),
        ({"summaryStage2018": "9", "ajccTnmClinM": "cM1a"}, True),
        ({"seerSummaryStage2000": "7"}, True),
        ({"ajccTnmClinM": "cM0", "ajccTnmPathM": "pM1b"}, True),
        ({"ajccTnmClinM": "cM0(i+)"}, False),
        ({"ajccTnmPostTherapyM": "ypM1", "eodMets": "00"}, True),
        ({"ajccTnmPostTherapyM": "ypM0", "eodMets": "10"}, True),
        ({"derivedAjcc7M": "010"}, False),
        ({"derivedAjcc7M": "130"}, True),
        ({"derivedAjcc6M": "99", "derivedSs2000": "7"}, True),
        ({"eodMets": "05"}, False),
        ({"eodMets": "70"}, True),
        ({"derivedEod2018StageGroup": "4A"}, True),
        ({"derivedAjcc7StageGrp": "320"}, False),
        ({"primarySite": "C649", "tnmPathStageGroup": "4"}, None),
        ({"tnmClinM": "X"}, None),
    ],
)
def test_a_stage_is_read_by_its_item(
    engine: Engine, items: dict[str, str], is_distant: bool | None
) -> None:
    found = read_naaccr(one_tumor(**items), engine=engine, name="one")
    shown = {one.denominator for one in found.assertions if one.site == "bone"}
    assert ("distant_stage_at_diagnosis" in shown) is (is_distant is True)
    unknown = [one for one in found.report.notices if "without a known stage" in one.text]
    nothing = any("no record has a stage" in one for one in found.report.warnings)
    assert (bool(unknown) or nothing) is (is_distant is None)


def test_missing_items_are_named(engine: Engine) -> None:
    with pytest.raises(TableError, match=r"column primarySite: it is missing \(or '400'\)"):
        read_naaccr(pd.DataFrame({"20": ["1"], "1112": ["1"]}), engine=engine)


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_says_the_same(tmp_path: Path, spark: Engine, engine: Engine) -> None:
    (tmp_path / "a.xml").write_text(xml())
    found = read_naaccr(tmp_path / "a.xml", engine=spark)
    assert figures(found) == counted(TUMORS)
    assert str(found.report).replace("spark", "duckdb") == str(
        read_naaccr(tmp_path / "a.xml", engine=engine).report
    )
