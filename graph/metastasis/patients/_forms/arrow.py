"""Arrow files, which Feather writes too: as Parquet, which both engines read.

Apart because it needs PyArrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._errors import MissingExtraError, ReadError
from metastasis.patients._forms.copies import written

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["parquet_of_arrow"]


def parquet_of_arrow(file: Path, target: Path) -> Path:
    """Return a copy of an Arrow file as Parquet, written a batch after the other.

    Raises
    ------
    ReadError
        It is cut short or damaged.
    MissingExtraError
        PyArrow is not installed; the extra ``patients`` brings it.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow", "patients") from None
    try:
        with (
            pa.memory_map(str(file)) as source,
            pa.ipc.open_file(source) as reader,
            written(target) as copy,
            pq.ParquetWriter(copy, reader.schema) as writer,
        ):
            for number in range(reader.num_record_batches):
                writer.write_batch(reader.get_batch(number))
    except pa.ArrowException:
        raise ReadError(file, "it is cut short or damaged: export it again") from None
    return target
