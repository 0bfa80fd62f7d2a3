"""Corpora: many texts read by many processes or a cluster, into one Parquet file of readings."""

from metastasis.text._corpus.corpus import CorpusReport, read_corpus

__all__ = ["CorpusReport", "read_corpus"]
