"""The catalog: finding primaries and sites by any name, and what is part of what.

Long because every way to find a thing, and to say what it belongs to, is a question to the catalog.
"""

from __future__ import annotations

import re
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, overload

from metastasis._catalog.records import MAPPING_PREDICATES, Mapping, Primary, Site, Source
from metastasis._catalog.scope import why_out_of_scope
from metastasis._errors import AmbiguousNameError, Fault, TableError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as Dictionary

__all__ = ["Catalog", "Names", "plain_name"]

Record = TypeVar("Record", Primary, Site)
Names: TypeAlias = "Iterable[str] | str | None"
"""One name or several; None is all."""


class Catalog:
    """Primaries, sites and sources, each found by key, label, synonym, CURIE, IRI or code.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> catalog.primary("bowel cancer").key, catalog.primary("ONCOTREE:BRCA").key
    ('colorectal', 'breast_invasive')
    >>> catalog.site("C78.7").label
    'liver'
    >>> catalog.site("livr")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown site 'livr'. Did you mean 'liver'?
    >>> catalog.site("livr", unknown="none") is None
    True
    >>> catalog.primary("lymphoma")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown primary 'lymphoma'. Blood cancers (leukemia, ...
    """

    def __init__(
        self,
        primaries: Iterable[Primary],
        sites: Iterable[Site],
        sources: Iterable[Source] = (),
        diseases: Dictionary[str, tuple[Mapping, ...]] | None = None,
    ) -> None:
        self.repeated_keys: set[str] = set()
        # Seen, not changed: everything that is worked out of a catalog is remembered.
        self.primaries = MappingProxyType(self._by_key(primaries))
        self.sites = MappingProxyType(self._by_key(sites))
        self.sources = MappingProxyType(self._by_key(sources))
        self.diseases = MappingProxyType(dict(diseases or {}))
        """Mappings of metastatic diseases, by ``<primary>--<site>``."""
        self._proximities: dict[tuple[str, str], str | None] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only view has no pickle of its own.
        parts = (self.primaries, self.sites, self.sources)
        return type(self), (*(tuple(part.values()) for part in parts), dict(self.diseases))

    def __repr__(self) -> str:
        return (
            f"<Catalog: {len(self.primaries)} primaries, {len(self.sites)} sites, "
            f"{len(self.sources)} sources>"
        )

    @overload
    def primary(self, name: str, *, unknown: Literal["raise"] = "raise") -> Primary: ...
    @overload
    def primary(self, name: str, *, unknown: Literal["none"]) -> Primary | None: ...
    @overload
    def primary(self, name: str, *, unknown: Literal["pass"]) -> Primary | str: ...
    def primary(self, name: str, *, unknown: str = "raise") -> Primary | str | None:
        """Return the primary of that name.

        Where nothing has the name, ``unknown`` decides: ``"raise"`` an error with suggestions,
        ``"pass"`` the name itself, ``"none"`` None.

        Raises
        ------
        UnknownNameError
            Nothing has the name.
        AmbiguousNameError
            Several have it, whatever ``unknown`` says.
        """
        return self._find("primary", self._primary_names, self.primaries, name, unknown)

    @overload
    def site(self, name: str, *, unknown: Literal["raise"] = "raise") -> Site: ...
    @overload
    def site(self, name: str, *, unknown: Literal["none"]) -> Site | None: ...
    @overload
    def site(self, name: str, *, unknown: Literal["pass"]) -> Site | str: ...
    def site(self, name: str, *, unknown: str = "raise") -> Site | str | None:
        """Return the site of that name; otherwise as :meth:`primary`."""
        return self._find("site", self._site_names, self.sites, name, unknown)

    def primary_keys(self, names: Names) -> list[str] | None:
        """Return the keys of primaries that are named, each once; None, for all, stays None.

        >>> from metastasis._catalog import read_catalog
        >>> read_catalog().primary_keys(["bowel cancer", "colorectal"])
        ['colorectal']
        """
        return _each_once(names, self.primary)

    def site_keys(self, names: Names) -> list[str] | None:
        """Return the keys of sites that are named, each once; None, for all, stays None."""
        return _each_once(names, self.site)

    def find(self, name: str) -> Primary | Site:
        """Return the primary or the site of that name, where it does not matter which.

        >>> from metastasis._catalog import read_catalog
        >>> read_catalog().find("liver")
        Traceback (most recent call last):
        ...
        metastasis.AmbiguousNameError: 'liver' may be any of these: primary:liver, ...

        Raises
        ------
        AmbiguousNameError
            It is the name of several; ``primary:liver`` and ``site:liver`` are told apart.
        UnknownNameError
            It is the name of none.
        """
        found = [self.primary(name, unknown="none"), self.site(name, unknown="none")]
        match [record for record in found if record is not None]:
            case [record]:
                return record
            case []:
                near = [*self._near(self._primary_names, name), *self._near(self._site_names, name)]
                hint = why_out_of_scope(name)
                raise UnknownNameError("primary or site", name, near[:4], hint=hint)
            case records:
                raise AmbiguousNameError(
                    "primary or site", name, [_curie(record) for record in records]
                )

    def called(self, text: str) -> Iterator[tuple[str, Primary | Site]]:
        """Yield ``primary`` or ``site`` and each that has this in its names, or is mapped to it.

        >>> from metastasis._catalog import read_catalog
        >>> [(what, record.key) for what, record in read_catalog().called("C78.7")]
        [('site', 'liver')]
        """
        from metastasis._vocabulary import contract

        wanted, code = text.casefold(), contract(text.strip()).upper()
        for what, records in (("primary", self.primaries), ("site", self.sites)):
            for record in records.values():
                names = " ".join((record.key, record.label, *record.synonyms)).casefold()
                if wanted in names or any(
                    _same_code(one.object, code, text) for one in record.mappings
                ):
                    yield what, record

    def with_sources(self, sources: Iterable[Source]) -> Catalog:
        """Return this catalog with more sources; one with a known key takes the place of it."""
        every = {**self.sources, **{source.key: source for source in sources}}
        return Catalog(
            primaries=self.primaries.values(),
            sites=self.sites.values(),
            sources=every.values(),
            diseases=self.diseases,
        )

    def source(self, key: str) -> Source:
        """Return the source of that key.

        Raises
        ------
        UnknownNameError
            There is none.
        """
        key = key.removeprefix("source:")
        if key not in self.sources:
            raise UnknownNameError("source", key, _close(key, self.sources))
        return self.sources[key]

    def parts(self, site: str) -> frozenset[str]:
        """Return the keys of a site and of everything that is part of it.

        >>> from metastasis._catalog import read_catalog
        >>> "vertebra" in read_catalog().parts("bone")
        True
        """
        return frozenset(_closure(site, self._site_children))

    def wholes(self, site: str) -> frozenset[str]:
        """Return the keys of a site and of everything it is part of."""
        return frozenset(_closure(site, self._site_parents))

    def subtypes(self, primary: str) -> frozenset[str]:
        """Return the keys of a primary and of all its subtypes.

        >>> from metastasis._catalog import read_catalog
        >>> sorted(read_catalog().subtypes("thyroid_differentiated"))
        ['thyroid_differentiated', 'thyroid_follicular', 'thyroid_papillary']
        """
        return frozenset(_closure(primary, self._primary_children))

    def supertypes(self, primary: str) -> frozenset[str]:
        """Return the keys of a primary and of all the broader ones it is a subtype of."""
        return frozenset(_closure(primary, self._primary_parents))

    def proximity(self, primary: str, site: str) -> str | None:
        """Return ``own_organ``, ``neighbor``, or None for a site that is neither.

        A part of the own organ is the own organ, unless the catalog names it as a neighbor; another
        organ of the own region is not, and a lymph node never is.
        """
        if (primary, site) not in self._proximities:
            self._proximities[primary, site] = self._work_out_proximity(primary, site)
        return self._proximities[primary, site]

    def circular(self) -> set[str]:
        """Return the keys that are, through their parents, above themselves; best none."""
        graphs = (self._site_children, self._primary_children)
        return {
            key
            for graph in graphs
            for key in graph
            for child in graph[key]
            if key in _closure(child, graph)
        }

    def _work_out_proximity(self, primary: str, site: str) -> str | None:
        record = self.primaries.get(primary)
        if record is None or site not in self.sites:
            return None
        if site in record.arises_in:
            return "own_organ"
        if self.sites[site].kind == "lymph_node":
            return None
        around = self.wholes(site)
        if around.intersection(record.neighbors):
            return "neighbor"
        # What lies in the same region is another organ: the eye in the head, of a mouth cancer.
        own = {key for key in record.arises_in if self.sites[key].kind != "region"}
        return "own_organ" if around & own else None

    def _by_key(self, records: Iterable[_Keyed]) -> dict[str, _Keyed]:
        found: dict[str, _Keyed] = {}
        for record in records:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", record.key):
                remedy = (
                    "a key has letters, digits, '-', '_' and '.' only: it becomes part of a name"
                )
                raise TableError([Fault("catalog", None, "key", record.key, remedy)])
            if record.key in found:
                self.repeated_keys.add(record.key)
            found[record.key] = record
        # In order of the keys, so that every list made of it is the same wherever it came from.
        return dict(sorted(found.items()))

    @cached_property
    def _primary_names(self) -> dict[str, list[str]]:
        return _names("primary", self.primaries.values())

    @cached_property
    def _site_names(self) -> dict[str, list[str]]:
        return _names("site", self.sites.values())

    @cached_property
    def _site_parents(self) -> dict[str, tuple[str, ...]]:
        return {key: record.parents for key, record in self.sites.items()}

    @cached_property
    def _site_children(self) -> dict[str, list[str]]:
        return _children(self.sites.values())

    @cached_property
    def _primary_parents(self) -> dict[str, tuple[str, ...]]:
        return {key: record.parents for key, record in self.primaries.items()}

    @cached_property
    def _primary_children(self) -> dict[str, list[str]]:
        return _children(self.primaries.values())

    def _find(
        self,
        kind: str,
        names: dict[str, list[str]],
        records: Dictionary[str, Record],
        name: str,
        unknown: str,
    ) -> Record | str | None:
        if name in records:
            return records[name]
        keys = names.get(plain_name(name)) or _by_code(name, records.values())
        if len(keys) == 1:
            return records[keys[0]]
        if keys:
            raise AmbiguousNameError(kind, name, keys)
        if unknown == "raise":
            hint = self._hint_at_other(kind, name) or why_out_of_scope(name)
            raise UnknownNameError(kind, name, self._near(names, name), hint=hint)
        if unknown not in ("pass", "none"):
            raise ValueError(f"unknown={unknown!r}: one of 'raise', 'pass', 'none'")
        return name if unknown == "pass" else None

    def _hint_at_other(self, kind: str, name: str) -> str:
        other = "site" if kind == "primary" else "primary"
        names, records = (
            (self._site_names, self.sites.values())
            if other == "site"
            else (self._primary_names, self.primaries.values())
        )
        keys = names.get(plain_name(name)) or _by_code(name, records)
        return f" It names a {other}: {', '.join(keys[:4])}." if keys else ""

    def _near(self, names: dict[str, list[str]], name: str) -> list[str]:
        plain = plain_name(name)
        holding = sorted((known for known in names if plain in known.split()), key=len)
        return list(dict.fromkeys([*_close(plain, names), *holding]))[:4]


def _each_once(names: Names, find: Callable[[str], Primary | Site]) -> list[str] | None:
    if names is None:
        return None
    given = [names] if isinstance(names, str) else names
    return list(dict.fromkeys(find(name).key for name in given))


_Keyed = TypeVar("_Keyed", Primary, Site, Source)


def _names(kind: str, records: Iterable[Primary] | Iterable[Site]) -> dict[str, list[str]]:
    """Return the keys that each plain name may mean: by key, CURIE, IRI, label and synonym."""
    from metastasis._vocabulary import PREFIXES

    names: dict[str, list[str]] = {}
    for record in records:
        own = (record.key, f"{kind}:{record.key}", PREFIXES[kind] + record.key)
        for name in dict.fromkeys(
            plain_name(name) for name in (record.label, *own, *record.synonyms)
        ):
            names.setdefault(name, []).append(record.key)
    return names


def _by_code(name: str, records: Iterable[Primary] | Iterable[Site]) -> list[str]:
    """Return the keys whose nearest mapping is this code, or else a broader code."""
    mapped = [(record.key, mapping) for record in records for mapping in record.mappings]
    for code in _code_and_broader(name):
        for predicate in MAPPING_PREDICATES[:4]:
            keys = [
                key
                for key, mapping in mapped
                if mapping.predicate == predicate and _same_code(mapping.object, code, name)
            ]
            if keys:
                return keys
    return []


def _code_and_broader(name: str) -> Iterator[str]:
    """Yield the code, then ICD-10-CM's broader ones: C50.911, C50.91, C50.9, C50."""
    from metastasis._vocabulary import contract

    code = contract(name.strip()).upper()
    yield code
    head, point, tail = code.partition(".")
    while point and tail:
        tail = tail[:-1]
        yield f"{head}.{tail}" if tail else head


def _same_code(curie: str, code: str, name: str) -> bool:
    """Whether a CURIE is that code, with its prefix or, for some vocabularies, without.

    OncoTree's codes are letters (OS, ACC, BRCA): without the prefix only the exact case counts.
    """
    prefix, _, local = curie.partition(":")
    if curie.upper() == code:
        return True
    return (
        local == name.strip() if prefix == "ONCOTREE" else prefix in _BARE and local.upper() == code
    )


_BARE: Final = frozenset({"ICD10CM", "NCIT"})
"""Vocabularies whose codes look like no name, and may stand without their prefix."""


def _children(records: Iterable[Primary] | Iterable[Site]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for record in records:
        for parent in record.parents:
            children.setdefault(parent, []).append(record.key)
    return children


def _closure(start: str, links: Dictionary[str, Iterable[str]]) -> set[str]:
    seen = {start}
    waiting = [start]
    while waiting:
        for other in links.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def plain_name(name: str) -> str:
    """Return a name as names are compared: without regard to case, hyphens and spacing.

    >>> plain_name("Non-small_cell  lung cancer")
    'non small cell lung cancer'
    """
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())


def _close(name: str, names: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, list(names), n=3, cutoff=0.6)


def _curie(record: Primary | Site) -> str:
    return f"{'primary' if isinstance(record, Primary) else 'site'}:{record.key}"
