"""Mentions: where a text names primaries and sites of the catalog."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Mention", "mentions_of"]


class Mention(NamedTuple):
    """A name in a text."""

    start: int
    end: int
    kind: str
    """``primary``, ``site``, or ``blocked`` for a name that only looks like one: "breast bone"."""
    key: str
    """Catalog key; of a blocked name, what it is instead."""


def mentions_of(text: str) -> list[Mention]:
    """Return the names of a text in order, the longest of those that overlap.

    An organ alone is a site, also where it stands for its cancer: whoever knows that it does asks
    `primary_of_organ`.
    """
    raise NotImplementedError
