"""An address to an answer: parameters are checked, the function asked, its table written.

What is misspelled is refused and what it may have meant is named: a parameter that is not known
(400), a name that nothing has (404), a question that the evidence cannot answer (422).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import AmbiguousNameError, EvidenceError, UnknownNameError
from metastasis._vocabulary import DATA_LICENSE, STUDIED
from metastasis.serve._answers import csv_of, json_of
from metastasis.serve._api.question import api_questions
from metastasis.serve._problem import problem, unknown_name
from metastasis.serve._reply import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._graph import KnowledgeGraph
    from metastasis.serve._api.question import ApiQuestion, AskedParameter
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address

__all__ = ["answer_reply"]

_TRUTH: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_NAMES: Final = ("primary", "site", "source", "primary or site")
"""Kinds of names whose lack is that of a thing, and not of a word for it."""
_LICENSED: Final = (("Link", f'<{DATA_LICENSE}>; rel="license"'),)
"""CSV has no place for it but the head of the answer."""
_DIGITS: Final = 12
"""Of a number that makes sense; a longer one takes long to read."""


class _ParameterError(ValueError):
    """A parameter that is not taken, and what may have been meant."""

    def __init__(self, sentence: str, near: list[str]) -> None:
        super().__init__(sentence)
        self.near = near


def answer_reply(kg: KnowledgeGraph, address: Address, form: str, _links: Links) -> Reply | None:
    """Return the answer to a question such as ``api/sites?primary=breast``.

    >>> import json, metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> address = Address("api/sites", (("primary", "prostat"),))
    >>> reply = answer_reply(mets.load(), address, "json", Links("api/sites"))
    >>> reply.status, json.loads(reply.body)["suggestions"]
    (404, ['prostate', 'prostate cancer', 'prostatic cancer'])
    """
    name = address.path.removeprefix("api/")
    question = api_questions().get(name)
    if question is None:
        # What has a suffix is asked for again without it.
        return None if "." in name else _no_question(name)
    try:
        found = _ask(kg, question, address)
    except _ParameterError as error:
        return problem(400, str(error), suggestions=error.near)
    except UnknownNameError as error:
        if error.kind in _NAMES:
            return unknown_name(error)
        return problem(400, str(error), suggestions=list(error.suggestions))
    except AmbiguousNameError as error:
        return unknown_name(error)
    except EvidenceError as error:
        return problem(422, " ".join(str(error).split()))
    except ValueError as error:
        return problem(400, str(error))
    table = found.table() if hasattr(found, "table") else found
    if form == "csv":
        return Reply(200, "text/csv; charset=utf-8", csv_of(table), _LICENSED)
    more: dict[str, Any] = {"question": question.said, "caveat": STUDIED}
    if table is not found:
        more["text"] = str(found)
    return Reply(200, "application/json", json_of(table, address.parameters, more), _LICENSED)


def _no_question(name: str) -> Reply:
    questions = list(api_questions())
    near = [f"api/{one}" for one in get_close_matches(name[:40], questions, 3)]
    meant = f" Did you mean {near[0]}?" if near else ""
    told = f"there is no question {name[:40]!r}; there are {', '.join(questions)}.{meant}"
    return problem(404, told, suggestions=near)


def _ask(kg: KnowledgeGraph, question: ApiQuestion, address: Address) -> Any:
    taken = {one.name: one for one in question.parameters}
    for name, _ in address.parameters:
        if name not in taken:
            raise _unknown(name, question)
    listed: list[Any] = []
    named: dict[str, Any] = {}
    for one in question.parameters:
        values = [_read(one, value) for value in address.all(one.name)]
        if one.is_required and not values:
            raise _ParameterError(f"{question.name} needs {one.name}; {_example(question)}", [])
        if len(values) > 1 and not one.may_repeat:
            raise _ParameterError(f"{one.name} is given {len(values)} times; give it once", [])
        if one.is_positional:
            listed += values
        elif values:
            named[one.argument] = values if one.may_repeat else values[0]
    return question.function(kg.evidence, *listed, **named)


def _unknown(name: str, question: ApiQuestion) -> _ParameterError:
    names = [one.name for one in question.parameters]
    near = get_close_matches(name, names, 3)
    takes = f"{question.name} takes {', '.join(names)}" if names else f"{question.name} takes none"
    others = [
        f"api/{other.name}"
        for other in api_questions().values()
        if name in {one.name for one in other.parameters}
    ]
    meant = f" Did you mean {near[0]!r}?" if near else ""
    meant = meant or (f" {', '.join(others)} take it." if others else "")
    return _ParameterError(f"there is no parameter {name[:40]!r}: {takes}.{meant}", near)


def _read(one: AskedParameter, text: str) -> Any:
    """Return the value of a parameter."""
    if one.kind is bool:
        return _chosen(one, text.casefold(), _TRUTH)
    if one.kind is int:
        return _number(one, text)
    if one.choices:
        return _chosen(one, text, {choice: choice for choice in one.choices})
    return text


def _chosen(one: AskedParameter, text: str, choices: Mapping[str, Any]) -> Any:
    if text in choices:
        return choices[text]
    near = get_close_matches(text[:40], list(choices), 1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise _ParameterError(
        f"{one.name} is one of {', '.join(choices)}, not {text[:40]!r}.{meant}", near
    )


def _number(one: AskedParameter, text: str) -> int:
    least, most = one.bounds
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
    if number is None or number < (least or 0) or (most is not None and number > most):
        to = f" to {most}" if most is not None else " or more"
        raise _ParameterError(
            f"{one.name} is a whole number, {least or 0}{to}, not {text[:40]!r}", []
        )
    return number


def _example(question: ApiQuestion) -> str:
    values = {"primary": "breast", "site": "bone", "q": "hepat"}
    needed = [f"{one.name}={values[one.name]}" for one in question.parameters if one.is_required]
    return f"for example api/{question.name}?{'&'.join(needed)}"
