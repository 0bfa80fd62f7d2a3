"""What is refused or not found, in one sentence, as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from metastasis._errors import UnknownNameError
from metastasis.serve._reply import Reply

if TYPE_CHECKING:
    from metastasis._errors import AmbiguousNameError

__all__ = ["PROBLEM", "problem", "unknown_name"]

PROBLEM: Final = "application/problem+json"


def problem(status: int, detail: str, **more: object) -> Reply:
    r"""Return a refusal: its status, a sentence that says what to do, and what else is known.

    >>> problem(404, "there is no such page", suggestions=["about"]).body.decode()
    '{"title":"Not Found","status":404,"detail":"there is no such page","suggestions":["about"]}\n'
    """
    said = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Reply(status, PROBLEM, f"{text}\n".encode())


def unknown_name(error: UnknownNameError | AmbiguousNameError) -> Reply:
    """Return the answer to a name that nothing has, or that several things have."""
    near = error.suggestions if isinstance(error, UnknownNameError) else error.candidates
    return problem(404, str(error), kind=error.kind, name=error.name, suggestions=list(near))
