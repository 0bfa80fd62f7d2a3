"""The spread of one primary as a Markov chain over sites.

A chain comes from frequencies of sites (:func:`process_from_frequencies`), which do not decide it,
or from sequences of sites of patients (:func:`process_from_sequences`), which do.
"""

from metastasis.analysis._process.chain import (
    first_passage_times,
    recurrent_states,
    stationary_distribution,
)
from metastasis.analysis._process.frequencies import process_from_cohort, process_from_frequencies
from metastasis.analysis._process.looks import next_sites, previous_sites
from metastasis.analysis._process.origins import likely_origins
from metastasis.analysis._process.record import Process, Soundness, known_process
from metastasis.analysis._process.sequences import Sequence, read_sequences, simulate_sequences
from metastasis.analysis._process.steps import process_from_sequences
from metastasis.analysis._process.tables import (
    passage_table,
    roles,
    transition_table,
)

__all__ = [
    "Process",
    "Sequence",
    "Soundness",
    "first_passage_times",
    "known_process",
    "likely_origins",
    "next_sites",
    "passage_table",
    "previous_sites",
    "process_from_cohort",
    "process_from_frequencies",
    "process_from_sequences",
    "read_sequences",
    "recurrent_states",
    "roles",
    "simulate_sequences",
    "stationary_distribution",
    "transition_table",
]
