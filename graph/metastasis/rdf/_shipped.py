"""The shipped quads as a store.

Apart from the reader of files because that one takes as long to import as these take to read: they
are as they were built, and what it looks for in files of others is not in them.
"""

from __future__ import annotations

import pyoxigraph as ox

from metastasis._errors import ReadError
from metastasis._files import ontology_path

__all__ = ["shipped_store"]


def shipped_store() -> ox.Store:
    """Return a store with the quads of the shipped graph.

    >>> len(shipped_store()) > 70_000
    True

    Raises
    ------
    ReadError
        The file is not there, or somebody has changed it.
    """
    path = ontology_path("release", "metastasis.nq")
    store = ox.Store()
    try:
        # Oxigraph reads what is in memory a fifth faster than the file.
        store.bulk_load(path.read_bytes(), format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise ReadError(path, f"not valid N-Quads: {error}") from None
    except OSError as error:
        raise ReadError(path, error.strerror or str(error)) from None
    return store
