"""How many examples properties have; at the root, for the doctests of the package too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import pytest

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
