"""What a mapping file must say, beyond its shape: which columns a form needs, which words exist.

This stands apart from reading the file because it looks at the file as it was written, even where
its shape is wrong and nothing can be made of it: so all faults can be reported at once.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from metastasis._catalog import Source
from metastasis._catalog.source_table import source_problems
from metastasis._errors import AmbiguousNameError, UnknownNameError
from metastasis._vocabulary import LISTS
from metastasis.patients._coded.codes import SYSTEMS, system_name
from metastasis.patients._coded.dates import DATE_FORMATS
from metastasis.patients._counting.patient import CHOICES
from metastasis.patients._words.labels import LEFT_OUT, vocabularies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis._catalog import Catalog

__all__ = ["COLUMNS", "LISTED", "near", "problems_of_mapping"]

Problem = tuple[tuple[str | int, ...], Any, str]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "patients": ("patient", "primary", "site", "date", "sex", "metastatic", "known"),
    "counts": tuple(
        "primary site count total percent denominator setting occurrence stage "  # noqa: SIM905
        "relation population sex locator note".split()
    ),
}
"""Our columns, by form."""

_CONSTANTS: Final = {
    "patients": ("primary", "sex", "setting", "denominator", "occurrence", "population"),
    "counts": tuple(name for name in COLUMNS["counts"] if name not in ("count", "percent")),
}
_NEEDED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "patients": {
        "patient": ("columns",),
        "primary": ("columns", "constants"),
        "site": ("columns",),
        "setting": ("constants",),
        "denominator": ("constants",),
    },
    "counts": dict.fromkeys(
        ("primary", "site", "denominator", "setting"), ("columns", "constants")
    ),
}
"""The names without which a form cannot be read, and the sections they may be in."""
LISTED: Final = ("denominator", "setting", "occurrence", "stage", "relation")
"""Our columns that hold values of a closed list of the vocabulary."""
_CHECKED: Final = ("doi", "url", "license_url", "years")
"""What a mapping file says of its source in a form of its own."""
_WORDS: Final = {
    "sex": ("female", "male"),
    "metastatic": ("true", "false"),
    "known": ("true", "false"),
    **{name: LISTS[name] for name in LISTED},
}


def problems_of_mapping(raw: dict[str, Any], catalog: Catalog) -> list[Problem]:
    """Return place, value and remedy of all that a mapping file says wrongly or leaves out."""
    stated = raw.get("form")
    form = stated if isinstance(stated, str) and stated in COLUMNS else None
    problems = [*_unknown_names(raw, form)]
    if form:
        problems += _needs(raw, form)
    problems += [*_wrong_words(raw, catalog), *_wrong_constants(raw, catalog)]
    return [*problems, *_wrong_source(raw), *_wrong_rules(raw)]


def _section(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _unknown_names(raw: dict[str, Any], form: str | None) -> Iterator[Problem]:
    forms = [form] if form else list(COLUMNS)
    columns = list(dict.fromkeys(name for one in forms for name in COLUMNS[one]))
    constants = list(dict.fromkeys(name for one in forms for name in _CONSTANTS[one]))
    of_form = f" in the form {form!r}" if form else ""
    for section, known in (
        ("columns", columns),
        ("values", [name for name in columns if name in (*_WORDS, "primary", "site")]),
        ("constants", constants),
        ("codes", ["primary", "site"]),
        ("split", [] if form == "counts" else ["site"]),
    ):
        for name in _section(raw, section):
            if name not in known:
                remedy = f"no such name{near(name, known)}; names here{of_form} are "
                yield (section, name), None, remedy + ", ".join(known)


def _needs(raw: dict[str, Any], form: str) -> Iterator[Problem]:
    columns, constants = _section(raw, "columns"), _section(raw, "constants")
    for name in columns:
        if name in constants:
            yield ("constants", name), None, "is a column too; keep one of the two"
    yield from _same_header(columns)
    given = {*columns, *constants}
    if "count" in columns and "total" not in given:
        yield ("columns", "count"), None, "a count needs its total: name that column too"
    elif form == "counts" and not {"count", "percent"} & set(columns):
        yield ("columns",), None, "name the columns of count and total, or that of percent"
    for name, sections in _NEEDED[form].items():
        if not any(name in _section(raw, section) for section in sections):
            remedy = f"the form {form!r} needs {name!r}; add it to {' or '.join(sections)}"
            yield (sections[0],), None, remedy
    if raw.get("date_format") and "date" not in columns:
        yield ("date_format",), None, "there is no column 'date'; name it, or take this away"


def _same_header(columns: dict[str, Any]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, header in columns.items():
        other = first.setdefault(str(header).casefold(), name)
        if other != name:
            yield ("columns", name), header, f"is the column of {other!r} already"
        if not str(header).strip():
            yield ("columns", name), header, "must name a column of the table"


def _wrong_words(raw: dict[str, Any], catalog: Catalog) -> Iterator[Problem]:
    columns = _section(raw, "columns")
    for name, words in _section(raw, "values").items():
        if columns and name not in columns and name in (*_WORDS, "primary", "site"):
            yield ("values", name), None, f"there is no column {name!r}; name it under columns"
        if not isinstance(words, dict):
            continue
        for word, meaning in words.items():
            if isinstance(meaning, str) and (remedy := _wrong_word(name, meaning, catalog)):
                yield ("values", name, word), meaning, remedy


def _wrong_constants(raw: dict[str, Any], catalog: Catalog) -> Iterator[Problem]:
    several = raw.get("form") == "patients"
    for name, value in _section(raw, "constants").items():
        if isinstance(value, list) and not (several and name == "denominator"):
            yield ("constants", name), None, "must be one value"
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and (remedy := _wrong_word(name, one, catalog)):
                yield ("constants", name), one, remedy
        if not value:
            yield ("constants", name), value, "must not be blank"


def _wrong_word(name: str, meaning: str, catalog: Catalog) -> str | None:
    """Return what is wrong with the meaning of a word in one of our columns."""
    if name in ("primary", "site"):
        if meaning in ("", LEFT_OUT):
            return None
        find = catalog.primary if name == "primary" else catalog.site
        try:
            find(meaning)
        except (UnknownNameError, AmbiguousNameError) as error:
            return f"{error} Write a key of the catalog, or '-' to leave it out"
        return None
    known = _WORDS.get(name)
    if known is None or meaning in ("", *known):
        return None
    return f"not in the list{near(meaning, known)}; one of {', '.join(known)}"


def _wrong_source(raw: dict[str, Any]) -> Iterator[Problem]:
    design = _section(raw, "source").get("design")
    if isinstance(design, str) and design not in LISTS["design"]:
        hint = near(design, LISTS["design"])
        remedy = f"not in the list{hint}; one of {', '.join(LISTS['design'])}"
        yield ("source", "design"), design, remedy
    section = _section(raw, "source")
    said = {name: section[name] for name in _CHECKED if isinstance(section.get(name), str)}
    for name, value, remedy in source_problems(
        Source(key="source", citation="source", design="registry", **said)
    ):
        yield ("source", name), value, remedy


def _wrong_rules(raw: dict[str, Any]) -> Iterator[Problem]:
    form = raw.get("date_format")
    if isinstance(form, str) and form not in DATE_FORMATS:
        yield ("date_format",), form, f"no such format; one of {', '.join(DATE_FORMATS)}"
    if _section(raw, "split").get("site") == "":
        yield ("split", "site"), "", 'must be what stands between sites, as "|"'
    choose = raw.get("choose")
    if isinstance(choose, str) and choose not in CHOICES:
        remedy = f"no such rule{near(choose, CHOICES)}; one of {', '.join(CHOICES)}"
        yield ("choose",), choose, remedy
    known = [*SYSTEMS, *vocabularies()]
    for name, system in _section(raw, "codes").items():
        if isinstance(system, str) and not system_name(system) and system not in known:
            remedy = f"no such code system or vocabulary{near(system, known)}; one of "
            yield ("codes", name), system, remedy + ", ".join(known)


def near(name: str, names: Sequence[str]) -> str:
    """Return a hint at the name that comes nearest, to put into a message; blank if none does."""
    close = get_close_matches(name, list(names), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
