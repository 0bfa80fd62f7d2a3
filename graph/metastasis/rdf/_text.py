"""Text as every file of another tool can hold it.

Apart from the forms because each of them needs it.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["without_controls"]

_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, and the control characters that it had better not."""


def without_controls(text: str) -> str:
    r"""Return a text without control characters, which XML cannot hold even if they are escaped.

    >>> without_controls("a\x00b\x1b\ttab")
    'ab\ttab'
    """
    return _NOT_IN_XML.sub("", text)
