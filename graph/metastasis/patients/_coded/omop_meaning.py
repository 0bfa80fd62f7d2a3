"""Which code is read for the concepts of an OMOP row, and why where none is.

Apart from the rows because here are only the different concepts that they hold, one at a time.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.patients._coded.code_map import agreed
from metastasis.patients._coded.codes import code_system, infer_system, system_name
from metastasis.patients._coded.lookup import TNM
from metastasis.patients._coded.omop_events import SAID_NO
from metastasis.patients._coded.omop_vocabulary import MODIFIER, VOCABULARIES
from metastasis.patients._words.display_text import names_a_cancer
from metastasis.patients._words.tnm import m_category

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Concept", "Read", "Seen", "Vocabulary", "system_of_values"]

_CONDITIONS: Final = "condition_occurrence"
_DENIALS: Final = re.compile(
    r"(?:no|none|never|negative|absent|denied|false|not \w+)\b", re.IGNORECASE
)
"""How the concept of a result begins that denies what was looked for."""
_OF_CANCERS: Final = frozenset(
    {*VOCABULARIES, MODIFIER, "SNOMED", "ICDO3", "NCIt", "OMOP Extension", "Nebraska Lexicon"}
)
"""Vocabularies whose names of cancers are cancers, wherever they stand; LOINC's are of tests."""
_CATEGORY: Final = re.compile(r"\b(?:AJCC|UICC|TNM|category)\b", re.IGNORECASE)


class Concept(NamedTuple):
    """A row of the concept table."""

    code: str
    system: str
    called: str
    group: str


class Seen(NamedTuple):
    """What rows hold besides their patient and date."""

    table: str
    standard: str | None
    source: str | None
    value: str | None
    said: str | None


class Read(NamedTuple):
    """What is read for it."""

    code: str
    system: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The concepts that rows hold, and the ICD codes that they stand for."""

    concepts: Mapping[str, Concept]
    links: Mapping[str, frozenset[tuple[str, str]]]
    """For a concept the codes (code system, code) that are linked to it."""
    values_in: str
    """The code system of what the source wrote, where that has the form of ICD-10."""
    how: Counter[str] = field(default_factory=Counter)
    """Rows by how their code was found: ``mapped``, ``value``."""
    left: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Rows left out, by reason and example."""

    def read(self, seen: Seen, rows: int) -> Read | None:
        """Return what is read for one kind of row, or None if that is left out; count its rows."""
        if (denied := self._denied(seen.said)) is not None:
            self.left[denied[0]][denied[1]] += rows
            return None
        found, how = self._found(seen)
        if seen.table != _CONDITIONS and (found is None or not _is_of_cancer(found)):
            self.left[f"of the table {seen.table} that name no cancer"][""] += rows
            return None
        self.how[how] += rows
        return found or Read("", "", "")

    def _denied(self, said: str | None) -> tuple[str, str] | None:
        """Return reason and example where the result of a row says no, or nothing that is known."""
        if said is None:
            return None
        if said == SAID_NO:
            return "whose result says no", ""
        found = self.concepts.get(said)
        if found is None:
            return "whose result is a concept that the table concept does not have", said
        is_no = _DENIALS.match(found.called.strip())
        return ("whose result says no", found.called) if is_no else None

    def _found(self, seen: Seen) -> tuple[Read | None, str]:
        source, standard = (
            self.concepts.get(one) if one else None for one in (seen.source, seen.standard)
        )
        for one in (source, standard):
            if one is not None and one.system in VOCABULARIES:
                return Read(one.code, one.system, one.called), "own"
        known = (self.links.get(one or "", frozenset()) for one in (seen.standard, seen.source))
        for codes in known:
            if codes and (best := agreed(codes)):
                return Read(best[1], best[0], standard.called if standard else ""), "mapped"
        named = standard or source
        if seen.value and (read := self._of_value(seen.value, named)):
            return read, "value"
        return (None, "own") if named is None else (_by_name(named), "own")

    def _of_value(self, value: str, named: Concept | None) -> Read | None:
        """Return what the source wrote, if that is a code of a cancer, and the concept agrees.

        A concept that names no cancer does not agree: ``C50`` is then a code of the source's own.
        """
        if named is not None and not _names_a_cancer(named):
            return None
        if value[0].isdigit():
            # Three to five digits may be anything; a concept that names a cancer vouches for them.
            system = "ICD-9-CM" if named is not None or "." in value else None
        else:
            system = self.values_in
        if system is None or not _is_cancer_code(system, value):
            return None
        return Read(value, system, named.called if named else "")


def system_of_values(values: Iterable[str]) -> str:
    """Return the code system of what a source wrote in the form of ICD-10.

    >>> system_of_values(["C50.9", "C79.5"]), system_of_values(["C50.911", "174.9"])
    ('ICD-10', 'ICD-10-CM')
    """
    letters = [one for one in values if not one[0].isdigit()]
    return infer_system(letters) or "ICD-10-CM"


def _by_name(concept: Concept) -> Read:
    """Return a concept under its own code; what a name says of a Cancer Modifier is said beside."""
    if _CATEGORY.search(concept.called) and (category := m_category(concept.called)):
        return Read(category, TNM, concept.called)
    is_site = concept.group.casefold() == "metastasis" and names_a_cancer(concept.called) == "site"
    kind = "site in" if concept.system == MODIFIER and is_site else ""
    return Read(concept.code, concept.system, concept.called, kind)


def _is_of_cancer(read: Read) -> bool:
    """Return whether a row of a table that holds much else is to be read."""
    if system := system_name(read.system):
        return _is_cancer_code(system, read.code)
    if read.system == TNM:
        return True
    return _names_a_cancer(read)


def _names_a_cancer(one: Concept | Read) -> bool:
    """Return whether a concept is a cancer by its name, and no test for one."""
    name = one.called if isinstance(one, Concept) else one.text
    return one.system in _OF_CANCERS and names_a_cancer(name) is not None


def _is_cancer_code(system: str, code: str) -> bool:
    return code_system(system).meaning(code).kind not in ("not_cancer", "not_a_code")
