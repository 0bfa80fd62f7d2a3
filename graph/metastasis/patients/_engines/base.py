"""What every engine can do; the engines themselves stand beside it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from metastasis.patients._engines.reading import files_of, form_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

    from metastasis.patients._engines.progress import Progress
    from metastasis.patients._forms.preparation import Preparation, Ready
    from metastasis.patients._forms.texts import TextRules

    Paths = str | Path | Sequence[str | Path]
    Columns = Sequence[str] | Mapping[str, str]

__all__ = ["Engine"]


class Engine(ABC):
    """Something that reads tables and computes with them; a context manager that closes itself.

    ``functions`` is the module of column functions (``F`` in PySpark's own examples) that belongs
    to its data frames.
    """

    name: str
    functions: ModuleType
    progress: Progress | None = None
    encoding: str | None = None
    """How text tables are encoded, for all reads; None for UTF-8, or what a file shows."""
    sheet: str | None = None
    """The sheet of a workbook, for all reads; None for the only one."""
    remarks: list[str]
    """What was done to files in order to read them, each once; what reports it may clear it."""

    _preparation: Preparation

    def _ready(
        self, paths: Paths, form: str | None, rules: TextRules, sheet: str | None
    ) -> list[Ready]:
        """Return local files as the engine reads them."""
        rules = replace(rules, encoding=rules.encoding or self.encoding)
        files = files_of(paths)
        if form is not None:
            form_of(files, form)
        found = [
            self._preparation.ready(file, rules, sheet=sheet or self.sheet, form=form)
            for file in files
        ]
        for one in found:
            self.remark(Path(one.told).name, one.remarks)
        return found

    def remark(self, file: str, remarks: Iterable[str]) -> None:
        """Keep what was made of a file in order to read it, once."""
        told = [f"{file}: {one}" for one in remarks]
        self.remarks += [one for one in told if one not in self.remarks]

    @abstractmethod
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
        encoding
            How text tables are encoded, as in ``windows-1252``; None is that of the engine.
        sheet
            The sheet of a workbook; None is that of the engine.

        Every cell of a text table is text; an empty one is null, and nothing else is.

        Raises
        ------
        ReadError
            A file is missing, empty, cut short, or not UTF-8.
        TableError
            A column is missing, or one that is wanted stands there twice, or a row has too many or
            too few cells.
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

    @abstractmethod
    def write(self, rows: Any, path: Path) -> None:
        """Compute a data frame and write it as CSV or Parquet, wholly or not at all.

        Raises
        ------
        WriteError
            The file cannot be written.
        """

    def interrupt(self) -> None:  # noqa: B027 - not every engine can
        """Have what is computed right now end soon; may be called while it is, by any thread."""

    @abstractmethod
    def close(self) -> None:
        """Give back what the engine holds."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
