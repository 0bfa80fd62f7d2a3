"""Counts of what was answered, in the text format of Prometheus (version 0.0.4).

Apart from the application because it only counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Metrics"]

_BOUNDS: Final = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
)
"""Seconds; look-ups take one or two thousandths, the deadline is mostly ten."""
_STATES: Final = ("ready", "running", "slow")
_EVENTS: Final = ("killed", "started", "died")


class Metrics:
    """Counts since the start.

    >>> metrics = Metrics()
    >>> metrics.count("query", "GET", 200, 0.004)
    >>> print(metrics.text({}, {}))
    # HELP metastasis_requests_total Requests by what they asked for, method and status.
    # TYPE metastasis_requests_total counter
    metastasis_requests_total{route="query",method="GET",status="200"} 1
    ...
    """

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request; methods that are not answered are counted together."""
        known = method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
        self._requests[route, known, status] += 1
        buckets = self._buckets.setdefault(route, [0] * (len(_BOUNDS) + 1))
        buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]

    def text(self, pools: Mapping[str, object], cache: Mapping[str, tuple[str, str, float]]) -> str:
        """Return everything; ``pools`` are the counts of each pool by its name.

        ``cache`` are further numbers: of each its kind, what it means, and itself.
        """
        lines = [*self._of_requests(), *self._of_times(), *_of_pools(pools)]
        for name, (kind, told, number) in cache.items():
            lines += _family(f"metastasis_{name}", kind, told, [({}, number)])
        return "".join(f"{line}\n" for line in lines)

    def _of_requests(self) -> Iterator[str]:
        counted = [
            ({"route": route, "method": method, "status": str(status)}, number)
            for (route, method, status), number in sorted(self._requests.items())
        ]
        told = "Requests by what they asked for, method and status."
        yield from _family("metastasis_requests_total", "counter", told, counted)

    def _of_times(self) -> Iterator[str]:
        name = "metastasis_request_seconds"
        yield from _family(name, "histogram", "From arrival to the whole answer.", [])
        for route, buckets in sorted(self._buckets.items()):
            passed = 0
            for bound, number in zip((*_BOUNDS, "+Inf"), buckets, strict=True):
                passed += number
                yield _sample(f"{name}_bucket", {"route": route, "le": str(bound)}, passed)
            yield _sample(f"{name}_sum", {"route": route}, round(self._seconds[route], 6))
            yield _sample(f"{name}_count", {"route": route}, passed)


def _of_pools(pools: Mapping[str, object]) -> Iterator[str]:
    for names, kind, name, told in (
        (
            _STATES,
            "gauge",
            "metastasis_workers",
            "Workers without and with a question; the slow ones are among these.",
        ),
        (_EVENTS, "counter", "metastasis_worker_events_total", "Workers killed, started, died."),
    ):
        label = "state" if kind == "gauge" else "event"
        counted = [
            ({"pool": pool, label: one}, getattr(counts, one, 0))
            for pool, counts in pools.items()
            for one in names
        ]
        yield from _family(name, kind, told, counted)
    waiting = [({"pool": pool}, getattr(counts, "waiting", 0)) for pool, counts in pools.items()]
    name, told = "metastasis_questions_waiting", "Questions that wait for a worker."
    yield from _family(name, "gauge", told, waiting)


def _family(
    name: str, kind: str, told: str, counted: Iterable[tuple[Mapping[str, str], float]]
) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
    for labels, number in counted:
        yield _sample(name, labels, number)


def _sample(name: str, labels: Mapping[str, str], number: float) -> str:
    said = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{name}{{{said}}} {number}" if said else f"{name} {number}"
