"""Which of the many files in a study's folder are read, and what the study says of itself.

It stands apart because it looks at names of files, and at no table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from metastasis._errors import ReadError
from metastasis._files import read_text
from metastasis.patients._engines.reading import files_of, is_address

__all__ = ["files_of_study", "meta_of", "name_of", "places_of", "without_second_form"]

_NAMES: Final = ("data_clinical*.txt", "*_clinical_data.tsv", "data_timeline*.txt")
"""The clinical tables among the many files of a study's folder; they may be packed."""
_WEB: Final = "_clinical_data.tsv"


def files_of_study(path: str | Path) -> list[str | Path]:
    """Return the files that a path means: of a folder the clinical tables and the timelines.

    Raises
    ------
    ReadError
        There is no such file, or the folder holds none of a study.
    """
    if is_address(path):
        return [str(path)]
    folder = Path(path)
    if not folder.is_dir():
        return list(files_of(path))
    found = (file for name in _NAMES for end in ("", ".*") for file in folder.glob(name + end))
    files = sorted({file for file in found if file.is_file()})
    if not files:
        raise ReadError(path, f"the folder holds no clinical table ({' or '.join(_NAMES)})")
    return list(files)


def without_second_form(files: list[str | Path], remarks: list[str]) -> list[str | Path]:
    """Return the files without web exports of what a datahub table holds already."""
    samples = {Path(file).parent for file in files if "data_clinical_sample" in Path(file).name}
    kept = []
    for file in files:
        if _WEB in Path(file).name and Path(file).parent in samples:
            remarks.append(f"{Path(file).name} is not read: data_clinical_sample.txt is beside it")
        else:
            kept.append(file)
    return kept


def meta_of(file: str | Path) -> dict[str, str]:
    """Return what ``meta_study.txt`` beside a file says; nothing without it."""
    if is_address(file):
        return {}
    path = Path(file).parent / "meta_study.txt"
    if not path.is_file():
        return {}
    pairs = (line.partition(":") for line in read_text(path).splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, _, value in pairs if value.strip()}


def name_of(file: str | Path) -> str:
    """Return what to call a study by one of its files."""
    name = Path(file).name
    if _WEB in name:
        return name.partition(_WEB)[0]
    if name.startswith("data_"):
        return Path(file).absolute().parent.name
    return Path(file).stem


def places_of(file: str | Path) -> tuple[str, str]:
    """Return the name of a file and of the folder it is in."""
    path = Path(file) if is_address(file) else Path(file).absolute()
    return path.name, path.parent.name
