"""Parts read by the executors of Spark: the same function as in processes, under ``mapInArrow``.

Apart from the corpus because Spark need not be there.
"""

from __future__ import annotations

import json
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError, ReadError
from metastasis.patients._engines.spark_engine import SparkEngine
from metastasis.text._corpus.parts import Portion, made_part
from metastasis.text._corpus.rows import arrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis.patients._engines.engine import Engine
    from metastasis.text._corpus.parts import Ask

__all__ = ["made_on_cluster"]

_PARTS_A_CORE: Final = 4
"""Parts of a job for each core: what is done is kept when the whole job is."""
_CORES: Final = 64
"""Taken for granted where Spark does not tell how many there are, as behind Spark Connect."""
_ANSWER: Final = "key string, content binary, fault string"


def made_on_cluster(
    parts: Sequence[Portion], ask: Ask, engine: Engine
) -> Iterator[tuple[str, bytes]]:
    """Yield key and content of parts, job by job.

    Raises
    ------
    ReadError
        The engine is not Spark, an executor cannot read a file, or Spark fails.
    """
    if not isinstance(engine, SparkEngine):
        raise ReadError("the corpus", f"engine {engine.name!r} reads no texts; give workers")
    coming = iter(parts)
    while some := list(islice(coming, _PARTS_A_CORE * _cores(engine))):
        given = [(json.dumps(part),) for part in some]
        table = engine.table({"part": "string"}, given).repartition(len(given))
        read = engine.mapped(table, partial(_read_batches, ask=ask), _ANSWER)
        for key, content, fault in engine.collect(read):
            if fault is not None:
                raise ReadError(*json.loads(fault))
            yield key, bytes(content)


def _cores(engine: SparkEngine) -> int:
    try:
        return int(engine.session.sparkContext.defaultParallelism)
    except Exception:  # noqa: BLE001 - Spark Connect has no context, and says so in its own way
        return _CORES


def _read_batches(batches: Iterable[Any], *, ask: Ask) -> Iterator[Any]:
    """Read the parts in batches of rows; this runs on an executor."""
    pa = arrow()
    for batch in batches:
        for text in batch.column(0).to_pylist():
            path, groups, first, key = json.loads(text)
            part = Portion(path, None if groups is None else tuple(groups), first, key)
            content, fault = _read(part, ask)
            yield pa.RecordBatch.from_arrays(
                [
                    pa.array([key], pa.string()),
                    pa.array([content], pa.binary()),
                    pa.array([fault], pa.string()),
                ],
                names=["key", "content", "fault"],
            )


def _read(part: Portion, ask: Ask) -> tuple[bytes | None, str | None]:
    """Return what is read out of a part, or what is wrong with it: an error has no way back."""
    try:
        return made_part(part, ask), None
    except ReadError as error:
        reason = str(error).removeprefix(f"cannot read {error.path}: ")
        return None, json.dumps([str(error.path), reason])
    except MetastasisError as error:
        return None, json.dumps([part.path, str(error)])
