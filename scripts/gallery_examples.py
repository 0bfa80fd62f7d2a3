"""What the gallery shows: of each kind of picture, with what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import invented

if TYPE_CHECKING:
    from collections.abc import Callable

    from metastasis._graph import KnowledgeGraph

PAGE: Final = "cancer-spreading"
"""A source that describes many cancers in words."""


@dataclass(frozen=True, slots=True)
class Example:
    """One picture: its kind, a name for its files, what it shows, and how it is drawn."""

    kind: str
    name: str
    shows: str
    options: dict[str, Any]
    graph: Callable[[], KnowledgeGraph] | None = None
    """What gives the graph that it is drawn from; None is the shipped one."""

    @property
    def stem(self) -> str:
        """The name of its files, without ending."""
        return f"{self.kind}-{self.name}"


SIX: Final = ["bladder", "breast", "kidney", "lung", "melanoma", "prostate"]
PEOPLE: Final = {"denominator": "distant_stage_at_diagnosis", "setting": "at_diagnosis"}
AUTOPSIES: Final = {"value": "percent", "denominator": "autopsies", "setting": "at_autopsy"}
TABLE: Final = "A full table of invented autopsies"

EXAMPLES: Final = (
    Example("body", "prostate", "One cancer, on the male body", {"primaries": "prostate"}),
    Example("body", "breast", "One cancer, on the female body", {"primaries": "breast"}),
    Example("body", "bladder", "A cancer with counts: intervals", {"primaries": "bladder"}),
    Example("body", "ovary", "Sites without a shape of their own", {"primaries": "ovary"}),
    Example("body", "to-liver", "The reverse: what reaches the liver", {"sites": "liver"}),
    Example(
        "body",
        "page",
        "Many cancers on one page",
        {"primaries": ["bladder", "breast", "kidney", "lung", "melanoma", "prostate"]},
    ),
    Example(
        "ring",
        "six",
        "Six cancers",
        {"primaries": ["bladder", "breast", "kidney", "lung", "melanoma", "prostate"]},
    ),
    Example("ring", "page", "The cancers of one source", {"sources": PAGE}),
    Example("ring", "all", "Every edge of the graph", {}),
    Example("alluvial", "region", "By region of the body", {"sources": PAGE}),
    Example(
        "alluvial",
        "route",
        "By route, which most sources do not state",
        {"primaries": ["breast", "lung", "ovary", "uveal_melanoma"], "through": "route"},
    ),
    Example(
        "network",
        "six",
        "Six cancers",
        {"primaries": ["breast", "colorectal", "kidney", "lung", "melanoma", "prostate"]},
    ),
    Example("network", "page", "The cancers of one source", {"sources": PAGE}),
    Example("network", "common", "Only what is common", {"edge": "commonly"}),
    Example("network", "all", "Every edge of the graph", {}),
    Example(
        "progression",
        "steps",
        "Steps from site to site; the patients are invented, to show the form",
        {
            "sequences": invented.sequences(),
            "title": "Steps from site to site: an example with invented patients",
        },
    ),
    Example(
        "progression",
        "liver",
        "Steps of 10 % or more, those of one site brought out; the patients are invented",
        {
            "sequences": invented.sequences(),
            "least": 10,
            "highlight": "liver",
            "title": "To and from the liver: an example with invented patients",
        },
    ),
    Example(
        "upset",
        "lung",
        "Which sites go together; the patients are invented, to show the form",
        {
            "patterns": invented.patterns(),
            "title": "Sites found together: an example with 600 invented patients",
        },
    ),
    Example(
        "upset",
        "brain",
        "Those with one site brought out, by the number of sites; the patients are invented",
        {
            "patterns": invented.patterns(),
            "order": "degree",
            "highlight": "brain",
            "title": "With and without the brain: an example with 600 invented patients",
        },
    ),
    Example(
        "flow",
        "bladder",
        "One cancer, cohort by cohort, against blood flow",
        {"primaries": "bladder"},
    ),
    Example(
        "flow",
        "three",
        "Three cancers, on an axis by powers of ten",
        {"primaries": ["bladder", "hcc", "melanoma"], "axis": "log"},
    ),
    Example(
        "likely",
        "bone-liver",
        "Two sites, and one that is clear: what each says",
        {"sites": ["bone", "liver"], "absent": "brain"},
    ),
    Example("likely", "brain", "One site, as it was counted", {"sites": "brain"}),
    Example("heatmap", "page", "The cancers of one source", {"sources": PAGE}),
    Example("heatmap", "all", "Every pair of the graph, clustered", {}),
    Example(
        "heatmap",
        "percent",
        "Percentages, all out of one denominator",
        {
            "value": "percent",
            "denominator": "distant_stage_at_diagnosis",
            "setting": "at_diagnosis",
        },
    ),
    Example(
        "heatmap",
        "only-site",
        "Percentages with the site as the only one",
        {
            "value": "percent",
            "denominator": "distant_stage_at_diagnosis",
            "setting": "at_diagnosis",
            "occurrence": "only_site",
        },
    ),
    Example(
        "forest",
        "breast-bone",
        "One pair, every number on it",
        {"primaries": "breast", "sites": "bone"},
    ),
    Example(
        "forest",
        "bladder-bone",
        "One pair with counts",
        {"primaries": "bladder", "sites": "bone"},
    ),
    Example(
        "profiles",
        "four",
        "Four cancers",
        {"primaries": ["bladder", "breast", "lung", "prostate"]},
    ),
    Example("profiles", "liver", "Every cancer that reaches the liver", {"sites": "liver"}),
    Example(
        "heatmap", "column", "For a column of 89 mm", {"primaries": SIX, "top": 8, "size": "column"}
    ),
    Example(
        "heatmap",
        "table",
        f"{TABLE}, for a page",
        {**AUTOPSIES, "size": "page"},
        invented.autopsies,
    ),
    Example(
        "heatmap",
        "systems",
        f"{TABLE}, by organ system, for print",
        {**AUTOPSIES, "order": "system", "size": "page", "theme": "print"},
        invented.autopsies,
    ),
    Example(
        "heatmap",
        "ratio",
        f"{TABLE}: each cancer against all cancers",
        {**AUTOPSIES, "value": "ratio", "size": "page"},
        invented.autopsies,
    ),
    Example(
        "heatmap",
        "slide",
        "For a slide, on dark",
        {"primaries": SIX, "top": 6, "size": "slide", "theme": "dark"},
    ),
    Example("body", "column", "For a column of 89 mm", {"primaries": "prostate", "size": "column"}),
    Example(
        "body",
        "slide",
        "For a slide, on dark, with arrows",
        {"primaries": "prostate", "top": 8, "arrows": True, "size": "slide", "theme": "dark"},
    ),
    Example(
        "body",
        "values",
        "Numbers of one's own; these are invented",
        {"values": {"liver": 0.4, "bone": 0.7, "brain": 0.1, "lung": 0.25}},
    ),
    Example("ring", "column", "For a column of 89 mm", {"primaries": "prostate", "size": "column"}),
    Example(
        "ring",
        "table",
        f"{TABLE}, two cancers brought out, on dark",
        {"highlight": ["prostate", "melanoma"], "size": "page", "theme": "dark"},
        invented.autopsies,
    ),
    Example(
        "network",
        "highlight",
        "One cancer brought out, for a page",
        {"primaries": SIX, "highlight": "breast", "size": "page"},
    ),
    Example("alluvial", "page", "For a page", {"primaries": SIX, "size": "page"}),
    Example(
        "forest",
        "column",
        "For a column of 89 mm",
        {"primaries": "bladder", "sites": "bone", "size": "column"},
    ),
    Example(
        "profiles",
        "page",
        "Several cancers in one panel, for a page",
        {"primaries": ["bladder", "breast", "prostate"], "panels": "one", "size": "page"},
    ),
    Example(
        "profiles",
        "slide",
        "For a slide, on dark",
        {"primaries": ["breast", "prostate"], "top": 5, "size": "slide", "theme": "dark"},
    ),
)
"""All pictures of the gallery, by kind."""


def of_kind(kind: str) -> list[Example]:
    """Return the examples of a kind; one of breast cancer where none is listed."""
    listed = [example for example in EXAMPLES if example.kind == kind]
    return listed or [Example(kind, "breast", "One cancer", {"primaries": "breast"})]
