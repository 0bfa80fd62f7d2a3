"""What stands below each field of a record in the code: the words for its column.

Apart from the records because the documentation of the columns is made of it as well.
"""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from typing import Any

__all__ = ["fields_of"]


def fields_of(record: Any) -> dict[str, str]:
    """Return what stands below each field of a record in the code.

    >>> from metastasis import Assertion
    >>> fields_of(Assertion)["primary"]
    'Catalog key of the primary.'
    """
    (body,) = ast.parse(inspect.cleandoc(inspect.getsource(record))).body
    assert isinstance(body, ast.ClassDef)  # noqa: S101
    found = {}
    for one, below in pairwise(body.body):
        if (
            isinstance(one, ast.AnnAssign)
            and isinstance(one.target, ast.Name)
            and isinstance(below, ast.Expr)
        ):
            text = below.value.value if isinstance(below.value, ast.Constant) else ""
            found[one.target.id] = inspect.cleandoc(str(text))
    return found
