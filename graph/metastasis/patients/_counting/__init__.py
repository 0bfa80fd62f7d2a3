"""Patients counted: one expression an aggregation, and the packed way beside it."""
