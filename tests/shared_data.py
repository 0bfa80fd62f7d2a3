"""Where the material lies that the shipped tables were made from; it is never shipped itself.

The folder is named by the environment variable ``METASTASIS_SHARED``, or is ``shared`` beside the
checkout. A test that needs it is skipped where it is not there.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Final

import pytest

__all__ = ["SHARED", "shared_path", "shared_rows"]

CHECKOUT: Final = Path(__file__).parents[1]
SHARED: Final = Path(os.environ.get("METASTASIS_SHARED") or CHECKOUT.parent / "shared")


def shared_path(*parts: str) -> Path:
    """Return the path of a shared file, or skip the test that asks."""
    path = SHARED.joinpath(*parts)
    if not path.is_file():
        pytest.skip(
            f"{'/'.join(parts)} is not in the shared folder; METASTASIS_SHARED may name another"
        )
    return path


def shared_rows(*parts: str) -> list[dict[str, str]]:
    """Return the rows of a shared CSV file, or skip the test that asks."""
    with shared_path(*parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
