"""What each reader says of a place: whether it would take it, which columns for what, and how.

A claim is no promise that the reader succeeds: it is made on the head of a file. Which headers and
cells mean what is the readers' own knowledge, and is asked of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from shlex import join
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from metastasis.patients._words.answers import site_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["PURPOSES", "Claim", "unused_answers"]

PURPOSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "patient": "the patient",
        "code": "the diagnosis codes",
        "date": "the date",
        "system": "the code system",
        "sex": "the sex",
        "text": "what a code is called",
        "certainty": "how certain a diagnosis is",
        "position": "the position of a code",
        "inpatient": "whether it is of an inpatient",
        "sample": "the sample",
        "study": "the study",
        "detailed": "the cancer, in detail",
        "type": "the cancer",
        "subtype": "the subtype",
        "sample_type": "whether a sample is of a metastasis",
        "sample_detail": "whether a sample is of a node or of a distant organ",
        "sample_class": "whether a sample is of a metastasis",
        "sampled_site": "the site that a metastasis was taken from",
        "mark": "whether a patient is metastatic",
        "age": "the age at the first metastasis",
        "year": "the year of diagnosis",
        "sequence": "which of the patient's tumors it is",
        "behavior": "whether a tumor is malignant",
        "morphology": "the morphology",
        "histology": "the histology",
        "recode": "the cancer",
        "topography": "the cancer, by its topography",
        "stage": "the stage",
        "site": "a site of metastasis",
        "icd10": "the cancer",
        "primary": "the cancer",
        "order": "the order of a patient's cancers",
        "m": "the M of TNM",
    }
)
"""What a column of ours is for, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one reader says of a place."""

    reader: str
    """The command of ``metastasis ingest``."""
    why: str
    """What makes it one for this reader."""
    score: float
    """How sure that is, up to 1."""
    paths: tuple[str, ...]
    options: tuple[str, ...] = ()
    """What else has to stand on the command line."""
    used: Mapping[str, str] = field(default_factory=dict)
    """For a header what it is used for."""
    header: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    """Headers that look as if they carried the answer, and would not be used."""
    codes: str | None = None
    """What the codes seem to be of."""
    lacks: tuple[str, ...] = ()
    """What is missing, and what that costs."""
    needs: tuple[str, ...] = ()
    """What it cannot be read without, and what to do for it; none where it is ready."""

    @property
    def unused(self) -> tuple[str, ...]:
        """The headers that are not used."""
        return tuple(one for one in self.header if one not in self.used)

    @property
    def is_ready(self) -> bool:
        """Whether the command can be run as it is."""
        return not self.needs

    def arguments(self, out: str | None = None) -> list[str]:
        """Return the arguments of ``metastasis``.

        >>> Claim(reader="omop", why="", score=1, paths=("my cdm",)).arguments("a.csv")
        ['ingest', 'omop', 'my cdm', '--out', 'a.csv']
        """
        options = [*self.options, *(("--out", out) if out else ())]
        return ["ingest", self.reader, *map(_as_path, self.paths), *options]

    def command(self, out: str | None = None) -> str:
        """Return the command, quoted for a shell."""
        return join(["metastasis", *self.arguments(out)])


def _as_path(path: str) -> str:
    """Return a path that is no option, whatever it begins with."""
    return f"./{path}" if path.startswith("-") else path


def unused_answers(header: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
    """Return headers that name a site of metastasis and are not used.

    >>> unused_answers(["patient", "DMETS_DX_LIVER"], ["patient"])
    ('DMETS_DX_LIVER',)
    """
    taken = set(used)
    return tuple(one for one in site_columns(list(header)) if one not in taken)
