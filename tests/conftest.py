"""Settings for all tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.patients._engines.engine import Engine


@pytest.fixture(scope="session")
def spark() -> Iterator[Engine]:
    """One Spark for all tests that ask; mark them ``xdist_group("spark")``: one worker, one JVM."""
    from metastasis.patients._engines.engine import open_engine

    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    with open_engine("spark", threads=2, memory_limit="600m") as engine:
        yield engine
