"""The mapping file of a tidy table: what it may say, and every fault at once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._catalog import read_catalog
from metastasis._errors import MissingExtraError, ReadError, TableError
from metastasis.patients import Rules, SourceEntry, TableMapping, read_mapping
from metastasis.patients._tables.mapping_rules import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

CATALOG: Final = read_catalog()
NAMES: Final = sorted(
    {
        *COLUMNS["patients"],
        *COLUMNS["counts"],
        *(one.name for one in fields(SourceEntry)),
        "other",
    }
)
PATIENTS: Final = """\
version: 1
form: patients
source: {key: clinic, design: clinical_cohort}
columns: {patient: id, primary: tumor, site: where}
constants: {setting: during_course, denominator: [all_patients, metastatic_patients]}
"""
COUNTS: Final = """\
version: 1
form: counts
source: {key: author-2026, design: clinical_cohort}
columns: {primary: cancer, site: place, count: n, total: of}
constants: {setting: during_course, denominator: metastatic_patients}
"""


def written(tmp_path: Path, text: str, name: str = "mapping.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_words_stay_what_they_are(tmp_path: Path) -> None:
    text = PATIENTS.replace("where}", "where, metastatic: m}")
    path = written(tmp_path, f"{text}values:\n  metastatic: {{Yes: true, NO: false, 01: true}}\n")
    assert read_mapping(path, CATALOG).values == {
        "metastatic": {"Yes": "true", "NO": "false", "01": "true"}
    }


def faults_of(tmp_path: Path, text: str) -> list[tuple[int | None, str | None, str | None, str]]:
    path = written(tmp_path, text)
    with pytest.raises(TableError) as caught:
        read_mapping(path, CATALOG)
    assert {fault.file for fault in caught.value.faults} == {str(path)}
    return [(one.row, one.column, one.value, one.remedy) for one in caught.value.faults]


def test_every_fault_of_a_mapping_file_at_once(tmp_path: Path) -> None:
    found = faults_of(
        tmp_path,
        "version: 2\n"
        "form: patients\n"
        "source:\n"
        "  key: clinic\n"
        "  design: clinical_cohor\n"
        "  licence: none\n"
        "  years: about 2010\n"
        "  license_url: ODbL\n"
        "columns:\n"
        "  patient: id\n"
        "  tumour: t\n"
        "  sex: s\n"
        "values:\n"
        "  sex: {w: woman}\n"
        "  site: {Knochen: bones of contention}\n"
        "constants:\n"
        "  denominator: patients\n"
        "missing: NA\n"
        "date_format: D-M-Y\n"
        "chose: first\n",
    )
    told = {(row, column): remedy for row, column, _, remedy in found}
    expected = {
        (1, "version"): "one of 1",
        (5, "source.design"): "did you mean 'clinical_cohort'",
        (6, "source.licence"): "did you mean 'license'",
        (7, "source.years"): "write 2010, 2010-2015 or several",
        (8, "source.license_url"): "not an address",
        (11, "columns.tumour"): "no such name",
        (14, "values.sex.w"): "one of female, male",
        (15, "values.site"): "there is no column 'site'",
        (15, "values.site.Knochen"): "unknown site 'bones of contention'",
        (17, "constants.denominator"): "one of all_patients",
        (18, "missing"): "must be a list",
        (20, "chose"): "did you mean 'choose'",
    }
    for place, words in expected.items():
        assert words in told[place], place
    needs = [remedy for _, column, _, remedy in found if column in ("columns", "constants")]
    assert [remedy for remedy in needs if "'primary'" in remedy]
    assert [remedy for remedy in needs if "'site'" in remedy]
    assert [remedy for remedy in needs if "'setting'" in remedy]
    dates = [remedy for _, column, _, remedy in found if column == "date_format"]
    assert len(dates) == 2


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("", None, "must hold names with values"),
        ("just words", None, "must hold names with values"),
        ("form: [patients", None, "not YAML"),
        ("a: 1\nform: patients\nform: counts\n", "form", "is here twice"),
        (f"{PATIENTS}codes: {{site: SNOMED}}\n", "codes.site", "no such code system"),
        (f"{PATIENTS}choose: newest\n", "choose", "no such rule"),
        (f"{PATIENTS}values: {{sex: female}}\n", "values.sex", "must hold names with values"),
        (f"{PATIENTS}values: {{primary: {{x: 7}}}}\n", "values.primary.x", "unknown primary '7'"),
        (PATIENTS.replace("where}", "ID}"), "columns.site", "is the column of 'patient' already"),
        (
            PATIENTS.replace("constants: {", "constants: {primary: lung, "),
            "constants.primary",
            "a column too",
        ),
        (PATIENTS.replace("during_course", "''"), "constants.setting", "must not be blank"),
        (PATIENTS.replace("clinic,", "clinic, doi: [1],"), "source.doi", "must be text"),
        (COUNTS.replace("[", ""), None, ""),
        (COUNTS.replace(", total: of", ""), "columns.count", "a count needs its total"),
        (
            COUNTS.replace("count: n, total: of", "note: n"),
            "columns",
            "count and total, or that of percent",
        ),
        (
            COUNTS.replace("metastatic_patients", "[all_patients]"),
            "constants.denominator",
            "must be one value",
        ),
        (
            COUNTS.replace(", denominator: metastatic_patients", ""),
            "columns",
            "needs 'denominator'",
        ),
    ],
)
def test_bad_mapping_file(tmp_path: Path, text: str, column: str | None, told: str) -> None:
    if not told:
        assert read_mapping(written(tmp_path, text), CATALOG).form == "counts"
        return
    found = faults_of(tmp_path, text)
    assert [True for _, where, _, remedy in found if where == column and told in remedy], found


@given(
    st.dictionaries(
        st.sampled_from([*(one.name for one in fields(TableMapping)), "other"]),
        st.recursive(
            st.text(max_size=5) | st.sampled_from(["patients", "counts", "1", "lung", "-"]),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
            ),
            max_leaves=8,
        ),
    )
)
def test_any_mapping_file_is_read_or_its_faults_are_told(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]
) -> None:
    import yaml

    path = tmp_path_factory.mktemp("mapping") / "m.yaml"
    path.write_text(yaml.safe_dump(content))
    with suppress(TableError):
        assert read_mapping(path, CATALOG).form in ("patients", "counts")


def test_a_mapping_file_that_holds_itself(tmp_path: Path) -> None:
    found = faults_of(tmp_path, "form: patients\ncolumns: &a {site: *a}\n")
    assert found


def test_a_mapping_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_mapping(tmp_path / "none.yaml", CATALOG)


@pytest.mark.parametrize(("module", "package"), [("yaml", "PyYAML"), ("pydantic", "pydantic")])
def test_a_missing_package_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, package: str
) -> None:
    path = written(tmp_path, PATIENTS)
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(MissingExtraError, match=package) as caught:
        read_mapping(path, CATALOG)
    assert caught.value.extra == "patients"


def mapping(**settings: Any) -> TableMapping:
    source = SourceEntry(key="x", design="registry")
    return TableMapping(version="1", form="patients", source=source, columns={}, **settings)


def test_the_mapping_file_decides_before_what_is_usual() -> None:
    own = mapping(values={"metastatic": {"no": "true", "y": ""}})
    words = {"no": 1, "y": 1, "Yes": 1, "perhaps": 1}
    assert own.meanings("metastatic", words) == {"no": "true", "Yes": "true"}
    assert mapping().meanings("sex", {"W": 1, "Man": 2}) == {"W": "female", "Man": "male"}
    assert mapping().meanings("site", {"bone": 1}) == {}


def test_the_map_file_decides_before_the_mapping_file_and_that_before_codes() -> None:
    own = mapping(codes={"site": "ICD-10-CM"}, values={"site": {"C78.7": "brain", "C79.51": "-"}})
    labels = {"C78.7": 1, "C79.51": 1, "C79.82": 1, "C78.00": 1, "limbo": 2}
    keys, unmapped = own.keys("site", labels, Rules(overrides={("site", "C78.00"): "pleura"}))
    assert keys == {
        "C78.7": "brain",
        "C79.51": "-",
        "C79.82": "genital_organs",
        "C78.00": "pleura",
    }
    assert [(one.label, one.rows) for one in unmapped] == [("limbo", 2)]


def test_a_mapping_file_may_name_registries_and_where_the_license_stands(tmp_path: Path) -> None:
    source = "source: {key: clinic, design: clinical_cohort"
    more = ", registry: [SEER, NCDB], years: 2010, license_url: 'https://example.org/terms'"
    path = written(tmp_path, PATIENTS.replace(source, source + more))
    found = read_mapping(path, CATALOG).source
    assert (found.registry, found.years) == (["SEER", "NCDB"], "2010")
    assert found.license_url == "https://example.org/terms"
