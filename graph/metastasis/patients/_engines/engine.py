"""The engines that tables run on: DuckDB inside this process, or Spark on any cluster.

Every table is a data frame of the PySpark API, so that an expression is written once and runs
unchanged on both; SQLFrame writes it as DuckDB's SQL. Why SQLFrame: in a trial on the three
aggregations (patients counted; joint patterns; order of sites) with 10 million rows of 2 million
patients, two cores shared with other work and medians of three, DuckDB took

=====================  ========  ========  ========
expression written in   counted  patterns  order
=====================  ========  ========  ========
SQLFrame 4.10             5.2 s     4.2 s     6.8 s
Ibis 12.0                 3.9 s     3.5 s     3.9 s
Narwhals 2.29             7.0 s     7.8 s     5.6 s
=====================  ========  ========  ========

The expression behind the first figure was then made leaner, and took as much processor time as the
query written by hand (1.3 against 1.3 s). Ibis was as fast or faster, but has no ``bit_or`` on
Spark; Narwhals has none at all, so that each site took a column of its own. SQLFrame's data frames
are PySpark's: what runs on a cluster is PySpark itself, with nothing in between.
What it costs is 0.3 s to write a query of twenty sites.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Self

from metastasis._errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from metastasis.patients._engines.duckdb_engine import Origin

    Paths = str | Path | Sequence[str | Path]
    Columns = Sequence[str] | Mapping[str, str]
    Progress = Callable[[int, int | None], None]

__all__ = ["ENGINES", "Engine", "open_engine"]

ENGINES: Final = ("duckdb", "spark")
"""The engines that :func:`open_engine` knows."""


class Engine(ABC):
    """Something that reads tables and computes with them; a context manager that closes itself.

    ``functions`` is the module of column functions (``F`` in PySpark's own examples) that belongs
    to its data frames.
    """

    name: str
    functions: ModuleType
    progress: Progress | None = None
    threads: int | None = None

    @abstractmethod
    def read(
        self,
        paths: Paths,
        *,
        form: str | None = None,
        delimiter: str | None = None,
        comment: str | None = None,
        columns: Columns | None = None,
    ) -> Any:
        """Return the rows of files as a data frame.

        Parameters
        ----------
        paths
            A file, a folder, a pattern such as ``claims/*.parquet``, several of them, or an
            address that Spark reads.
        form
            ``csv`` or ``parquet``; None goes by the ending of the files.
        delimiter
            What stands between the cells of a text table; None goes by the header line.
        comment
            Lines at the head of a text table that begin with this are skipped.
        columns
            The columns wanted, or a mapping from columns to the names wanted for them; None takes
            all under their own names.

        Every cell of a text table is text; an empty one is null, and nothing else is.

        Raises
        ------
        ReadError
            A file is missing, empty, cut short, or not UTF-8.
        TableError
            A column is missing or stands there twice, or a row has too many or too few cells.
        """

    @abstractmethod
    def frame(self, rows: Any, *, columns: Columns | None = None) -> Any:
        """Return the user's own frame (pandas, Polars, Arrow, DuckDB, Spark) as a data frame.

        Raises
        ------
        TableError
            A column is missing, or it is no frame that this engine takes.
        """

    @abstractmethod
    def table(self, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Any:
        """Return a small table; ``columns`` maps names to Spark types such as ``string``."""

    @abstractmethod
    def collect(self, rows: Any) -> list[tuple[Any, ...]]:
        """Compute a data frame and return its rows."""

    @abstractmethod
    def columns(self, rows: Any) -> list[str]:
        """Return the names of the columns of a data frame."""

    def settle(self, rows: Any) -> Any:
        """Return a data frame that is computed once, however often it is asked.

        Where an engine keeps nothing, that is the data frame itself.
        """
        return rows

    def view(self, rows: Any) -> Any:
        """Return a data frame under a short name, not computed; questions to it stay short."""
        return rows

    def origin(self, rows: Any) -> Origin | None:  # noqa: ARG002
        """Return the local Parquet files that a data frame was read from, just as they are."""
        return None

    @abstractmethod
    def write(self, rows: Any, path: Path) -> None:
        """Compute a data frame and write it as CSV or Parquet, wholly or not at all.

        Raises
        ------
        WriteError
            The file cannot be written.
        """

    @abstractmethod
    def close(self) -> None:
        """Give back what the engine holds."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_engine(
    name: str = "duckdb",
    *,
    session: Any = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    master: str | None = None,
    progress: Progress | None = None,
) -> Engine:
    """Open an engine.

    Parameters
    ----------
    name
        ``duckdb`` or ``spark``.
    session
        The user's own DuckDB connection or Spark session, which stays open; None makes one.
    memory_limit
        How much memory DuckDB may use before it works on disk, as in ``1GB``; the driver's memory
        for Spark. None is 1536MB for DuckDB, unless the session is the user's own; Spark's own
        setting for Spark.
    threads
        How many processor cores to use; None for all.
    master
        The cluster for Spark, as in ``spark://host:7077`` or ``yarn``; None for this machine.
    progress
        Is called with the rows done so far and the rows in all (None where unknown), from the
        first second on.

    >>> with open_engine() as engine:
    ...     rows = engine.table({"patient": "string"}, [("A",), ("B",)])
    ...     sorted(engine.collect(rows))
    [('A',), ('B',)]

    Raises
    ------
    UnknownNameError
        There is no such engine.
    MissingExtraError
        DuckDB and SQLFrame (extra ``cluster``) or PySpark (extra ``spark``) are not installed.
    """
    if name == "duckdb":
        from metastasis.patients._engines.duckdb_engine import DuckDBEngine

        return DuckDBEngine(
            session=session, memory_limit=memory_limit, threads=threads, progress=progress
        )
    if name == "spark":
        from metastasis.patients._engines.spark_engine import SparkEngine

        return SparkEngine(
            session=session,
            memory_limit=memory_limit,
            threads=threads,
            master=master,
            progress=progress,
        )
    raise UnknownNameError("engine", name, ENGINES)
