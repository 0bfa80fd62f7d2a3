"""Names of old, for a release: what they are called now, and what is gone."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from metastasis._cli.output import say
from metastasis._cli.shell import stop

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["follow"]

RENAMED: Final = MappingProxyType(
    {
        "analyze similarity": "analyze similar",
        "analyze sites-in-common": "analyze shared-sites",
        "analyze primaries-in-common": "analyze primaries-with",
        # What only the comparison of profiles took tells that it is meant.
        "analyze profiles --measure": "analyze similar-profiles --measure",
        "analyze profiles --top": "analyze similar-profiles --top",
        "analyze * --figure largest": "analyze *",
        "analyze * --figure each": "analyze * --by-source",
        "draw network --sequences": "draw progression --sequences",
    }
)
"""Commands and options as they were, and as they are. The new one runs, and its name is told."""

_SHORTER: Final = MappingProxyType(
    {"analyze shared-sites": "shared", "analyze primaries-with": "primaries"}
)
"""What is told where there is a shorter way to the same answer than the one that runs."""

REUSED: Final = MappingProxyType(
    {
        "analyze profiles": "'analyze profiles' gives the numbers of cancers side by side now; how "
        "alike they are is 'metastasis analyze similar-profiles'"
    }
)
"""Names that stand for something else than they did, and what to say."""

GONE: Final = ("communities", "nestedness", "overlap", "backbone", "walk")
"""Analyses that are left to NetworkX: on a graph of what was reported they say more about reporting
than about cancer."""


def follow(group: str, arguments: Sequence[str]) -> list[str]:
    """Return what follows the name of a group, with names of old replaced by those of now.

    What is called otherwise is told on standard error; what is gone ends the command.
    """
    words = [group, *(part for word in arguments for part in _apart(word))]
    if group == "analyze" and words[1] in GONE:
        stop(
            f"the analysis {words[1]} is gone; notebook 03 shows how to get it from kg.network() "
            "with NetworkX",
            2,
        )
    if changed := REUSED.get(" ".join(words[:2])):
        say(f"metastasis: {changed}")
    for old, new in RENAMED.items():
        if found := _replaced(words, old.split(), new.split()):
            words = found
            told = _SHORTER.get(new, new).replace("*", words[1])
            say(f"metastasis: '{old.replace('*', words[1])}' is now 'metastasis {told}'")
    return words[1:]


def _apart(word: str) -> list[str]:
    """Return an option that is given as ``--option=value`` in two words, where it was renamed."""
    name, sign, value = word.partition("=")
    return [name, value] if sign and any(f" {name}" in old for old in RENAMED) else [word]


def _replaced(words: Sequence[str], old: Sequence[str], new: Sequence[str]) -> list[str] | None:
    """Return a command line with old words replaced by new ones; None where they are not in it."""
    if words[0] != old[0] or old[1] not in (words[1], "*"):
        return None
    options, rest = list(old[2:]), list(words[2:])
    starts = [i for i in range(len(rest)) if rest[i : i + len(options)] == options]
    if options and not starts:
        return None
    if options:
        rest[starts[0] : starts[0] + len(options)] = new[2:]
    return [words[0], words[1] if new[1] == "*" else new[1], *rest]
