"""Make ``ontology/text/weights.csv``: what the confidence of readings is made of.

    python3 scripts/train_text.py [FOLDER…] [--hold FOLDER…] [--right pair|relation|all] [--dry]
                                  [--keep FILE] [--with FILE…]

Pages that people annotated are read (see :mod:`gold_text`; without a folder, ``../shared/pages``),
each reading is right or wrong, and a logistic regression learns which features tell. How strongly
weights are held to zero is chosen by cross-validation over pages. What is printed is fitted, which
flatters, and cross-validated, where each page is judged by weights that never saw it; ``--hold``
adds pages that are judged and not trained on. ``--dry`` writes nothing.

A reader does better on pages that it was written for than on others, and weights from such pages
alone would be too sure. So ``--keep`` writes down what a reader does on pages that nobody had
looked at yet: features and whether it is right, no word of the text; ``--with`` trains on that too.

``--right`` says what a right reading is: its pair (as shipped), pair and relation, or these and the
frequency. The table holds counts of pages and rows, and not a word of their text.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import math
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gold_text import GoldPage, address_of, read_gold
from judge_text import PAGES, ROOT, Judged, figures, judge
from metastasis._catalog import read_catalog
from metastasis.text._confidence import Weights, confidence_of, features_of
from metastasis.text._pages.open import page_of_text
from text_scores import Levels, gold_row_of, interval, micro, tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.text._pages.page import TextPage

TABLE: Final = ROOT / "ontology" / "text" / "weights.csv"
PARTS: Final = {"pair": 2, "relation": 3, "all": 4}
"""How many fields of a statement have to be those that a person read."""
STRENGTHS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Of scikit-learn's C, that cross-validation chooses from."""
AS_GOOD: Final = 1.02
"""Two percent of the loss are less than its standard error over pages."""
FOLDS: Final = 10
FEWEST_ROWS, FEWEST_PAGES = 6, 3
"""A feature that fewer have tells of these pages and not of others."""
DIGITS: Final = 2
"""Of a weight: standard errors are some tenths."""
SURE: Final = (0.5, 0.8, 0.9)
BINS: Final = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.001)
OF_WORDS: Final = """
surviv progno outcom mortal median treat therap surger resect chemot radiat radiot drug sympto pain
cause signs swelli cough case woman year old report presen histor diagno imagin scan biopsy detect
test risk factor associ compar correl signif predic indepe analys study aim evalua invest method
includ patien cells cell gene expres mice model pathwa if when should can may stage called define
means known exampl such common freque usuall most rare spread metast site sites organ distan involv
other than throug blood lymph invade grow develo primar origin arise start first second autops
number percen"""
WORDS: Final = frozenset(OF_WORDS.split())
"""Stems of words that may tell; chosen by hand, before any weight was seen."""


class Sample(NamedTuple):
    """Readings of one page, with what is seen of each and whether it is right."""

    page: str
    """A hash of its address: the same page is in one fold, whoever read it, and is named nowhere.
    """
    features: list[tuple[str, ...]]
    right: list[bool]


def main() -> None:
    """Train, say how good it is, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path, default=[PAGES], metavar="FOLDER")
    parser.add_argument("--hold", nargs="*", type=Path, default=[], metavar="FOLDER")
    parser.add_argument("--right", choices=PARTS, default="pair")
    parser.add_argument("--dry", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--with", nargs="*", type=Path, default=[], metavar="FILE", dest="others")
    options = parser.parse_args()
    judged = read(options.folders)
    own = sampled(judged, PARTS[options.right])
    if options.keep:
        options.keep.write_text(kept_text(own), encoding="utf-8")
        return
    samples = [*own, *(one for file in options.others for one in read_kept(file))]
    strength = chosen_strength(samples)
    model = fitted(samples, strength)
    crossed = cross_validated(samples, strength)
    levels = Levels(read_catalog())
    say(f"fitted, C = {strength:g}", judged, own, [model] * len(own), levels)
    say("cross-validated by page", judged, own, crossed[: len(own)], levels)
    if options.others:
        say_reliability("the others, cross-validated", samples[len(own) :], crossed[len(own) :])
    for folder in options.hold:
        held = read([folder])
        held_samples = sampled(held, PARTS[options.right])
        say(f"held out: {folder}", held, held_samples, [model] * len(held_samples), levels)
    if not options.dry:
        TABLE.write_text(table_of(model, samples, strength, options.right), encoding="utf-8")
        print(f"{TABLE}: {len(model.weights)} weights")


def read(folders: Sequence[Path]) -> Judged:
    """Return the pages of folders with what is read out of them."""
    from metastasis.text import read_text

    return judge(gathered(folders), read_text)


def gathered(folders: Sequence[Path]) -> list[GoldPage]:
    """Return the pages of folders; one that two folders have counts once, as the first has it."""
    pages: list[GoldPage] = []
    for number, folder in enumerate(folders):
        there = {address_of(page.text) for page in pages} - {None}
        pages += [
            replace(page, name=f"{number}/{page.name}")
            for page in read_gold(folder)
            if address_of(page.text) not in there
        ]
    return pages


def sampled(judged: Judged, parts: int) -> list[Sample]:
    """Return the readings of each page with their features, those of the grammar first."""
    samples = []
    for page in judged.pages:
        rows = judged.readings[page.name]
        gold = {row[:parts] for row in page.rows}
        right = [gold_row_of(row)[:parts] in gold for row in rows]
        samples.append(Sample(page_hash(page), features_of(rows, opened(page), WORDS), right))
    return samples


def opened(page: GoldPage) -> TextPage:
    """Return a page as the reader has it."""
    return page_of_text(page.text, address_of(page.text), None, page.name)


def page_hash(page: GoldPage) -> str:
    """Return by what a page is known again."""
    return hashlib.sha256((address_of(page.text) or page.name).encode()).hexdigest()[:12]


def chosen_strength(samples: Sequence[Sample]) -> float:
    """Return the strength with the least loss on pages that the weights never saw.

    Of those that are as good as the best, the largest: surer confidence spares a reviewer work.
    """
    losses = {}
    for strength in STRENGTHS:
        models = cross_validated(samples, strength)
        losses[strength] = mean_loss(samples, models)
        print(f"C = {strength:<6g} log loss {losses[strength]:.4f}")
    return max(one for one in losses if losses[one] <= AS_GOOD * min(losses.values()))


def cross_validated(samples: Sequence[Sample], strength: float) -> list[Weights]:
    """Return for each page a model that was fitted to others."""
    sizes: Counter[str] = Counter()
    for one in samples:
        sizes[one.page] += len(one.right)
    # Dealt out by size, so that folds have about as many rows.
    order = sorted(sizes, key=lambda page: (-sizes[page], page))
    models: dict[str, Weights] = {}
    for number in range(FOLDS):
        out = set(order[number::FOLDS])
        model = fitted([one for one in samples if one.page not in out], strength)
        models |= dict.fromkeys(out, model)
    return [models[one.page] for one in samples]


def fitted(samples: Sequence[Sample], strength: float) -> Weights:
    """Return a model of these pages, rounded as it is shipped."""
    from sklearn.linear_model import LogisticRegression

    names = kept_features(samples)
    places = {name: at for at, name in enumerate(names)}
    rows = [features for one in samples for features in one.features]
    right = np.array([value for one in samples for value in one.right])
    matrix = np.zeros((len(rows), len(names)))
    for at, features in enumerate(rows):
        matrix[at, [places[name] for name in features if name in places]] = 1
    regression = LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-8)
    # Readings of a page are right or wrong together: one of a hundred tells as much as ten of one.
    shares = [len(one.right) ** -0.5 for one in samples for _ in one.right]
    counts = np.array(shares) / np.mean(shares)
    regression.fit(matrix, right, sample_weight=counts)
    weights = {
        name: round(float(value), DIGITS)
        for name, value in zip(names, regression.coef_[0], strict=True)
    }
    return model_of(round(float(regression.intercept_[0]), DIGITS), weights)


def kept_features(samples: Sequence[Sample]) -> list[str]:
    """Return the features that enough rows and pages have, and not all."""
    rows, pages = counted(samples)
    total = sum(len(one.right) for one in samples)
    return sorted(
        name
        for name, number in rows.items()
        if number >= FEWEST_ROWS and pages[name] >= FEWEST_PAGES and number < total
    )


def counted(samples: Sequence[Sample]) -> tuple[Counter[str], Counter[str]]:
    """Return how many rows and how many pages have each feature."""
    rows: Counter[str] = Counter()
    pages: dict[str, set[str]] = defaultdict(set)
    for one in samples:
        for name in (name for features in one.features for name in features):
            rows[name] += 1
            pages[name].add(one.page)
    return rows, Counter({name: len(there) for name, there in pages.items()})


def model_of(intercept: float, weights: Mapping[str, float]) -> Weights:
    """Return a model without the weights that are zero."""
    kept = {name: value for name, value in weights.items() if value}
    words = frozenset(name.removeprefix("word=") for name in kept if name.startswith("word="))
    return Weights(intercept, kept, words)


def confidences(samples: Sequence[Sample], models: Sequence[Weights]) -> list[list[float]]:
    """Return how sure each reading of each page is."""
    return [
        [confidence_of(features, model) for features in one.features]
        for one, model in zip(samples, models, strict=True)
    ]


def mean_loss(samples: Sequence[Sample], models: Sequence[Weights]) -> float:
    """Return the mean log loss of readings."""
    losses = [
        -math.log(max(1e-3, value if right else 1 - value))
        for one, values in zip(samples, confidences(samples, models), strict=True)
        for right, value in zip(one.right, values, strict=True)
    ]
    return sum(losses) / len(losses)


def say(
    title: str,
    judged: Judged,
    samples: Sequence[Sample],
    models: Sequence[Weights],
    levels: Levels,
) -> None:
    """Print how good confidences are: reliable, and sharp."""
    found = confidences(samples, models)
    sure = with_confidence(judged, found)
    say_reliability(title, samples, models)
    for level in ("named-organ pair", "pair", "pair+relation+frequency"):
        for least in (0.0, *SURE):
            scores = list(tally(sure.gold, sure.found(least), levels.of(level)).values())
            low, high = interval(scores, lambda score: score.precision)
            name = f"{level} at {least}"
            print(f"   {name:31}{figures(micro(scores))}  {low:.3f}-{high:.3f} of P")


def say_reliability(title: str, samples: Sequence[Sample], models: Sequence[Weights]) -> None:
    """Print how often readings are right that are as sure as each other."""
    found = confidences(samples, models)
    pairs = [
        (value, right)
        for one, values in zip(samples, found, strict=True)
        for value, right in zip(values, one.right, strict=True)
    ]
    print(f"== {title}: {len(samples)} pages, {len(pairs)} rows, {area(pairs):.3f} of the area")
    for low, high in pairwise(BINS):
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            expected, seen = (sum(part) / len(inside) for part in zip(*inside, strict=True))
            bounds = f"{low:.1f} to {min(high, 1):.1f}"
            print(f"   {bounds}: {len(inside):4} rows, expected {expected:.3f}, right {seen:.3f}")


def kept_text(samples: Sequence[Sample]) -> str:
    """Return samples as they are kept."""
    pages = [[one.page, list(zip(one.features, one.right, strict=True))] for one in samples]
    return json.dumps(pages)


def read_kept(file: Path) -> list[Sample]:
    """Return samples that were kept."""
    pages = json.loads(file.read_text(encoding="utf-8"))
    return [
        Sample(page, [tuple(features) for features, _ in rows], [right for _, right in rows])
        for page, rows in pages
    ]


def with_confidence(judged: Judged, found: Sequence[Sequence[float]]) -> Judged:
    """Return the same readings, each as sure as it is said here."""
    readings = {
        page.name: tuple(
            replace(row, confidence=value)
            for row, value in zip(judged.readings[page.name], values, strict=True)
        )
        for page, values in zip(judged.pages, found, strict=True)
    }
    return Judged(judged.pages, readings, judged.documents)


def area(pairs: Sequence[tuple[float, bool]]) -> float:
    """Return the chance that a right reading is surer than a wrong one.

    >>> area([(0.9, True), (0.5, True), (0.5, False)])
    0.75
    """
    right = np.array([value for value, is_right in pairs if is_right])
    wrong = np.array([value for value, is_right in pairs if not is_right])
    if not len(right) or not len(wrong):
        return 1.0
    differences = right[:, None] - wrong[None, :]
    return float(((differences > 0) + (differences == 0) / 2).mean())


def table_of(model: Weights, samples: Sequence[Sample], strength: float, right: str) -> str:
    """Return the table as it is shipped: feature, weight, and how many rows and pages have it."""
    rows, pages = counted(samples)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("feature", "weight", "rows", "pages", "note"))
    total = sum(len(one.right) for one in samples)
    share = sum(map(sum, (one.right for one in samples))) / max(1, total)
    said = {"pair": "pair", "relation": "pair and relation", "all": "pair, relation and frequency"}
    note = (
        f"Of readings, {share:.0%} had {said[right]} right. "
        f"C = {strength:g}, by {FOLDS}-fold cross-validation over pages"
    )
    number = len({one.page for one in samples})
    writer.writerow(("intercept", f"{model.intercept:.{DIGITS}f}", total, number, note))
    for name in sorted(model.weights):
        writer.writerow((name, f"{model.weights[name]:.{DIGITS}f}", rows[name], pages[name], ""))
    return file.getvalue()


if __name__ == "__main__":
    main()
