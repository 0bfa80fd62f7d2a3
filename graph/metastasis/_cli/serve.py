"""``metastasis serve``: SPARQL and pages for whoever asks, until it is told to end."""

from __future__ import annotations

import signal
from dataclasses import replace
from ipaddress import ip_address
from typing import Annotated

import click

from metastasis._cli.amounts import bytes_amount, seconds_amount
from metastasis._cli.options import open_graph
from metastasis._cli.output import say

__all__ = ["serve"]


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    graph: str | None = None,
    deadline: Annotated[float, seconds_amount] | None = None,
    memory: Annotated[float, bytes_amount] | None = None,
    fronts: int = 1,
    log_queries: bool = False,
) -> None:
    """Answer SPARQL and show pages of the graph to a browser, until Ctrl-C.

    The endpoint is at /sparql, the pages at /. Each query runs in a process of its own, which
    reaches no file and no machine and is ended at the deadline. One line of JSON about each request
    goes to standard error. Needs the extra serve.

    Example: metastasis serve

    Example: metastasis serve --port 8080 --graph mine.nq --deadline 5s --fronts 2

    Parameters
    ----------
    host
        The address to listen at; 0.0.0.0 is every one of this machine.
    port
        The port to listen at; 0 is one that is free.
    deadline
        How long one question may take, such as 10s.  [default: 10s]
    memory
        What one question may take beside the graph, such as 512MB.  [default: 512 MiB]
    fronts
        Processes that read requests.
    log_queries
        Write the text of queries into the log as well.
    """
    from metastasis.serve import ServeLimits, run_server

    limits = ServeLimits()
    if deadline is not None:
        limits = replace(limits, deadline=deadline)
    if memory is not None:
        limits = replace(limits, memory=int(memory))
    if not _is_local(host):
        say(
            f"{host} can be reached from other machines: put a proxy before it that encrypts and "
            "limits, as deploy/nginx shows"
        )
    number = run_server(
        None if graph is None else open_graph(graph),
        host=host,
        port=port,
        limits=limits,
        fronts=fronts,
        logs_queries=log_queries,
    )
    # A service that is told to end and does has done well.
    raise click.exceptions.Exit(0 if number == signal.SIGTERM else 128 + number)


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
