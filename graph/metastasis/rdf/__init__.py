"""Assertions and catalog to RDF and back: the store, the rules, the files, the checks."""
