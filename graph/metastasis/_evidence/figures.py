"""Numbers as people read them: each with whom it counts, and who says so; never pooled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._evidence.interval import wilson_interval
from metastasis._table import Records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._evidence.assertion import Assertion
    from metastasis._table import Value

__all__ = ["assertion_table", "figure"]

_WHOM: Final = {
    "all_patients": "all patients",
    "metastatic_patients": "metastatic patients",
    "distant_stage_at_diagnosis": "patients with distant stage at diagnosis",
    "autopsies": "autopsies",
    "records": "recorded metastases",
    "site_cases": "with a metastasis at this site had this primary",
}

_COLUMNS: Final = (
    "relation",
    "frequency",
    "count",
    "total",
    "percent",
    "denominator",
    "setting",
    "occurrence",
    "stage",
    "route",
    "population",
    "source",
    "locator",
    "note",
)


def assertion_table(assertions: Sequence[Assertion]) -> Records[Assertion]:
    """Return assertions as a table: numbers as numbers, the interval in percent.

    >>> from metastasis._evidence.assertion import Assertion
    >>> row = Assertion(primary="bladder", site="bone", source="shinagare-2011", locator="abstract",
    ...                 count=71, total=150, denominator="metastatic_patients")
    >>> assertion_table([row]).to_dicts()[0]["percent"]
    47.33
    """
    columns = ("primary", "site", *_COLUMNS, "interval_low", "interval_high", "assertion")
    return Records(columns, assertions, _cells)


def figure(assertion: Assertion) -> str | None:
    """Return an assertion's number with its denominator, setting, interval and source.

    >>> from metastasis._evidence.assertion import Assertion
    >>> figure(Assertion(primary="bladder", site="bone", source="shinagare-2011",
    ...                  locator="abstract", count=71, total=150,
    ...                  denominator="metastatic_patients"))
    '71/150 metastatic patients, 47.3 % (39.5 to 55.3), shinagare-2011'
    """
    if assertion.percent is None:
        return None
    whom = _whom(assertion)
    if assertion.count is None or not assertion.total:
        those = "those " if assertion.denominator == "site_cases" else ""
        of = f"{assertion.total} {whom}" if assertion.total else f"{those}{whom}"
        return f"{assertion.percent:f} % of {of}, no count, {assertion.source}"
    low, high = wilson_interval(assertion.count, assertion.total)
    share = assertion.count / assertion.total
    interval = f"({_percent(low)} to {_percent(high)})"
    counted = f"{assertion.count}/{assertion.total} {whom}"
    return f"{counted}, {_percent(share)} % {interval}, {assertion.source}"


def _whom(assertion: Assertion) -> str:
    whom = _WHOM.get(assertion.denominator or "", "denominator not stated")
    if assertion.setting not in ("unspecified", "at_diagnosis") or "diagnosis" not in whom:
        whom += _SETTINGS.get(assertion.setting, "")
    if assertion.population:
        whom += f" ({assertion.population})"
    return whom + _OCCURRENCES.get(assertion.occurrence, "")


def _percent(share: float) -> str:
    """Return a share in percent: one decimal, or two digits that are not zero below 1 %."""
    percent = 100 * share
    if percent >= 1 or percent == 0:
        return f"{percent:.1f}"
    return f"{percent:.2g}" if percent >= 1e-4 else f"{percent:.0e}"


_SETTINGS: Final = {
    "at_diagnosis": ", at diagnosis",
    "during_course": ", during course",
    "at_autopsy": ", at autopsy",
}
_OCCURRENCES: Final = {"only_site": ", as the only site", "first_site": ", as the first site"}


def _cells(assertion: Assertion) -> tuple[Value, ...]:
    percent = assertion.percent
    low, high = None, None
    if assertion.count is not None and assertion.total:
        low, high = (100 * bound for bound in wilson_interval(assertion.count, assertion.total))
    values = {name: getattr(assertion, name) for name in _COLUMNS}
    values["percent"] = None if percent is None else float(percent)
    return (assertion.primary, assertion.site, *values.values(), low, high, assertion.key)
