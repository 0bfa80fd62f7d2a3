"""The user's own file of labels: out, filled in, and in again."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._catalog import read_catalog
from metastasis._clean import text_of
from metastasis._errors import ReadError, TableError, WriteError
from metastasis.patients._words.labels import Unmapped, map_labels
from metastasis.patients._words.site_map import COLUMNS, read_site_map, write_site_map

if TYPE_CHECKING:
    from pathlib import Path

CATALOG: Final = read_catalog()
HEAD: Final = ",".join(COLUMNS)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_unmapped_labels_go_out_with_suggestions_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    labels = {"Livre": 7, "Flank": 2, "Arm, upper": 1}
    write_site_map(path, map_labels(labels, "site", CATALOG).unmapped)
    assert rows_of(path)[0] == {
        "kind": "site",
        "label": "Livre",
        "key": "",
        "rows": "7",
        "suggestions": "liver",
        "text": "",
        "note": "",
    }
    assert read_site_map(path, CATALOG) == {}
    text = path.read_text().replace("Livre,,", "Livre,hepatic,").replace("Flank,,", "Flank,-,")
    path.write_text(text)
    overrides = read_site_map(path, CATALOG)
    assert overrides == {("site", "Livre"): "liver", ("site", "Flank"): "-"}
    found = map_labels(labels, "site", CATALOG, overrides)
    assert found.key("Livre") == "liver"
    assert found.is_left_out("Flank")
    assert [one.label for one in found.unmapped] == ["Arm, upper"]


def test_unspecified_counts_for_no_organ(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("kind,label,key\nsite,Somewhere,unspecified\nprimary,Odd,cup\n")
    overrides = read_site_map(path, CATALOG)
    assert overrides == {("site", "Somewhere"): "unspecified", ("primary", "Odd"): "cup"}


def test_what_the_user_filled_in_stays(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text(
        f"{HEAD},mine\n"
        "site,Flank,soft_tissue,1,abdomen,,asked the ward,x\n"
        "site,Hip,,1,,,,\n"
        "primary,Odd,-,9,,,,\n"
    )
    new = [Unmapped("site", "Flank", 8), Unmapped("site", "Hip", 5), Unmapped("site", "Leg", 3)]
    write_site_map(path, new)
    assert [(row["label"], row["key"], row["rows"], row["note"]) for row in rows_of(path)] == [
        ("Flank", "soft_tissue", "1", "asked the ward"),
        ("Hip", "", "5", ""),
        ("Odd", "-", "9", ""),
        ("Leg", "", "3", ""),
    ]
    assert rows_of(path)[0]["mine"] == "x"
    before = path.read_bytes()
    write_site_map(path, new)
    assert path.read_bytes() == before


def test_every_fault_at_once_with_row_column_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text(
        f"{HEAD}\n"
        "site,Hip,livr,,,,\n"
        "place,Hip,liver,,,,\n"
        "site,,liver,,,,\n"
        "primary,Odd,unspecified,,,,\n"
        "site,Leg,bone,,,,\n"
        "site,Leg,skin,,,,\n"
    )
    with pytest.raises(TableError) as caught:
        read_site_map(path, CATALOG)
    faults = caught.value.faults
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [
        (2, "key", "livr"),
        (3, "kind", "place"),
        (4, "label", ""),
        (5, "key", "unspecified"),
        (7, "label", "Leg"),
    ]
    assert "Did you mean 'liver'?" in faults[0].remedy
    assert "row 6 decides this label in another way" in faults[4].remedy
    assert all(fault.file == str(path) for fault in faults)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty; the first row must name the columns: kind, label, key"),
        (b"kind;label;key\n", "row 1: cells are separated by semicolons; save it with commas"),
        (b"kind,label\nsite,Hip\n", "column key: the column is missing"),
        (b"kind,label,key\nsite,Hip,bone,x\n", "row 2: more or fewer cells"),
        (b'kind,label,key\nsite,"Hip,bone\n', "not readable as CSV"),
    ],
)
def test_file_that_is_no_map_file(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "map.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=told):
        read_site_map(path, CATALOG)
    with pytest.raises(TableError, match=told):
        write_site_map(path, [Unmapped("site", "Hip", 1)])
    assert path.read_bytes() == content


def test_file_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_site_map(tmp_path / "none.csv", CATALOG)
    path = tmp_path / "latin.csv"
    path.write_bytes("kind,label,key\nsite,Hüfte,bone\n".encode("latin-1"))
    with pytest.raises(ReadError, match="line 2\\) is not UTF-8"):
        read_site_map(path, CATALOG)
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError):
        write_site_map(tmp_path / "file" / "map.csv", [Unmapped("site", "Hip", 1)])


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1).filter(
            str.strip
        ),
        st.sampled_from(["", "-", "unspecified", *sorted(CATALOG.sites)]),
        max_size=8,
    )
)
def test_any_labels_come_back_as_they_were_decided(
    tmp_path_factory: pytest.TempPathFactory, decided: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("map") / "map.csv"
    write_site_map(path, [Unmapped("site", label, 1) for label in decided])
    rows = rows_of(path)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "key": decided[text_of(row["label"])]} for row in rows)
    assert read_site_map(path, CATALOG) == {
        ("site", label): key for label, key in decided.items() if key
    }
