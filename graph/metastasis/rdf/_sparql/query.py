"""SPARQL: running a query without leaving the machine, and so that it ends."""

from __future__ import annotations

import re
from functools import lru_cache
from numbers import Real
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urljoin

import pyoxigraph as ox

from metastasis._errors import FederationError, QueryError, QueryMemoryError, QueryTimeoutError
from metastasis._vocabulary import BASE, PREFIXES
from metastasis.rdf._sparql.answers import Rows, Triples
from metastasis.rdf._sparql.engine import Answer, can_fork, in_child, in_thread
from metastasis.rdf._sparql.tokens import (
    MOST_DEPTH,
    MOST_PARTS,
    declared_prefixes,
    read_tokens,
    update_keyword,
)
from metastasis.rdf._syntax import plain_syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["answer_here", "ask", "check_query", "run_query"]

_PREFIXES: Final = dict(PREFIXES)
_MARKS: Final = tuple((f"{name}:", name, iri) for name, iri in PREFIXES.items())
_QUICK_SECONDS: Final = 0.1
"""What ends in less is asked without a thread from then on: Ctrl-C waits no longer for it."""
_MOST: Final = {"timeout": 1_000_000, "memory": 1 << 50}
"""The largest limits: what the machine waits for at most is 24 days, and no machine has more."""
_MOST_QUICK: Final = 512
"""Texts that are kept for that; who asks more of them makes them up as they go."""
_SMALL: Final = 40
"""Brackets of a query that needs no more of a stack than any thread has."""
_SMALL_LENGTH: Final = 4_000
"""Characters of one."""


def run_query(
    store: ox.Store,
    query: str,
    *,
    federate: bool = False,
    timeout: float | None = None,
    memory: int | None = None,
    base: str = BASE,
    union: bool = True,
    quick: set[str] | None = None,
) -> Rows | Triples | bool:
    """Run a SPARQL query over the union of all graphs of a store, with our prefixes known.

    ``SERVICE``, and ``FROM`` with a graph that the store does not hold, are refused unless
    ``federate`` is true: they make the engine ask other machines.

    Parameters
    ----------
    timeout
        Seconds after which the query is ended.
    memory
        Bytes that it may take; needs Linux.
    base
        What relative IRIs of the query are relative to.
    union
        Whether all graphs are asked as one; else a pattern outside of ``GRAPH`` finds what stands
        in the default graph. A query with ``FROM`` chooses for itself.
    quick
        Queries that this store answered at once before, which are asked without a thread. What is
        asked here and answered at once is put into it.

    >>> import metastasis as mets
    >>> run_query(mets.load().store, "ASK { primary:breast met:spreadsTo <site/bone> }", timeout=9)
    True

    Raises
    ------
    FederationError
        The query would leave this machine.
    QueryTimeoutError, QueryMemoryError
        It takes more time or memory than it was given.
    QueryError
        The query is not SPARQL, is an update, nests too deep or is too long, or fails while it
        runs.
        Or a limit is no number above 0.
    """
    _check_limits(query, timeout=timeout, memory=memory)
    plan = check_query(store, query, federate=federate, base=base)
    options: dict[str, Any] = {
        "prefixes": plan.prefixes,
        "base_iri": base,
        "use_default_graph_as_union": union and not plan.chooses_graphs,
    }
    if quick is not None and query in quick and timeout is None and memory is None:
        answer = _whole(_asked(store, query, options), query, None, None)
    else:
        began = perf_counter()
        answer = ask(store, query, options, timeout, memory, is_offline=not federate)
        if quick is not None and plan.is_small and perf_counter() - began < _QUICK_SECONDS:
            if len(quick) >= _MOST_QUICK:
                quick.clear()
            quick.add(query)
    if answer.kind == "b":
        return answer.data == b"true"
    text = answer.data.decode()
    return Rows(text) if answer.kind == "r" else Triples(text)


def _check_limits(query: str, **limits: Any) -> None:
    """Do nothing where every limit is one.

    Raises
    ------
    QueryError
        One is not: it is no number, not above 0, or endless.
    """
    for name, limit in limits.items():
        is_number = isinstance(limit, Real) and not isinstance(limit, bool)
        if limit is not None and not (is_number and 0 < limit <= _MOST[name]):
            unit = "seconds" if name == "timeout" else "bytes"
            raise QueryError(
                f"{name}={limit!r} is no limit: give a number of {unit} above 0 and of at most "
                f"{_MOST[name]:,}, or leave it away",
                query,
            )


def ask(
    store: ox.Store,
    query: str,
    options: Mapping[str, Any],
    timeout: float | None = None,
    memory: int | None = None,
    *,
    is_offline: bool = True,
) -> Answer:
    """Return what the engine answers: ``r`` with TSV, ``g`` with N-Triples, or ``b`` with a truth.

    Raises
    ------
    QueryError
        The query is not SPARQL, fails, or takes more time or memory than it was given.
    """

    def job() -> Answer:
        return _asked(store, query, options)

    if timeout is None and memory is None:
        answer = in_thread(job)
    elif can_fork():
        answer = in_child(job, timeout, memory, is_offline=is_offline)
    elif memory is not None:
        raise QueryError(
            "a limit of memory needs Linux and a store in memory; leave memory away", query
        )
    else:
        answer = in_thread(job, timeout)
    return _whole(answer, query, timeout, memory)


def answer_here(
    store: ox.Store,
    query: str,
    write: Callable[[Any], Answer],
    *,
    base: str = BASE,
    dataset: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Answer:
    """Return what ``write`` makes of what the engine finds, in this thread and without a limit.

    For a process that is there to be killed: it has a stack for the deepest query, and dies where
    memory ends. ``dataset`` are the default graphs and the named graphs that are asked, whatever
    the query says; None is the union of all, as in :func:`run_query`.

    Raises
    ------
    FederationError
        The query would leave this machine.
    QueryError
        It is not SPARQL, is an update, nests too deep or is too long, or fails while it runs.
    """
    plan = check_query(store, query, base=base)
    options: dict[str, Any] = {"prefixes": plan.prefixes, "base_iri": base}
    if dataset is None:
        options["use_default_graph_as_union"] = not plan.chooses_graphs
    else:
        default, named = ([ox.NamedNode(name) for name in names] for names in dataset)
        options.update(default_graph=default, named_graphs=named)
    return _whole(_asked(store, query, options, write), query, None, None)


def _plainly(found: Any) -> Answer:
    """Return what the engine finds as one text.

    Taking every term out of Rust by itself takes as long as finding it.
    """
    if isinstance(found, ox.QueryBoolean):
        return Answer("b", str(bool(found)).lower().encode())
    if isinstance(found, ox.QueryTriples):
        return Answer("g", found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"")
    return Answer("r", found.serialize(format=ox.QueryResultsFormat.TSV) or b"")


def _asked(
    store: ox.Store,
    query: str,
    options: Mapping[str, Any],
    write: Callable[[Any], Answer] = _plainly,
) -> Answer:
    """Return what the engine answers, an error as ``e`` with its sentence.

    No error leaves with the engine's objects behind it: they belong to the thread they are of.
    """
    try:
        return write(store.query(query, **options))
    except SyntaxError as error:
        return Answer("e", plain_syntax(str(error), query, options).encode())
    except (OSError, RuntimeError, ValueError) as error:
        return Answer("e", f"the query failed: {error}".encode())


def _whole(answer: Answer, query: str, timeout: float | None, memory: int | None) -> Answer:
    """Return an answer that is one, and raise what stands for one that did not come."""
    if answer.kind == "e":
        raise QueryError(answer.data.decode(), query)
    if answer.kind == "t":
        assert timeout is not None  # noqa: S101 - what else ended it
        raise QueryTimeoutError(query, timeout)
    if answer.kind == "m":
        assert memory is not None  # noqa: S101
        raise QueryMemoryError(query, memory)
    if answer.kind == "d":
        raise QueryError("the engine ended without an answer", query)
    return answer


class QueryPlan(NamedTuple):
    """What a text has to be asked for before and while it is run, worked out once per text."""

    fault: str | None
    """Why it cannot be run at all."""
    is_service: bool
    """Whether it may ask another machine by SERVICE."""
    graphs: tuple[str, ...]
    """The graphs that it names after FROM."""
    chooses_graphs: bool
    prefixes: dict[str, str]
    is_small: bool
    """Whether it needs no more of a stack than any thread has."""


def check_query(
    store: ox.Store, query: str, *, federate: bool = False, base: str = BASE
) -> QueryPlan:
    """Return how a query is to be run, if it may.

    Raises
    ------
    FederationError
        It would leave this machine, and ``federate`` is false.
    QueryError
        It is an update, nests too deep, or is too long.
    """
    plan = _plan_of(query, base)
    if plan.fault is not None:
        raise QueryError(plan.fault, query)
    if not federate:
        _refuse(store, plan, query)
    return plan


def _refuse(store: ox.Store, plan: QueryPlan, query: str) -> None:
    if plan.is_service:
        raise FederationError(
            "SERVICE reaches out of this machine; allow it with federate=True (on the shell: "
            "--federate)",
            query,
        )
    if not plan.graphs:
        return
    foreign = set(plan.graphs) - {str(graph.value) for graph in store.named_graphs()}
    if foreign:
        raise FederationError(
            f"FROM {', '.join(sorted(foreign))} names no graph of this store; allow addresses with "
            "federate=True (on the shell: --federate)",
            query,
        )


# Few texts are asked again and again; 512 of them take a megabyte or two.
@lru_cache(maxsize=512)
def _plan_of(query: str, base: str) -> QueryPlan:
    # TokenReading all 43 takes Oxigraph longer than answering a small question.
    prefixes = {name: iri for mark, name, iri in _MARKS if mark in query}
    brackets = sum(map(query.count, "({[<"))
    is_small = brackets <= _SMALL and len(query) <= _SMALL_LENGTH
    fault = _fault_of_update(query)
    texts = {query, _unescaped(query)}
    # To look closer takes longer than all the rest, and hardly any query needs it.
    if not (
        brackets > MOST_DEPTH
        or len(query) > MOST_PARTS
        or any(_NEEDS_TOKENS.search(text.casefold()) for text in texts)
    ):
        return QueryPlan(fault, False, (), False, prefixes, is_small)
    readings = [read_tokens(text) for text in texts]
    depth, parts = max(one.depth for one in readings), max(one.parts for one in readings)
    if depth > MOST_DEPTH:
        fault = f"the query nests deeper than {MOST_DEPTH} brackets; write it flatter"
    elif parts > MOST_PARTS:
        fault = (
            f"the query has more than {MOST_PARTS:,} words and signs; give long lists as data, "
            "with VALUES, which has no such limit"
        )
    elif not all(one.is_clear for one in readings):
        fault = "the query is not valid SPARQL: its quotes are not closed"
    names = {name for one in readings for name in one.graphs}
    declared: dict[str | None, str] = {None: base}
    declared.update(_PREFIXES)
    declared.update(declared_prefixes(query))
    return QueryPlan(
        fault,
        any(one.is_service for one in readings),
        tuple(_expanded(name, declared, base) for name in sorted(names)),
        bool(names),
        prefixes,
        is_small,
    )


# ?from, x:from and from:x are names. It starts with the word, so that Python looks for that first:
# prov:wasDerivedFrom is in most questions, FROM in hardly any.
_NEEDS_TOKENS: Final = re.compile(
    r"service|from(?<![?$:\w-]from)(?![\w-])|from[\w-]*+:|(?:ask|construct)from"
)
_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def _fault_of_update(query: str) -> str | None:
    word = update_keyword(query)
    if word is None:
        return None
    return (
        f"{word} is an update, and the graph is only read; ask with SELECT, ASK, CONSTRUCT or "
        "DESCRIBE"
    )


def _unescaped(query: str) -> str:
    """Return a query as the standard has it: code point escapes are read before anything else.

    Oxigraph reads them in strings and IRIs only; other versions of it do as the standard says.
    """
    if "\\" not in query:
        return query
    return _ESCAPED.sub(
        lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)),
        query,
    )


def _expanded(name: str, declared: Mapping[str | None, str], base: str) -> str:
    """Return the IRI of a name after FROM, with a mark for one that cannot be read."""
    if not name:
        return "(not read)"
    root = urljoin(base, declared[None])
    if name.startswith("<"):
        return urljoin(root, name[1:-1])
    prefix, _, local = name.partition(":")
    return urljoin(root, declared[prefix]) + local if prefix in declared else name
