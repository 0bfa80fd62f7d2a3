"""A user's first hour with the installed package, in a minute: load, ask, draw, count, weigh.

Run by ``wheel.py``, by the Python of an environment that has the wheel and not the checkout.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

CLAIMS = (
    ("patient", "code", "date"),
    *((f"p{i}", "C50.9", "2020-01-05") for i in range(30)),
    *((f"p{i}", "C79.51", "2021-03-01") for i in range(12)),
    *((f"p{i}", "C78.7", "2021-06-01") for i in range(7)),
)
"""Thirty made-up patients with breast cancer, twelve with bone metastasis, seven with liver."""


def main() -> None:
    """Try everything; the first fault ends it with a traceback."""
    import metastasis

    parts = (ask, query, frames, pool, network, draw, count_patients, shell)
    for part in parts:
        part()
    print(f"metastasis {metastasis.__version__}: {len(parts)} parts work")


def ask() -> None:
    """Ask the questions of the first page."""
    import metastasis

    kg = metastasis.load()
    assert "bone" in kg.sites_of("breast", edge="commonly").sites
    assert "breast" in kg.primaries_with("liver", "brain", how="all").primaries
    assert "Not for clinical use" in str(kg.explain("prostate", "bone"))
    try:
        kg.sites_of("brest")
    except metastasis.UnknownNameError as error:
        assert "breast" in str(error)  # noqa: PT017 - no pytest here
    else:
        raise AssertionError("an unknown name passes")


def query() -> None:
    """Ask in SPARQL, and write and read the graph."""
    import metastasis

    kg = metastasis.load()
    assert kg.query("ASK { primary:prostate met:commonlySpreadsTo site:bone }") is True
    kg.export("metastasis.ttl")
    back = metastasis.KnowledgeGraph.read("metastasis.ttl")
    assert len(back.sites_of("breast")) == len(kg.sites_of("breast"))


def frames() -> None:
    """Turn an answer into data frames."""
    import metastasis

    answer = metastasis.load().sites_of("lung")
    assert len(answer.to_pandas()) == len(answer.to_polars()) == len(answer.to_dicts()) > 5


def pool() -> None:
    """Pool shares, which needs scipy."""
    import metastasis

    (first, *_) = metastasis.load().pool("differentiated thyroid cancer", "lung")
    assert first.low < first.percent < first.high


def network() -> None:
    """Hand the graph to NetworkX."""
    import networkx

    import metastasis

    graph = metastasis.load().network()
    assert networkx.is_directed(graph)
    assert graph.has_edge("primary:breast", "site:bone")


def draw() -> None:
    """Draw in every file format."""
    import metastasis

    diagram = metastasis.load().draw.network(primaries=["breast", "prostate"])
    for ending, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        diagram.save(f"spread.{ending}")
        assert Path(f"spread.{ending}").read_bytes().startswith(start)
    assert diagram.alt_text


def count_patients() -> None:
    """Count patients of one's own, and put them beside the literature."""
    import metastasis
    from metastasis.patients import read_coded

    with Path("claims.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(CLAIMS)
    found = read_coded("claims.csv")
    (bone,) = [
        one
        for one in found.assertions
        if (one.primary, one.site, one.denominator) == ("breast", "bone", "metastatic_patients")
    ]
    assert (bone.count, bone.total) == (12, 12), bone
    kg = metastasis.load().with_evidence(found.assertions, [found.source])
    assert found.source.key in {one.source for one in kg.evidence.assertions}


def shell() -> None:
    """Run the command, and count the same patients with it."""
    command = str(Path(sys.executable).with_name("metastasis"))
    told = subprocess.run([command, "sites", "breast"], capture_output=True, text=True, check=True)
    assert "breast,breast cancer,bone" in told.stdout
    counted = [command, "ingest", "coded", "claims.csv", "--out", "ours.csv"]
    subprocess.run(counted, capture_output=True, check=True)
    assert "breast,bone" in Path("ours.csv").read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
