"""How sure readings are: a table of weights, made by a script, the same every time."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._files import ontology_path
from metastasis.text._confidence import (
    Weights,
    confidence_of,
    features_of,
    rated,
    shipped_weights,
)
from metastasis.text._pages.open import page_of_text
from text_rows import reading
from train_text import (
    Sample,
    area,
    chosen_strength,
    cross_validated,
    fitted,
    kept_text,
    read_kept,
    table_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from metastasis.text import Reading

PAGE: Final = page_of_text(
    "Breast cancer spreads to bone. Breast cancer and lung cancer are common."
)
MODEL: Final = Weights(0.5, {"a": 1.0, "b": -2.25, "huge": 1e6, "tiny": -1e6}, frozenset())


def test_the_table_of_weights_is_sound() -> None:
    """Every feature once, in order, with a finite weight and the rows that it was learned from."""
    with ontology_path("text", "weights.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = [row["feature"] for row in rows]
    assert names == ["intercept", *sorted(set(names) - {"intercept"})]
    total, pages = int(rows[0]["rows"]), int(rows[0]["pages"])
    for row in rows:
        assert math.isfinite(float(row["weight"]))
        assert 0 <= int(row["rows"]) <= total
        assert 0 <= int(row["pages"]) <= pages
    assert not {name for name in names if "new_pair" in name or "contradicts" in name}


@given(st.lists(st.sampled_from(["a", "b", "huge", "tiny", "unknown"]), max_size=4))
def test_confidence_is_a_share_and_order_does_not_matter(features: list[str]) -> None:
    value = confidence_of(features, MODEL)
    assert 0 <= value <= 1
    assert value == confidence_of(sorted(features), MODEL) == confidence_of(features * 2, MODEL)


def test_confidence_is_the_logistic_of_the_sum() -> None:
    assert confidence_of([], MODEL) == round(1 / (1 + math.exp(-0.5)), 3)
    assert confidence_of(["a", "b"], MODEL) == round(1 / (1 + math.exp(0.75)), 3)
    assert confidence_of(["unknown"], MODEL) == confidence_of([], MODEL)


def page() -> list[Reading]:
    one = replace(reading("breast", "bone"), sentence="Survival was poor.", features=("own",))
    other = reading("lung", "lymph_node_hilar", flags=("new_pair", "own_organ"), cue_span=(20, 25))
    return [one, other, reading("breast", "bone"), reading("any", "any_organ", None, count=3)]


def test_features_are_what_is_seen_of_a_reading_and_of_its_page() -> None:
    one, other, _, last = features_of(page(), PAGE, {"surviv", "spread"})
    assert one[0] == "own"
    assert {"from=sentence", "rule=clause", "word=surviv", "topic=same", "full stop"} <= set(one)
    assert {"site=lymph_node", "flag=own_organ", "topic=other", "primary=organ"} <= set(other)
    assert "word=spread" in other
    assert {"named=3", "kin=0", "named first", "named most"} <= set(one)
    assert {"named=2", "kin=0"} <= set(other)
    assert not {"named first", "named most"} & set(other)
    assert {"any", "number", "vague", "frequency=none", "no cue"} <= set(last)


def test_what_the_graph_knows_is_no_feature() -> None:
    rows = page()
    plain = [replace(row, flags=()) for row in rows]
    known = [replace(row, flags=("new_pair", "contradicts")) for row in rows]
    assert features_of(plain, PAGE, ()) == features_of(known, PAGE, ())


def test_ratings_do_not_hang_on_the_order_of_rows() -> None:
    rows = page()
    backwards = rated(rows[::-1], PAGE)[::-1]
    assert [row.confidence for row in rated(rows, PAGE)] == [row.confidence for row in backwards]
    assert all(row.features for row in backwards)
    assert rated([], PAGE) == ()


def test_shipped_weights_are_read_once() -> None:
    assert shipped_weights() is shipped_weights()


# Training, on readings that do not exist


def invented_samples(pages: int = 40, seed: int = 0) -> list[Sample]:
    """Return pages whose rows are right more often where they have one feature."""
    chance = Random(seed)  # noqa: S311 - invented pages
    samples = []
    for at in range(pages):
        features, right = [], []
        for _ in range(12):
            names = tuple(name for name in ("good", "bad", "word=noise") if chance.random() < 0.5)
            odds = 0.5 + 0.4 * ("good" in names) - 0.4 * ("bad" in names)
            features.append((*names, "always"))
            right.append(chance.random() < odds)
        samples.append(Sample(f"page {at}", features, right))
    return samples


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return invented_samples()


def test_training_finds_what_tells(samples: list[Sample]) -> None:
    weights: Mapping[str, float] = fitted(samples, 1.0).weights
    assert weights["good"] > 1 > abs(weights["word=noise"])
    assert weights["bad"] < -1
    assert "always" not in weights


def test_the_same_pages_give_the_same_bytes(samples: list[Sample]) -> None:
    once, again = (table_of(fitted(samples, 0.3), samples, 0.3, "relation") for _ in range(2))
    assert once == again
    header, intercept, *rest = csv.reader(once.splitlines())
    assert header == ["feature", "weight", "rows", "pages", "note"]
    assert intercept[0] == "intercept"
    assert intercept[2:4] == ["480", "40"]
    assert [row[0] for row in rest] == sorted(row[0] for row in rest)


def test_no_page_is_judged_by_weights_that_saw_it(samples: list[Sample]) -> None:
    """A feature of one page alone has no weight in the model that judges this page."""
    marked = [replace_features(one, f"only {at // 4}") for at, one in enumerate(samples)]
    models = cross_validated(marked, 1.0)
    assert len(models) == len(marked)
    assert len({id(model) for model in models}) == 10
    for model in set(map(id, models)):
        assert sum(id(one) == model for one in models) == 4


def replace_features(one: Sample, name: str) -> Sample:
    return one._replace(features=[(*features, name) for features in one.features])


def test_the_strength_is_chosen_by_loss(samples: list[Sample]) -> None:
    assert chosen_strength(samples) >= 0.03
    noise = [one._replace(right=[at % 2 == 0 for at in range(12)]) for one in samples]
    model = fitted(noise, chosen_strength(noise))
    assert all(abs(weight) < 0.5 for weight in model.weights.values())


def test_what_is_kept_is_read_as_it_was(samples: list[Sample], tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text(kept_text(samples), encoding="utf-8")
    kept = read_kept(tmp_path / "kept.json")
    assert kept == samples


def test_area_is_one_where_confidence_parts_right_from_wrong() -> None:
    assert area([(0.9, True), (0.1, False)]) == 1
    assert area([(0.1, True), (0.9, False)]) == 0
    assert area([(0.5, True)]) == 1
