"""Synthea's output from the shell: SNOMED CT with texts, through the site map, to assertions.

The rows are invented; header, addresses and the form of values are those of Synthea's exporters.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner

from metastasis._cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ROWS: Final = [
    # patient, start, code, text
    ("p1", "2010-03-29", "254837009", "Malignant neoplasm of breast (disorder)"),
    ("p1", "2012-03-29", "94222008", "Secondary malignant neoplasm of bone"),
    ("p1", "2012-03-29", "73595000", "Stress (finding)"),
    ("p2", "2011-05-02", "126906006", "Neoplasm of prostate (disorder)"),
    ("p2", "2013-05-02", "94222008", "Secondary malignant neoplasm of bone"),
    ("p3", "2011-05-02", "126906006", "Neoplasm of prostate (disorder)"),
    ("p3", "2015-05-02", "314994000", "Metastasis from malignant tumor of prostate (disorder)"),
    ("p4", "2011-05-02", "109838007", "Overlapping malignant neoplasm of colon (disorder)"),
    ("p4", "2011-08-02", "94503003", "Metastatic malignant neoplasm to prostate (disorder)"),
    ("p5", "2011-05-02", "424132000", "Non-small cell carcinoma of lung, TNM stage 1 (disorder)"),
    ("p6", "2011-05-02", "92691004", "Carcinoma in situ of prostate (disorder)"),
    ("p6", "2011-05-02", "162573006", "Suspected lung cancer (situation)"),
    ("p7", "2011-05-02", "314529007", "Medication review due (situation)"),
]
MEANT: Final = {
    "254837009": ("breast", None),
    "126906006": ("prostate", None),
    "314994000": ("prostate", "unspecified"),
    "109838007": ("colon", None),
    "424132000": ("lung", None),
    "94222008": (None, "bone"),
    "94503003": (None, "prostate"),
}


def expected() -> dict[tuple[str, str], tuple[int, int]]:
    """Count in plain Python: each of these patients has one primary."""
    primary = {who: MEANT[code][0] for who, _, code, _ in ROWS if MEANT.get(code, (None,))[0]}
    found: dict[tuple[str, str], set[str]] = {}
    for who, _, code, _ in ROWS:
        if (site := MEANT.get(code, (None, None))[1]) and (of := primary.get(who)):
            found.setdefault((of, site), set()).add(who)
    return {
        pair: (len(people), sum(one == pair[0] for one in primary.values()))
        for pair, people in found.items()
        if pair[1] != "unspecified"
    }


def as_table(path: Path, *, system: bool, time: str) -> None:
    names = ["START", "STOP", "PATIENT", "ENCOUNTER"]
    names += ["SYSTEM", "CODE", "DESCRIPTION"] if system else ["CODE", "DESCRIPTION"]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        for who, start, code, text in ROWS:
            row = {"START": f"{start}{time}", "PATIENT": who, "ENCOUNTER": "e", "CODE": code}
            writer.writerow({**row, "DESCRIPTION": text, "SYSTEM": "http://snomed.info/sct"})


def as_bundles(folder: Path) -> None:
    """Write a transaction for each patient, as the exporter of FHIR R4 does."""
    folder.mkdir()
    for who in sorted({row[0] for row in ROWS}):
        number = {"system": "https://github.com/synthetichealth/synthea", "value": who}
        person = {"resourceType": "Patient", "id": who, "gender": "male", "identifier": [number]}
        resources: list[dict[str, Any]] = [person]
        for place, (_, start, code, text) in enumerate(row for row in ROWS if row[0] == who):
            coding = {"system": "http://snomed.info/sct", "code": code, "display": text}
            resources.append(
                {
                    "resourceType": "Condition",
                    "id": f"{who}-{place}",
                    "verificationStatus": {"coding": [{"code": "confirmed"}]},
                    "code": {"coding": [coding], "text": text},
                    "subject": {"reference": f"urn:uuid:{who}"},
                    "onsetDateTime": f"{start}T10:00:00-04:00",
                }
            )
        entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        (folder / f"{who}.json").write_text(json.dumps(bundle))


def ingest(kind: str, data: Path, *options: str) -> Any:
    return CliRunner().invoke(app, ["ingest", kind, str(data), *options])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def fill_in(path: Path) -> None:
    """Take the first suggestion for every label, as a user might."""
    rows = rows_of(path)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "key": row["suggestions"].split("; ")[0]} for row in rows)


def counts(rows: Iterable[dict[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (row["primary"], row["site"]): (int(row["count"]), int(row["total"]))
        for row in rows
        if row["denominator"] == "all_patients"
        and row["site"] != "unspecified"
        and row["primary"] != "colorectal"  # of which the colon is a part
    }


@pytest.mark.parametrize("form", ["table", "table without system", "table with times", "bundles"])
def test_from_the_shell(tmp_path: Path, form: str) -> None:
    data, out, site_map = (tmp_path / one for one in ("conditions.csv", "out.csv", "map.csv"))
    kind = "fhir" if form == "bundles" else "coded"
    if form == "bundles":
        data = tmp_path / "fhir"
        as_bundles(data)
    else:
        as_table(
            data,
            system=form != "table without system",
            time="T10:00:00Z" if form == "table with times" else "",
        )
    first = ingest(kind, data, "--out", str(out), "--site-map", str(site_map))
    assert first.exit_code == 1
    assert "SNOMED CT, which is not shipped" in first.output
    assert "--system" not in first.output
    assert not out.exists()
    labels = {(row["kind"], row["label"]): row for row in rows_of(site_map)}
    assert {
        (kind, f"SNOMED:{code}")
        for code, meant in MEANT.items()
        for kind, key in zip(("primary", "site"), meant, strict=True)
        if key
    } == set(labels)
    assert labels["site", "SNOMED:94222008"]["text"] == "Secondary malignant neoplasm of bone"
    assert labels["site", "SNOMED:94503003"]["suggestions"].split("; ")[0] == "prostate"
    fill_in(site_map)
    second = ingest(kind, data, "--out", str(out), "--site-map", str(site_map))
    assert second.exit_code == 0, second.output
    right = expected()
    if kind == "coded":  # the table does not say who is male, and can say nothing of a prostate
        del right["colon", "prostate"]
    assert counts(rows_of(out)) == right
    assert right["prostate", "bone"] == (1, 2)
