"""The command line: what each command answers, on a pipe, on a terminal and in a file."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from click import Context

import metastasis as mets
from metastasis._cli.app import app
from metastasis._evidence.assertion_table import read_evidence
from metastasis._table import Table
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.rdf import FORMS
from metastasis.rdf._exchange.manifest import MANIFEST
from metastasis.rdf._sparql.shipped_queries import ShippedQuery, shipped_queries
from shell import COMMAND, call, run, run_on_terminal, run_unread

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Store

    from metastasis import Assertion, KnowledgeGraph

COMMANDS: Final = (
    "info",
    "names",
    "primaries",
    "sites",
    "shared",
    "explain",
    "query",
    "queries",
    "conflicts",
    "pool",
    "gaps",
    "diff",
    "analyze",
    "export",
    "draw",
    "build",
    "site",
    "validate",
    "serve",
    "look",
    "ingest",
    "read",
    "accept",
)
ENDINGS: Final = {"csv": ",", "tsv": "\t"}
HEAVY: Final = (
    *("rdflib", "pyoxigraph", "networkx", "matplotlib", "pandas", "scipy", "pydantic", "numpy"),
    *("rich", "duckdb", "metastasis.rdf._sparql.query"),
)
COLOR: Final = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7])(?:;\d+)*m")

ROW_COMMANDS: Final[dict[tuple[str, ...], Callable[[KnowledgeGraph], Table[Any]]]] = {
    ("info",): lambda kg: kg.summary(),
    ("names", "kidney"): lambda kg: kg.names("kidney"),
    ("primaries", "liver"): lambda kg: kg.primaries_with("liver"),
    ("primaries", "hepatic", "C79.51", "--how", "all"): lambda kg: kg.primaries_with(
        "liver", "bone", how="all"
    ),
    ("primaries", "bone", "--exact"): lambda kg: kg.primaries_with("bone", roll_up=False),
    ("primaries", "bone", "--edge", "rarely"): lambda kg: kg.primaries_with("bone", edge="rarely"),
    ("sites", "bowel cancer"): lambda kg: kg.sites_of("colorectal"),
    ("sites", "breast", "--edge", "commonly"): lambda kg: kg.sites_of("breast", edge="commonly"),
    ("shared", "breast", "prostate"): lambda kg: kg.shared_sites("breast", "prostate"),
    ("shared", "breast", "lung", "--how", "any", "--edge", "commonly", "--exact"): (
        lambda kg: kg.shared_sites("breast", "lung", how="any", edge="commonly", roll_up=False)
    ),
    ("explain", "prostate", "bone"): lambda kg: kg.explain("prostate", "bone").table(),
}
"""Commands that answer in rows, and the same question in Python."""


def _assertion(primary: str, site: str, frequency: str, relation: str = "metastasis") -> Assertion:
    return mets.Assertion(
        primary=primary,
        site=site,
        frequency=frequency,
        relation=relation,
        source="cancer-spreading",
        locator="made up for a test",
    )


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a graph in which every choice of the options changes an answer."""
    path = tmp_path_factory.mktemp("small") / "small.nq"
    mets.KnowledgeGraph.from_assertions(
        [
            _assertion("breast", "bone", "common"),
            _assertion("breast", "liver", "rare"),
            _assertion("prostate", "vertebra", "most_common"),
            _assertion("kidney", "liver", "possible"),
            _assertion("cervix", "spine", "common", "extension"),
            _assertion("kidney", "lung", "common"),
        ]
    ).write(path)
    return path


def _plain(table: Table[Any]) -> list[dict[str, Any]]:
    """Return the rows as JSON has them."""
    rows: list[dict[str, Any]] = json.loads(json.dumps(table.to_dicts()))
    return rows


def _column(output: str, name: str) -> set[str]:
    return {row[name] for row in csv.DictReader(io.StringIO(output))}


# Rows: the same answer as Python, whatever the form.


@pytest.mark.parametrize("arguments", ROW_COMMANDS, ids=" ".join)
def test_rows_equal_those_of_python(arguments: tuple[str, ...], kg: KnowledgeGraph) -> None:
    table = ROW_COMMANDS[arguments](kg)
    done = call(*arguments, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == _plain(table)
    assert NOT_CLINICAL in done.stderr
    assert len(table) > 0 or "no rows" in done.stderr


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("arguments", [("info",), ("sites", "breast"), ("queries",)], ids=" ".join)
def test_separated_rows_hold_nothing_else(arguments: tuple[str, ...], form: str) -> None:
    objects = json.loads(call(*arguments, "--format", "json").stdout)
    done = call(*arguments, "--format", form)
    header, *rows = csv.reader(io.StringIO(done.stdout), delimiter=ENDINGS[form], strict=True)
    assert header == list(objects[0])
    assert rows == [
        ["" if value is None else str(value) for value in row.values()] for row in objects
    ]


def test_a_pipe_gets_csv() -> None:
    assert call("sites", "breast").stdout == call("sites", "breast", "--format", "csv").stdout


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "txt"])
def test_the_ending_of_the_file_tells_the_form(form: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / f"answer.{form}"
    done = call("sites", "breast", "--out", path)
    named = "table" if form == "txt" else form
    assert done.stdout == ""
    assert path.read_text("utf-8") == call("sites", "breast", "--format", named).stdout
    assert list(path.parent.iterdir()) == [path]
    assert f"wrote {path}" in done.stderr


def test_a_file_is_replaced_through_a_link_with_its_mode_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "answer.csv", tmp_path / "link.csv"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    assert call("sites", "breast", "--out", link).returncode == 0
    assert link.is_symlink()
    assert path.read_text("utf-8").startswith("primary,")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_to_and_stays_a_device() -> None:
    straight = call("sites", "breast").stdout
    assert run("sites", "breast", "--out", "/dev/stdout").stdout == straight


# The options change the answers as they must.


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("bone", {"breast", "prostate"}),
        ("bone --exact", {"breast"}),
        ("vertebra", {"prostate"}),
        ("bone liver", {"breast", "prostate", "kidney"}),
        ("bone liver --how all", {"breast"}),
        ("liver", {"breast", "kidney"}),
        ("liver --edge rarely", {"breast"}),
        ("liver --edge possibly", {"kidney"}),
        ("liver --edge commonly", set()),
        ("spine --exact", set()),
    ],
)
def test_primaries_by_options(arguments: str, expected: set[str], small: Path) -> None:
    done = call("primaries", *arguments.split(), "--graph", small)
    assert done.returncode == 0
    assert _column(done.stdout, "primary") == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("breast prostate", {"bone"}),
        ("breast prostate --exact", set()),
        ("breast kidney", {"liver"}),
        ("breast kidney --edge commonly", set()),
        ("breast kidney --how any", {"bone", "liver", "lung"}),
        ("breast kidney --how any --edge commonly", {"bone", "lung"}),
    ],
)
def test_shared_sites_by_options(arguments: str, expected: set[str], small: Path) -> None:
    done = call("shared", *arguments.split(), "--graph", small)
    assert done.returncode == 0
    assert _column(done.stdout, "site") == expected


def test_growth_into_a_neighbor_is_no_metastasis(small: Path) -> None:
    done = call("sites", "cervix", "--graph", small)
    assert done.returncode == 0
    assert _column(done.stdout, "site") == set()
    assert "no rows" in done.stderr
    words = call("explain", "cervix", "spine", "--graph", small).stdout
    assert "by direct growth: reported" in words


def test_names_lists_what_things_are_called() -> None:
    rows = list(csv.DictReader(io.StringIO(call("names", "renal").stdout)))
    assert {"rcc", "renal_vein"} <= {row["key"] for row in rows}
    assert all("renal" in " ".join(row.values()).casefold() for row in rows)


def test_sites_says_which_pairs_are_denied_and_which_subtypes_there_are() -> None:
    assert "Reported and denied, so without an edge: unspecified" in call("sites", "brain").stderr
    assert "colon cancer" in call("sites", "colorectal").stderr


# Explanations.


def test_explain_gives_words(kg: KnowledgeGraph) -> None:
    done = call("explain", "prostate", "bone")
    assert done.stdout == f"{kg.explain('prostate', 'bone')}\n"
    assert NOT_CLINICAL in done.stdout


def test_explain_writes_words_or_rows_by_the_ending(tmp_path: Path) -> None:
    words, rows = tmp_path / "why.txt", tmp_path / "why.csv"
    call("explain", "prostate", "bone", "--out", words)
    call("explain", "prostate", "bone", "--out", rows)
    assert words.read_text("utf-8").startswith("prostate cancer → bone: reported")
    assert rows.read_text("utf-8").startswith("primary,site,relation,frequency,")


# Queries.


@pytest.mark.parametrize("name", shipped_queries())
def test_every_shipped_query(name: str, kg: KnowledgeGraph) -> None:
    query = shipped_queries()[name]
    shown = call("query", name, "--show")
    assert shown.returncode == 0
    assert shown.stdout == query.text.rstrip() + "\n"
    done = call("query", name, "--format", "json")
    if query.federates_with:
        assert (done.returncode, done.stdout) == (1, "")
        assert "--federate" in done.stderr
        return
    assert done.returncode == 0
    assert NOT_CLINICAL in done.stderr
    answer = kg.query(query.text)
    table = Table.of_rows(("answer",), [(answer,)]) if isinstance(answer, bool) else answer
    assert json.loads(done.stdout) == _plain(table)


def test_queries_lists_the_questions() -> None:
    listed = json.loads(call("queries", "--format", "json").stdout)
    assert [row["name"] for row in listed] == list(shipped_queries())
    assert {row["form"] for row in listed} >= {"select", "ask", "construct"}
    assert all(row["question"] for row in listed)


def _first(form: str) -> ShippedQuery:
    return next(
        one for one in shipped_queries().values() if one.form == form and not one.federates_with
    )


def test_a_query_by_number_by_file_and_from_standard_input(tmp_path: Path) -> None:
    query = _first("select")
    by_name = call("query", query.name)
    assert by_name.returncode == 0
    text, example = tmp_path / "mine.rq", tmp_path / "mine.ttl"
    text.write_text(query.text, encoding="utf-8")
    quoted = json.dumps(query.text, ensure_ascii=False)
    example.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        f"<http://example.org/q> a sh:SPARQLSelectExecutable ; sh:select {quoted} .\n",
        encoding="utf-8",
    )
    for other in (
        call("query", query.number),
        call("query", text),
        call("query", example),
        call("query", "-", stdin=query.text),
        call("query", "-", stdin=b"\xef\xbb\xbf" + query.text.encode()),
    ):
        assert (other.returncode, other.stdout) == (0, by_name.stdout)


def test_our_prefixes_need_no_declaration() -> None:
    asked = "SELECT ?label { site:liver rdfs:label ?label }"
    assert call("query", "-", stdin=asked).stdout == "label\nliver\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "true\n"),
        (["--format", "csv"], "answer\ntrue\n"),
        (["--format", "json"], '[\n {\n  "answer": true\n }\n]\n'),
    ],
)
def test_yes_or_no(options: list[str], expected: str) -> None:
    asked = "ASK { primary:prostate met:commonlySpreadsTo site:bone }"
    done = call("query", "-", *options, stdin=asked)
    assert (done.returncode, done.stdout) == (0, expected)
    assert NOT_CLINICAL in done.stderr


def test_triples_come_as_turtle_n_triples_or_rows(tmp_path: Path) -> None:
    asked = "CONSTRUCT WHERE { site:liver rdfs:label ?label }"
    turtle = call("query", "-", stdin=asked)
    assert "site:liver rdfs:label" in turtle.stdout
    assert NOT_CLINICAL in turtle.stderr
    flat = tmp_path / "liver.nt"
    call("query", "-", "--out", flat, stdin=asked)
    assert flat.read_text().startswith("<https://w3id.org/metastasis/site/liver> <")
    rows = call("query", "-", "--format", "csv", stdin=asked).stdout
    assert rows.splitlines()[0] == "subject,predicate,object"


def test_numbers_that_json_lacks_come_as_text() -> None:
    asked = 'SELECT ("NaN"^^xsd:double AS ?x) (1.5 AS ?y) (true AS ?z) ?none {}'
    done = call("query", "-", "--format", "json", stdin=asked)
    assert json.loads(done.stdout) == [{"x": "nan", "y": 1.5, "z": True, "none": None}]


# On a terminal.


@pytest.mark.parametrize(
    ("columns", "shown"), [(160, "primary "), (80, "breast cancer  bone  commonly  numbers  ")]
)
def test_a_terminal_gets_a_table_or_where_it_is_narrow_a_block_a_row(
    columns: int, shown: str
) -> None:
    arguments = ("sites", "breast", "--edge", "commonly")
    done = run_on_terminal(*arguments, environment={"COLUMNS": str(columns)})
    assert done.returncode == 0
    assert shown in _without_codes(done.stdout)
    assert "primary,primary_label" not in done.stdout
    assert max(map(len, _without_codes(done.stdout).splitlines())) <= columns
    assert NOT_CLINICAL in _without_codes(done.stderr)
    assert NOT_CLINICAL not in done.stdout


def test_a_terminal_gets_what_is_asked_for() -> None:
    assert run_on_terminal("info", "--format", "csv").stdout == call("info").stdout


@pytest.mark.slow
def test_colors_stay_away_when_told_to(tmp_path: Path) -> None:
    build = ("build", "--form", "nq", "--out", tmp_path / "build")
    colored = run_on_terminal(*build)
    plain = run_on_terminal(*build, environment={"NO_COLOR": "1"})
    assert colored.returncode == plain.returncode == 0
    assert COLOR.search(colored.stderr)
    assert not COLOR.search(plain.stderr)


@pytest.mark.slow
def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    build = ("build", "--form", "nq", "--out", tmp_path / "build")
    shown, piped = run_on_terminal(*build), run(*build)
    assert shown.returncode == piped.returncode == 0
    assert "building" in shown.stderr
    assert "━" in shown.stderr
    assert "read and checked assertions: " in _without_codes(shown.stderr)
    assert shown.stdout == piped.stdout == ""
    assert "\x1b" not in piped.stderr
    assert "read and checked assertions: " in piped.stderr


def _without_codes(text: str) -> str:
    return re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", text)


# Files: export, draw, build.


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_export_writes_what_python_writes(name: str, small: Path, tmp_path: Path) -> None:
    by_shell, by_python = tmp_path / "shell", tmp_path / "python"
    target = FORMS[name].file
    done = call("export", name, "--graph", small, "--out", by_shell / target)
    assert (done.returncode, done.stdout) == (0, "")
    assert NOT_CLINICAL in done.stderr
    kg = mets.KnowledgeGraph.read(small)
    kg.export(by_python / target, name, command="metastasis export")
    assert _files(by_shell) == _files(by_python)
    assert _files(by_shell)


def test_export_has_a_usual_name(small: Path, tmp_path: Path) -> None:
    assert call("export", "csv", "--graph", small, folder=tmp_path).returncode == 0
    assert list(_files(tmp_path)) == ["assertions.csv"]


def test_export_writes_the_file_that_is_named(small: Path, tmp_path: Path) -> None:
    assert call("export", "mine.nq", "--graph", small, folder=tmp_path).returncode == 0
    assert list(_files(tmp_path)) == ["mine.nq"]


def test_export_says_what_it_leaves_out_under_which_license(small: Path, tmp_path: Path) -> None:
    done = call("export", "csv", "--licenses", "odbl,cc0", "--graph", small, folder=tmp_path)
    assert done.returncode == 0
    assert "left out under cc-by: 6 assertions of " in done.stderr
    assert (tmp_path / "assertions.csv").read_text().count("\n") == 1
    done = call("export", "csv", "--licenses", "CC BY 4.0", "--graph", small, folder=tmp_path)
    assert "left out" not in done.stderr
    done = call("export", "csv", "--licenses", "cc-by,free", "--graph", small, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("metastasis: unknown license 'free'. One of cc0, cc-by, cc-by-sa")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["ttl", "trig", "jsonld", "xml"])
def test_every_exported_graph_answers_alike(form: str, small: Path, tmp_path: Path) -> None:
    path = tmp_path / f"small.{'rdf' if form == 'xml' else form}"
    call("export", form, "--graph", small, "--out", path)
    asked = ("primaries", "bone", "liver", "--format", "json")
    assert call(*asked, "--graph", path).stdout == call(*asked, "--graph", small).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        ("network --primary breast --primary prostate --out {tmp}/a.svg", b"<?xml"),
        ("network --primary breast --edge commonly --out {tmp}/a.png", b"\x89PNG"),
        ("heatmap --primary breast --site bone --site liver --out {tmp}/a.pdf", b"%PDF"),
        ("heatmap --primary breast --site bone --format svg --out {tmp}/a", b"<?xml"),
    ],
)
def test_draw_writes_a_picture(arguments: str, start: bytes, tmp_path: Path) -> None:
    done = call("draw", *arguments.format(tmp=tmp_path).split())
    assert (done.returncode, done.stdout) == (0, "")
    (path,) = tmp_path.iterdir()
    assert path.read_bytes().startswith(start)
    assert f"wrote {path}" in done.stderr
    assert NOT_CLINICAL in done.stderr


def test_draw_has_a_usual_name(tmp_path: Path) -> None:
    assert call("draw", "heatmap", "--primary", "breast", folder=tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["heatmap.png"]


@pytest.mark.slow
def test_build_writes_every_form_together(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "build"
    done = call("build", "--out", folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert NOT_CLINICAL in done.stderr
    expected = {form.file for form in FORMS.values()} - {"kgx", "kgx-assertions"}
    names = ("README.txt", "edges.tsv", "nodes.tsv", "studies.tsv")
    kgx = {f"{place}/{name}" for place in ("kgx", "kgx-assertions") for name in names}
    assert set(_files(folder)) == {*expected, *kgx, *MANIFEST}
    with_notice = [name for name, text in _files(folder).items() if b"Not for clinical use" in text]
    assert set(with_notice) >= expected - {"assertions.csv"}


def test_build_writes_the_shipped_graph(tmp_path: Path) -> None:
    assert call("build", "--form", "nq", "--out", tmp_path).returncode == 0
    assert set(_files(tmp_path)) == {"metastasis.nq", *MANIFEST}
    built = mets.KnowledgeGraph.read(tmp_path / "metastasis.nq")
    assert set(built.assertions()) == set(read_evidence().assertions)


def test_build_takes_in_own_evidence(tmp_path: Path) -> None:
    rows, sources = tmp_path / "mine.csv", tmp_path / "sources.csv"
    rows.write_text(
        "primary,site,source,locator,count,total,denominator\n"
        "breast,muscle,our-clinic-2026,table 1,1,2,all_patients\n"
    )
    sources.write_text(
        "key,citation,doi,url,license,license_url,design,population,years,note\n"
        "our-clinic-2026,Our own patients,,,,,clinical_cohort,,2026,\n"
    )
    folder = tmp_path / "build"
    own = ("--assertions", rows, "--sources", sources)
    assert call("validate", rows, "--sources", sources).returncode == 0
    assert call("build", *own, "--form", "nq", "--out", folder).returncode == 0
    done = call("explain", "breast", "muscle", "--graph", folder / "metastasis.nq")
    assert "our-clinic-2026: Our own patients" in done.stdout
    assert f"/release/{mets.DATA_RELEASE}/" not in (folder / "dcat.ttl").read_text(encoding="utf-8")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# Validation.


@pytest.mark.slow
def test_all_that_is_shipped_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """All but the shapes, which take long: ``test_whole_graph.py`` holds the same graph to them."""
    sizes: list[int] = []

    def shape_faults(store: Store) -> list[str]:
        sizes.append(len(store))
        return []

    monkeypatch.setattr("metastasis.rdf.shape_faults", shape_faults)
    done = call("validate")
    assert sizes == [len(mets.load().store)]
    assert (done.returncode, done.stdout) == (0, "")
    assert "no faults" in done.stderr
    assert NOT_CLINICAL in done.stderr


def test_validate_lists_every_fault(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "primary,site,source,locator,frequency,note\n"
        'breast,bone,cancer-spreading,made up,common,"a note\nof two lines"\n'
        "breast,bone,cancer-spreading,made up,often,\n"
        "brest,bnoe,cancer-spreading,made up,common,\n"
    )
    done = call("validate", table)
    assert done.returncode == 3
    assert done.stdout.splitlines() == [
        f"{table}, row 4, column frequency: 'often': not in the list; one of most_common, common, "
        "possible, less_common, rare, absent",
        f"{table}, row 5, column primary: 'brest': no primary of the catalog has this key (did you "
        "mean 'breast'?)",
        f"{table}, row 5, column site: 'bnoe': no site of the catalog has this key (did you mean "
        "'bone'?)",
    ]
    assert "3 faults" in done.stderr
    rows = json.loads(call("validate", table.parent, "--format", "json").stdout)
    assert [(row["row"], row["column"]) for row in rows] == [
        (4, "frequency"),
        (5, "primary"),
        (5, "site"),
    ]


@pytest.mark.slow
def test_validate_checks_a_graph_by_the_shapes(small: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.nq"
    assert call("validate", small).returncode == 0
    lines = small.read_text("utf-8").splitlines(keepends=True)
    broken.write_text("".join(line for line in lines if "/prov#wasDerivedFrom>" not in line))
    done = call("validate", broken)
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) >= 6
    assert "source" in done.stdout


# The program as a whole.


def test_help_tells_every_command_and_its_options() -> None:
    done = call("--help")
    assert done.returncode == 0
    assert "Not for clinical use" in done.stdout
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout
        told = call(command, "--help").stdout
        assert f"Usage: metastasis {command} " in told
        if command != "ingest":  # its commands have examples of their own
            assert re.search(r"Example: (echo .*\| )?metastasis", told)


def test_the_help_imports_nothing_heavy_and_no_answer() -> None:
    program = (
        "import sys; sys.argv = ['metastasis', '--help']\n"
        "from metastasis._cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {(*HEAVY, 'metastasis._graph')} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_says_what_it_takes_and_what_it_is() -> None:
    assert list(COMMANDS) == list(app.list_commands(Context(app)))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", f"/bin/{shell}")
    monkeypatch.setenv("HOME", str(tmp_path))
    script = call("--show-completion").stdout
    assert "_METASTASIS_COMPLETE" in script
    done = call("--install-completion")
    (path,) = (one for one in tmp_path.rglob("*") if one.is_file())
    assert path.read_text("utf-8") == script
    assert f"wrote {path}" in done.stderr


def test_completion_knows_analyses_by_name() -> None:
    words = {"COMP_WORDS": "metastasis analyze next", "COMP_CWORD": "2"}
    done = run(environment={"_METASTASIS_COMPLETE": "bash_complete", **words})
    assert "next-sites" in done.stdout


def test_completion_for_an_unknown_shell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    done = call("--show-completion")
    assert (done.returncode, done.stdout) == (2, "")
    assert "bash, zsh, fish" in done.stderr


def test_no_command_shows_the_help() -> None:
    done = call()
    assert done.returncode == 2
    assert "Usage: metastasis" in done.stdout + done.stderr


def test_version() -> None:
    done = call("--version")
    assert done.stdout == f"metastasis {mets.__version__}, data release {mets.DATA_RELEASE}\n"


@pytest.mark.parametrize("arguments", ["sites breast", "names liver", "analyze sites-of --help"])
def test_an_answer_imports_nothing_heavy(arguments: str) -> None:
    program = (
        f"import sys; sys.argv = ['metastasis', *{arguments.split()}]\n"
        "from metastasis._cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


UNREAD: Final = {
    "sites breast": 0,
    "explain prostate bone": 0,
    "query 03-all-pairs": 0,
    "info --format table": 0,
    "": 2,
    "--help": 0,
    "--version": 0,
    "sites --help": 0,
    "sites nonesuch": 1,
    "sites": 2,
}
"""Commands, and the exit code that they have whether or not anyone reads what they write."""


@pytest.mark.parametrize("unread", ["stdout", "stderr", "both"])
@pytest.mark.parametrize(("arguments", "code"), UNREAD.items())
def test_a_command_that_no_one_reads_ends_as_ever(arguments: str, code: int, unread: str) -> None:
    done = run_unread(*arguments.split(), unread=unread)
    assert done.returncode == code
    assert b"Traceback" not in (done.stderr or b"")
    assert b"Exception ignored" not in (done.stderr or b"")


@pytest.mark.slow
@pytest.mark.parametrize("unread", ["stdout", "both"])
def test_a_reader_may_leave_at_any_moment(unread: str) -> None:
    """Many at once: which write is the first without a reader then depends on the machine."""
    commands = ["sites breast", "info", "explain prostate bone", "query 03-all-pairs"]
    runs = [(command, size) for command in commands for size in (1, 400, 65536)]
    with ThreadPoolExecutor(8) as pool:
        done = pool.map(
            lambda one: run_unread(*one[0].split(), unread=unread, after_bytes=one[1]), runs
        )
    ends = [(one.args[4:], one.returncode, one.stderr) for one in done]
    assert [end for end in ends if end[1] or b"Traceback" in (end[2] or b"")] == []


@pytest.mark.parametrize("arguments", ["info", "--help", "sites --help"])
def test_a_full_disk_behind_standard_output_is_told_in_one_sentence(arguments: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    command = f"{' '.join(COMMAND)} {arguments} > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("metastasis: ")
    assert done.stderr.endswith("No space left on device\n")
    assert len(done.stderr.splitlines()) == 1


def test_a_program_without_outputs_does_not_fail(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    command = f"{' '.join(COMMAND)} sites breast --out {path} >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], check=False).returncode == 0
    assert path.read_text("utf-8") == call("sites", "breast").stdout


def test_output_is_utf_8_wherever_it_runs() -> None:
    done = run("explain", "prostate", "bone", environment={"PYTHONIOENCODING": "latin-1"})
    assert "prostate cancer → bone" in done.stdout
