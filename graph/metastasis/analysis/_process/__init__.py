"""The spread of one primary as a Markov chain over sites.

A chain comes from frequencies of sites (:func:`process_from_frequencies`), which do not decide it,
or from sequences of sites of patients (:func:`process_from_sequences`), which do.
"""

from metastasis.analysis._process.chain import Process, Soundness, known_process
from metastasis.analysis._process.frequencies import process_from_cohort, process_from_frequencies
from metastasis.analysis._process.neighbors import (
    following_table,
    likely_origins,
    next_sites,
    preceding_table,
    previous_sites,
)
from metastasis.analysis._process.sequences import (
    SiteSequence,
    process_from_sequences,
    read_sequences,
    simulate_sequences,
)
from metastasis.analysis._process.tables import (
    passage_table,
    passage_times,
    process,
    role_table,
    transition_table,
    transitions,
)

__all__ = [
    "Process",
    "SiteSequence",
    "Soundness",
    "following_table",
    "known_process",
    "likely_origins",
    "next_sites",
    "passage_table",
    "passage_times",
    "preceding_table",
    "previous_sites",
    "process",
    "process_from_cohort",
    "process_from_frequencies",
    "process_from_sequences",
    "read_sequences",
    "role_table",
    "simulate_sequences",
    "transition_table",
    "transitions",
]
