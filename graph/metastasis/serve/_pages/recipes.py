"""How a reader gets the rows of a page by themselves: a line of Python and a query in SPARQL.

Apart from the pages because a test runs every recipe and holds it to the rows of its page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis._vocabulary import PREFIXES, expand
from metastasis.serve._pages.filters import NO_EDGE
from metastasis.serve._pages.html import element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis.serve._links import Links
    from metastasis.serve._pages.filters import Filters
    from metastasis.serve._pages.html import Markup

__all__ = ["assertions_in_python", "assertions_in_sparql", "pairs_in_python", "recipe", "term"]

_SIMPLE: Final = re.compile(r"[A-Za-z0-9](?:[\w-]*\w)?", re.ASCII)
"""A key that may stand behind a prefix as it is, in SPARQL and in Turtle."""
_PREFIX: Final = re.compile(r"(?<![\w:])([A-Za-z]+):(?=[\w<-])")
_START: Final = "import metastasis as mets\n\nkg = mets.load()\n"


def term(kind: str, key: str) -> str:
    """Return what names a thing in SPARQL.

    >>> term("site", "liver"), term("source", "a.")
    ('site:liver', '<https://w3id.org/metastasis/source/a.>')
    """
    return f"{kind}:{key}" if _SIMPLE.fullmatch(key) else f"<{expand(f'{kind}:{key}')}>"


def assertions_in_python(filters: Filters, **asked: str) -> str:
    """Return Python whose ``rows`` are the assertions that are asked for, by field."""
    tests = [f"one.{name} == {value!r}" for name, value in asked.items()]
    tests += [
        f"one.{name} in {values!r}"
        for name in ("denominator", "setting", "occurrence")
        if (values := getattr(filters, name))
    ]
    edges = _edge_tests(filters, "kg.evidence.pair(one.primary, one.site, one.relation)")
    return f"{_START}rows = [one for one in kg.assertions() if {_all([*tests, *edges])}]"


def pairs_in_python(filters: Filters, *, primary: str = "", site: str = "") -> str:
    """Return Python whose ``rows`` are the pairs of a cancer or of a site."""
    tests = [f"one.pair.site == {site!r}"] if site else []
    tests += _edge_tests(filters, "one.pair")
    rows = f"kg.pairs({primary!r})" if primary else "kg.pairs()"
    chosen = f"[one for one in {rows} if {_all(tests)}]" if tests else rows
    return f"{_START}rows = {chosen}"


def _edge_tests(filters: Filters, pair: str) -> list[str]:
    edges = tuple(None if one == NO_EDGE else one for one in filters.edge)
    tests = [f"{pair}.edge in {edges!r}"] if edges else []
    return tests + ([f"{pair}.basis in {filters.basis!r}"] if filters.basis else [])


def _all(tests: list[str]) -> str:
    return " and ".join(tests)


def assertions_in_sparql(filters: Filters, **asked: str) -> str:
    """Return SPARQL that gives the assertions that are asked for, by field.

    >>> print(assertions_in_sparql(Filters(), primary="breast"))  # doctest: +ELLIPSIS
    PREFIX met: <https://w3id.org/metastasis/vocab#>
    ...
    """
    kinds = {"primary": "primary", "site": "site", "relation": "relation"}
    said = [f"met:{name} {term(kinds[name], asked[name])}" for name in kinds if name in asked]
    said += [f"met:{name} ?{name}" for name in kinds if name not in asked]
    source = term("source", asked["source"]) if "source" in asked else "?source"
    lines = [
        f"?assertion {' ; '.join(said)} ;",
        "  met:setting ?setting ; met:occurrence ?occurrence ; met:locator ?locator ;",
        f"  prov:wasDerivedFrom {source} .",
        *_edge_lines(filters, asked),
        "OPTIONAL { ?assertion met:frequency ?frequency }",
        "OPTIONAL { ?assertion met:denominator ?denominator }",
        "OPTIONAL { ?assertion met:population ?population }",
        "OPTIONAL { ?assertion met:count ?count }",
        "OPTIONAL { ?assertion met:total ?total }",
        "OPTIONAL { ?assertion met:percent ?percent }",
        "OPTIONAL { ?assertion met:intervalLow ?low ; met:intervalHigh ?high }",
        *_value_lines(filters),
    ]
    body = "\n".join(f"  {line}" for line in lines)
    return _with_prefixes(f"SELECT * WHERE {{\n{body}\n}}\nORDER BY ?assertion")


def _edge_lines(filters: Filters, asked: dict[str, str]) -> list[str]:
    """Return the lines that ask for the edge of the pair; it is that of metastasis."""
    if not filters.edge and not filters.basis:
        return []
    primary = term("primary", asked["primary"]) if "primary" in asked else "?primary"
    site = term("site", asked["site"]) if "site" in asked else "?site"
    pair = f"?pair met:ofPrimary {primary} ; met:inSite {site} ."
    lines = [pair]
    edges = [one for one in filters.edge if one != NO_EDGE]
    if edges and NO_EDGE in filters.edge:
        lines += [
            "OPTIONAL { ?pair met:edge ?edge }",
            f"FILTER (!BOUND(?edge) || {_in('edge', edges)})",
        ]
    elif edges:
        lines += ["?pair met:edge ?edge .", f"FILTER ({_in('edge', edges)})"]
    elif filters.edge:
        lines.append("FILTER NOT EXISTS { ?pair met:edge ?edge }")
    if filters.basis:
        lines += ["?pair met:basis ?basis .", f"FILTER ({_in('basis', filters.basis)})"]
    return lines


def _value_lines(filters: Filters) -> list[str]:
    return [
        f"FILTER ({_in(name, values)})"
        for name in ("denominator", "setting", "occurrence")
        if (values := getattr(filters, name))
    ]


def _in(name: str, values: Iterable[str]) -> str:
    return f"?{name} IN ({', '.join(f'{name}:{value}' for value in values)})"


def _with_prefixes(query: str) -> str:
    used = [name for name in PREFIXES if name in _PREFIX.findall(query)]
    return "\n".join([*(f"PREFIX {name}: <{PREFIXES[name]}>" for name in used), query])


def recipe(python: str, sparql: str, links: Links) -> Markup:
    """Return the folded part of a page that says how its rows are made."""
    run = links.page("sparql", **({} if links.is_static else {"query": sparql}))
    return element(
        "details",
        element("summary", "How to get this table"),
        element("p", "In Python, with ", element("code", "pip install metastasis"), ":"),
        _listing(python, "Python"),
        element("p", "In SPARQL, on the ", element("a", "query page", href=run), ":"),
        _listing(sparql, "SPARQL"),
        class_="recipe",
    )


def _listing(text: str, label: str) -> Markup:
    return element(
        "pre",
        element("code", text),
        tabindex=0,
        role="region",
        aria_label=f"{label} for this table",
    )
