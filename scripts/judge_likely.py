"""Judge likely primaries on patients whose primary is known, beside two peers in the same run.

    python3 scripts/judge_likely.py [--seeds 5] [--patterns FILE | --study FOLDER] [--graph]

Cohorts are made up with a known truth, or read: ``--patterns`` takes a table that ``metastasis
ingest … --patterns`` wrote, ``--study`` a cBioPortal study. Patients are split: models are fitted
to one part and judged on the other. The peers are the prior alone (how frequent each primary is in
the first part) and scikit-learn's logistic regression on the same sites, its penalty chosen by
five-fold cross-validation within the first part. The last row judges ours on primaries drawn from
its own posteriors: the calibration error that chance alone makes. Numbers are means over seeds with
95 % intervals (Student's t). What a licensed table gives is printed and must be kept nowhere.

``--graph`` judges the tables of the graph, as they stand in ``ontology/``, on the patients of
a cohort: each is asked for by the recorded sites and the sex, with no site taken for clear. Its
peers are new cases alone, and how frequent each primary is in that very cohort, which it was not
told. An answer counts as right where it names the primary or one that holds it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from known_truth import (
    WORLDS,
    Judgment,
    draw_patients,
    judge,
    make_world,
    posteriors,
    split_patients,
)
from metastasis._catalog.incidence import cases_of_sex
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis import count_patients

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.analysis._likely.patients import Patients

ROOT: Final = Path(__file__).parents[1]
SIZES: Final = {
    "50 each": [50] * 10,
    "100 each": [100] * 10,
    "199 each": [199] * 10,
    "1,000 each": [1000] * 10,
    "5,000 each": [5000] * 10,
    "50 to 5,000": [5000, 3000, 2000, 1000, 500, 200, 150, 100, 60, 50],
}
JUDGED: Final = 20_000
"""Patients that a generated world is judged on."""
STRENGTHS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
"""Of scikit-learn's C, that cross-validation chooses from."""
FEW: Final = 200
MODELS: Final = ("prior alone", "independent", "levels of spread", "logistic regression")
RIGHT: Final = "the same, if right"
"""Ours, judged on primaries drawn from its own posteriors: what chance alone makes of an error."""
OURS: Final = "levels of spread"
PEER: Final = "logistic regression"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--worlds", nargs="*", default=WORLDS, choices=WORLDS)
    parser.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    given = parser.add_mutually_exclusive_group()
    given.add_argument("--patterns", type=Path)
    given.add_argument("--study", type=Path)
    parser.add_argument("--graph", action="store_true")
    options = parser.parse_args()
    if options.graph:
        if not (options.patterns or options.study):
            parser.error("--graph needs patients to judge on: --patterns or --study")
        judge_graph(read_rows(options.patterns, options.study))
        return
    if options.patterns or options.study:
        judge_real(read_patients(options.patterns, options.study), options.seeds)
        return
    for world in options.worlds:
        for name in options.sizes:
            runs = [generated_run(world, SIZES[name], seed) for seed in range(options.seeds)]
            show(f"sites: {world}; patients of each primary: {name}", runs, few=few(SIZES[name]))


def few(sizes: list[int]) -> bool:
    """Whether every primary has few patients, so that ours must not lose to the peer."""
    return max(sizes) < FEW


def generated_run(world: str, sizes: list[int], seed: int) -> dict[str, Judgment]:
    """Return how each model does on a world made up anew."""
    truth = make_world(world, seed=seed)
    shares = np.array(sizes) / sum(sizes)
    first = draw_patients(truth, sizes, seed=1000 + seed)
    second = draw_patients(truth, [int(n) for n in shares * JUDGED], seed=2000 + seed)
    return judged(first, second)


def judge_real(patients: Patients, seeds: int) -> None:
    """Print how each model does on a cohort, with few and with all of its patients."""
    per_patient = patients.counts.sum(axis=0) @ patients.rows.sum(axis=1) / patients.counts.sum()
    several = patients.counts.sum(axis=0) @ (patients.rows.sum(axis=1) > 1) / patients.counts.sum()
    print(
        f"{patients.counts.sum():,.0f} metastatic patients, {len(patients.primaries)} primaries, "
        f"{len(patients.sites)} sites; {per_patient:.2f} sites a patient, "
        f"{100 * several:.1f} % of them with more than one\n"
        "A site counts as clear where none was recorded. Where only sequenced sites are recorded, "
        "one or two a\npatient, this tells which site was sampled, not where the cancer was: it "
        "can show how posteriors\nare calibrated on such records, not how sites go together.\n"
    )
    for part, name in ((0.1, "a tenth"), (0.75, "three quarters")):
        runs = []
        for seed in range(seeds):
            first, rest = split_patients(patients, 0.75, seed)
            if part < 0.75:
                first, _ = split_patients(first, part / 0.75, seed)
            runs.append(judged(first, rest))
        show(f"fitted to {name} of the patients, judged on a quarter", runs, few=False)


def judge_graph(rows: Sequence[Any]) -> None:
    """Print how often the tables of the graph name the primary of patients first, or in three."""
    from metastasis import read_assertions
    from metastasis._catalog import read_catalog
    from metastasis._evidence.evidence import Evidence
    from metastasis.analysis import likely

    catalog = read_catalog()
    tables = sorted((ROOT / "ontology" / "assertions").glob("*.csv"))
    evidence = Evidence.from_assertions(read_assertions(tables), catalog)
    asked = [one for one in rows if one.metastatic and one.sites]
    total = sum(one.patients for one in asked)
    frequent = Counter[str]()
    for one in asked:
        frequent[one.primary] += one.patients
    ways: dict[str, Counter[str]] = {name: Counter() for name in ("graph", "new cases", "cohort")}
    how: Counter[str] = Counter()
    answered = 0
    for one in asked:
        found = likely(evidence, one.sites, sex=one.sex, draws=0)
        how[found[0].verdict.partition(":")[0]] += one.patients
        if found[0].verdict.startswith(CANNOT_TELL):
            continue
        answered += one.patients
        cases = cases_of_sex(catalog, one.sex).cases
        orders = {
            "graph": [row.primary for row in found if row.rank is not None],
            "new cases": sorted(cases, key=lambda key: -cases[key]),
            "cohort": [key for key, _ in frequent.most_common()],
        }
        for name, order in orders.items():
            for most in (1, 3):
                right = any(holds(catalog, key, one.primary) for key in order[:most])
                ways[name][f"top{most}"] += one.patients * right
    print(f"{total:,} metastatic patients with a recorded site, asked one by one:")
    for verdict, patients in how.most_common():
        print(f"  {verdict}: {patients / total:.3f}")
    for name, hits in ways.items():
        print(
            f"  of those answered, {name:12}"
            f"top1 {hits['top1'] / answered:.3f}   top3 {hits['top3'] / answered:.3f}"
        )


def holds(catalog: Any, answer: str, primary: str) -> bool:
    """Whether an answer is a primary, or a broader or narrower name of it."""
    return answer == primary or bool(
        {answer} & catalog.supertypes(primary) or {primary} & catalog.supertypes(answer)
    )


def judged(first: Patients, second: Patients) -> dict[str, Judgment]:
    """Return how each model, fitted to some patients, does on others."""
    prior = first.counts.sum(axis=1) / first.counts.sum()
    rows, counts = second.rows, second.counts
    found = {
        "prior alone": np.tile(prior, (len(rows), 1)),
        "independent": posteriors(first.independent_model, prior, rows),
        OURS: posteriors(first.factor_model, prior, rows),
        PEER: logistic_regression(first, rows),
    }
    judgments = {name: judge(found[name], counts) for name in MODELS}
    generator = np.random.default_rng(0)
    drawn = generator.multinomial(counts.sum(axis=0).astype(int), found[OURS])
    judgments[RIGHT] = judge(found[OURS], drawn.T.astype(float))
    return judgments


def logistic_regression(patients: Patients, rows: Any) -> Any:
    """Return the peer's posteriors, its penalty tuned within these patients."""
    folds = in_folds(patients.counts, 5)
    losses = {}
    for strength in STRENGTHS:
        loss = 0.0
        for fold in folds:
            posterior = regressed(patients.rows, patients.counts - fold, patients.rows, strength)
            loss -= float((fold.T * np.log(np.maximum(posterior, 1e-15))).sum())
        losses[strength] = loss
    return regressed(patients.rows, patients.counts, rows, min(STRENGTHS, key=losses.__getitem__))


def in_folds(counts: Any, number: int) -> list[Any]:
    """Return the counts of patients dealt out by chance, each patient into one fold."""
    generator = np.random.default_rng(0)
    left, folds = counts.astype(int), []
    for size in range(number, 0, -1):
        fold = np.array(
            [generator.multivariate_hypergeometric(row, row.sum() // size) for row in left]
        )
        folds.append(fold.astype(float))
        left = left - fold
    return folds


def regressed(sets: Any, counts: Any, rows: Any, strength: float) -> Any:
    """Return posteriors of a fit in which each set weighs as many patients as have it.

    That is the fit to all patients one by one, and takes a fraction of the time.
    """
    from sklearn.linear_model import LogisticRegression

    primary, place = np.nonzero(counts)
    model = LogisticRegression(C=strength, max_iter=1000)
    model.fit(sets[place], primary, sample_weight=counts[primary, place])
    found = np.zeros((len(rows), len(counts)))
    found[:, model.classes_] = model.predict_proba(rows)
    return found


def show(title: str, runs: list[dict[str, Judgment]], *, few: bool) -> None:
    """Print one block: models by measures, and whether ours keeps what is asked of it."""
    print(title)
    names = [field.name for field in fields(Judgment) if field.name != "patients"]
    print(f"  {'':20}" + "".join(f"{name.replace('_', ' '):>24}" for name in names))
    for model in (*MODELS, RIGHT):
        cells = [interval([getattr(run[model], name) for run in runs]) for name in names]
        print(f"  {model:20}" + "".join(f"{cell:>24}" for cell in cells))
    ratios = [run[OURS].log_loss / run[PEER].log_loss for run in runs]
    errors = [run[OURS].calibration_error for run in runs]
    bound = 1.0 if few else 1.03
    kept = np.mean(ratios) <= bound and np.mean(errors) <= 0.03
    print(
        f"  log loss of ours / of the peer {interval(ratios)}, at most {bound:g} asked; "
        f"calibration error at most 0.03 asked: {'kept' if kept else 'NOT KEPT'}\n",
        flush=True,
    )


def interval(values: list[float]) -> str:
    """Return a mean and its 95 % interval."""
    from scipy.stats import t

    mean, number = float(np.mean(values)), len(values)
    if number < 2:
        return f"{mean:.4f}"
    half = float(t.ppf(0.975, number - 1) * np.std(values, ddof=1) / np.sqrt(number))
    return f"{mean:.4f} ± {half:.4f}"


def read_rows(patterns: Path | None, study: Path | None) -> list[Any]:
    """Return the patterns of a table, or of a study that is read now."""
    from metastasis.patients import read_cbioportal, read_patterns

    if patterns is not None:
        return list(read_patterns(patterns))
    return list(read_cbioportal(study, patterns=True).patterns)


def read_patients(patterns: Path | None, study: Path | None) -> Patients:
    """Return the patients of a table of patterns, or of a study that is read now."""
    from metastasis._catalog import read_catalog

    patients: Patients = count_patients(read_rows(patterns, study), read_catalog())
    return patients


if __name__ == "__main__":
    main()
