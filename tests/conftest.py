"""Settings for all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Machines are shared: how long an example takes says nothing about whether it is right.
settings.register_profile("metastasis", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("metastasis")
