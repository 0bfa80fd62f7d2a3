"""Licenses by their address and by their words, and under which one recorded facts stand."""

from __future__ import annotations

import pytest

from metastasis._catalog import Source, read_catalog
from metastasis._catalog.license import (
    LICENSES,
    allowed_sources,
    license_of,
    named_licenses,
    recorded_terms,
)
from metastasis._errors import UnknownNameError
from metastasis._vocabulary import DATA_LICENSE

CREATIVE = "https://creativecommons.org"
OPEN_DATA = "https://opendatacommons.org/licenses"


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        (f"{CREATIVE}/publicdomain/zero/1.0/", "cc0"),
        (f"{CREATIVE}/publicdomain/mark/1.0/", "public-domain"),
        *(
            (f"{CREATIVE}/licenses/{slug.removeprefix('cc-')}/4.0/deed.en", slug)
            for slug in LICENSES
            if slug.startswith("cc-")
        ),
        (f"{OPEN_DATA}/odbl/1-0/", "odbl"),
        (f"{OPEN_DATA}/by/", "odc-by"),
        (f"{OPEN_DATA}/pddl/1-0/", "public-domain"),
        ("https://www.usa.gov/government-works", "public-domain"),
        ("https://example.org/terms", "unknown"),
    ],
)
def test_a_license_is_known_by_its_address(url: str, slug: str) -> None:
    assert license_of(url, None) == slug
    assert license_of(url, "CC BY-SA 4.0") == ("cc-by-sa" if slug == "unknown" else slug)


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        *((slug, slug) for slug in LICENSES),
        *((slug.upper().replace("-", " "), slug) for slug in LICENSES),
        ("CC0 1.0 Universal", "cc0"),
        ("Creative Commons Zero v1.0 Universal", "cc0"),
        ("CC BY-NC-ND 4.0", "cc-by-nc-nd"),
        ("Creative Commons Attribution 4.0 International License", "cc-by"),
        ("Creative Commons Attribution-NonCommercial-ShareAlike 3.0 Unported", "cc-by-nc-sa"),
        ("Open Data Commons Open Database License (ODbL) v1.0", "odbl"),
        ("Open Data Commons Attribution License", "odc-by"),
        ("the public domain", "public-domain"),
    ],
)
def test_a_license_is_known_by_its_name(words: str, slug: str) -> None:
    assert license_of(None, words) == slug


@pytest.mark.parametrize(
    "words",
    [
        *(None, "", "not stated", "not to be passed on", "© Elsevier; facts only"),
        *("not CC BY", "CC BY (not for commerce)", "CC BY or ODbL", "CC BY-NC, CC BY", "GPL-3.0"),
    ],
)
def test_words_that_name_no_single_license_are_unknown(words: str | None) -> None:
    assert license_of(None, words) == "unknown"


def test_what_is_recorded_of_shipped_sources_is_ours() -> None:
    sources = read_catalog().sources.values()
    assert {recorded_terms(one).url for one in sources} == {DATA_LICENSE}
    assert allowed_sources(sources, "cc-by") == {one.key for one in sources}
    assert not allowed_sources(sources, ["cc0", "odbl"])


def test_what_is_recorded_of_an_own_source_stands_under_its_own_license() -> None:
    url = f"{OPEN_DATA}/odbl/1-0/"
    mine = Source(key="mine", citation="Mine", design="registry", license="ODbL", license_url=url)
    assert (recorded_terms(mine).slug, recorded_terms(mine).url) == ("odbl", url)
    silent = Source(key="silent", citation="Mine", design="registry")
    assert recorded_terms(silent).url is None
    assert recorded_terms(silent).words == "not stated"
    assert allowed_sources([mine, silent], "odbl, unknown") == {"mine", "silent"}


def test_a_license_that_there_is_not_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(UnknownNameError) as caught:
        named_licenses("cc-by,gpl")
    assert str(caught.value) == f"unknown license 'gpl'. One of {', '.join(LICENSES)}."
