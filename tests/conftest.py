"""Settings for all tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.patients._engines.engine import Engine

QUICK_JAVA: Final = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java compiles lightly: with small tables, its best compiler takes half of all processor time."""


@pytest.fixture(scope="session")
def spark() -> Iterator[Engine]:
    """One Spark for all tests that ask; mark them ``xdist_group("spark")``: one worker, one JVM."""
    from metastasis.patients._engines.engine import open_engine

    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", QUICK_JAVA)
        engine = open_engine("spark", threads=2, memory_limit="600m")
    with engine:
        yield engine
