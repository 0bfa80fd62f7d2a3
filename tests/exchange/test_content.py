"""The hash of the content, by an implementation of RDF Dataset Canonicalization of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import pytest

from metastasis._graph import load
from metastasis.rdf._content import content_hash, stated_hash
from peers import ask_node

if TYPE_CHECKING:
    from pathlib import Path

CANONIZE: Final = ("rdf-canonize@5.0.0",)

ODD: Final = (
    "_:b <https://example.org/p> _:a <https://example.org/g> .\n"
    '_:a <https://example.org/p> "tab\\there \\u0001 \\u007F \\u2028 \\u00E9"@en .\n'
    '_:b <https://example.org/p> "a \\"quote\\", a \\\\ and a \\n"^^<https://example.org/t> .\n'
    '<https://example.org/a> <https://example.org/p> "1"^^'
    "<http://www.w3.org/2001/XMLSchema#string> .\n"
)
"""Blank nodes, and every sort of character that has an escape."""


@pytest.mark.exchange
def test_another_implementation_finds_the_same_hash(tmp_path: Path) -> None:
    (whole,) = load().of_sources(["gandaglia-2014", "wu-2017-breast"]).export(tmp_path / "a.nq")
    odd = tmp_path / "odd.nq"
    odd.write_text(ODD, encoding="utf-8")
    store = ox.Store()
    store.load(path=str(odd), format=ox.RdfFormat.N_QUADS)
    assert ask_node("canonize.mjs", CANONIZE, whole, odd) == [
        stated_hash(whole),
        content_hash(store),
    ]
