"""The engines that tables run on: DuckDB inside this process, or Spark on any cluster.

Every table is a data frame of the PySpark API, so that an expression is written once and runs
unchanged on both. On Spark it is PySpark itself; on DuckDB the few names of it that readers use are
written as SQL by ``duckdb_frame.py`` and ``duckdb_functions.py``, and a test holds them to PySpark.
What was tried before, in seconds of processor to read a file of ten rows:

=========================  =====  ==========  ====  ====  ====  =====
names of PySpark by        coded  cBioPortal  SEER  OMOP  FHIR  table
=========================  =====  ==========  ====  ====  ====  =====
SQLFrame 4.10               0.45        2.55  1.43  0.97  0.50   0.59
the two modules here        0.06        0.19  0.13  0.10  0.06   0.06
=========================  =====  ==========  ====  ====  ====  =====

SQLFrame copies its whole tree of expressions at every step, and asks DuckDB what tables hold.
``duckdb.experimental.spark``, DuckDB's own, binds each step anew (a millisecond, here a hundredth),
lacks six of the functions and ``DataFrame.agg``, and takes a connection only by private names.
Ibis 12 has no ``bit_or`` on Spark, and Narwhals 2.29 has none at all. How the expressions compare
with the best query written by hand, ``scripts/bench.py ingest`` measures.
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
        DuckDB (extra ``patients``) or PySpark (extra ``spark``) are not installed.
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
