"""Patients counted: one expression for each question, which DuckDB and Spark run unchanged."""
