"""The headers of SEER*Stat, by pattern: which column of a case listing says what, in every release.

SEER renames its variables with nearly every submission, and puts the years for which each is there
in brackets: the stage alone has had ten names. So a header is looked at without case, punctuation
and years, and known by the words in it. Programs that write ``SEER.Combined.Mets.at.DX.bone`` or
``seer_combined_mets_at_dx_bone_2010`` make no difference.

Sources: SEER*Stat dictionaries of variables and SEER Research Plus data dictionaries, submissions
of November 2018 to November 2024 (https://seer.cancer.gov/data-software/documentation/seerstat/);
SEER site recodes, https://seer.cancer.gov/siterecode/; SEER research data record descriptions,
1973 to 2016, for the names of the text files (``SCMETSDXB_PUB``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metastasis.patients._words.headers import nearest, plain_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "COLUMNS",
    "STAGE_NAMES",
    "VARIABLES",
    "ListingLayout",
    "Stage",
    "Variable",
    "columns_of",
    "layout_of",
    "like_a_stage",
]


@dataclass(frozen=True, slots=True)
class Variable:
    """One of the variables on metastases at diagnosis."""

    site: str
    """Catalog key; ``unspecified`` for other sites, which are no site."""
    headers: tuple[str, ...]
    """As SEER*Stat has it today, and as the text files of SEER had it."""
    since: str
    """The first year of diagnosis in which it was collected."""


VARIABLES: Final[Mapping[str, Variable]] = {
    **{
        f"mets_{site}": Variable(
            site, (f"SEER Combined Mets at DX-{site} (2010+)", f"SCMETSDX{short}_PUB"), "2010"
        )
        for site, short in (("bone", "B"), ("brain", "BR"), ("liver", "LIV"), ("lung", "LUNG"))
    },
    "mets_nodes": Variable(
        "lymph_node_distant", ("Mets at DX-Distant LN (2016+)", "METSDXLN"), "2016"
    ),
    "mets_other": Variable("unspecified", ("Mets at DX-Other (2016+)", "METSDXO"), "2016"),
}
"""The six variables, by our names; NAACCR items 1112, 1113, 1115, 1116, 1114 and 1117."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": ("Patient ID", "PUBCSNUM"),
    "sex": ("Sex", "SEX"),
    "year": ("Year of diagnosis", "YEAR_DX"),
    "sequence": ("Sequence number", "SEQ_NUM"),
    "behavior": ("Behavior code ICD-O-3", "Behavior recode for analysis", "BEHO3V"),
    "morphology": ("ICD-O-3 Hist/behav, malignant", "ICD-O-3 Hist/behav"),
    "histology": ("Histologic Type ICD-O-3", "HISTO3V"),
    "recode": (
        "Site recode ICD-O-3/WHO 2008",
        "Site recode ICD-O-3/WHO 2008 (for SIRs)",
        "Site recode ICD-O-3 2023 Revision",
        "Site recode ICD-O-3 2023 Revision Expanded",
        "Site recode - rare tumors",
    ),
    "topography": ("Primary Site", "Primary Site - labeled", "PRIMSITE"),
}
"""The other columns, and a header that each has had; the first that is there counts."""

STAGE_NAMES: Final = (
    "Combined Summary Stage (2004+)",
    "Combined Summary Stage with Expanded Regional Codes (2004+)",
    "Summary stage 2000 (1998-2017)",
    "SEER historic stage A (1973-2015)",
    "Derived EOD 2018 M Recode (2018+)",
)
"""Names that stages have had, to find misspellings by."""

_YEARS: Final = re.compile(r"( (19|20)[0-9]{2}(?= |$)| thru| through)+$")
_VARIABLE_WORDS: Final = {
    "bone": "mets_bone",
    "brain": "mets_brain",
    "liver": "mets_liver",
    "lung": "mets_lung",
    **dict.fromkeys(
        ("distant ln", "dist ln", "distant lymph node", "distant lymph nodes"), "mets_nodes"
    ),
    "other": "mets_other",
}
_VARIABLE: Final = re.compile(
    "(?P<form>seer combined |cs )?met(?:s|astas[ei]s)? at (?:dx|diagnosis) "
    f"(?P<site>{'|'.join(_VARIABLE_WORDS)})"
)
_SHORT: Final = re.compile("(?P<form>sc|cs)?metsdx(?P<site>br|b|liv|lung|ln|o)(?: pub)?")
_SHORT_SITES: Final = {
    "b": "mets_bone",
    "br": "mets_brain",
    "liv": "mets_liver",
    "lung": "mets_lung",
    "ln": "mets_nodes",
    "o": "mets_other",
}
_FORMS: Final = ("seer combined ", "sc", None, "cs ", "cs")
"""The combined variable first; else that since 2016, then Collaborative Stage's until 2015."""
_NO_STAGE: Final = frozenset(
    [
        *("eval", "descript", "descriptor", "src", "source", "flag", "schema", "version", "suffix"),
        *("arbor", "cod", "grade", "survival"),
    ]
)
"""Words of headers that tell of a stage, but do not state it; Ann Arbor's is that of lymphomas."""
_BLIND: Final = re.compile("d ?ajcc ?7? ?m|adjm 6value")
"""M stages in the text files, whose names have no words."""
_EDITIONS: Final = ("eod", "combined", "8th", "7th", "6th", "3rd")
"""Words that tell the newer M stage, for records that have several."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A column that states a stage."""

    place: int
    """Its place in the header."""
    family: str
    """How its cells are read; see :mod:`metastasis.patients._tumors.stages`."""
    rank: tuple[int, int]
    """Columns of a lower rank are asked first; those of one rank together."""


@dataclass(slots=True)
class ListingLayout:
    """Where the columns of a table are."""

    places: dict[str, list[int]] = field(default_factory=dict)
    """For each column by our name, the places of the headers that state it, the best first."""
    stages: list[Stage] = field(default_factory=list)
    """The best first."""

    @property
    def used(self) -> set[int]:
        """The places of all headers that are read."""
        return {one for several in self.places.values() for one in several} | {
            stage.place for stage in self.stages
        }


def layout_of(header: Sequence[str]) -> ListingLayout:
    """Return where the columns of a case listing are.

    >>> found = layout_of(["Patient ID", "SEER.Combined.Mets.at.DX.bone..2010..",
    ...                    "COD to site recode ICD-O-3 2023 Revision", "Derived AJCC M, 7th ed"])
    >>> found.places, [(one.place, one.family) for one in found.stages]
    ({'patient': [0], 'mets_bone': [1]}, [(3, 'm')])
    """
    plain = [_bare(one) for one in header]
    found = ListingLayout()
    for name, headers in COLUMNS.items():
        places = [place for one in headers for place in _all(plain, _bare(one))]
        if name == "recode":
            places += [n for n, one in enumerate(plain) if re.match("site rec(ode)? ", one)]
        if places:
            found.places[name] = list(dict.fromkeys(places))[:1]
    for name in VARIABLES:
        if places := [place for _, place in sorted(_of_variable(name, plain))]:
            found.places[name] = places
    stages = ((place, _stage(one)) for place, one in enumerate(plain))
    found.stages += [Stage(place, *known) for place, known in stages if known]
    found.stages.sort(key=lambda one: (one.rank, one.place))
    return found


def columns_of(header: Sequence[str]) -> dict[str, str]:
    """Return the headers of a case listing that are read, and what each is for.

    >>> columns_of(["Patient ID", "Laterality", "EOD Mets (2018+)"])
    {'Patient ID': 'patient', 'EOD Mets (2018+)': 'stage'}
    """
    found = layout_of(header)
    used = {place: name for name, several in found.places.items() for place in several}
    used |= {stage.place: "stage" for stage in found.stages}
    return {header[place]: used[place] for place in sorted(used)}


def like_a_stage(header: Sequence[str], layout: ListingLayout) -> list[str]:
    """Return headers that are not read although they look like those of a stage.

    >>> like_a_stage(["Combined Summary Stge", "Lymphoma - Ann Arbor Stage"], ListingLayout())
    ['Combined Summary Stge']
    """
    left = [one for place, one in enumerate(header) if place not in layout.used]
    other = _NO_STAGE | {"t", "n"}
    left = [one for one in left if not other & set(plain_header(one).split())]
    telling = [one for one in left if re.search(r"\b(stage|stg|staging)\b", plain_header(one))]
    near = (nearest(left, [name], (0.85,)) for name in STAGE_NAMES)
    return list(dict.fromkeys([*telling, *(one for one in near if one)]))


def _bare(header: str) -> str:
    """Return a header without case, punctuation and the years at its end."""
    return _YEARS.sub("", plain_header(header))


def _all(plain: Sequence[str], wanted: str) -> Iterator[int]:
    return (place for place, one in enumerate(plain) if one == wanted)


def _of_variable(name: str, plain: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the form and the place of the headers that are a variable on metastases."""
    for place, one in enumerate(plain):
        if match := _VARIABLE.fullmatch(one):
            known = _VARIABLE_WORDS[match["site"]]
        elif match := _SHORT.fullmatch(one):
            known = _SHORT_SITES[match["site"]]
        else:
            continue
        if known == name:
            yield _FORMS.index(match["form"]), place


def _stage(plain: str) -> tuple[str, tuple[int, int]] | None:
    """Return the family and the rank of a header that is a stage; None for any other."""
    words = set(plain.split())
    if words & _NO_STAGE:
        return None
    edition = next((n for n, word in enumerate(_EDITIONS) if word in words), len(_EDITIONS))
    is_tnm = bool(words & {"ajcc", "eod", "tnm", "edition", "ed", "cmb", "combined", "value"})
    if re.search(r"\bsummary stage\b|\bstage summary\b", plain):
        return "summary", (0, "combined" not in words)
    if re.fullmatch("(seer )?historic stage( a)?( recode)?|hst stga", plain):
        return "historic", (1, 0)
    if ("m" in words and is_tnm and not words & {"t", "n"}) or _BLIND.fullmatch(plain):
        return "m", (2, edition)
    if {"eod", "mets"} <= words:
        return "mets", (3, 0)
    if words & {"stage", "stg"} and (is_tnm or words & {"group", "grp", "figo", "uicc"}):
        return "group", (4, edition)
    return None
