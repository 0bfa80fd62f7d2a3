"""Bringing the pages of the documentation together in one folder, for Sphinx to read.

What is said elsewhere is not said twice: parts of README and CONTRIBUTING are taken from there, the
notebooks as they are stored, the vocabulary from its Turtle, columns from the records of the code.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from typing import TYPE_CHECKING, Any, Final

import docs_api
import environment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ROOT: Final = environment.ROOT
TARGETS: Final = {
    "README.md": "/index.md",
    "CONTRIBUTING.md": "/contribute/index.md",
    "CHANGELOG.md": "/changelog.md",
    "notebooks/": "/tutorial/",
    "ontology/metastasis.ttl": "/reference/vocabulary.md",
}
"""Where in the documentation a file of the repository is shown; other files are only named."""
HELP_WIDTH: Final = 74
"""Columns of the help of a command: what fits beside the navigation of a page."""


def assemble(folder: Path) -> None:
    """Write every page and picture that Sphinx needs into a folder that is not there yet."""
    ignored = shutil.ignore_patterns("__pycache__", "mapping-example*")
    shutil.copytree(ROOT / "docs", folder, ignore=ignored)
    write_notebooks(folder / "tutorial")
    docs_api.write(folder / "reference" / "api")
    parts = folder / "_parts"
    parts.mkdir(exist_ok=True)
    for document in ("README.md", "CONTRIBUTING.md"):
        for title, text in sections(document):
            name = f"{document.partition('.')[0].lower()}-{slug(title)}.md"
            (parts / name).write_text(text, encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (folder / "changelog.md").write_text(changes, encoding="utf-8")
    (folder / "reference" / "vocabulary.md").write_text(vocabulary(), encoding="utf-8")
    (folder / "reference" / "command-line.md").write_text(command_line(), encoding="utf-8")
    for name, table in columns().items():
        (parts / f"columns-{name}.md").write_text(table, encoding="utf-8")


def write_notebooks(folder: Path) -> None:
    """Write the notebooks, with the words for their pictures where the pages look for them."""
    folder.mkdir(exist_ok=True)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            words = [
                output["metadata"]["image/png"]["alt"]
                for output in cell.get("outputs", [])
                if "image/png" in output.get("data", {})
            ]
            if words:
                cell["metadata"]["mystnb"] = {"image": {"alt": " ".join(words)}}
        (folder / path.name).write_text(json.dumps(notebook), encoding="utf-8")


def sections(document: str) -> Iterable[tuple[str, str]]:
    """Yield the title and the text of each section of a document, without its heading.

    Of a section with parts of its own, each part comes as well. Links lead into the documentation,
    or to nowhere: what is only in the repository is named.
    """
    text = (ROOT / document).read_text(encoding="utf-8").replace("<!-- set-up -->\n", "")
    pieces = re.split(r"^(## .*|### .*)$", linked(text), flags=re.MULTILINE)
    for place in range(1, len(pieces), 2):
        title, body = pieces[place], pieces[place + 1]
        if title.startswith("## "):
            for below in range(place + 2, len(pieces), 2):
                if pieces[below].startswith("## "):
                    break
                body += f"{pieces[below][1:]}{pieces[below + 1]}"
        yield title.lstrip("# "), body.strip() + "\n"


def linked(text: str) -> str:
    """Return a document with links that lead where the documentation has what they lead to.

    >>> linked("[CHANGELOG](CHANGELOG.md), [rules](ontology/rules), [there](https://example.org)")
    '[CHANGELOG](/changelog.md), rules (`ontology/rules`), [there](https://example.org)'
    """

    def lead(found: re.Match[str]) -> str:
        shown, target = found["shown"], found["target"]
        if "://" in target or target.startswith("#"):
            return found[0]
        for start, page in TARGETS.items():
            if target == start:
                return f"[{shown}]({page})"
            if start.endswith("/") and target.startswith(start):
                return f"[{shown}]({page}{target.removeprefix(start)})"
        return f"`{target}`" if shown == target else f"{shown} (`{target}`)"

    return re.sub(r"(?<!!)\[(?P<shown>[^\]]+)\]\((?P<target>[^)]+)\)", lead, text)


def slug(title: str) -> str:
    """Return a title as a file is named.

    >>> slug("Add a site or a primary")
    'add-a-site-or-a-primary'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def columns() -> dict[str, str]:
    """Return the columns of every written table, with what each holds, as Markdown."""
    from metastasis._catalog import Primary, Site, Source
    from metastasis._evidence.assertion import Assertion

    records = {"assertions": Assertion, "sources": Source, "primaries": Primary, "sites": Site}
    return {name: column_table(record) for name, record in records.items()}


def column_table(record: Any) -> str:
    """Return the fields of a record, each with what stands below it in the code."""
    from metastasis._fields import fields_of
    from metastasis._vocabulary import LISTS

    said = fields_of(record)
    rows = ["| column | holds |", "| --- | --- |"]
    for field in dataclasses.fields(record):
        words = said.get(field.name, "").replace("\n", " ").replace("``", "`")
        if field.name in LISTS:
            listed = ", ".join(f"`{value}`" for value in LISTS[field.name])
            words = f"{words} One of {listed}.".strip()
        rows.append(f"| `{field.name}` | {words} |")
    return "\n".join(rows) + "\n"


def vocabulary() -> str:
    """Return the page of every term of the vocabulary, with its definition and example."""
    from rdflib import RDF, RDFS, Graph, URIRef
    from rdflib.namespace import OWL, SKOS

    from metastasis._vocabulary import LISTS, contract, expand

    graph = Graph().parse(ROOT / "ontology" / "metastasis.ttl", format="turtle")

    def about(term: Any, level: str = "###") -> str:
        lines = [f"({anchor(contract(str(term)))})=", f"{level} `{contract(str(term))}`", ""]
        for predicate, words in (
            (SKOS.definition, "{}"),
            (SKOS.example, "*Example:* {}"),
            (SKOS.scopeNote, "*Note:* {}"),
        ):
            lines += [
                words.format(value).replace("<", "&lt;") + "\n"
                for value in sorted(map(str, graph.objects(term, predicate)))
            ]
        for predicate, name in (
            (RDFS.subClassOf, "Kind of"),
            (RDFS.subPropertyOf, "Kind of"),
            (RDFS.domain, "From"),
            (RDFS.range, "To"),
        ):
            values = sorted(map(str, graph.objects(term, predicate)))
            if values:
                lines.append(
                    f"{name}: " + ", ".join(shown(contract(value)) for value in values) + "\n"
                )
        return "\n".join(lines)

    ours = {term for term in graph.subjects(SKOS.definition) if isinstance(term, URIRef)}

    def shown(curie: str) -> str:
        known = curie.startswith("met:") and URIRef(expand(curie)) in ours
        return f"[`{curie}`](#{anchor(curie)})" if known else f"`{curie}`"

    def section(title: str, terms: Iterable[Any]) -> str:
        return "\n".join([f"## {title}\n", *(about(term) for term in sorted(terms))])

    def of_type(*types: URIRef) -> list[Any]:
        found = {term for one in types for term in graph.subjects(RDF.type, one)}
        return [term for term in found & ours if contract(str(term)).startswith("met:")]

    head = (ROOT / "docs" / "_parts" / "vocabulary-head.md").read_text(encoding="utf-8")
    lists = [f"## Closed lists\n\n{head.partition('<!-- lists -->')[2].strip()}\n"]
    for name, keys in {**LISTS, **open_lists(graph)}.items():
        lists.append(f"### {name}\n")
        rows = ["| value | means |", "| --- | --- |"]
        for key in keys:
            term = URIRef(expand(f"{name}:{key}"))
            means = " ".join(str(one) for one in graph.objects(term, SKOS.definition))
            rows.append(f"| `{name}:{key}` | {means} |")
        lists.append("\n".join(rows) + "\n")
    return "\n".join(
        [
            head.partition("<!-- lists -->")[0],
            section("Classes", of_type(OWL.Class)),
            section("Links", of_type(OWL.ObjectProperty)),
            section("Numbers and text", of_type(OWL.DatatypeProperty)),
            *lists,
        ]
    )


def open_lists(graph: Any) -> dict[str, list[str]]:
    """Return the values of the lists that no column takes, by the name of the list."""
    from rdflib.namespace import SKOS

    from metastasis._vocabulary import LISTS, contract

    found: dict[str, list[str]] = {}
    for term in sorted(map(str, graph.subjects(SKOS.definition))):
        name, _, key = contract(term).partition(":")
        if name != "met" and name not in LISTS and "/" not in key:
            found.setdefault(name, []).append(key)
    return found


def anchor(curie: str) -> str:
    """Return the name of the place of a term on its page; a class may be called as a property is.

    >>> anchor("met:Primary"), anchor("met:primary")
    ('class-primary', 'property-primary')
    """
    local = curie.partition(":")[2]
    return f"{'class' if local[:1].isupper() else 'property'}-{local.lower()}"


def command_line() -> str:
    """Return the page of every command, with the help that it gives itself."""
    import click

    from metastasis._cli.app import app

    def told(command: click.Command, names: tuple[str, ...]) -> Iterable[str]:
        context = click.Context(command, info_name=" ".join(names), terminal_width=HELP_WIDTH)
        if len(names) > 1:
            yield f"{'#' * len(names)} {' '.join(names[1:])}\n"
        yield f"```text\n{command.get_help(context).strip()}\n```\n"
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                if inner is not None and not inner.hidden:
                    yield from told(inner, (*names, name))

    head = (ROOT / "docs" / "_parts" / "command-line-head.md").read_text(encoding="utf-8")
    return "\n".join([head, *told(app, ("metastasis",))])
