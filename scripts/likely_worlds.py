"""Cohorts made up with a known truth, to judge by what is computed from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError, check_choice
from metastasis.analysis._likely.patients import Patients

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

__all__ = ["WORLDS", "World", "draw_patients", "make_world"]

WORLDS: Final = ("independent", "spread", "pairs")
"""How sites depend on each other in a patient.

``independent``: not at all. ``spread``: through how far the cancer has spread, the same variable
for all sites. ``pairs``: each site on the one before it, in every cancer in another way; this is
not what the model of :mod:`.factor` assumes.
"""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Frequencies of sites that nobody has seen, only patients drawn from them."""

    intercepts: Matrix
    """Logits, primaries by sites."""
    loadings: Matrix
    """Effect of the spread, one a site; 0 where there is none."""
    neighbors: Matrix
    """Effect of the site before, primaries by sites; 0 where there is none."""

    def probabilities(self, spread: Matrix, before: Matrix, primary: int, site: int) -> Matrix:
        """Return the probability of one site in patients, given the spread and the site before."""
        import numpy as np

        logits = self.intercepts[primary, site] + self.loadings[site] * spread
        chances: Matrix = 1 / (1 + np.exp(-(logits + self.neighbors[primary, site] * before)))
        return chances


def make_world(kind: str, *, primaries: int = 10, sites: int = 12, seed: int = 0) -> World:
    """Return a world of one kind, see :data:`WORLDS`.

    >>> make_world("independent", sites=3).loadings.tolist()
    [0.0, 0.0, 0.0]

    Raises
    ------
    UnknownNameError
        There is no such kind.
    """
    import numpy as np

    check_choice("world", kind, WORLDS)
    generator = np.random.default_rng(seed)
    usual = generator.normal(-1.8, 0.9, sites)
    intercepts = usual + generator.normal(0, 1, (primaries, sites))
    loadings = generator.uniform(0.4, 1.8, sites)
    neighbors = generator.normal(0, 1.2, sites) + generator.normal(0, 0.75, (primaries, sites))
    return World(
        intercepts,
        loadings if kind == "spread" else np.zeros(sites),
        neighbors if kind == "pairs" else np.zeros((primaries, sites)),
    )


def draw_patients(world: World, sizes: Sequence[int], *, seed: int = 0) -> Patients:
    """Return patients of a world, so many of each primary.

    >>> draw_patients(make_world("spread", primaries=2), [30, 70]).counts.sum(axis=1).tolist()
    [30.0, 70.0]

    Raises
    ------
    EvidenceError
        There are not as many sizes as primaries in the world.
    """
    import numpy as np

    if len(sizes) != len(world.intercepts):
        raise EvidenceError(f"{len(sizes)} sizes for {len(world.intercepts)} primaries")
    generator = np.random.default_rng(seed)
    drawn = np.concatenate(
        [_drawn(world, primary, size, generator) for primary, size in enumerate(sizes)]
    )
    rows, sets = np.unique(drawn, axis=0, return_inverse=True)
    counts = np.zeros((len(sizes), len(rows)))
    np.add.at(counts, (np.repeat(np.arange(len(sizes)), sizes), sets.ravel()), 1)
    names = tuple(f"primary_{number}" for number in range(len(sizes)))
    return Patients(
        names,
        tuple(f"site_{number}" for number in range(world.intercepts.shape[1])),
        rows.astype(float),
        counts,
        {name: {None: size} for name, size in zip(names, sizes, strict=True)},
        (),
    )


def _drawn(world: World, primary: int, size: int, generator: np.random.Generator) -> Matrix:
    import numpy as np

    spread = generator.standard_normal(size)
    found = np.zeros((size, world.intercepts.shape[1]))
    before = np.zeros(size)
    for site in range(found.shape[1]):
        before = (
            generator.random(size) < world.probabilities(spread, before, primary, site)
        ).astype(float)
        found[:, site] = before
    return found
