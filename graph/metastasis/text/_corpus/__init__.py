"""Corpora: many texts read by many processes or a cluster, into one Parquet file of readings."""
