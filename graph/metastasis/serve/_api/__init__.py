"""Questions by address, for people who do not speak SPARQL: the same functions as in Python.

What a question takes stands in one place, the function that answers it: its parameters, their
kinds and what is said of them are read there, for the answers, their description in OpenAPI and the
page alike.
"""

from metastasis.serve._api.answer import answer_reply
from metastasis.serve._api.openapi import openapi_document
from metastasis.serve._api.page import api_reply
from metastasis.serve._api.question import ApiQuestion, AskedParameter, api_questions

__all__ = [
    "ApiQuestion",
    "AskedParameter",
    "answer_reply",
    "api_questions",
    "api_reply",
    "openapi_document",
]
