"""Abstracts that nobody wrote, of sentences as abstracts have them: for the bench and the tests.

One abstract in ten speaks of spread, in one or two of its ten sentences: in all of PubMed fewer do,
in a corpus on cancer more. Numbers and names are drawn; no study stands behind them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["invented_abstract", "invented_abstracts", "write_abstracts"]

CANCERS: Final = (
    *("breast cancer", "colorectal cancer", "prostate cancer", "renal cell carcinoma", "melanoma"),
    *("gastric cancer", "hepatocellular carcinoma", "lung adenocarcinoma", "ovarian cancer"),
    *("pancreatic cancer", "bladder cancer", "thyroid cancer", "esophageal cancer"),
)
SITES: Final = (
    *("liver", "lung", "bone", "brain", "peritoneum", "adrenal gland", "spleen", "skin"),
    *("distant lymph nodes", "pleura", "spine", "ovary", "kidney", "regional lymph nodes"),
)
SPREAD: Final = (
    "Metastases of {cancer} were found in the {a} ({x} %), the {b} ({y} %) and the {c} ({z} %).",
    "The most common sites of metastasis in {cancer} were {a}, {b} and {c}.",
    "Of {n} patients with {cancer}, {k} had metastases in the {a} and {m} in the {b}.",
    "{Cancer} often spreads to the {a} and rarely to the {b}.",
    "{Cancer} spreads to the {a}, not to the {b}.",
    "It may also invade the {a}, and metastases in the {b} have been reported.",
)
OTHER: Final = (
    "BACKGROUND: The treatment of {cancer} has changed within the last {m} years.",
    "We aimed to evaluate outcomes of patients who were treated at a single center.",
    "METHODS: Records of {n} patients with {cancer} were reviewed, and {k} of them were included.",
    "Median follow-up was {m} months (range, 2 to {n} months), and overall survival was estimated.",
    "The expression of the receptor was measured by immunohistochemistry in {k} tumor samples.",
    "In multivariate analysis, age (p = 0.0{m}) and stage were independent predictors of survival.",
    "Resection of the {a} was done in {x} % of patients without any complication of grade 3.",
    "RESULTS: Five-year overall survival was {x} % in the first group and {y} % in the second.",
    "Cell lines were grown in culture, and migration was inhibited in a dose-dependent manner.",
    "Imaging of the {a} and the {b} was available for {k} patients before the operation.",
    "CONCLUSION: A prospective trial in patients with {cancer} is warranted to confirm this.",
    "Adverse events were mild, and quality of life did not differ between both arms (p = 0.{n}).",
)
SENTENCES: Final = 10
"""Of an abstract, about 1,000 characters."""


SPEAKING: Final = 0.1
"""The share of abstracts that speak of spread."""


def invented_abstract(number: int, seed: int = 0, *, speaking: float = SPEAKING) -> str:
    """Return one abstract; the same number and seed give the same.

    ``speaking`` is the chance that it speaks of spread.

    >>> invented_abstract(7) == invented_abstract(7) != invented_abstract(8)
    True
    """
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - invented texts
    cancer = chance.choice(CANCERS)
    kinds: list[tuple[str, ...]] = [OTHER] * SENTENCES
    if chance.random() < speaking:
        for place in chance.sample(range(SENTENCES), chance.choice((1, 2))):
            kinds[place] = SPREAD
    return " ".join(_sentence(chance.choice(kind), cancer, chance) for kind in kinds)


def invented_abstracts(number: int, seed: int = 0, *, speaking: float = SPEAKING) -> Iterator[str]:
    """Yield so many abstracts."""
    return (invented_abstract(one, seed, speaking=speaking) for one in range(number))


def write_abstracts(path: Path, number: int, *, seed: int = 0, group: int = 1_000) -> None:
    """Write a Parquet table of abstracts: ``pmid``, ``title``, ``abstract``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("pmid", "title", "abstract")
    kinds = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(path, kinds) as writer:
        for first in range(0, number, group):
            some = range(first, min(number, first + group))
            rows = [(str(one), f"Study {one}", invented_abstract(one, seed)) for one in some]
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            writer.write_table(pa.table(columns, schema=kinds))


def _sentence(form: str, cancer: str, chance: random.Random) -> str:
    a, b, c = chance.sample(SITES, 3)
    x, y, z = sorted((round(chance.uniform(1, 80), 1) for _ in range(3)), reverse=True)
    n = chance.randint(100, 900)
    return form.format(
        cancer=cancer,
        Cancer=cancer[0].upper() + cancer[1:],
        a=a,
        b=b,
        c=c,
        x=x,
        y=y,
        z=z,
        n=n,
        k=chance.randint(20, n),
        m=chance.randint(2, 19),
    )
