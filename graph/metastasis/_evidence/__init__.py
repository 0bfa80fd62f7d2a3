"""What is said of where cancers spread, and what it amounts to: no RDF, no engine, no picture."""
