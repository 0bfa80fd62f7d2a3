"""Every question is told in one place, takes evidence, and uses the same names and defaults."""

from __future__ import annotations

import inspect
import re
from typing import Any, Final

import pytest

import metastasis as mets
from metastasis import analysis
from metastasis._errors import UnknownNameError
from metastasis._table import Table
from metastasis.analysis import QUESTIONS, find_question

KG: Final = mets.load()

DEFAULTS: Final[dict[str, Any]] = {
    "by_source": False,
    "denominator": None,
    "distinct": True,
    "edge": "any",
    "frame": None,
    "occurrence": None,
    "primaries": None,
    "roll_up": True,
    "seed": 0,
    "sequences": None,
    "setting": None,
    "source": None,
    "stage": "any",
    "top": None,
}
"""What an argument of this name is where it is not given, in every question that has it."""

EXAMPLES: Final[dict[str, tuple[Any, ...]]] = {
    "sites_of": ("breast",),
    "primaries_with": ("liver",),
    "shared_sites": ("breast", "prostate"),
    "explain": ("breast", "bone"),
    "pool": ("breast", "bone"),
    "changes": (KG,),
    "likely": ("liver",),
    **dict.fromkeys(("process", "transitions", "passage_times", "next_sites"), ("bladder",)),
    "previous_sites": ("bladder", "liver"),
}
"""What to ask where a question needs something named."""


def _parameters(name: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(find_question(name)).parameters)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_takes_evidence_and_the_object_asks_it(name: str) -> None:
    first = next(iter(_parameters(name)))
    assert first == "evidence"
    assert getattr(analysis, name) is find_question(name)
    named = EXAMPLES.get(name, ())
    answer = getattr(KG, name)(*named)
    assert answer == find_question(name)(KG.evidence, *named)
    if name != "explain":
        assert isinstance(answer, Table)
        assert answer.to_dicts() is not None


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_argument_has_the_same_default_everywhere(name: str) -> None:
    for argument, parameter in _parameters(name).items():
        if argument in DEFAULTS and parameter.kind is not parameter.VAR_POSITIONAL:
            assert parameter.default == DEFAULTS[argument], argument


@pytest.mark.parametrize("name", [name for name in QUESTIONS if "analysis" in QUESTIONS[name]])
def test_every_argument_of_an_analysis_is_explained(name: str) -> None:
    text = inspect.getdoc(find_question(name)) or ""
    section = text.split("Parameters\n----------\n")[1].split("\n\n>>>")[0]
    explained = {
        argument
        for line in section.splitlines()
        if re.match(r"\w", line)
        for argument in line.split(", ")
    }
    assert explained == set(_parameters(name))
    assert ">>>" in text
    assert name == "changes" or "Raises\n------" in text


def test_an_old_name_answers_and_warns() -> None:
    with pytest.warns(DeprecationWarning, match=r"likely_primaries is now likely; it takes evid"):
        assert analysis.likely_primaries is find_question("likely")
    with pytest.warns(DeprecationWarning, match="incidence is now reach_matrix"):
        assert analysis.incidence is analysis.reach_matrix
    with pytest.raises(AttributeError, match="no attribute 'communities'"):
        analysis.communities  # noqa: B018


def test_a_question_that_there_is_not_lists_those_that_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"There are: sites_of, primaries_with"):
        find_question("communities")
