"""Spark, on this machine or on a cluster, from any storage that it reads.

Apart because Spark need not be installed where DuckDB counts.
"""

from __future__ import annotations

import csv
import io
import logging
import os
import sys
import warnings
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from weakref import finalize

from metastasis._drafts import workplace
from metastasis._errors import MissingExtraError, ReadError
from metastasis._files import write_atomically
from metastasis.patients._engines.base import Engine
from metastasis.patients._engines.faults import spark_fault
from metastasis.patients._engines.frames import arrow_table
from metastasis.patients._engines.progress import rows_in, watched
from metastasis.patients._engines.reading import (
    engine_path,
    form_of,
    is_address,
    takes_name,
    wanted_columns,
)
from metastasis.patients._forms.preparation import Preparation
from metastasis.patients._forms.texts import TextRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from metastasis.patients._engines.base import Columns, Paths
    from metastasis.patients._engines.progress import Progress
    from metastasis.patients._forms.preparation import Ready

__all__ = ["SparkEngine"]

_LOCAL: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
}
"""No server of pages and no bar of Spark's own; a date must not depend on where it is read."""
_QUIET: Final = """\
rootLogger.level = off
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = off
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""
"""The Java side prints nothing: what fails there is raised here."""


class SparkEngine(Engine):
    """Spark: the same expressions on a cluster."""

    name = "spark"

    def __init__(
        self,
        *,
        session: Any = None,
        memory_limit: str | None = None,
        threads: int | None = None,
        master: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.functions = _needed("pyspark.sql.functions")
        self.progress = progress
        self.remarks = []
        self._rows: int | None = None
        # One that runs in this process is somebody else's, who may go on with it.
        self._is_own = session is None and not _is_running()
        self._kept: list[Any] = []
        self._places = ExitStack()
        self._closer = finalize(self, self._places.close)
        self._preparation = Preparation(lambda: self._folder, _takes_name)
        self.session = session or _new_session(memory_limit, threads, master)

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
        several = [paths] if isinstance(paths, str | Path) else list(paths)
        if any(is_address(path) for path in several):
            return self._remote([str(path) for path in several], form, delimiter, comment, columns)
        rules = TextRules(
            delimiter=delimiter,
            comment=comment,
            encoding=encoding,
            packings=("gzip",),
            skips_lines=False,
        )
        found = self._ready(several, form, rules, sheet)
        self._count_rows(found)
        kinds = {one.head is None for one in found}
        parts = [self._part(one, comment, columns, as_text=len(kinds) > 1) for one in found]
        whole = parts[0]
        for part in parts[1:]:
            whole = whole.unionByName(part, allowMissingColumns=True)
        return whole

    def frame(self, rows: Any, *, columns: Columns | None = None) -> Any:
        """Return the user's own frame as a data frame; see :meth:`Engine.frame`."""
        if not hasattr(rows, "sparkSession"):
            table = arrow_table(rows)
            with _translated(["the frame"]):
                rows = self.session.createDataFrame(table)
        return self._chosen("the frame", rows, columns)

    def table(self, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Any:
        """Return a small table; see :meth:`Engine.table`."""
        typed = ", ".join(f"{_name(column)} {kind}" for column, kind in columns.items())
        return self.session.createDataFrame([tuple(row) for row in rows], typed)

    def collect(self, rows: Any) -> list[tuple[Any, ...]]:
        """Compute a data frame and return its rows."""
        with self._watched(), _translated(_files_behind(rows)):
            return [tuple(row) for row in rows.collect()]

    def columns(self, rows: Any) -> list[str]:
        """Return the names of the columns of a data frame."""
        return list(rows.columns)

    def write(self, rows: Any, path: Path) -> None:
        """Compute a data frame and write it; see :meth:`Engine.write`.

        Rows pass through this process, a part of the table after the other.
        """
        with write_atomically(path) as file, _translated(_files_behind(rows)):
            if form_of([path]) == "parquet":
                _write_parquet(rows, file)
            else:
                _write_text(rows, file)

    def settle(self, rows: Any) -> Any:
        """Return a data frame that Spark keeps once it is computed; see :meth:`Engine.settle`."""
        kept = rows.persist()
        self._kept.append(kept)
        return kept

    def mapped(self, rows: Any, function: Callable[..., Any], columns: str) -> Any:
        """Return what a function makes of a data frame, batch by batch of Arrow, on executors.

        Raises
        ------
        MissingExtraError
            pandas is not installed: PySpark asks for it, though none of it is used.
        """
        with suppress(Exception):  # Spark Connect has no context, and its workers are elsewhere
            context = self.session.sparkContext
            if context.master.startswith("local") and "PYSPARK_PYTHON" not in os.environ:
                # Spark takes the first python3 of the path, which may know nothing of this package.
                context.pythonExec = sys.executable
        try:
            with warnings.catch_warnings():
                # PySpark 4.3 warns of pandas 3, which we do not pass through it.
                warnings.simplefilter("ignore", FutureWarning)
                return rows.mapInArrow(function, columns)
        except ImportError:
            raise MissingExtraError("pandas", "frames") from None

    def interrupt(self) -> None:
        """Have jobs that run end, without a word of the bridge to Java: the process ends.

        In a thread of its own, as the bridge has one line for each, and this one's is in use.
        """
        logging.disable(logging.CRITICAL)
        Thread(target=self._cancel, daemon=True).start()

    def _cancel(self) -> None:
        with suppress(Exception):  # whatever Java says, nobody waits for it
            self.session.sparkContext.cancelAllJobs()

    def close(self) -> None:
        """Stop the session, unless it is the user's own; what was kept is given back."""
        for kept in self._kept:
            kept.unpersist()
        self._kept.clear()
        if self._is_own:
            self.session.stop()
        self._closer()

    @cached_property
    def _folder(self) -> Path:
        """The place for copies of files that cannot be read as they are; few files need one."""
        return self._places.enter_context(workplace())

    def _watched(self) -> AbstractContextManager[None]:
        """Tell the user how far a query is."""
        return watched(self.progress, self._rows, self._fraction)

    def _count_rows(self, found: Sequence[Ready]) -> None:
        kinds = {"csv" if one.head else "parquet" for one in found}
        if self.progress is not None and len(kinds) == 1:
            self._rows = rows_in([one.path for one in found], kinds.pop())

    def _fraction(self) -> float | None:
        """Return the part of the tasks of the stages under way that is done."""
        try:
            tracker = self.session.sparkContext.statusTracker()
            stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        except Exception:  # noqa: BLE001 - Spark Connect has no tracker, and a bar is not worth an error
            return None
        tasks = sum(stage.numTasks for stage in stages if stage)
        done = sum(stage.numCompletedTasks for stage in stages if stage)
        return done / tasks if tasks else None

    def _part(
        self, one: Ready, comment: str | None, columns: Columns | None, *, as_text: bool
    ) -> Any:
        """Return the rows of one file."""
        path = engine_path(one.path.absolute(), "{}[]*?\\", "\\{}")
        if one.head is None:
            with _translated([one.told]):
                rows = self.session.read.parquet(path)
                kinds = "string" if as_text else None
                rows = (
                    rows.select([rows[name].cast(kinds) for name in rows.columns])
                    if kinds
                    else rows
                )
            return self._chosen(one.told, rows, columns)
        typed = ", ".join(f"{_name(name)} string" for name in one.head.schema)
        reader = self._reader(one.head.delimiter, comment, one.head.quote).schema(typed)
        reader = reader.option("multiLine", one.has_breaks)
        names = wanted_columns(one.told, one.head.columns, columns, one.head.doubled)
        return self._chosen(one.told, reader.csv(path), names)

    def _remote(
        self,
        paths: list[str],
        form: str | None,
        delimiter: str | None,
        comment: str | None,
        columns: Columns | None,
    ) -> Any:
        with _translated(paths):
            if form_of(paths, form) == "parquet":
                rows = self.session.read.parquet(*paths)
            else:
                rows = self._reader(delimiter or ",", comment).csv(paths)
        return self._chosen(paths[0], rows, columns)

    def _reader(self, delimiter: str, comment: str | None, quote: str = '"') -> Any:
        reader = self.session.read.options(
            header=True,
            sep=delimiter,
            quote=quote,
            escape='"',
            encoding="UTF-8",
            mode="FAILFAST",
            nullValue="",
            emptyValue="",
            columnPruning=False,
        )
        return reader.option("comment", comment) if comment else reader

    def _chosen(self, file: str, rows: Any, columns: Columns | None) -> Any:
        """Return the columns wanted under the names wanted, with empty texts as null."""
        F = self.functions  # noqa: N806
        kinds = dict(rows.dtypes)
        names = wanted_columns(file, rows.columns, columns)
        cells = []
        for name, wanted in names.items():
            cell = F.col(_name(name))
            if kinds[name] == "string":
                cell = F.when(cell != "", cell)
            cells.append(cell.alias(wanted))
        return rows.select(*cells)


def _new_session(memory: str | None, threads: int | None, master: str | None) -> Any:
    sql = _needed("pyspark.sql")
    builder = sql.SparkSession.builder.appName("metastasis")
    if master is None:
        cores = threads or os.cpu_count() or 1
        builder = builder.master(f"local[{cores}]")
        builder = builder.config("spark.sql.shuffle.partitions", str(cores))
        for key, value in _LOCAL.items():
            builder = builder.config(key, value)
    else:
        builder = builder.master(master)
    if memory is not None:
        builder = builder.config("spark.driver.memory", memory.casefold().removesuffix("b"))
    with workplace() as folder, _started():
        settings = folder / "log4j2.properties"
        settings.write_text(_QUIET, encoding="utf-8")
        quiet = f"-Dlog4j2.configurationFile={settings.as_uri()}"
        return builder.config("spark.driver.extraJavaOptions", quiet).getOrCreate()


def _is_running() -> bool:
    """Return whether a session runs in this process, which Spark then hands out again."""
    return _needed("pyspark.sql").SparkSession.getActiveSession() is not None


def _takes_name(path: str) -> bool:
    """Return whether Hadoop opens a file of this name; it passes over some without a word."""
    name = Path(path).name
    return takes_name(path) and not name.startswith((".", "_")) and ":" not in name


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _files_behind(rows: Any) -> list[str]:
    """Return the files that a data frame is read from, for messages."""
    try:
        return [str(file).removeprefix("file://") for file in rows.inputFiles()][:1]
    except Exception:  # noqa: BLE001 - a message must not fail for want of a file name
        return []


def _needed(module: str) -> Any:
    try:
        with warnings.catch_warnings():
            # PySpark 4.3 warns of pandas 3, which we do not pass through it.
            warnings.simplefilter("ignore", FutureWarning)
            return import_module(module)
    except ImportError:
        raise MissingExtraError("pyspark", "spark") from None


@contextmanager
def _started() -> Iterator[None]:
    errors = _needed("pyspark.errors")
    try:
        yield
    except (errors.PySparkException, OSError) as error:
        reason = str(error).partition("\n")[0]
        remedy = "install Java 17 or newer and set JAVA_HOME, or use the engine 'duckdb'"
        raise ReadError("Spark", f"it does not start ({reason}); {remedy}") from None


@contextmanager
def _translated(files: Sequence[str | Path]) -> Iterator[None]:
    errors = _needed("pyspark.errors")
    java = _needed("py4j.protocol")
    try:
        yield
    except (errors.PySparkException, java.Py4JError) as error:
        raise spark_fault(error, [str(file) for file in files]) from None


def _write_text(rows: Any, file: Any) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text, lineterminator="\n")
    table.writerow(rows.columns)
    for row in rows.toLocalIterator():
        table.writerow("" if cell is None else cell for cell in row)
    text.detach()


def _write_parquet(rows: Any, file: Any) -> None:
    import pyarrow.parquet as pq

    table = rows.toArrow()
    pq.write_table(table, file)
