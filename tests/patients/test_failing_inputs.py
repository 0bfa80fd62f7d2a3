"""The small files that failed once: each is read with the right numbers, or refused with the truth.

The files are not part of the project; where they are not there, these tests are skipped. What each
should say was counted by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from metastasis._evidence.assertion_table import read_assertions
from shared_data import SHARED
from shell import call

if TYPE_CHECKING:
    from pathlib import Path

FAULTS: Final = SHARED / "faults" / "patients"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FAULTS.is_dir(), reason="the failing inputs are not here"),
]
pytest.importorskip("duckdb")

COUNTED: Final = "--totals N --denominator autopsies --setting at_autopsy"
READ: Final[dict[str, tuple[str, str]]] = {
    "coded c_codename.csv": ("breast bone all_patients", "1/1"),
    "coded c_cr.csv": ("breast bone all_patients", "1/2"),
    "coded c_index.csv": ("breast bone all_patients", "1/2"),
    "coded c_multi.csv": ("breast bone all_patients", "1/2"),
    "coded c_na2.csv": ("breast bone all_patients", "1/2"),
    "coded c_trailing_comma.csv": ("breast bone all_patients", "1/2"),
    "coded c_wide.csv": ("breast bone all_patients", "1/2"),
    "coded c_wide_nis.csv": ("breast bone all_patients", "1/2"),
    "coded gm.csv": ("breast bone all_patients", "1/3"),
    "coded look.csv": ("breast bone all_patients", "1/1"),
    "coded mh.csv": ("breast bone all_patients", "1/1"),
    "coded priv.csv": ("breast bone all_patients", "12/45"),
    "coded zeros_of_two.csv": ("brain bone all_patients", "1/2"),
    "fhir fhir_odd.json": ("breast bone all_patients", "1/1"),
    f"matrix rmat.csv {COUNTED}": ("breast bone autopsies", "10/40"),
    "omop omop_maps_to": ("breast bone all_patients", "1/2"),
    "omop omop_measurement": ("breast bone all_patients", "1/2"),
    "seer seer_new_header.csv": ("breast bone distant_stage_at_diagnosis", "2/5"),
    "table long.csv --mapping long.yaml": ("breast liver all_patients", "1/2"),
    "wide bpc.csv": ("lung bone all_patients", "2/3"),
    "cbioportal chord": ("colorectal liver all_patients", "19/40"),
    "cbioportal trailing_tab": ("breast bone records", "1/2"),
}
"""For a command, a pair with its denominator, and the count and total; blank where it is long."""
REFUSED: Final = {
    "coded bpc.csv": "`metastasis ingest wide ",
    "coded chord": "`metastasis ingest cbioportal ",
    "coded seer_new_header.csv": "`metastasis ingest seer ",
    "coded omop_maps_to": "`metastasis ingest omop ",
    "coded snomed_csv": "SNOMED CT",
    "fhir mcode": "labels without a place in the catalog are given one by a site map",
    "cbioportal c_wide.csv": "`metastasis ingest coded ",
    "seer gm.csv": "`metastasis ingest coded ",
    "omop trailing_tab": "`metastasis ingest cbioportal ",
}
"""For a command, what its refusal says."""


def run(command: str, folder: Path) -> tuple[int, str, Path]:
    reader, data, *options = command.split()
    options = [str(FAULTS / one) if one.endswith(".yaml") else one for one in options]
    out = folder / "ours.csv"
    done = call("ingest", reader, FAULTS / data, *options, "--out", out)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr, out


@pytest.mark.parametrize("command", READ)
def test_what_failed_is_read_with_the_right_numbers(command: str, tmp_path: Path) -> None:
    code, told, out = run(command, tmp_path)
    assert code == 0, told
    pair, number = READ[command]
    found = {
        f"{one.primary} {one.site} {one.denominator}": f"{one.count}/{one.total}"
        for one in read_assertions(out)
    }
    assert pair in found, found
    assert number in ("", found[pair])


@pytest.mark.parametrize("command", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_truth(command: str, tmp_path: Path) -> None:
    code, told, out = run(command, tmp_path)
    assert code == 1
    assert not out.exists()
    assert sum(line.startswith("metastasis: ") for line in told.splitlines()) == 1
    said = told.rpartition("metastasis: ")[2] if "metastasis: " in told else told
    assert REFUSED[command] in told, said


def test_every_file_is_one_of_these() -> None:
    names = {one.split()[1] for one in (*READ, *REFUSED)} | {"long.yaml"}
    assert {one.name for one in FAULTS.iterdir()} <= names
