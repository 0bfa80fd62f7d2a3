"""DuckDB inside this process, spoken to in the words of the PySpark API.

Apart because DuckDB need not be installed where Spark counts.
"""

# ruff: noqa: S608 - names and texts are quoted where a query is put together

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import cached_property
from importlib import import_module
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any, Final
from weakref import finalize

from metastasis._drafts import workplace
from metastasis._errors import MissingExtraError, ReadError
from metastasis._files import write_beside
from metastasis._limits import LINE_BYTES
from metastasis.patients._engines import duckdb_functions
from metastasis.patients._engines.base import Engine
from metastasis.patients._engines.duckdb_frame import DuckDBFrame
from metastasis.patients._engines.duckdb_functions import quoted, text
from metastasis.patients._engines.faults import duckdb_fault
from metastasis.patients._engines.frames import arrow_table, typed_table
from metastasis.patients._engines.progress import rows_in, watched
from metastasis.patients._engines.reading import (
    engine_path,
    form_of,
    refuse_addresses,
    takes_name,
    wanted_columns,
)
from metastasis.patients._forms.preparation import Preparation
from metastasis.patients._forms.texts import TextRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from metastasis.patients._engines.base import Columns, Paths
    from metastasis.patients._engines.progress import Progress
    from metastasis.patients._forms.headers import Head
    from metastasis.patients._forms.preparation import Ready

__all__ = ["DuckDBEngine"]

_PLACES: Final = count(1)
"""Numbers the databases attached in memory: several engines may share the user's connection."""
_MEMORY: Final = 4.0
"""The gigabytes beyond which DuckDB works on disk. Fifty million rows of ten million patients peak
at 1.2 GiB where patients are numbers, at 1.4 where they are texts; with 1 GB they take 1.1, and 3
to 12 % more processor time.
"""


class DuckDBEngine(Engine):
    """The default engine: in this process, from files larger than the memory.

    Threads may share one: the connection, which refuses a second call, is then given to one after
    the other.
    """

    name = "duckdb"

    def __init__(
        self,
        *,
        session: Any = None,
        memory_limit: str | None = None,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        duckdb = _needed("duckdb")
        self.functions = duckdb_functions
        self._lock = RLock()
        self.remarks = []
        self._sources: dict[DuckDBFrame, tuple[Sequence[Path], str]] = {}
        self._copies: dict[str, str] = {}
        self._preparation = Preparation(lambda: self._folder, takes_name)
        with self._connected("DuckDB"):
            self.connection = duckdb.connect() if session is None else session.cursor()
        self.progress = progress
        self._place = f"metastasis_{next(_PLACES)}"
        self._tables = count(1)
        place = None if session is None else self._place
        self._kept = ExitStack()
        self._closer = finalize(self, _close, self.connection, place, self._kept)
        self._execute(f"attach ':memory:' as {self._place}")
        with suppress(ReadError):  # DuckDB refuses both in Jupyter without widgets, and is silent
            self._execute("set enable_progress_bar_print = false")
            self._execute("set enable_progress_bar = true")
        if session is None:  # what is larger than the memory goes to a place that is swept
            spill = self._kept.enter_context(workplace())
            self._execute(f"set temp_directory = {text(str(spill))}")
        limit = memory_limit or (_most_memory(self.connection) if session is None else None)
        if limit is not None:
            self._execute(f"set memory_limit = {text(limit)}")
        if threads is not None:
            self._execute(f"set threads = {int(threads)}")

    def read(
        self,
        paths: Paths,
        *,
        form: str | None = None,
        delimiter: str | None = None,
        comment: str | None = None,
        columns: Columns | None = None,
        encoding: str | None = None,
        sheet: str | None = None,
    ) -> Any:
        """Return the rows of files as a data frame; see :meth:`Engine.read`."""
        refuse_addresses(paths)
        rules = TextRules(delimiter=delimiter, comment=comment, encoding=encoding)
        ready = self._ready(paths, form, rules, sheet)
        self._copies.update((str(one.path), one.told) for one in ready)
        sources = self._texts(ready, columns)
        if binary := [one.path for one in ready if one.head is None]:
            names = self._names_of_parquet(binary, columns)
            sources[_parquet_source(binary, names, as_text=bool(sources))] = names.values()
        found = dict.fromkeys(name for names in sources.values() for name in names)
        rows = self._frame(" union all by name ".join(sources), found)
        kinds = {"csv" if one.head else "parquet" for one in ready}
        if len(kinds) == 1:
            self._sources[rows] = ([one.path for one in ready], kinds.pop())
        return rows

    def frame(self, rows: Any, *, columns: Columns | None = None) -> Any:
        """Return the user's own frame as a data frame; see :meth:`Engine.frame`."""
        arrow = arrow_table(rows)
        names = wanted_columns("the frame", arrow.column_names, columns)
        name = self._new_name()
        self.connection.register(name, arrow)
        return self._frame(f"select {_selected(names)} from {name}", names.values())

    def table(self, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Any:
        """Return a small table; see :meth:`Engine.table`."""
        name = f"{self._place}.main.{self._new_name()}"
        typed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
        self._execute(f"create table {name} ({typed})")
        given = self._new_name()
        with self._connected():
            self.connection.register(given, typed_table(columns, rows))
            self.connection.execute(f"insert into {name} select * from {given}")
            self.connection.unregister(given)
        return self._frame(f"from {name}", columns)

    def collect(self, rows: Any) -> list[tuple[Any, ...]]:
        """Compute a data frame and return its rows."""
        sql = self.sql(rows)
        with self._watched(rows), self._connected():
            found: list[tuple[Any, ...]] = self.connection.execute(sql).fetchall()
        return found

    def settle(self, rows: Any) -> Any:
        """Compute a data frame into a table."""
        name = f"{self._place}.main.{self._new_name()}"
        sql = self.sql(rows)
        with self._watched(rows), self._connected():
            self.connection.execute(f"create table {name} as {sql}")
        return self._frame(f"from {name}", rows.columns)

    def sql(self, rows: Any) -> str:
        """Return the query that a data frame stands for, in DuckDB's SQL."""
        return str(rows.sql())

    def columns(self, rows: Any) -> list[str]:
        """Return the names of the columns of a data frame."""
        return list(rows.columns)

    def write(self, rows: Any, path: Path) -> None:
        """Compute a data frame and write it; see :meth:`Engine.write`."""
        form = "parquet" if form_of([path]) == "parquet" else "csv, header"
        sql = self.sql(rows)
        with write_beside(path) as draft, self._watched(rows), self._connected(str(path)):
            self.connection.execute(f"copy ({sql}) to {text(str(draft))} (format {form})")

    def interrupt(self) -> None:
        """Have a query that runs end at its next chunk of rows."""
        self.connection.interrupt()

    def close(self) -> None:
        """Give back what the engine holds; the user's own connection stays open."""
        self._closer()

    @cached_property
    def _folder(self) -> Path:
        """The place for copies of files that cannot be read as they are; few files need one."""
        return self._kept.enter_context(workplace())

    def _watched(self, rows: Any) -> AbstractContextManager[None]:
        """Tell the user how far a query is."""
        if self.progress is None:
            return nullcontext()
        behind = [self._sources[one] for one in rows.sources() if one in self._sources]
        counts = [rows_in(*sources) for sources in behind]
        known = [one for one in counts if one is not None]
        total = sum(known) if counts and len(known) == len(counts) else None
        return watched(self.progress, total, self._fraction)

    def _fraction(self) -> float | None:
        percent = self.connection.query_progress()
        return percent / 100 if percent >= 0 else None

    def _names_of_parquet(self, files: Sequence[Path], columns: Columns | None) -> dict[str, str]:
        """Return the columns wanted, which every file must have."""
        names: dict[str, str] = {}
        for file in files:
            with self._connected(self._told(file)):
                source = f"describe select * from {_parquet([file])}"
                described = self.connection.execute(source).fetchall()
            there = [row[0] for row in described]
            wanted = columns if columns or not names else list(names)
            names = wanted_columns(self._told(file), there, wanted)
        return names

    def _texts(self, found: Sequence[Ready], columns: Columns | None) -> dict[str, Iterable[str]]:
        """Return for each kind of header the query of its files, and the names of its columns."""
        parts: dict[tuple[Head, str | None], list[Ready]] = {}
        for one in found:
            if one.head is not None:
                parts.setdefault((one.head, one.packing), []).append(one)
        sources: dict[str, Iterable[str]] = {}
        for (head, packing), same in parts.items():
            names = wanted_columns(same[0].told, head.columns, columns, head.doubled)
            source = _text_source([one.path for one in same], head, packing, names)
            sources[source] = names.values()
        return sources

    def _frame(self, sql: str, columns: Iterable[str]) -> DuckDBFrame:
        return DuckDBFrame([sql], columns, self._described)

    def _described(self, sql: str) -> list[tuple[str, str]]:
        """Return the names and types of the columns of a query."""
        with self._connected():
            described = self.connection.execute(f"describe {sql}").fetchall()
        return [(name, kind) for name, kind, *_ in described]

    def _new_name(self) -> str:
        return f"rows_{next(self._tables)}"

    def _execute(self, sql: str) -> None:
        with self._connected():
            self.connection.execute(sql)

    def _told(self, file: str | Path) -> str:
        """Return the name that the user gave to a file."""
        return self._copies.get(str(file), str(file))

    @contextmanager
    def _connected(self, file: str | None = None) -> Iterator[None]:
        """Hold the connection; an error of DuckDB is told in our words, of the only file read."""
        duckdb = _needed("duckdb")
        try:
            with self._lock:
                yield
        except duckdb.Error as error:
            read = {self._told(one) for files, _ in self._sources.values() for one in files}
            file = file or (read.pop() if len(read) == 1 else "the table")
            raise duckdb_fault(error, file, self._told) from None


def _most_memory(connection: Any) -> str | None:
    """Return our limit, or None where DuckDB's own (most of what the machine has) is lower."""
    [[own]] = connection.execute("select current_setting('memory_limit')").fetchall()
    number, unit = own.split()
    is_lower = unit in ("bytes", "KiB", "MiB") or (unit == "GiB" and float(number) < _MEMORY)
    return None if is_lower else f"{_MEMORY}GB"


def _text_source(
    files: Sequence[Path], head: Head, packing: str | None, names: Mapping[str, str]
) -> str:
    typed = ", ".join(f"{text(name)}: 'varchar'" for name in head.schema)
    return (
        f"select {_selected(names)} from read_csv([{_listed(files)}], auto_detect = false, "
        f"columns = {{{typed}}}, delim = {text(head.delimiter)}, "
        f"quote = {text(head.quote)}, escape = {text(head.quote)}, "
        f"header = true, skip = {head.skip}, nullstr = '', hive_partitioning = false, "
        f"max_line_size = {LINE_BYTES}, compression = {text(packing or 'none')})"
    )


def _parquet_source(files: Iterable[Path], names: Mapping[str, str], *, as_text: bool) -> str:
    """Return the query of files of Parquet, as text where text tables are beside them."""
    kind = "::varchar" if as_text else ""
    selected = ", ".join(f"{quoted(one)}{kind} as {quoted(to)}" for one, to in names.items())
    return f"select {selected} from {_parquet(files)}"


def _parquet(files: Iterable[Path]) -> str:
    return f"read_parquet([{_listed(files)}], hive_partitioning = false)"


def _listed(files: Iterable[Path]) -> str:
    return ", ".join(text(engine_path(file)) for file in files)


def _selected(names: Mapping[str, str]) -> str:
    return ", ".join(f"{quoted(one)} as {quoted(to)}" for one, to in names.items())


def _needed(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(module.partition(".")[0], "patients") from None


def _close(connection: Any, place: str | None, kept: ExitStack) -> None:
    """Close the connection; a place in the user's own database goes with it."""
    if place is not None:
        connection.execute(f"detach {place}")
    connection.close()
    kept.close()
