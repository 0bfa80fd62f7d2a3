"""Answering questions in processes that may be killed: bytes go in, one outcome comes out.

A front asks a pool; the pool gives each question to a worker, which a zygote forked; what a worker
does with a question is its handler's matter. Nothing here knows SPARQL or pages.

::

    front (asyncio, sockets, threads) ── Pool ── one socket a worker ──┐
      └─ forked before there is a socket: zygote (holds the handler)   │
           ├─ worker ──────────────────────────────────────────────────┤
           └─ worker ──────────────────────────────────────────────────┘

The zygote and its workers inherit no descriptor and die with their parents.
"""

from __future__ import annotations

from metastasis.serve._workers.outcome import Handler, Outcome, PoolCounts
from metastasis.serve._workers.pool import Pool
from metastasis.serve._workers.zygote import Zygote, start_zygote

__all__ = ["Handler", "Outcome", "Pool", "PoolCounts", "Zygote", "start_zygote"]
