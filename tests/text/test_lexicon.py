"""The tables of words: each row is used, none contradicts the catalog, and faults are told."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from metastasis._catalog import read_catalog
from metastasis._errors import MissingExtraError, TableError
from metastasis._files import ontology_path
from metastasis.text._names.forms import folded, is_short, plural, spellings
from metastasis.text._names.lexicon import read_lexicon
from metastasis.text._names.mentions import mentions_of, narrowed
from metastasis.text._names.word_tables import NameRow, read_word_tables
from metastasis.text._names.words import automaton_of

if TYPE_CHECKING:
    from pathlib import Path

TABLES = read_word_tables(ontology_path("text"), read_catalog())
ROWS = [row._replace(written=row.written.replace("{organ}", "bladder")) for row in TABLES.names]
"""The rows of names; in one that stands for every organ, one organ."""


def test_every_row_of_names_is_what_a_text_is_read_with() -> None:
    names = read_lexicon().names
    for row in ROWS:
        found = names.get(folded(row.written))
        if row.kind == "unsafe":
            assert found is None, row
        else:
            assert found is not None, row
            assert (found.kind, found.key) == (row.kind, row.key)


def test_every_row_of_names_names_what_it_says_alone() -> None:
    for row in ROWS:
        if row.kind != "unsafe":
            assert [(one.kind, one.key) for one in mentions_of(row.written)] == [
                (row.kind, row.key)
            ], row


def test_every_name_of_the_catalog_is_found_as_its_own() -> None:
    catalog = read_catalog()
    unsafe = {row.written for row in ROWS if row.kind == "unsafe"}
    organs = {
        folded(written)
        for site in catalog.sites.values()
        for written in (site.label, *site.synonyms)
    }
    for kind, records in (
        ("site", catalog.sites.values()),
        ("primary", catalog.primaries.values()),
    ):
        for record in records:
            for written in {record.label, *record.synonyms} - unsafe:
                if kind == "primary" and folded(written) in organs:
                    continue  # An organ alone is a site.
                found = read_lexicon().names[folded(written)]
                assert (found.kind, found.key) == (kind, record.key), written


def test_every_blocker_blocks() -> None:
    catalog = read_catalog()
    for one in TABLES.blockers:
        records = catalog.sites if one.kind == "site" else catalog.primaries
        key = (one.keys or ("liver" if one.kind == "site" else "lung",))[0]
        name = records[key].label
        words = one.written.title() if one.capital else one.written
        text = f"{name} {words}" if one.place == "after" else f"{words} the {name}"
        found = mentions_of(text)
        assert any(mention.kind == "blocked" for mention in found) or any(
            # Some words are a longer name together with this one: the "liver surface".
            mention.end - mention.start == len(text)
            for mention in found
        ), text


def test_every_narrowing_narrows_its_topic() -> None:
    catalog = read_catalog()
    for row in TABLES.narrowings:
        assert [one.key for one in narrowed(row.topic, row.written)] == [row.key], row
        assert row.key in catalog.subtypes(row.topic), row


def test_no_two_ways_of_making_names_contradict_each_other() -> None:
    names = read_lexicon().names
    for row in ROWS:
        if row.kind in ("primary", "site") and not is_short(row.written):
            for form in spellings(folded(row.written)):
                assert names[form].key == row.key, form


@pytest.mark.parametrize(
    ("one", "many"),
    [("ovary", "ovaries"), ("kidney", "kidneys"), ("mass", "masses"), ("lung", "lungs")],
)
def test_plural(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the tables of words, to spoil."""
    return shutil.copytree(ontology_path("text"), tmp_path / "text")


NAME_FAULTS = [
    ("midriff,site,tummy,", "no site of the catalog has this key"),
    ("midriff,place,abdomen,", "not in the list; one of primary, site, blocked, unsafe"),
    ("liver,site,liver,", "the catalog has it; remove the row"),
    ("liver,site,lung,", "in the catalog it is liver; remove the row"),
    ("tummy,site,abdomen,", "stands twice; remove one"),
    ("tummy,blocked,idiom,", "stands twice as site; remove one"),
    (",site,abdomen,", "must not be blank; write the words"),
    ("my  belly,site,abdomen,", "has a blank too many; remove it"),
    ("my belly,site,,", "must not be blank"),
    ("XYZ,unsafe,nothing,", "no primary or site of the catalog has this key"),
]


@pytest.mark.parametrize(("row", "remedy"), NAME_FAULTS)
def test_fault_of_a_name_is_told_with_its_row(folder: Path, row: str, remedy: str) -> None:
    path = folder / "names.csv"
    path.write_text(f"{path.read_text(encoding='utf-8')}{row}\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_word_tables(folder, read_catalog())
    (fault,) = caught.value.faults
    line = len(path.read_text(encoding="utf-8").splitlines())
    assert (fault.file, fault.row, fault.remedy) == (str(path), line, remedy)


OTHER_FAULTS = [
    ("blockers.csv", "scan,behind,site,,,test,", "not in the list; one of after, before"),
    ("blockers.csv", "hum,after,organ,,,test,", "not in the list; one of primary, site"),
    ("blockers.csv", "hum,after,site,no,,test,", "either yes or blank"),
    ("blockers.csv", "hum,after,site,,,,", "must not be blank; say what it makes of the name"),
    ("blockers.csv", "hum,after,site,,lungs,test,", "lungs: no site of the catalog has this key"),
    ("blockers.csv", "scan,after,site,,,test,", "stands twice; remove one"),
    ("narrowings.csv", "throat,big,hcc,", "no primary of the catalog has this key"),
    ("narrowings.csv", "thyroid,papillary,hcc,", "stands twice under this topic; remove one"),
]


@pytest.mark.parametrize(("file", "row", "remedy"), OTHER_FAULTS)
def test_fault_of_another_table_is_told(folder: Path, file: str, row: str, remedy: str) -> None:
    path = folder / file
    path.write_text(f"{path.read_text(encoding='utf-8')}{row}\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_word_tables(folder, read_catalog())
    assert [fault.remedy for fault in caught.value.faults] == [remedy]


def test_faults_of_all_tables_are_told_at_once(folder: Path) -> None:
    (folder / "names.csv").write_text("written,kind,key\n", encoding="utf-8")
    (folder / "blockers.csv").write_text("", encoding="utf-8")
    with (folder / "narrowings.csv").open("a", encoding="utf-8") as file:
        file.write("nothing,word,hcc,\n")
    with pytest.raises(TableError) as caught:
        read_word_tables(folder, read_catalog())
    assert len(caught.value.faults) == 3


def test_names_are_records() -> None:
    assert NameRow("tummy", "site", "abdomen") in TABLES.names


def test_without_the_library_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'metastasis\[text\]'"):
        automaton_of({"lung": 1})
