"""The questions in OpenAPI 3.1, so that clients of any language are made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._vocabulary import DATA_LICENSE, NOT_CLINICAL, STUDIED, VERSION
from metastasis.serve._api.question import api_questions

if TYPE_CHECKING:
    from metastasis.serve._api.question import ApiQuestion, AskedParameter

__all__ = ["openapi_document"]

_KINDS: Final = {bool: "boolean", int: "integer", str: "string"}
_REFUSALS: Final = {
    "400": "A parameter that is not known, or a value that it does not take.",
    "404": "A name that nothing has, or that several things have; suggestions are given.",
    "422": "A question that the evidence there is cannot answer.",
    "default": "A refusal, with the reason: too many questions at a time, or one that takes long.",
}
_TEXT: Final = {"type": "string"}
_ANSWER: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["notice", "release", "license", "asked", "notes", "columns", "rows"],
    "properties": {
        "notice": {**_TEXT, "description": NOT_CLINICAL},
        "release": {**_TEXT, "format": "uri"},
        "license": {**_TEXT, "format": "uri"},
        "question": {**_TEXT, "description": "What the rows are."},
        "caveat": {**_TEXT, "description": STUDIED},
        "asked": {
            "type": "array",
            "items": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2},
            "description": "The parameters as they were given.",
        },
        "notes": {
            "type": "array",
            "items": _TEXT,
            "description": "What to bear in mind: by which formula, from which numbers.",
        },
        "columns": {"type": "array", "items": _TEXT},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            },
        },
        "text": {**_TEXT, "description": "The answer in sentences."},
    },
}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": {**_TEXT, "description": "One sentence that says what to do."},
        "suggestions": {"type": "array", "items": _TEXT},
    },
}


def openapi_document() -> dict[str, Any]:
    """Return the description of all questions.

    >>> document = openapi_document()
    >>> [one["name"] for one in document["paths"]["/explain"]["get"]["parameters"]]
    ['primary', 'site']
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Metastasis",
            "version": VERSION,
            "summary": "Where each cancer spreads, who says so, how often, and out of whom.",
            "description": f"{NOT_CLINICAL} {STUDIED}",
            "license": {"name": "CC BY 4.0", "url": DATA_LICENSE},
        },
        # Relative to this document, so that it is right on every host.
        "servers": [{"url": "api"}],
        "paths": {f"/{one.name}": {"get": _operation(one)} for one in api_questions().values()},
        "components": {"schemas": {"Answer": _ANSWER, "Problem": _PROBLEM}},
    }


def _operation(question: ApiQuestion) -> dict[str, Any]:
    answer = {
        "description": f"{question.said} {NOT_CLINICAL}",
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Answer"}},
            "text/csv": {"schema": _TEXT},
        },
    }
    refusal = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refusals = {
        status: {"description": said, "content": refusal} for status, said in _REFUSALS.items()
    }
    return {
        "operationId": question.name,
        "summary": question.said,
        **({"description": question.told} if question.told else {}),
        "parameters": [_parameter(one) for one in question.parameters],
        "responses": {"200": answer, **refusals},
    }


def _parameter(one: AskedParameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": _KINDS[one.kind]}
    least, most = one.bounds
    bounds = {"enum": list(one.choices) or None, "minimum": least, "maximum": most}
    schema |= {name: value for name, value in bounds.items() if value is not None}
    if one.default is not None:
        schema["default"] = one.default
    if one.may_repeat:
        schema = {"type": "array", "items": schema, **({"minItems": 1} if one.is_required else {})}
    return {
        "name": one.name,
        "in": "query",
        "required": one.is_required,
        "description": one.said,
        "schema": schema,
        **({"style": "form", "explode": True} if one.may_repeat else {}),
    }
