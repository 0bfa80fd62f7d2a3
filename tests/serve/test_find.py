"""Finding by any part of any name, the same for pages and for the search box."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metastasis as mets
from metastasis.serve._find import find, search_index

KG = mets.load()
INDEX = json.loads(search_index(KG))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("liver", ["site/liver", "primary/liver"]),
        ("LIVER", ["site/liver", "primary/liver"]),
        ("bone-marrow", ["site/bone_marrow"]),
        ("hepatic", ["site/liver"]),
        ("C78.7", ["site/liver"]),
        ("icd10cm:c78.7", ["site/liver"]),
        ("C50.911", ["primary/breast"]),
        ("https://w3id.org/metastasis/site/liver", ["site/liver"]),
        ("MONDO:0007254", ["primary/breast"]),
        ("mammary carc", ["primary/breast"]),
        ("brest", ["primary/breast", "site/breast"]),
        ("wu-2017-breast", ["source/wu-2017-breast"]),
    ],
)
def test_what_people_type_finds_what_they_mean(text: str, first: list[str]) -> None:
    assert [one.path for one in find(KG, text)][: len(first)] == first


def test_labels_synonyms_and_codes_find_their_own() -> None:
    named = [
        (kind, key, name)
        for kind, key, label, names, codes in INDEX["entries"]
        for name in (label, key, *names, *codes)
    ]
    for kind, key, name in named[::17]:  # all take ten seconds
        assert (kind, key) in {(one.kind, one.key) for one in find(KG, name)}, name


def test_what_nothing_is_called_finds_nothing() -> None:
    assert find(KG, "qqqqqqqqqq") == find(KG, "") == find(KG, " \t") == []


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_any_text_is_answered_each_thing_once_and_no_more_than_asked(text: str) -> None:
    found = find(KG, text)
    paths = [one.path for one in found]
    assert len(set(paths)) == len(paths)
    assert find(KG, text, top=2) == found[:2]


def test_the_index_has_everything_is_small_and_has_the_same_bytes() -> None:
    kinds = [one[0] for one in INDEX["entries"]]
    assert kinds.count("primary") == len(KG.catalog.primaries)
    assert kinds.count("site") == len(KG.catalog.sites)
    assert kinds.count("source") == len(KG.catalog.sources)
    assert len(search_index(KG)) < 120_000
    assert search_index(KG) == search_index(mets.load())
    assert INDEX["notice"].startswith("Not for clinical use")
