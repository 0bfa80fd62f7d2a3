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

Ibis was faster, but has no ``bit_or`` on Spark; Narwhals has none at all, so that each site took a
column of its own. SQLFrame's data frames are PySpark's: what runs on a cluster is PySpark itself,
with nothing in between. The expression has been made leaner since; how it compares with the best
query written by hand, and what SQLFrame takes to write it, ``scripts/bench.py ingest`` measures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError
from metastasis.patients._engines.base import Engine

if TYPE_CHECKING:
    from metastasis.patients._engines.progress import Progress

__all__ = ["ENGINES", "Engine", "open_engine"]

ENGINES: Final = ("duckdb", "spark")
"""The engines that :func:`open_engine` knows."""


def open_engine(
    name: str = "duckdb",
    *,
    session: Any = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    master: str | None = None,
    progress: Progress | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
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
        for Spark. None is 4GB for DuckDB, unless the session is the user's own; Spark's own setting
        for Spark.
    threads
        How many processor cores to use; None for all.
    master
        The cluster for Spark, as in ``spark://host:7077`` or ``yarn``; None for this machine.
    progress
        Is called with the rows done so far and the rows in all (None where unknown), from the
        first second on.
    encoding
        How text tables are encoded, as in ``windows-1252``, for all that the engine reads; None for
        UTF-8, or what a file shows.
    sheet
        The sheet of a workbook, for all that the engine reads; None for the only one.

    >>> with open_engine() as engine:
    ...     rows = engine.table({"patient": "string"}, [("A",), ("B",)])
    ...     sorted(engine.collect(rows))
    [('A',), ('B',)]

    Raises
    ------
    UnknownNameError
        There is no such engine.
    MissingExtraError
        DuckDB and SQLFrame (extra ``patients``) or PySpark (extra ``spark``) are not installed.
    """
    opened: Engine
    if name == "duckdb":
        from metastasis.patients._engines.duckdb_engine import DuckDBEngine

        opened = DuckDBEngine(
            session=session, memory_limit=memory_limit, threads=threads, progress=progress
        )
    elif name == "spark":
        from metastasis.patients._engines.spark_engine import SparkEngine

        opened = SparkEngine(
            session=session,
            memory_limit=memory_limit,
            threads=threads,
            master=master,
            progress=progress,
        )
    else:
        raise UnknownNameError("engine", name, ENGINES)
    opened.encoding, opened.sheet = encoding, sheet
    return opened
