"""Settings for all tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.patients._engines.engine import Engine

EXAMPLES: Final = {"quick": 25, "metastasis": 100, "nightly": 500}
"""How many examples a property has in each profile. ``quick`` is for the loop of a developer;
``nightly`` finds what is rare."""

for profile, examples in EXAMPLES.items():
    # Machines are shared: how long an example takes says nothing about whether it is right.
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("metastasis")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give properties that say how many examples they have the number of the profile as well.

    A number beside a property holds in the whole suite; the quick ring takes no more than its own,
    and the nightly run no less.
    """
    profile = config.getoption("--hypothesis-profile") or "metastasis"
    bound = {"quick": min, "nightly": max}.get(profile)
    if bound is None:
        return
    for item in items:
        test = getattr(item, "obj", None)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is not None:
            examples = bound(own.max_examples, EXAMPLES[profile])
            test._hypothesis_internal_use_settings = settings(own, max_examples=examples)  # type: ignore[union-attr]


@pytest.fixture(scope="session")
def spark() -> Iterator[Engine]:
    """One Spark for all tests that ask; mark them ``xdist_group("spark")``: one worker, one JVM."""
    from metastasis.patients._engines.engine import open_engine

    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    with open_engine("spark", threads=2, memory_limit="600m") as engine:
        yield engine
