"""The user's own map file: labels without a key go out, and what the user decided comes back.

A CSV file with the columns kind, label, key, rows, suggestions, text and note; ``text`` is what the
data say beside a label that is a code. The user fills in ``key``:

- a key, name or synonym of the catalog: the label means that;
- ``-``: rows with the label are left out on purpose, and counted as such;
- ``unspecified`` (of a site): the label names no organ, and counts for none;
- blank: not decided yet, the label stays unmapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import numbered_rows, readable_rows
from metastasis._clean import separated
from metastasis._errors import AmbiguousNameError, Fault, TableError, UnknownNameError
from metastasis._files import write_text
from metastasis.patients._words.labels import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from metastasis._catalog import Catalog
    from metastasis.patients._words.labels import Unmapped

__all__ = ["COLUMNS", "read_site_map", "write_site_map"]

COLUMNS: Final = ("kind", "label", "key", "rows", "suggestions", "text", "note")
_REQUIRED: Final = ("kind", "label", "key")
_KINDS: Final = ("primary", "site")


def read_site_map(path: Path, catalog: Catalog) -> dict[tuple[str, str], str]:
    r"""Return what the user decided: for each kind and label the catalog key, or ``-``.

    Rows with a blank key are not decided yet, and are not in the answer.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from metastasis._catalog import read_catalog
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "map.csv"
    ...     _ = path.write_text("kind,label,key\nsite,Flank,-\nsite,RUQ,hepatic\nsite,Hip,\n")
    ...     read_site_map(path, read_catalog())
    {('site', 'Flank'): '-', ('site', 'RUQ'): 'liver'}

    Raises
    ------
    TableError
        With every fault: a missing column, a kind that does not exist, a key that the catalog
        lacks, a label that is decided twice in different ways.
    ReadError
        The file cannot be read.
    """
    decided: dict[tuple[str, str], str] = {}
    first_line: dict[tuple[str, str], int] = {}
    faults: list[Fault] = []
    for line, row in readable_rows(path, _REQUIRED, faults):
        key, problem = _key(row, catalog)
        if problem:
            faults.append(Fault(str(path), line, *problem))
        if key is None:
            continue
        name = (row["kind"].strip(), row["label"])
        if decided.setdefault(name, key) != key:
            remedy = f"row {first_line[name]} decides this label in another way; keep one"
            faults.append(Fault(str(path), line, "label", row["label"], remedy))
        first_line.setdefault(name, line)
    if faults:
        raise TableError(faults)
    return decided


def write_site_map(path: Path, unmapped: Iterable[Unmapped], *, min_count: int = 1) -> None:
    """Write the labels without a key for the user to decide on, in one step.

    A file that exists is added to: what the user filled in stays as it is, in its place; rows not
    decided yet get the new numbers; labels that are new come after them.

    Raises
    ------
    TableError
        The file that exists is not a map file.
    WriteError
        The file cannot be written.
    """
    rows = dict(_standing(path))
    for missing in unmapped:
        fresh = {
            "kind": missing.kind,
            "label": missing.label,
            "rows": str(missing.rows) if missing.rows >= min_count else f"<{min_count}",
            "suggestions": "; ".join(missing.suggestions),
            "text": missing.text,
        }
        row = rows.setdefault((missing.kind, missing.label), dict.fromkeys(COLUMNS, ""))
        if not row["key"].strip():
            row.update(fresh)
    write_text(path, _text(rows.values()), updates=True)


def _key(row: dict[str, str], catalog: Catalog) -> tuple[str | None, tuple[str, str, str] | None]:
    """Return the catalog key that a row decides on, ``-``, or None where it is blank.

    Beside it column, value and remedy of the cell that is wrong, or None.
    """
    kind, key = row["kind"].strip(), row["key"].strip()
    if kind not in _KINDS:
        return None, ("kind", row["kind"], f"one of {', '.join(_KINDS)}")
    if not row["label"].strip():
        return None, ("label", row["label"], "must not be blank")
    if key in ("", LEFT_OUT):
        return key or None, None
    find = catalog.primary if kind == "primary" else catalog.site
    try:
        return find(key).key, None
    except (UnknownNameError, AmbiguousNameError) as error:
        hint = "write a key of the catalog, '-' to leave the label out, or nothing"
        return None, ("key", key, f"{error} {hint}")


def _standing(path: Path) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """Yield the rows of the map file at ``path``, if there is one."""
    if not path.exists():
        return
    for _, row in numbered_rows(path, _REQUIRED):
        yield (row["kind"].strip(), row["label"]), dict.fromkeys(COLUMNS, "") | row


def _text(rows: Iterable[dict[str, str]]) -> str:
    listed = list(rows)
    columns = dict.fromkeys([*COLUMNS, *(name for row in listed for name in row)])
    return separated([columns, *([row.get(name, "") for name in columns] for row in listed)])
