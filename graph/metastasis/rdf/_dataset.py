"""The same store seen through rdflib.

Apart from the queries because it imports rdflib, which takes longer than most answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oxrdflib import OxigraphStore
from rdflib import Dataset

from metastasis._errors import QueryError
from metastasis._vocabulary import PREFIXES
from metastasis.rdf._query import refuse_federation

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["dataset_over"]


class GuardedStore(OxigraphStore):
    """Refuses what would leave the machine or change the graph by SPARQL."""

    def query(self, query: Any, *arguments: Any, **options: Any) -> Any:
        """Answer a query that stays here."""
        refuse_federation(self._inner, str(query))
        return super().query(query, *arguments, **options)

    def update(self, update: Any, *_arguments: Any, **_options: Any) -> None:
        """Refuse every update: the graph is built from assertions."""
        raise QueryError("the graph is only read; build another from assertions", str(update))


def dataset_over(store: ox.Store) -> Dataset:
    """Return an `rdflib.Dataset` over a store, its default graph the union of all graphs."""
    dataset = Dataset(store=GuardedStore(store=store), default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    return dataset
