"""The questions by address: what they answer is what Python answers, and nothing is guessed."""

from __future__ import annotations

import csv
import io
import json
from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest

import metastasis as mets
from metastasis._vocabulary import DATA_LICENSE, NOT_CLINICAL, RELEASE, STUDIED
from metastasis.serve._api import api_questions, openapi_document
from metastasis.serve._links import Links
from metastasis.serve._reply import Address, Reply
from metastasis.serve._routes import make_reply

if TYPE_CHECKING:
    from collections.abc import Callable

KG = mets.load()


def ask(path: str, *parameters: tuple[str, str], form: str = "json") -> Reply:
    """Return the reply to a question."""
    return make_reply(KG, Address(f"api/{path}", parameters), form, Links(f"api/{path}"))


def answer(path: str, *parameters: tuple[str, str]) -> dict[str, Any]:
    """Return an answer that is one."""
    reply = ask(path, *parameters)
    assert (reply.status, reply.media_type) == (200, "application/json"), reply.body
    told: dict[str, Any] = json.loads(reply.body)
    return told


def refusal(path: str, *parameters: tuple[str, str]) -> dict[str, Any]:
    """Return what is said of a question that is refused."""
    reply = ask(path, *parameters)
    told: dict[str, Any] = json.loads(reply.body)
    assert reply.media_type == "application/problem+json"
    assert told["status"] == reply.status
    assert told["detail"].count("\n") == 0
    return told


SAME: dict[str, tuple[list[tuple[str, str]], Callable[[], Any]]] = {
    "sites": (
        [("primary", "bowel cancer"), ("edge", "commonly"), ("roll_up", "false")],
        lambda: KG.sites_of("bowel cancer", edge="commonly", roll_up=False),
    ),
    "primaries": (
        [("site", "brain"), ("site", "adrenal gland"), ("how", "all"), ("top", "5")],
        lambda: KG.primaries_with("brain", "adrenal gland", how="all", top=5),
    ),
    "shared": (
        [("primary", "colon"), ("primary", "pancreas")],
        lambda: KG.shared_sites("colon", "pancreas"),
    ),
    "explain": (
        [("primary", "prostate"), ("site", "bone")],
        lambda: KG.explain("prostate", "bone").table(),
    ),
    "likely": (
        [("site", "liver"), ("site", "lung"), ("sex", "female"), ("draws", "20")],
        lambda: KG.likely(["liver", "lung"], sex="female", draws=20),
    ),
    "pairs": ([("primary", "kidney")], lambda: KG.pairs("kidney")),
    "numbers": (
        [("primary", "lung"), ("denominator", "autopsies")],
        lambda: KG.numbers("lung", denominator="autopsies"),
    ),
    "frames": ([], lambda: KG.frames()),
    "states": ([("primary", "thyroid")], lambda: KG.states("thyroid")),
    "conflicts": ([], lambda: KG.conflicts()),
    "sources": (
        [("registry", "SEER"), ("since", "2015")],
        lambda: KG.sources(registry="SEER", since=2015),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_an_answer_is_that_of_python_and_says_what_it_is(name: str) -> None:
    parameters, in_python = SAME[name]
    table = in_python()
    told = answer(name, *parameters)
    assert told["rows"] == table.to_dicts()
    assert told["columns"] == list(table.columns)
    assert told["notes"] == list(table.notes)
    assert told["asked"] == [list(one) for one in parameters]
    assert (told["release"], told["license"]) == (RELEASE, DATA_LICENSE)
    assert (told["notice"], told["caveat"]) == (NOT_CLINICAL, STUDIED)
    reply = ask(name, *parameters, form="csv")
    assert dict(reply.headers)["Link"] == f'<{DATA_LICENSE}>; rel="license"'
    rows = list(csv.reader(io.StringIO(reply.body.decode())))
    assert rows[0] == list(table.columns)
    assert len(rows) == len(table) + 1


def test_every_question_is_asked_here_and_takes_what_its_function_takes() -> None:
    assert {*SAME, "search"} == set(api_questions())
    for question in api_questions().values():
        takes = set(signature(question.function).parameters)
        assert {one.argument for one in question.parameters} <= takes
        assert takes - {one.argument for one in question.parameters} <= {
            *("evidence", "frame", "patterns", "dependence")
        }
        assert all(one.said and not one.said.startswith("As ") for one in question.parameters)


def test_an_explanation_comes_in_sentences_too() -> None:
    told = answer("explain", ("primary", "breast"), ("site", "eye"))
    assert told["text"] == str(KG.explain("breast", "eye"))
    assert answer("explain", ("primary", "prostate"), ("site", "breast"))["rows"] == []


def test_searching_finds_pages() -> None:
    rows = answer("search", ("q", "hepatic"), ("top", "4"))["rows"]
    assert {"site/liver", "primary/liver"} <= {row["path"] for row in rows}
    assert len(answer("search", ("q", "node"), ("top", "3"))["rows"]) == 3


@pytest.mark.parametrize(
    ("path", "parameters", "status", "words"),
    [
        ("sites", [("primary", "brest")], 404, "Did you mean 'breast'"),
        ("explain", [("primary", "breast"), ("site", "livr")], 404, "liver"),
        ("sites", [("primry", "breast")], 400, "Did you mean 'primary'"),
        ("sites", [("primary", "breast"), ("denominator", "autopsies")], 400, "api/numbers"),
        ("sites", [("primary", "breast"), ("edge", "comonly")], 400, "Did you mean 'commonly'"),
        ("sites", [("primary", "breast"), ("primary", "lung")], 400, "2 times"),
        ("sites", [("primary", "breast"), ("roll_up", "maybe")], 400, "true"),
        ("sites", [], 400, "sites needs primary; for example api/sites?primary=breast"),
        ("primaries", [], 400, "needs site"),
        ("primaries", [("site", "bone"), ("top", "0")], 400, "1 or more"),
        ("primaries", [("site", "bone"), ("top", "9" * 5000)], 400, "whole number"),
        ("primaries", [("site", "bone"), ("top", "٣")], 400, "whole number"),
        ("likely", [("site", "bone"), ("draws", "501")], 400, "0 to 500"),
        ("likely", [("site", "bone"), ("patterns", "/etc/passwd")], 400, "no parameter"),
        ("shared", [("primary", "colon")], 400, "two different primaries"),
        ("sources", [("registry", "SEAR")], 400, "SEER"),
        ("sources", [("license", "gpl")], 400, "cc-by"),
    ],
)
def test_nothing_is_guessed(
    path: str, parameters: list[tuple[str, str]], status: int, words: str
) -> None:
    told = refusal(path, *parameters)
    assert told["status"] == status
    assert words in told["detail"]


def test_what_the_evidence_cannot_answer_is_said_to_be_so() -> None:
    for parameters in ((), (("site", "bone"), ("denominator", "metastatic_patients"))):
        assert refusal("likely", *parameters)["status"] == 422


def test_a_question_that_there_is_not_is_not_found() -> None:
    for name in ("sitez", "sitez.csv"):
        assert ask(name, ("primary", "breast")).status == 404
    assert refusal("sitez")["suggestions"][0] == "api/sites"
    assert ask("sites.csv", ("primary", "breast")).media_type.startswith("text/csv")


def test_the_description_has_each_question_with_its_parameters() -> None:
    document = openapi_document()
    assert document["openapi"].startswith("3.1")
    assert {path.removeprefix("/") for path in document["paths"]} == set(api_questions())
    for path, item in document["paths"].items():
        question = api_questions()[path.removeprefix("/")]
        told = item["get"]["parameters"]
        assert [one["name"] for one in told] == [one.name for one in question.parameters]
    reply = make_reply(KG, Address("api"), "json", Links("api"))
    assert json.loads(reply.body) == document


def test_the_page_names_each_question_with_an_example_that_is_answered() -> None:
    page = make_reply(KG, Address("api"), "html", Links("api"))
    text = page.body.decode()
    for name in api_questions():
        assert f'id="{name}"' in text
