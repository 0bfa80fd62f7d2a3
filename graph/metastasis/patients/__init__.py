"""Patients in: tables with a row for each patient, sample or diagnosis become assertions.

Each reader takes a path, a pattern, a folder or a data frame, and returns an :class:`Ingested`: the
assertions with their counts and denominators, the source they come from, and a report of what
became of every row and every patient. Nothing here is a clinical tool, and no row leaves this
machine.
"""

from metastasis.patients._cbioportal.reader import read_cbioportal
from metastasis.patients._coded.code_map import CodeMap, read_code_map
from metastasis.patients._coded.fhir import read_fhir
from metastasis.patients._coded.omop import read_omop
from metastasis.patients._coded.reader import read_coded
from metastasis.patients._counting.patterns import Pattern, read_patterns, write_patterns
from metastasis.patients._engines.engine import ENGINES, Engine, open_engine
from metastasis.patients._intake import Ingested, Rules
from metastasis.patients._look.claims import Claim
from metastasis.patients._look.look import Look, look
from metastasis.patients._registry.reader import read_registry
from metastasis.patients._report import Exclusion, Notice, Remark, Report
from metastasis.patients._seer.naaccr import read_naaccr
from metastasis.patients._seer.reader import read_seer
from metastasis.patients._tables.mapping import SourceEntry, TableMapping, read_mapping
from metastasis.patients._tables.matrix import read_matrix
from metastasis.patients._tables.tidy import read_table
from metastasis.patients._tables.wide import read_wide
from metastasis.patients._words.labels import Unmapped
from metastasis.patients._words.site_map import read_site_map, write_site_map

__all__ = [
    "ENGINES",
    "Claim",
    "CodeMap",
    "Engine",
    "Exclusion",
    "Ingested",
    "Look",
    "Notice",
    "Pattern",
    "Remark",
    "Report",
    "Rules",
    "SourceEntry",
    "TableMapping",
    "Unmapped",
    "look",
    "open_engine",
    "read_cbioportal",
    "read_code_map",
    "read_coded",
    "read_fhir",
    "read_mapping",
    "read_matrix",
    "read_naaccr",
    "read_omop",
    "read_patterns",
    "read_registry",
    "read_seer",
    "read_site_map",
    "read_table",
    "read_wide",
    "write_patterns",
    "write_site_map",
]
