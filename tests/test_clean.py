"""What leaves is clean: hostile labels, through every output."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metastasis as mets
from metastasis._catalog import Catalog, Primary, Site, Source
from metastasis._clean import cell_of, control_in, html_text, is_web_address, shown, text_of
from metastasis._cli.output import say
from metastasis._errors import GraphError, TableError
from metastasis._evidence.assertion_table import read_assertions, write_assertions
from metastasis._evidence.evidence import Evidence
from metastasis._table import IRI, Link, Table
from metastasis.analysis import read_sequences
from metastasis.rdf import FORMS
from shell import call, run, run_on_terminal

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE: Final = (
    '=HYPERLINK("http://x.example","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\uff1d1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><!--",
    "&amp;&#7;",
    "$\\frac{1}{0$",
    "javascript:alert(1)",
    "'=1+1",
    "''",
    "-3.5",
    "-",
)
"""Texts that are no fault, and must do no harm."""
CONTROLS: Final = (
    "\x00",
    "\x07",
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x7f",
    "\x9b31m",
    "\u202etxt",
    "\ufffe",
)
"""What no text may hold."""
FORMULA: Final = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20].", re.DOTALL)
NUMBER: Final = re.compile(r"[+-]?[0-9.]+([eE][+-]?[0-9]+)?")
BAD_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from([*HOSTILE, *CONTROLS])


def is_formula(cell: str) -> bool:
    return bool(FORMULA.match(cell)) and not NUMBER.fullmatch(cell)


def graph_of(label: str, note: str | None = None) -> mets.KnowledgeGraph:
    """Return a graph in which everything that may hold any text holds this one."""
    sites = [Site(key="bone", label=f"{label} b", kind="organ", synonyms=(f"{label} s",))]
    primaries = [Primary(key="breast", label=label, kind="organ", note=note)]
    source = Source(
        key="a-study",
        citation=label,
        design="clinical_cohort",
        license=label,
        population=label,
        note=note,
    )
    said = mets.Assertion(
        primary="breast",
        site="bone",
        count=45,
        total=100,
        denominator="metastatic_patients",
        setting="during_course",
        source="a-study",
        locator=label,
        population=label,
        note=note,
    )
    catalog = Catalog(primaries=primaries, sites=sites, sources=[source])
    return mets.KnowledgeGraph.from_assertions([said], catalog)


# The rules


@given(texts)
def test_a_cell_is_no_formula_and_comes_back(text: str) -> None:
    cell = cell_of(text)
    assert not is_formula(cell)
    assert text_of(cell) == text


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.decimals(-9, 9, places=3)
)
def test_a_number_stays_a_number(number: object) -> None:
    assert cell_of(str(number)) == str(number)


@given(texts)
def test_what_is_shown_holds_no_control_character(text: str) -> None:
    assert control_in(shown(text)) is None
    assert shown(shown(text)) == shown(text)
    assert len(shown(text)) == len(text)
    assert (shown(text) == text) == (control_in(text) is None)


@given(texts)
def test_html_is_text_alone(text: str) -> None:
    class Read(HTMLParser):
        said = ""

        def handle_data(self, data: str) -> None:
            self.said += data

        def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 - as it is called
            raise AssertionError(tag)

    reader = Read()
    reader.feed(f"{html_text(text)} ")
    assert reader.said.replace("\r", "\n").rstrip() == shown(text).replace("\r", "\n").rstrip()


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "JavaScript:x", " https://x", "vbscript:x"],
)
def test_only_the_web_is_linked(address: str) -> None:
    assert not is_web_address(address)
    table = Table.of_rows(("a", "b"), [(IRI(address), Link(address, "<b>"))])
    assert "href" not in table._repr_html_()
    with pytest.raises(TableError, match="not an address"):
        Evidence.from_assertions(
            [],
            Catalog(
                primaries=[],
                sites=[],
                sources=[Source(key="a", citation="b", design="review", url=address)],
            ),
        )


# What comes in


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("field", ["locator", "population", "note"])
def test_assertions_hold_no_control_character(field: str, control: str) -> None:
    values: dict[str, Any] = {"locator": "a", field: f"a{control}b"}
    said = mets.Assertion(
        primary="breast", site="bone", frequency="common", source="cancer-spreading", **values
    )
    with pytest.raises(TableError, match=rf"column {field}: .*holds the control character U\+"):
        mets.KnowledgeGraph.from_assertions([said])


@pytest.mark.parametrize("control", CONTROLS)
def test_catalogs_hold_no_control_character(control: str) -> None:
    with pytest.raises(TableError, match="holds the control character") as caught:
        graph_of(f"a{control}")
    assert control_in(str(caught.value)) is None


def test_tables_are_told_their_control_characters(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "primary,site,frequency,source,locator\nbreast,bone,common,cancer-spreading,a\x1b[31m\n"
    )
    done = call("validate", table)
    assert done.returncode == 3
    assert "column locator: 'a\ufffd[31m': holds the control character U+001B" in done.stdout


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_gives_back_what_it_was_given(text: str, tmp_path: Path) -> None:
    said = mets.Assertion(
        primary="breast",
        site="bone",
        frequency="common",
        source="a",
        locator=f"x{text}",
        note=text.strip(),
    )
    write_assertions([said], tmp_path / "a.csv")
    assert read_assertions(tmp_path / "a.csv") == [said]
    rows = csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"), newline=""))
    assert not any(is_formula(cell) for row in rows for cell in row)


# What goes out


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_every_form_holds_hostile_labels(text: str, tmp_path: Path) -> None:
    kg = graph_of(text, note=text)
    for form in FORMS.values():
        for path in kg.export(tmp_path / form.file, form.name):
            content = path.read_text("utf-8")
            assert control_in(content.replace("\r", "")) is None, path
            if path.suffix in (".rdf", ".graphml", ".gexf", ".xgmml", ".xml"):
                ET.fromstring(content)  # noqa: S314 - of our own making
            elif path.suffix in (".json", ".jsonld", ".cyjs"):
                json.loads(content)
            elif path.suffix in (".csv", ".tsv"):
                mark = "\t" if path.suffix == ".tsv" else ","
                rows = csv.reader(io.StringIO(content, newline=""), delimiter=mark)
                assert not [cell for row in rows for cell in row if is_formula(cell)], path


@pytest.mark.slow
@pytest.mark.parametrize("text", [one for one in HOSTILE if "\uff1d" not in one])  # not in the font
def test_pictures_hold_hostile_labels(text: str, tmp_path: Path) -> None:
    kg = graph_of(text)
    for kind in ("network", "heatmap", "forest"):
        made = getattr(kg.draw, kind)(title=f"{text}\x1b\x07")
        made.save(tmp_path / f"{kind}.svg")
        content = (tmp_path / f"{kind}.svg").read_text("utf-8")
        assert BAD_IN_XML.search(content) is None
        root = ET.fromstring(content)  # noqa: S314 - of our own making
        names = {one.tag.rpartition("}")[2] for one in root.iter()}
        assert not names & {"script", "img", "a", "foreignObject"}
        assert control_in("".join([made.title, made.alt_text, made.caption, *made.credits])) is None
        made.save(tmp_path / f"{kind}.png")
        assert made._repr_png_()[1]["alt"] == made.alt_text


@pytest.mark.parametrize("text", [*HOSTILE, *CONTROLS])
def test_tables_show_hostile_cells(text: str) -> None:
    table = Table.of_rows(
        ("text", "link"), [(text, Link(f"https://x.example/{text}", text))], notes=[text]
    )
    html = table._repr_html_()
    assert control_in(html) is None
    assert not re.search(r"<(script|img)", html)
    assert control_in(str(table)) is None


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_explanations_show_hostile_labels(text: str) -> None:
    said = graph_of(text).explain("breast", "bone")
    assert not re.search(r"<(script|img)", said._repr_html_())


@pytest.mark.slow
@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json"])
def test_answers_of_a_query_are_clean(form: str) -> None:
    query = 'SELECT ?a ?b { VALUES (?a ?b) { ("=1+1" "\\u001B[31mred\\u0007") ("-3.5" "+x") } }'
    done = run("query", "-", "--format", form, stdin=query)
    assert done.returncode == 0, done.stderr
    if form in ("csv", "tsv"):
        mark = "," if form == "csv" else "\t"
        _, *rows = csv.reader(io.StringIO(done.stdout), delimiter=mark)
        assert [row[0] for row in rows] == ["'=1+1", "-3.5"]
        assert rows[1][1] == "'+x"
        assert not any(is_formula(cell) for row in rows for cell in row)
    if form == "json":
        assert json.loads(done.stdout)[0]["a"] == "=1+1"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_terminal_gets_no_escape_of_a_label(form: str, tmp_path: Path) -> None:
    query = tmp_path / "mine\x1b[31m.rq"
    query.write_text('SELECT ?b { VALUES ?b { "a\\u001B]0;owned\\u0007b\\u202Ec\\u009B2J" } }')
    done = run_on_terminal("query", query, "--format", form)
    assert done.returncode == 0
    assert "\x1b]0" not in done.stdout
    assert not re.search("[\x07\u202e\x9b]", done.stdout)
    missing = run_on_terminal("query", tmp_path / "no\x1b]0;owned\x07.rq")
    assert missing.returncode == 1
    assert not re.search("[\x1b\x07]", missing.stderr)
    unknown = run_on_terminal("names", "--no\x1b]0;owned\x07", "x")
    assert unknown.returncode == 2
    assert not re.search("[\x1b\x07]", unknown.stderr)


ODD: Final = '<http://x.example/a> <http://x.example/b> "bell\\u0007" .'


@pytest.mark.slow
def test_xml_is_refused_where_a_graph_of_others_has_no_place_in_it(tmp_path: Path) -> None:
    path = tmp_path / "odd.nq"
    graph_of("plain").export(path)
    path.write_text(f"{path.read_text('utf-8')}{ODD}\n", "utf-8")
    kg = mets.KnowledgeGraph.read(path)
    with pytest.raises(GraphError, match=r"holds U\+0007, for which XML has no place"):
        kg.export(tmp_path / "odd.rdf")
    assert not (tmp_path / "odd.rdf").exists()
    kg.export(tmp_path / "odd.ttl")
    for query, form in (
        ('SELECT ("\\u001B" AS ?x) {}', "sparql-xml"),
        ('CONSTRUCT { <http://a> <http://b> "\\u0000" } {}', "xml"),
    ):
        done = run("query", "-", "--format", form, stdin=query)
        assert done.returncode == 1
        assert "for which XML has no place; take another form" in done.stderr
        assert done.stdout == ""


def test_messages_hold_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[31mb\rc\x07\u202e")
    assert capsys.readouterr().err == "a\ufffd[31mb\ufffdc\ufffd\ufffd\n"


@pytest.mark.slow
def test_the_labels_of_a_hospital_come_back_from_a_spreadsheet(tmp_path: Path) -> None:
    labels = ["=cmd|' /C calc'!A0", "+RUQ", "'@home", "\uff1dx", "Livre"]
    table = tmp_path / "counts.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["cancer", "N", "Bone", *labels], ["Prostate cancer", 10, 4, 1, 1, 1, 1, 1]]
        )
    counted = ("--totals", "N", "--denominator", "autopsies", "--setting", "at_autopsy")
    out = tmp_path / "ours.csv"
    done = call("ingest", "matrix", table, *counted, "--out", out)
    assert done.returncode == 0, done.stderr
    sites = tmp_path / "ours.site-map.csv"
    rows = list(csv.reader(io.StringIO(sites.read_text("utf-8"))))
    assert not any(is_formula(cell) for row in rows for cell in row)
    assert len(rows) == len(labels) + 1
    for row in rows[1:]:
        row[2] = "liver" if row[1] == "Livre" else "-"
    with sites.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    again = call("ingest", "matrix", table, *counted, "--out", out, "--site-map", sites)
    assert again.returncode == 0, again.stderr
    assert {one.site for one in read_assertions(out)} == {"bone", "liver"}


@pytest.mark.slow
def test_the_patients_of_a_sequence_are_no_formulas(tmp_path: Path) -> None:
    from pyarrow import parquet

    names = ["=1+1", "+cmd|x", "-7", "p'1", "@a", "'=2"]
    table, order = tmp_path / "claims.csv", tmp_path / "order.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["patient", "code", "date"])
        for name in names:
            writer.writerows([[name, "C61", "2019-01-01"], [name, "C79.51", "2019-05-01"]])
    done = call("ingest", "coded", table, "--out", tmp_path / "a.csv", "--sequences", order)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(order.read_text("utf-8"))))
    assert not any(is_formula(row["patient"]) for row in rows)
    assert sorted(text_of(row["patient"]) for row in rows) == sorted(names)
    read = read_sequences(order, mets.load().catalog)
    assert sorted(one.patient for one in read) == sorted(names)
    as_they_are = tmp_path / "order.parquet"
    call("ingest", "coded", table, "--out", tmp_path / "b.csv", "--sequences", as_they_are)
    kept = parquet.read_table(as_they_are).column("patient").to_pylist()
    assert sorted(kept) == sorted(names)


@pytest.mark.slow
@pytest.mark.parametrize(
    "backend", ["module://matplotlib_inline.backend_inline", "nosuch", "module://no.such"]
)
def test_the_screen_of_a_notebook_is_not_needed(backend: str, tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    environment = {**os.environ, "MPLBACKEND": backend}
    done = run("draw", "network", "--primary", "breast", "--out", path, environment=environment)
    assert done.returncode == 0, done.stderr
    assert path.exists()


@pytest.mark.slow
def test_threads_draw_what_one_alone_draws() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from metastasis.pictures._files.save import render

    kg = mets.load()
    asked: dict[str, dict[str, str | list[str]]] = {
        "network": {"primaries": "breast"},
        "heatmap": {"primaries": ["breast", "lung"]},
    }
    jobs = [(kind, form) for kind in asked for form in ("svg", "png")]

    def draw(job: tuple[str, str]) -> bytes:
        file = io.BytesIO()
        render(getattr(kg.draw, job[0])(**asked[job[0]]), file, job[1])
        return file.getvalue()

    alone = list(map(draw, jobs))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(draw, jobs * 4)) == alone * 4
