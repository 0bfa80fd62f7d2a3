"""What a sentence prints for its sites, and that nothing else is taken for it."""

from __future__ import annotations

import re
from typing import Final

import pytest

from metastasis.text._numbers import Number, numbers_of, people_of

_SITES: Final = re.compile(
    r"\b(?:(?:regional|distant) )?(?:lymph nodes?|lungs?|pulmonary|liver|hepatic|bones?|brain"
    r"|peritoneum|adrenal glands?|pleura|kidney|renal vein|inferior vena cava|spine)\b(?! cancer)"
)


def read(text: str, before: str = "") -> list[str]:
    """Return what is read for each site, shortly: ``bone 71/150 47``."""
    sites = [match.span() for match in _SITES.finditer(text)]
    found = numbers_of(text, sites, before=before)
    return [
        f"{text[start:end]} {shown(number)}"
        for (start, end), number in zip(sites, found, strict=True)
        if number is not None and not number.is_blank
    ]


def shown(number: Number) -> str:
    """Return a number shortly: ``71/150 47``, ``/150 47``, ``71/ 47``."""
    people = f"{number.count if number.count is not None else ''}/{number.total or ''}"
    return f"{people} {number.percent if number.percent is not None else ''}".strip("/ ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lung (47%), lymph nodes (45 %)", ["lung 47", "lymph nodes 45"]),
        ("bone (71 patients, 47%)", ["bone 71/ 47"]),
        ("bone (71/150)", ["bone 71/150"]),
        ("bone metastases in 71 of 150 (47%)", ["bone 71/150 47"]),
        ("bone: 47.3% (71/150)", ["bone 71/150 47.3"]),
        ("lung 45%, liver 20%", ["lung 45", "liver 20"]),
        ("lung: 29.4 %", ["lung 29.4"]),
        ("29.4 % had lung metastases", ["lung 29.4"]),
        ("bone metastases occur in 80 % of men", ["bone 80"]),
        ("liver 4·3% and lung 5,6%", ["liver 4.3", "lung 5.6"]),
        (
            "to the liver, lung and bone in 40 %, 30 % and 10 %, respectively",
            ["liver 40", "lung 30", "bone 10"],
        ),
    ],
)
def test_a_number_goes_to_its_site(text: str, found: list[str]) -> None:
    assert read(text) == found


def test_people_of_names_who_is_counted() -> None:
    people = people_of("150 consecutively registered patients with proven metastatic disease")
    assert people is not None
    assert (people.denominator, people.total) == ("metastatic_patients", 150)


def test_a_number_that_contradicts_itself_is_refused() -> None:
    (number,) = numbers_of("bone (71/150, 67%)", [(0, 4)])
    assert number is not None
    assert number.is_blank
    assert number.refused == "67 % does not agree with 71 of 150"
