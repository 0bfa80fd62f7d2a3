"""Every form in which the graph leaves, and those from which it comes back.

:data:`FORMS` is the one place that tells them: ``kg.export``, ``KnowledgeGraph.read``, the shell
and the description of the dataset in the graph itself all read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from metastasis._errors import UnknownNameError
from metastasis._files import write_atomically, write_text, write_together

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pyoxigraph as ox

    from metastasis._evidence.evidence import Evidence

    MakeStore: TypeAlias = Callable[[], ox.Store]
    Write: TypeAlias = Callable[..., list[Path]]

__all__ = ["FORMS", "Form", "find_format"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the graph: what it is called, what its files are, and how they are written.

    >>> find_format("graph.ttl").media_type
    'text/turtle'
    """

    name: str
    """What it is asked for by: ``kg.export(path, "nq")``."""
    file: str
    """The usual name of its file or folder; what follows the first dot is its ending."""
    media_type: str
    """Of each of its files; RDF libraries know a syntax by it."""
    description: str
    write: Write
    """Takes the evidence, a function that gives the quads of the same graph (so that they are made
    only where they are written), the path, what the file says made it, and by name the options
    below; returns the files."""
    is_rdf: bool = False
    keeps_graphs: bool = False
    """Whether the named graph of each source is kept."""
    can_be_read: bool = False
    """Whether ``KnowledgeGraph.read`` takes it; the other forms leave parts of the graph out."""
    options: tuple[str, ...] = ()
    """Which options of ``kg.export`` it takes: ``ids``, ``isolated``."""

    @property
    def ending(self) -> str:
        """The ending of its files; of a folder, its name.

        >>> FORMS["xml"].ending, FORMS["evidence"].ending, FORMS["kgx"].ending
        ('rdf', 'evidence.json', 'kgx')
        """
        return self.file.partition(".")[2] or self.file

    @property
    def is_folder(self) -> bool:
        """Whether it is several files in a folder."""
        return "." not in self.file

    def fits(self, name: str) -> bool:
        """Return whether a name, or the name of a file, means this form."""
        name = name.casefold()
        return name == self.name or name.endswith((f".{self.ending}", f".{self.name}"))

    def chosen(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options that are given, which are not None, if this form takes them.

        >>> FORMS["kgx"].chosen({"ids": "own"})
        {'ids': 'own'}
        >>> FORMS["nq"].chosen({"ids": "own"})
        Traceback (most recent call last):
        ...
        metastasis.UnknownNameError: unknown option of nq 'ids'. Taken by: kgx, kgx-assertions.

        Raises
        ------
        UnknownNameError
            The form does not take one; the error lists those that do.
        """
        chosen = {name: value for name, value in given.items() if value is not None}
        for name in chosen:
            if name not in self.options:
                takers = ", ".join(one.name for one in FORMS.values() if name in one.options)
                raise UnknownNameError(f"option of {self.name}", name, hint=f" Taken by: {takers}.")
        return chosen


def find_format(name: str) -> Form:
    """Return a form by its name or by the name of a file, whose longest ending tells it.

    >>> find_format("metastasis.evidence.json").name
    'evidence'
    >>> find_format("metastasis.nanopubs.trig").name, find_format("metastasis.trig").name
    ('nanopubs', 'trig')
    >>> find_format("docx")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown format 'docx'. Did you mean 'nq', 'trig', ...

    Raises
    ------
    UnknownNameError
        There is no such form; the error lists those that there are.
    """
    file = PurePath(name).name
    fitting = [form for form in FORMS.values() if form.fits(file)]
    if fitting:
        return max(fitting, key=lambda form: len(form.ending))
    raise UnknownNameError("format", file.rpartition(".")[2].casefold(), list(FORMS))


def _quads(name: str) -> Write:
    def write(_: Evidence, make_store: MakeStore, path: Path, command: str) -> list[Path]:
        from metastasis.rdf._serialize import WRITERS

        store = make_store()
        with write_atomically(path) as file:
            WRITERS[name](store, file, command)
        return [path]

    return write


def _assertion_table(evidence: Evidence, _: MakeStore, path: Path, _command: str) -> list[Path]:
    from metastasis._evidence.assertion_table import write_assertions

    write_assertions(evidence.assertions, path)
    return [path]


def _kgx(what: str) -> Write:
    def write(
        evidence: Evidence, _: MakeStore, folder: Path, command: str, *, ids: str = "known"
    ) -> list[Path]:
        from metastasis.rdf._exchange import kgx

        texts = getattr(kgx, f"{what}_tables")(evidence, command, ids)
        with write_together(folder) as draft:
            for name, text in texts.items():
                write_text(draft / name, text)
        return [folder / name for name in texts]

    return write


def _network(name: str, level: str) -> Write:
    def write(
        evidence: Evidence, _: MakeStore, path: Path, command: str, *, isolated: bool = False
    ) -> list[Path]:
        from metastasis.rdf._exchange.network import network_of
        from metastasis.rdf._exchange.network_files import WRITERS

        write_text(path, WRITERS[name](network_of(evidence, level, isolated=isolated), command))
        return [path]

    return write


def _index(evidence: Evidence, _: MakeStore, path: Path, _command: str) -> list[Path]:
    from metastasis._evidence.index import index_text

    write_text(path, index_text(evidence))
    return [path]


def _robot(evidence: Evidence, _: MakeStore, path: Path, _command: str) -> list[Path]:
    from metastasis.rdf._exchange.disease_terms import robot_template

    write_text(path, robot_template(evidence))
    return [path]


def _sssom(evidence: Evidence, _: MakeStore, path: Path, _command: str) -> list[Path]:
    from metastasis.rdf._exchange.disease_terms import disease_mappings

    write_text(path, disease_mappings(evidence))
    return [path]


def _schema(language: str) -> Write:
    def write(evidence: Evidence, _: MakeStore, path: Path, _command: str) -> list[Path]:
        from metastasis.rdf._exchange import table_schema

        write_text(path, getattr(table_schema, language)(evidence.catalog))
        return [path]

    return write


def _nanopublications(evidence: Evidence, _: MakeStore, path: Path, command: str) -> list[Path]:
    from metastasis.rdf._exchange.nanopublications import write_nanopublications

    write_nanopublications(evidence, path, command)
    return [path]


def _rdf(
    name: str, ending: str, media_type: str, description: str, *, keeps_graphs: bool = False
) -> Form:
    return Form(
        name,
        f"metastasis.{ending}",
        media_type,
        description,
        _quads(name),
        is_rdf=True,
        keeps_graphs=keeps_graphs,
        can_be_read=True,
    )


def _network_form(name: str, ending: str, media_type: str, what: str, level: str = "pairs") -> Form:
    extra = "" if level == "pairs" else f"-{level}"
    return Form(
        f"{name}{extra}",
        f"metastasis{extra.replace('-', '.')}.{ending}",
        media_type,
        f"{what} of the network of {level}",
        _network(name, level),
        options=("isolated",),
    )


_JSON: Final = "application/json"
_TABLES: Final = "text/tab-separated-values"

FORMS: Final[dict[str, Form]] = {
    form.name: form
    for form in (
        _rdf(
            "nq",
            "nq",
            "application/n-quads",
            "N-Quads, sorted; a graph per source",
            keeps_graphs=True,
        ),
        _rdf("trig", "trig", "application/trig", "TriG; a graph per source", keeps_graphs=True),
        _rdf("ttl", "ttl", "text/turtle", "Turtle, all graphs as one"),
        _rdf("nt", "nt", "application/n-triples", "N-Triples, sorted, all graphs as one"),
        _rdf("jsonld", "jsonld", "application/ld+json", "JSON-LD, all graphs as one"),
        _rdf("xml", "rdf", "application/rdf+xml", "RDF/XML, all graphs as one"),
        Form("csv", "assertions.csv", "text/csv", "the assertion table", _assertion_table),
        Form(
            "csvw",
            "assertions.csv-metadata.json",
            "application/csvm+json",
            "the columns of the assertion table, in CSV on the Web",
            _schema("csvw"),
        ),
        Form(
            "linkml",
            "metastasis.linkml.yaml",
            "application/yaml",
            "schema of the assertion table in LinkML",
            _schema("linkml"),
        ),
        Form(
            "json-schema",
            "assertions.schema.json",
            _JSON,
            "schema of a row of the assertion table in JSON Schema",
            _schema("json_schema"),
        ),
        Form(
            "kgx",
            "kgx",
            _TABLES,
            "KGX tables of nodes and pairs, in a folder",
            _kgx("pair"),
            options=("ids",),
        ),
        Form(
            "kgx-assertions",
            "kgx-assertions",
            _TABLES,
            "KGX tables of nodes and assertions, in a folder",
            _kgx("assertion"),
            options=("ids",),
        ),
        _network_form("graphml", "graphml", "application/graphml+xml", "GraphML"),
        _network_form("gexf", "gexf", "application/gexf+xml", "GEXF for Gephi"),
        _network_form("cytoscape", "cyjs", _JSON, "Cytoscape.js JSON"),
        _network_form("cx2", "cx2", _JSON, "CX2 for Cytoscape"),
        _network_form("node-link", "node-link.json", _JSON, "NetworkX node-link JSON"),
        _network_form(
            "graphml", "graphml", "application/graphml+xml", "GraphML", level="assertions"
        ),
        _network_form("cytoscape", "cyjs", _JSON, "Cytoscape.js JSON", level="assertions"),
        _network_form(
            "node-link", "node-link.json", _JSON, "NetworkX node-link JSON", level="assertions"
        ),
        Form(
            "nanopubs",
            "metastasis.nanopubs.trig",
            "application/trig",
            "nanopublications, one an assertion",
            _nanopublications,
        ),
        Form(
            "robot",
            "metastasis.robot.tsv",
            "text/tab-separated-values",
            "ROBOT template of the metastatic diseases",
            _robot,
        ),
        Form(
            "sssom",
            "metastasis.sssom.tsv",
            "text/tab-separated-values",
            "SSSOM mappings of the metastatic diseases",
            _sssom,
        ),
        Form(
            "evidence",
            "metastasis.evidence.json",
            _JSON,
            "catalog and assertions as JSON",
            _index,
            can_be_read=True,
        ),
    )
}
"""Every form by its name, those of RDF first."""
