"""Nanopublications, as the nanopub library of the nanopublication network reads them."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Final

import pytest
import rdflib

import metastasis as mets
from metastasis.rdf._write import assertion_quads
from peers import ask_python

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.exchange

NANOPUB: Final = ("nanopub==2.2.2" if sys.version_info >= (3, 12) else "nanopub==2.0.1",)
"""The newest release for each Python."""


def test_every_nanopublication_is_valid_and_says_what_the_graph_says(tmp_path: Path) -> None:
    kg = mets.load()
    (path,) = kg.export(tmp_path / "metastasis.nanopubs.trig")
    found = ask_python("nanopublications.py", NANOPUB, path)
    assert found["faults"] == []
    assert found["nanopublications"] == len(kg.assertions())
    assert found["signed"] is True
    ours = rdflib.Graph()
    for one in kg.assertions():
        for quad in assertion_quads(one, kg.catalog):
            ours.parse(data=f"{quad.triple} .", format="nt")
    lines = sorted(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in ours)
    assert found["triples"] == len(lines)
    assert found["sha256"] == hashlib.sha256("".join(lines).encode()).hexdigest()
