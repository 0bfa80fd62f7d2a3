"""What the words of a tidy table mean: labels by the mapping file, by codes, or by the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.patients._coded.codes import code_system, system_name
from metastasis.patients._words.labels import LEFT_OUT, Unmapped, map_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._catalog import Catalog
    from metastasis.patients._tables.mapping import TableMapping
    from metastasis.patients._words.labels import Kind

__all__ = ["keys_of", "truth_of", "words_of"]

_SEXES: Final = {"f": "female", "female": "female", "w": "female", "woman": "female"}
_SEXES_MALE: Final = {"m": "male", "male": "male", "man": "male"}
_TRUTHS: Final = {
    **dict.fromkeys(("yes", "y", "true", "1", "t"), "true"),
    **dict.fromkeys(("no", "n", "false", "0", "f"), "false"),
}
_USUAL: Final = {"sex": {**_SEXES, **_SEXES_MALE}, "metastatic": _TRUTHS, "known": _TRUTHS}
_GENITAL: Final = frozenset({"female_genital", "male_genital"})


def words_of(mapping: TableMapping, name: str, words: Mapping[str, int]) -> dict[str, str]:
    """Return what the words of a column mean: by the mapping file, else by what is usual.

    A word that the file maps to nothing means nothing; so does one that nobody knows.
    """
    own = mapping.values.get(name, {})
    usual = _USUAL.get(name, {})
    found = {word: own.get(word, usual.get(word.casefold(), "")) for word in words}
    return {word: meaning for word, meaning in found.items() if meaning}


def truth_of(meaning: str | None) -> bool | None:
    """Return ``true`` and ``false`` as truth values, everything else as None.

    >>> truth_of("true"), truth_of(None)
    (True, None)
    """
    return {"true": True, "false": False}.get(meaning or "")


def keys_of(
    mapping: TableMapping,
    kind: Kind,
    labels: Mapping[str, int],
    catalog: Catalog,
    overrides: Mapping[tuple[str, str], str],
) -> tuple[dict[str, str], list[Unmapped]]:
    """Return the key of each label (``-`` where it is left out), and the labels nobody knows.

    The user's map file decides before the mapping file, and that before codes and names.
    """
    find = catalog.primary if kind == "primary" else catalog.site
    own = {
        label: meaning if meaning == LEFT_OUT else find(meaning).key
        for label, meaning in mapping.values.get(kind, {}).items()
        if meaning
    }
    words = {**{(str(kind), label): key for label, key in own.items()}, **overrides}
    system = mapping.codes.get(kind)
    if system and system_name(system):
        words = {**_by_code(system, kind, labels), **words}
        system = None
    found = map_labels(labels, kind, catalog, words, system)
    keys = {label: LEFT_OUT if found.is_left_out(label) else found.key(label) for label in labels}
    return {label: key for label, key in keys.items() if key}, list(found.unmapped)


def _by_code(system: str, kind: Kind, labels: Mapping[str, int]) -> dict[tuple[str, str], str]:
    """Return what diagnosis codes among the labels mean."""
    codes = code_system(system)
    found: dict[tuple[str, str], str] = {}
    for label in labels:
        meaning = codes.meaning(label)
        sites = meaning.sites
        site = "genital_organs" if set(sites) >= _GENITAL else next(iter(sites), None)
        if key := meaning.primary if kind == "primary" else site:
            found[str(kind), label] = key
    return found
