"""Matrices of counts, and any tidy table by a mapping file."""
