"""Queries: what they may do, how they run and end, what they answer, and those that are shipped."""
