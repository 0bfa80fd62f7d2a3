"""Matrices of counts, wide tables of yes and no, and any tidy table by a mapping file."""
