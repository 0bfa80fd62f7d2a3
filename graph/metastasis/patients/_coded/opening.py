"""A table of diagnoses as it is opened: its columns under our names, and what is left out of it.

Whatever the form of the table, a row that comes out is one diagnosis. Each knows in ``refused``
whether it is left out, and why: no patient, a condition of the user's that it does not meet, a
certainty that makes it no diagnosis, or its position.

Apart from the reader because that counts whatever has been opened, OMOP and FHIR too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.certainty import certainties
from metastasis.patients._coded.confirm import OR_INPATIENT, is_inpatient
from metastasis.patients._coded.diagnoses import Diagnoses, type_of
from metastasis.patients._coded.headers import numbers_discharges
from metastasis.patients._coded.joins import beside_join, header_of, join_of, there
from metastasis.patients._coded.layout import layout_of
from metastasis.patients._coded.where import Condition, condition_of, is_condition
from metastasis.patients._coded.wide import shown, unpivoted
from metastasis.patients._intake import FRAME, paths_in
from metastasis.patients._words.missing import is_stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metastasis.patients._coded.joins import JoinedTable
    from metastasis.patients._coded.layout import Layout, Told
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["Asked", "open_diagnoses"]

_NO_PATIENT: Final = "without a patient"
_NOT_PRINCIPAL: Final = "of a diagnosis that is not the principal one"
_PRINCIPAL: Final = (
    *("1", "01", "1.0", "P", "PRINCIPAL", "PRIMARY", "MAIN", "M", "PDX", "HD", "HAUPTDIAGNOSE"),
    *("H", "DP", "DIAGNOSTIC PRINCIPAL", "DIAGNOSTICO PRINCIPAL", "DIAGNÓSTICO PRINCIPAL"),
)
"""What a column of positions says of the principal diagnosis, in capitals."""
_NOT_DENIED: Final = ": a site that was not found may be in the others, so none is denied"
_TEXTS: Final = ("system", "sex", "certainty", "position", "text", "inpatient")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asks of a table besides its columns."""

    where: tuple[Condition, ...] = ()
    """Conditions that every row must meet."""
    joins: tuple[JoinedTable, ...] = ()
    position: str = "any"
    inpatient: Condition | str | None = None
    """What tells an inpatient stay: a condition, the column of the usual words, or None."""
    needs_inpatient: bool = False

    @classmethod
    def of(
        cls,
        where: str | Sequence[str] = (),
        join: str | Sequence[str] = (),
        position: str = "any",
        inpatient: str | None = None,
        *,
        confirm: str = "none",
    ) -> Asked:
        """Return what a user wrote; ``confirm`` is the rule that may need to know inpatients.

        Raises
        ------
        TableError
            A condition or a join is none, or no rule asks for inpatient stays.
        """
        if inpatient is not None and confirm != OR_INPATIENT:
            remedy = f"nothing asks for it: give --confirm {OR_INPATIENT} too"
            raise TableError([Fault("--inpatient", None, None, inpatient, remedy)])
        return cls(
            tuple(condition_of(one) for one in _listed(where)),
            tuple(join_of(one) for one in _listed(join)),
            position,
            condition_of(inpatient or "", "--inpatient") if is_condition(inpatient) else inpatient,
            confirm == OR_INPATIENT,
        )

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions on columns."""
        stays = [self.inpatient] if isinstance(self.inpatient, Condition) else []
        return (*self.where, *(stays if self.needs_inpatient else []))

    @property
    def columns(self) -> dict[str, str | None]:
        """The columns that are needed for it beside those of every table."""
        if not self.needs_inpatient or isinstance(self.inpatient, Condition):
            return {}
        return {"inpatient": self.inpatient}


def open_diagnoses(
    engine: Engine,
    data: Any,
    columns: Told,
    draft: ReportDraft,
    asked: Asked | None = None,
    *,
    has_system: bool = False,
) -> Diagnoses:
    """Return a table of diagnoses with its columns found by their usual headers, or as told.

    ``has_system`` tells that the code system of all rows is known: no column is asked for it.

    Raises
    ------
    TableError
        There is no column of the patient or of the code; a column that was named is not there.
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    """
    asked = asked or Asked()
    paths = paths_in(data)
    file = ", ".join(paths) or FRAME
    take = engine.read if paths else engine.frame
    own = engine.columns(take(data))
    joins = [header_of(one, engine.columns(engine.read(one.path))) for one in asked.joins]
    joined = [name for join in joins for name in join.columns]
    header = [*joined, *(one for one in own if one not in joined)]
    layout = layout_of(
        file,
        header,
        {**columns, **asked.columns},
        position=asked.position,
        first=joined,
        not_asked=("system",) if has_system else (),
    )
    layout = _dated_by_join(layout, joined)
    named = {one: there(file, header, one.column, one.text) for one in asked.conditions}
    keys = [there(file, own, join.left, "--join") for join in joins]
    wanted = [*layout.headers.values(), *layout.codes, *layout.versions.values(), *named.values()]
    cells = {one: f"c{place}" for place, one in enumerate(dict.fromkeys((*wanted, *joined, *keys)))}
    rows = take(data, columns={one: to for one, to in cells.items() if one not in joined})
    for join, key in zip(joins, keys, strict=True):
        names = [cells[one] for one in join.columns]
        rows = beside_join(engine, rows, cells[key], join, names, draft)
    if asked.position != "any" and not layout.unread:
        draft.warn(f"only the principal diagnosis of each stay counts{_NOT_DENIED}")
    _tell(layout, joined, named.values(), draft)
    return _diagnoses(engine, rows, layout, cells, named, asked, file, tuple(own))


def _diagnoses(
    engine: Engine,
    rows: Any,
    layout: Layout,
    cells: Mapping[str, str],
    named: Mapping[Condition, str],
    asked: Asked,
    file: str,
    header: tuple[str, ...],
) -> Diagnoses:
    """Return the rows under our names, a diagnosis each."""
    F = engine.functions  # noqa: N806
    of = {ours: F.col(cells[one]) for ours, one in layout.headers.items()}
    texts = {ours: cell.cast("string") if ours in _TEXTS else cell for ours, cell in of.items()}
    is_text = type_of(rows, cells[layout.headers["patient"]]) == "string"
    if is_text:
        # Some programs fill an id with blanks; "7 " is the patient "7" all the same.
        # Asking first costs far less than to trim every id of millions; what begins with a blank is
        # below the next character, "!".
        patient = texts["patient"]
        has_blanks = (patient < "!") | patient.endswith(" ")
        texts["patient"] = F.when(has_blanks, F.trim(patient)).otherwise(patient)
    stays = {
        condition: condition.holds(F, F.col(cells[one]).cast("string"))
        for condition, one in named.items()
    }
    odd = {
        one: one.cannot_compare(F, F.col(cells[named[one]]).cast("string"))
        for one in asked.where
        if one.is_ordered
    }
    refusals = dict(_refusals(F, texts, stays, odd, asked, is_text=is_text))
    refused = F.lit(0)
    for number, condition in reversed(list(enumerate(refusals.values(), 1))):
        refused = F.when(condition, F.lit(number)).otherwise(refused)
    if isinstance(asked.inpatient, Condition) and asked.needs_inpatient:
        texts["inpatient"] = stays[asked.inpatient]
    elif "inpatient" in texts:
        texts["inpatient"] = is_inpatient(F, texts["inpatient"])
    kept = [ours for ours in texts if ours not in ("certainty", "position")]
    shared = [texts[ours].alias(ours) for ours in kept] + [refused.alias("refused")]
    headers = {**layout.headers, "code": shown(layout.codes)}
    if layout.is_wide:
        rows, told = _long(engine, rows, layout, cells, shared, [*kept, "refused"])
        headers |= told
    else:
        [code] = layout.codes
        rows = rows.select(*shared, F.col(cells[code]).cast("string").alias("code"))
    return Diagnoses(
        engine,
        rows,
        headers,
        file,
        header,
        refusals=tuple(refusals),
        wide=layout.codes if layout.is_wide else (),
        sees_all=not layout.unread and asked.position == "any",
    )


def _long(
    engine: Engine,
    rows: Any,
    layout: Layout,
    cells: Mapping[str, str],
    shared: list[Any],
    kept: list[str],
) -> tuple[Any, dict[str, str]]:
    """Return the diagnoses of a wide table, and the header of their code system if it has one."""
    F = engine.functions  # noqa: N806
    codes = {one: f"code_{place}" for place, one in enumerate(layout.codes)}
    versions = {one: f"version_{place}" for place, one in enumerate(layout.versions.values())}
    wide = rows.select(
        *shared,
        *[F.col(cells[one]).cast("string").alias(name) for one, name in codes.items()],
        *[F.col(cells[one]).cast("string").alias(name) for one, name in versions.items()],
    )
    if layout.systems:
        system = {codes[one]: F.lit(layout.systems[one]) for one in codes}
        return unpivoted(wide, kept, list(codes.values()), system, F), {"system": "their headers"}
    if not versions:
        return unpivoted(wide, kept, list(codes.values()), None, F), {}
    any_of = F.coalesce(*[F.col(one) for one in versions.values()])
    own = {one: F.col(versions[theirs]) for one, theirs in layout.versions.items()}
    system = {name: F.coalesce(own.get(one, any_of), any_of) for one, name in codes.items()}
    kept = [one for one in kept if one != "system"]
    told = {"system": shown(list(versions))}
    return unpivoted(wide, kept, list(codes.values()), system, F), told


def _refusals(
    F: Any,  # noqa: N803
    texts: Mapping[str, Any],
    stays: Mapping[Condition, Any],
    odd: Mapping[Condition, Any],
    asked: Asked,
    *,
    is_text: bool,
) -> Iterator[tuple[str, Any]]:
    """Yield why a row is left out, and the condition of it, the first that holds first."""
    patient = texts["patient"]
    is_named = is_stated(F, patient) if is_text else patient.isNotNull()
    yield _NO_PATIENT, ~F.coalesce(is_named, F.lit(False))
    for one in asked.where:
        if one in odd:
            yield f"whose {one.column} is in no form that can be compared: {one.text}", odd[one]
        yield f"that do not meet: {one.text}", ~stays[one]
    if "certainty" in texts:
        yield from certainties(F, texts["certainty"])
    if "position" in texts:
        is_first = F.upper(F.trim(texts["position"])).isin(*_PRINCIPAL)
        yield _NOT_PRINCIPAL, ~F.coalesce(is_first, F.lit(False))


def _dated_by_join(layout: Layout, joined: Sequence[str]) -> Layout:
    """Return a layout in which a joined column of no usual name is the date that is missing."""
    free = [one for one in joined if one not in layout.headers.values()]
    if not free or "date" in layout.headers:
        return layout
    return replace(layout, headers={**layout.headers, "date": free[0]})


def _tell(layout: Layout, joined: Sequence[str], named: Iterable[str], draft: ReportDraft) -> None:
    """Say what was found beside the columns that are read, and what was made of it."""
    if layout.unread:
        number = len(layout.unread)
        several, verb = ("a column", "was") if number == 1 else (f"{number} columns", "were")
        draft.warn(
            f"beside {shown(layout.codes)}, {several} of diagnoses ({shown(layout.unread)}) {verb} "
            f"not read{_NOT_DENIED}"
        )
    if numbers_discharges(layout.headers["patient"]):
        draft.warn(
            f"{layout.headers['patient']} numbers discharges, not patients: records are counted, "
            "and a patient of several is counted several times"
        )
    if layout.admitting:
        told = f"column of the admitting diagnosis ({shown(layout.admitting)}) is not read"
        draft.notice("columns", 1, f"{told}: it is what was thought at admission; --code reads it")
    if layout.flags:
        told = f"flags of what was present on admission ({shown(layout.flags)}) exclude nothing"
        draft.notice("columns", len(layout.flags), told)
    used = {*layout.headers.values(), *named}
    for one in joined:
        if one not in used:
            draft.notice("columns", 1, f"oddity: {one!r} is joined, but not used; --date reads it")


def _listed(told: str | Sequence[str]) -> list[str]:
    return [told] if isinstance(told, str) else list(told)
