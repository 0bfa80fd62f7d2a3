"""Spoiled inputs: the same for the same seed, and whatever ends badly is told and kept."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import fuzz_run
from fuzz_inputs import KINDS, Kind, kinds_of, make
from fuzz_patients import checked
from fuzz_run import Worker, main
from metastasis._catalog import Source
from metastasis._errors import ReadError
from metastasis.patients import Exclusion, Ingested, Report, open_engine

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
"""The child reads on its own; no thread of the tests is waited for."""


def test_an_input_can_be_made_again() -> None:
    assert [make("1", number) for number in range(40)] == [make("1", n) for n in range(40)]
    assert make("1", 3) != make("2", 3)


def _burn(seconds: float) -> None:
    while time.process_time() < seconds:
        pass


def _refuse(words: str) -> None:
    raise ReadError("a.csv", words)


def _find(left_out: int) -> None:
    report = Report(
        title="a study",
        files=("a.csv",),
        engine="duckdb",
        rows_read=2,
        rows=(Exclusion("without a patient", left_out),),
        patients=2,
        metastatic=1,
    )
    checked(Ingested((), Source(key="a", citation="A", design="clinical_cohort"), report), Path())


BAD: Final[dict[str, Callable[[], Any]]] = {
    "traceback": lambda: dict[str, str]()["nothing"],
    "crash": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "memory": lambda: bytearray(2 << 30),
    "slow": lambda: _burn(60),
    "foreign words": lambda: _refuse("INTERNAL Error: Possible fixes: none"),
    "refused": lambda: _refuse("it is empty"),
    "wrong": lambda: _find(left_out=3),
    "read": lambda: None,
}


@pytest.mark.slow
@pytest.mark.parametrize("how", BAD)
def test_every_bad_end_is_told(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = iter([None])

    def run(_folder: Path, _engine: object) -> None:
        if next(calls, how) is None:  # the sound input, before any other
            return
        BAD[how]()

    kinds = {"one": Kind({"a.csv": b"a,b\n1,2\n"}, run)}
    for module in ("fuzz_inputs", "fuzz_run"):
        monkeypatch.setattr(f"{module}.KINDS", kinds)
    monkeypatch.setattr(fuzz_run, "SECONDS", 1)
    code = main(["--count", "1", "--folder", str(tmp_path)])
    assert code == (how not in ("read", "refused"))
    assert f"1 {how}" in capsys.readouterr().out
    kept = tmp_path / "failures" / "one-0"
    assert kept.exists() == (code == 1)
    if code:
        assert (kept / "said.txt").read_text("utf-8").startswith(how)
        assert (kept / "a.csv").exists()


@pytest.mark.slow
def test_a_run_that_was_broken_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def outcome(_: Worker, number: int) -> list[str]:
        asked.append(number)
        return ["read", ""]

    monkeypatch.setattr(Worker, "outcome", outcome)
    for count in ("3", "5", "5"):
        assert main(["--count", count, "--folder", str(tmp_path)]) == 0
    assert asked == [0, 1, 2, 3, 4]


def test_a_group_of_kinds_is_run_alone() -> None:
    names = {make("1", number, "patients")[0] for number in range(300)}
    assert names <= set(kinds_of("patients")) < set(kinds_of(""))
    assert {"look: omop", "patients: coded"} <= names
    assert kinds_of("catalog") == ["catalog"]


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.group])
def test_sound_tables_of_patients_are_read_and_add_up(name: str) -> None:
    with open_engine(threads=1) as engine:
        assert fuzz_run._ran(KINDS[name].files, KINDS[name].run, engine) == ["read", ""]


def test_every_reader_has_inputs() -> None:
    from metastasis import patients
    from metastasis.rdf import FORMS

    names = {name.removeprefix("read_") for name in patients.__all__ if name.startswith("read_")}
    # A mapping is read with its table.
    kinds = {name.removeprefix("patients: ").split(",")[0].replace(" ", "_") for name in KINDS}
    assert not names - kinds - {"mapping"}
    assert {f"a.{form.ending}" for form in FORMS.values() if form.can_be_read} <= set(KINDS)


@pytest.mark.slow
def test_a_hundred_spoiled_inputs(tmp_path: Path) -> None:
    """A few of the thousands of ``scripts/fuzz.py``."""
    assert main(["--count", "100", "--folder", str(tmp_path)]) == 0
