"""What commands write: never over what they read, nor over what is not theirs."""

from __future__ import annotations

import re
import resource
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, Final

import click
import pytest

import metastasis as mets
from metastasis._cli.app import app
from metastasis._cli.ingest import INTAKES
from shell import COMMAND, call

if TYPE_CHECKING:
    from pathlib import Path

CLAIMS: Final = "patient,code,date\na,C61,2019-01-01\na,C79.51,2019-05-01\nb,C61,2019-02-01\n"
MATRIX: Final = "cancer,N,Bone,Livre\nProstate cancer,10,4,2\n"
MAPPING: Final = """form: patient
setting: during_course
columns: {patient: patient, primary: cancer, site: site}
"""
COUNTED: Final = "--totals N --denominator autopsies --setting at_autopsy"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one of everything that commands read."""
    folder = tmp_path_factory.mktemp("inputs")
    said = mets.Assertion(
        primary="breast",
        site="bone",
        frequency="common",
        source="cancer-spreading",
        locator="made up for a test",
    )
    graph = mets.KnowledgeGraph.from_assertions([said])
    graph.export(folder / "graph.nq")
    graph.export(folder / "metastasis.nq")
    graph.export(folder / "mine.csv", "csv")
    (folder / "claims.csv").write_text(CLAIMS)
    (folder / "matrix.csv").write_text(MATRIX)
    (folder / "table.csv").write_text("patient,cancer,site\na,prostate,bone\n")
    (folder / "mapping.yaml").write_text(MAPPING)
    (folder / "query.rq").write_text("ASK { ?s ?p ?o }")
    (folder / "dates.csv").write_text("patient,day\na,2019-01-01\n")
    (folder / "map.csv").write_text("kind,label,key\nsite,Hip,bone\n")
    (folder / "codes.csv").write_text("code,icd10\n399068003,C61\n")
    (folder / "page.txt").write_text("Melanoma often spreads to bone.\n")
    mets.read_page(folder / "page.txt").to_csv(folder / "rows.csv")
    (folder / "cdm").mkdir()
    (folder / "cdm" / "condition_occurrence.csv").write_text("person_id\n1\n")
    (folder / "study").mkdir()
    (folder / "study" / "one.csv").write_text(CLAIMS)
    return folder


@pytest.fixture
def here(inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder of one's own with the inputs in it."""
    folder = tmp_path / "here"
    shutil.copytree(inputs, folder)
    (folder / "link.nq").symlink_to("graph.nq")
    (folder / "hard.nq").hardlink_to(folder / "graph.nq")
    (folder / "link-claims.csv").symlink_to("claims.csv")
    for name in ("claims.csv", "dates.csv"):
        (folder / f"hard-{name}").hardlink_to(folder / name)
    monkeypatch.chdir(folder)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


OVER_INPUTS: Final = (
    "sites breast --graph graph.nq --out graph.nq",
    "sites breast --graph graph.nq --out ./../here/graph.nq",
    "sites breast --graph graph.nq --out link.nq --format csv",
    "sites breast --graph link.nq --out graph.nq --format csv",
    "sites breast --graph graph.nq --out hard.nq --format csv",
    "sites breast --graph graph.nq --out GRAPH.NQ --format csv",
    "export ttl --graph graph.nq --out graph.nq",
    "export nq --graph metastasis.nq",
    "draw network --graph graph.nq --out graph.nq --format svg",
    "query query.rq --out query.rq",
    "query query.rq --graph graph.nq --out graph.nq --format csv",
    "diff graph.nq metastasis.nq --out metastasis.nq --format csv",
    "diff graph.nq metastasis.nq --out graph.nq --format csv",
    "analyze hubs --graph graph.nq --out graph.nq --format csv",
    "validate mine.csv --out mine.csv",
    "validate study --out study/faults.txt",
    "build --assertions mine.csv --form csv --out .",
    "ingest coded claims.csv --out claims.csv",
    "ingest coded study --out study/new.csv",
    "ingest coded study/*.csv --out study/new.csv",
    "ingest coded claims.csv --out new.csv --report claims.csv",
    "ingest coded claims.csv --out new.csv --patterns CLAIMS.csv",
    "ingest coded claims.csv --out new.csv --site-map claims.csv",
    "ingest coded claims.csv --out new.csv --sequences new.sources.csv",
    "ingest coded new.sources.csv --out new.csv",
    "ingest coded claims.csv --out new.csv --report NEW.csv",
    "ingest coded claims.csv --out link-claims.csv",
    "ingest coded link-claims.csv --out claims.csv",
    "ingest coded claims.csv --out new.csv --report hard-claims.csv",
    "ingest coded hard-claims.csv --out new.csv --sequences claims.csv",
    "ingest coded claims.csv --join dates.csv:patient:day --out dates.csv",
    "ingest coded claims.csv --join dates.csv:patient:day --out new.csv --patterns hard-dates.csv",
    "ingest coded claims.csv --code-map codes.csv --out codes.csv",
    "ingest coded claims.csv --code-map codes.csv --out new.csv --report CODES.csv",
    "ingest coded claims.csv --site-map map.csv --out map.csv",
    "ingest coded claims.csv --site-map map.csv --out new.csv --report map.csv",
    "ingest coded claims.csv study/one.csv --out study/one.csv",
    "ingest coded claims.csv --keep claims.csv --out new.csv",
    "ingest coded study --keep study/kept --out new.csv",
    "ingest omop cdm --out cdm/new.csv",
    "ingest fhir study --out study/new.csv",
    "ingest cbioportal study --out new.csv --report study/told.txt",
    "ingest seer claims.csv --out claims.csv",
    "ingest wide claims.csv --out claims.csv",
    "ingest registry claims.csv --out claims.csv",
    "ingest naaccr claims.csv --out new.csv --report claims.csv",
    "look claims.csv --out claims.csv",
    "look study --out study/new.txt",
    "look study/*.csv --out study/new.csv",
    "read page.txt --out page.txt",
    "read study --html study/new.html",
    "read study/*.csv --out study/new.csv",
    "read page.txt --rejections rows.csv --out new.csv --html rows.csv",
    "read page.txt --assertions mine.csv --out mine.csv",
    "accept rows.csv --source cancer-spreading --page page.txt --out rows.csv",
    "accept rows.csv --source cancer-spreading --page page.txt --out PAGE.txt",
    "accept rows.csv --source cancer-spreading --page page.txt --rejections page.txt",
    "accept rows.csv --source cancer-spreading --page page.txt --out a.csv --rejections a.csv",
    "pool breast bone --graph graph.nq --out graph.nq --format csv",
    "gaps --graph graph.nq --out hard.nq --format csv",
    "conflicts --graph graph.nq --out link.nq --format csv",
    "shared breast --graph graph.nq --out graph.nq --format csv",
    "draw heatmap --graph graph.nq --out hard.nq --format svg",
    "export evidence --graph graph.nq --out ./graph.nq",
    "validate study/*.csv --out study/new.csv",
    f"ingest matrix matrix.csv {COUNTED} --out matrix.csv",
    "ingest table table.csv --mapping mapping.yaml --out mapping.yaml",
    "ingest table table.csv --mapping mapping.yaml --out new.csv --report mapping.yaml",
)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", OVER_INPUTS)
def test_no_output_takes_the_place_of_an_input(arguments: str, here: Path) -> None:
    if arguments.startswith("build"):
        (here / "mine.csv").rename(here / "assertions.csv")
        arguments = arguments.replace("mine.csv", "assertions.csv")
    if "coded new.sources.csv" in arguments:
        (here / "claims.csv").rename(here / "new.sources.csv")
    before = content(here)
    done = call(*arguments.split())
    assert done.returncode == 1, done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("metastasis: ")]
    assert len(said) == 1
    assert said[0].startswith("metastasis: cannot write ")
    assert content(here) == before


def test_every_command_that_writes_is_tried() -> None:
    """All that have an option for a file to write; what makes a folder has a test of its own."""
    context = click.Context(app)
    writing = {
        name
        for name in app.list_commands(context)
        if (found := app.get_command(context, name)) is not None
        and (isinstance(found, click.Group) or any(one.name == "out" for one in found.params))
    }
    without_input = {"info", "names", "primaries", "queries", "explain", "site"}
    assert writing - {arguments.split()[0] for arguments in OVER_INPUTS} <= without_input
    assert set(INTAKES) <= {one.split()[1] for one in OVER_INPUTS if one.startswith("ingest")}


@pytest.mark.slow
def test_a_site_map_is_read_and_added_to(here: Path) -> None:
    matrix = ("ingest", "matrix", "matrix.csv", *COUNTED.split(), "--out", "new.csv")
    assert call(*matrix, "--site-map", "map.csv").returncode == 0
    assert "site,Hip,bone" in (here / "map.csv").read_text()
    assert "site,Livre,," in (here / "map.csv").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stands", "said"),
    [
        ("my,notes\n", "not the table of a source"),
        ("key,citation,design\nother,We 2020,clinical_cohort\n", "the source 'other'"),
        (
            "key,citation,design\nclaims,We 2020,claims\nother,We 2021,claims\n",
            "the source 'other'",
        ),
        ("key,citation,design\nclaims,We 2020,claims\n", "give --citation"),
        ("key,citation,design,doi\nclaims,We 2020,claims,10.1/a\n", "would be lost"),
    ],
)
def test_what_stands_beside_a_table_is_not_lost(stands: str, said: str, here: Path) -> None:
    (here / "ours.sources.csv").write_text(stands)
    before = content(here)
    done = call("ingest", "coded", "claims.csv", "--out", "ours.csv", "--report", "told.txt")
    assert done.returncode == 1
    assert said in done.stderr
    assert "give --out another name" in done.stderr
    assert content(here) == before


@pytest.mark.slow
def test_an_intake_may_be_run_again_and_say_more(here: Path) -> None:
    first = ("ingest", "coded", "claims.csv", "--out", "ours.csv")
    for more in ((), (), ("--citation", "We 2020"), ("--citation", "We 2021", "--license", "own")):
        assert call(*first, *more).returncode == 0
    told = call(*first, "--citation", "We 2021")
    assert (told.returncode, "give --license" in told.stderr) == (1, True)
    assert "We 2021" in (here / "ours.sources.csv").read_text()


@pytest.mark.slow
def test_files_of_others_in_the_folder_of_a_form_stay(here: Path) -> None:
    (here / "kgx").mkdir()
    (here / "kgx" / "README.txt").write_text("Not for clinical use, says my boss\n")
    before = content(here)
    done = call("export", "kgx", "--graph", "graph.nq", "--out", "kgx")
    assert done.returncode == 1
    assert "README.txt: what stands there was not made by this tool" in done.stderr
    assert content(here) == before
    (here / "kgx" / "README.txt").unlink()
    for _ in range(2):
        assert call("export", "kgx", "--graph", "graph.nq", "--out", "kgx").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ("export ttl --graph graph.nq", "metastasis.ttl"),
        ("export csv --graph graph.nq", "assertions.csv"),
        ("draw network --graph graph.nq", "network.png"),
        ("draw network --graph graph.nq --format pdf", "network.pdf"),
    ],
)
def test_a_usual_name_takes_the_place_of_our_own_files_only(
    arguments: str, name: str, here: Path
) -> None:
    (here / name).write_text("patient,note\n1,mine\n")
    done = call(*arguments.split())
    assert (done.returncode, "not made by this tool" in done.stderr) == (1, True)
    assert (here / name).read_text() == "patient,note\n1,mine\n"
    (here / name).unlink()
    for _ in range(2):
        assert call(*arguments.split()).returncode == 0
    assert (here / name).stat().st_size > 100


@pytest.mark.slow
def test_an_intake_that_fails_at_the_end_leaves_nothing(here: Path) -> None:
    (here / "ours.sources.csv").mkdir()
    before = content(here)
    outputs = "--sequences order.csv --patterns sets.csv --report told.txt --out ours.csv"
    done = call("ingest", "coded", "claims.csv", *outputs.split())
    assert done.returncode == 1
    assert content(here) == before


# A disk that is full, and one that is not to be written to


def _with_little_room(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that may write no file of more than a few kilobytes."""

    def bound() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=bound,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        "export ttl --graph graph.nq --out full.ttl",
        "export kgx --out full.kgx",
        "draw heatmap --graph graph.nq --out full.png",
        "build --form csv --out full.folder",
        "names --out full.csv",
        "ingest coded many.csv --out new.csv --report new.txt --sequences full.csv",
    ],
)
def test_a_full_disk_is_told_in_one_sentence(arguments: str, here: Path) -> None:
    rows = [f"p{number},C61,2019-01-01\np{number},C79.51,2019-05-01" for number in range(2000)]
    (here / "many.csv").write_text("\n".join(["patient,code,date", *rows]))
    (here / "full.csv").write_text("key,label\nold,old\n")
    before = content(here)
    done = _with_little_room(*arguments.split())
    assert done.returncode == 1, done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("metastasis: ")]
    assert len(said) == 1
    assert re.fullmatch(r"metastasis: cannot write full\S+: File too large", said[0])
    assert content(here) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", ["export kgx --graph graph.nq", "names", "draw network --format svg"]
)
def test_a_place_that_takes_nothing_is_told(arguments: str, here: Path) -> None:
    (here / "file").write_text("in the way")
    before = content(here)
    done = call(*arguments.split(), "--out", "file/new/a.csv")
    assert done.returncode == 1
    assert "cannot write file/new/a.csv: Not a directory" in done.stderr
    assert content(here) == before
