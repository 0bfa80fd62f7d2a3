"""The forms of other fields: Biolink, networks, nanopublications, ontologies, schemas, packages."""
