"""Names: every written form of the primaries and sites of the catalog, found in a text."""
