"""Prefixes, terms and the closed lists: every word that the records, the RDF and the views share.

The same lists stand, with a definition and an example each, in ``ontology/metastasis.ttl``; a test
holds the two together.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from curies import Converter

__all__ = [
    "BASE",
    "CANNOT_TELL",
    "CODED",
    "DATA_LICENSE",
    "DATA_RELEASE",
    "LISTS",
    "NOT_CLINICAL",
    "PREFIXES",
    "PRIOR_RELEASE",
    "RELEASE",
    "RELEASE_DATE",
    "STUDIED",
    "VERSION",
    "WORDS",
    "Basis",
    "Edge",
    "How",
    "contract",
    "converter",
    "expand",
]

VERSION: Final = "0.1.0"
"""Of the package; ``metastasis.__version__``."""

DATA_RELEASE: Final = "2026.11"
"""The release of the knowledge in ``ontology/``; written into every file."""

PRIOR_RELEASE: Final = ""
"""The data release before it; empty for the first that is public."""

RELEASE_DATE: Final = "2026-11-22"
"""The day of the release."""

DATA_LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"

NOT_CLINICAL: Final = (
    "Not for clinical use: a research resource, not a diagnostic or treatment tool."
)

STUDIED: Final = (
    "This is a graph of what was studied and reported: where it has no edge, spread is not ruled "
    "out."
)
"""The caveat of everything that is worked out of edges."""

CANNOT_TELL: Final = "cannot tell"
"""What stands where the evidence does not decide."""

BASE: Final = "https://w3id.org/metastasis/"

RELEASE: Final = f"{BASE}release/{DATA_RELEASE}"
"""The address of the data release; its files stand below it."""

LISTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "relation": ("metastasis", "extension"),
        "frequency": ("most_common", "common", "possible", "less_common", "rare", "absent"),
        "occurrence": ("any", "only_site", "first_site"),
        "denominator": (
            "all_patients",
            "metastatic_patients",
            "distant_stage_at_diagnosis",
            "autopsies",
            "records",
            "site_cases",
        ),
        "setting": ("at_diagnosis", "during_course", "at_autopsy", "unspecified"),
        "stage": ("any", "advanced"),
        "route": (
            "hematogenous",
            "lymphatic",
            "transcoelomic",
            "direct_extension",
            "csf",
            "perineural",
        ),
        "reading": ("table", "abstract", "text", "secondary", "computed"),
        "design": (
            "expert_summary",
            "lay_summary",
            "autopsy_series",
            "registry",
            "claims",
            "clinical_cohort",
            "sequencing_cohort",
            "literature_compilation",
            "text_extraction",
            "model",
        ),
        "finding": ("present", "absent"),
        "edge": ("commonly", "possibly", "rarely"),
        "basis": ("numbers", "expert_words", "lay_words"),
        "proximity": ("own_organ", "neighbor"),
        "disagreement": ("denied", "disjoint_intervals", "words_against_numbers"),
        "kind": (
            "organ",
            "histology",
            "grouping",
            "tissue",
            "region",
            "system",
            "vessel",
            "lymph_node",
            "unspecific",
        ),
    }
)
"""Each closed list and its values, in order of rank where they rank."""

CODED: Final = (
    "relation",
    "frequency",
    "occurrence",
    "denominator",
    "setting",
    "stage",
    "route",
    "reading",
)
"""The columns of an assertion that take a value of the closed list of the same name."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "denominator": {
            "all_patients": "all patients",
            "metastatic_patients": "metastatic patients",
            "distant_stage_at_diagnosis": "patients with distant stage at diagnosis",
            "autopsies": "autopsies",
            "records": "recorded metastases (not patients)",
            "site_cases": "patients with a metastasis at the site",
        },
        "setting": {
            "at_diagnosis": "at diagnosis",
            "during_course": "during the course of the disease",
            "at_autopsy": "at autopsy",
        },
        "occurrence": {"only_site": "as the only site", "first_site": "as the first site"},
        "stage": {"advanced": "advanced stage"},
    }
)
"""The values of a frame in words, the same in every table, sentence and picture.

What is not special has no words: a setting that is not specified, a site that counts at any time,
any stage.
"""

How = Literal["any", "all"]
"""One of the named things, or every one."""
Edge = Literal["any", "commonly", "possibly", "rarely"]
"""The class of edge that is asked for."""
Basis = Literal["any", "numbers", "expert_words", "lay_words"]
"""What an edge that is asked for rests on."""

_OBO: Final = "http://purl.obolibrary.org/obo/"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "met": f"{BASE}vocab#",
        "primary": f"{BASE}primary/",
        "site": f"{BASE}site/",
        "source": f"{BASE}source/",
        "assertion": f"{BASE}assertion/",
        "conflict": f"{BASE}conflict/",
        "disease": f"{BASE}disease/",
        "graph": f"{BASE}graph/",
        "partition": f"{BASE}partition/",
        "linkset": f"{BASE}linkset/",
        "distribution": f"{BASE}distribution/",
        "rule": f"{BASE}rule/",
        "query": f"{BASE}query/",
        **{name: f"{BASE}{name}/" for name in (*LISTS, "mechanism", "response")},
        "MONDO": f"{_OBO}MONDO_",
        "NCIT": f"{_OBO}NCIT_",
        "DOID": f"{_OBO}DOID_",
        "UBERON": f"{_OBO}UBERON_",
        "ECO": f"{_OBO}ECO_",
        "HP": f"{_OBO}HP_",
        "RO": f"{_OBO}RO_",
        "ONCOTREE": "http://data.mskcc.org/ontologies/oncotree/",
        "ICD10CM": "http://purl.bioontology.org/ontology/ICD10CM/",
        "MESH": "http://id.nlm.nih.gov/mesh/",
        "biolink": "https://w3id.org/biolink/vocab/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "pav": "http://purl.org/pav/",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "spex": "https://purl.expasy.org/sparql-examples/ontology#",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""The one prefix table: Turtle, JSON-LD, SPARQL, SSSOM and CURIEs all use it."""

_LONGEST_FIRST: Final = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def expand(curie: str) -> str:
    """Return the IRI of a CURIE of our prefix table.

    >>> expand("site:liver")
    'https://w3id.org/metastasis/site/liver'

    Raises
    ------
    KeyError
        The prefix is not in the table.
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def contract(iri: str) -> str:
    """Return the CURIE of an IRI, or the IRI itself where no prefix of ours fits.

    >>> contract("http://purl.obolibrary.org/obo/UBERON_0002107")
    'UBERON:0002107'
    >>> contract("https://example.org/x")
    'https://example.org/x'
    """
    for prefix, namespace in _LONGEST_FIRST:
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def converter() -> Converter:
    """Return the prefix table as a `curies.Converter`, for use with other tools.

    >>> converter().compress("https://w3id.org/metastasis/primary/breast")
    'primary:breast'
    """
    from curies import Converter

    return Converter.from_prefix_map(dict(PREFIXES))
