"""How a reader gets the rows of a page by themselves: a line of Python and a query in SPARQL.

Apart from the pages because a test runs every recipe and holds it to the rows of its page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis._markup import element
from metastasis._vocabulary import PREFIXES, expand
from metastasis.serve._pages.filters import FRAME, NO_EDGE, Filters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis._markup import Markup
    from metastasis.serve._links import Links

__all__ = [
    "assertions_in_python",
    "assertions_in_sparql",
    "chosen_in_python",
    "chosen_in_sparql",
    "pair_in_python",
    "pairs_in_python",
    "pairs_in_sparql",
    "recipe",
    "term",
    "whole_in_sparql",
    "with_prefixes",
]

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
    start, tests = _START, [f"one.{name} == {value!r}" for name, value in asked.items()]
    tests += _frame_tests(filters, "one")
    for name, values in _edge_values(filters).items():
        pairs = f"{{(one.pair.primary, one.pair.site): one.pair.{name} for one in kg.pairs()}}"
        start += f"{name} = {pairs}\n"
        tests.append(f"{name}.get((one.primary, one.site)) in {values!r}")
    return f"{start}rows = [one for one in kg.assertions() if {_all(tests)}]"


def pairs_in_python(filters: Filters, *, primary: str = "", site: str = "") -> str:
    """Return Python whose ``rows`` are the pairs of a cancer or of a site."""
    tests = [f"one.pair.site == {site!r}"] if site else []
    tests += [f"one.pair.{name} in {values!r}" for name, values in _edge_values(filters).items()]
    if frames := _frame_tests(filters, "said"):
        tests.append(f"any({_all(frames)} for said in one.pair.assertions)")
    rows = f"kg.pairs({primary!r})" if primary else "kg.pairs()"
    chosen = f"[one for one in {rows} if {_all(tests)}]" if tests else rows
    return chosen_in_python(chosen)


def _frame_tests(filters: Filters, name: str) -> list[str]:
    return [f"{name}.{part} in {values!r}" for part in FRAME if (values := getattr(filters, part))]


def _edge_values(filters: Filters) -> dict[str, tuple[str | None, ...]]:
    """Return what is asked for of edge and basis, as a pair has it."""
    edges = tuple(None if one == NO_EDGE else one for one in filters.edge)
    return {name: values for name, values in (("edge", edges), ("basis", filters.basis)) if values}


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
    needed = [name for name in FRAME if name != "denominator" or filters.denominator]
    said += [f"met:{name} ?{name}" for name in (*needed, "locator")]
    source = term("source", asked["source"]) if "source" in asked else "?source"
    others = ("frequency", "population", "count", "total", "percent")
    lines = [
        *_value_lines(filters),
        f"?assertion {' ; '.join([*said, f'prov:wasDerivedFrom {source}'])} .",
        *_edge_lines(filters, asked),
        *(f"OPTIONAL {{ ?assertion met:{one} ?{one} }}" for one in others),
        *([] if filters.denominator else ["OPTIONAL { ?assertion met:denominator ?denominator }"]),
        "OPTIONAL { ?assertion met:intervalLow ?low ; met:intervalHigh ?high }",
    ]
    return _selected(lines, "?assertion")


def chosen_in_python(rows: str) -> str:
    """Return Python whose ``rows`` are what an expression gives of the graph ``kg``."""
    return f"{_START}rows = {rows}"


def pair_in_python(primary: str, site: str) -> str:
    """Return Python whose ``rows`` are the assertions on one pair.

    >>> print(pair_in_python("lung", "skin"))
    import metastasis as mets
    <BLANKLINE>
    rows = mets.load().explain('lung', 'skin').table()
    """
    start = "import metastasis as mets\n\n"
    return f"{start}rows = mets.load().explain({primary!r}, {site!r}).table()"


def whole_in_sparql(*links: str) -> str:
    """Return SPARQL that gives all that is said in the assertions with these links.

    >>> whole_in_sparql("met:site site:skin").splitlines()[-2:]
    ['}', 'ORDER BY ?assertion ?property']
    """
    line = " ; ".join([f"?assertion {links[0]}", *links[1:], "?property ?value ."])
    return _selected([line], "?assertion ?property")


def pairs_in_sparql(filters: Filters, *, primary: str = "", site: str = "") -> str:
    """Return SPARQL that gives the pairs of a cancer or of a site, one row each."""
    of = term("primary", primary) if primary else "?primary"
    place = term("site", site) if site else "?site"
    lines = [
        f"?pair a met:Pair ; met:ofPrimary {of} ; met:inSite {place} ; met:status ?status .",
        "OPTIONAL { ?pair met:edge ?edge } OPTIONAL { ?pair met:basis ?basis }",
        *_edge_tests(filters),
    ]
    if not filters.is_of_numbers:
        return _selected(lines, "?pair")
    parts = [name for name in FRAME if getattr(filters, name)]
    said = " ; ".join(f"met:{name} ?{name}" for name in parts)
    lines += [f"?pair met:supportedBy|met:deniedBy ?said . ?said {said} ."]
    # Values come first, so that the engine begins with them.
    lines = [*_value_lines(filters), *lines]
    return _selected(lines, "?pair", "DISTINCT ?pair ?status ?edge ?basis")


def _edge_lines(filters: Filters, asked: dict[str, str]) -> list[str]:
    """Return the lines that ask for the edge of the pair of an assertion."""
    if not filters.edge and not filters.basis:
        return []
    primary = term("primary", asked["primary"]) if "primary" in asked else "?primary"
    site = term("site", asked["site"]) if "site" in asked else "?site"
    # A name that is no place makes no pair: it has no edge either.
    pair = f"?pair met:ofPrimary {primary} ; met:inSite {site} ; met:edge ?edge"
    return [
        f"OPTIONAL {{ {pair} OPTIONAL {{ ?pair met:basis ?basis }} }}",
        *_edge_tests(filters),
    ]


def _edge_tests(filters: Filters) -> list[str]:
    lines = []
    if filters.edge:
        edges = [one for one in filters.edge if one != NO_EDGE]
        tests = ["!BOUND(?edge)"] if NO_EDGE in filters.edge else []
        tests += [f"?edge IN ({_listed('edge', edges)})"] if edges else []
        lines.append(f"FILTER ({' || '.join(tests)})")
    if filters.basis:
        lines.append(f"FILTER (?basis IN ({_listed('basis', filters.basis)}))")
    return lines


def _value_lines(filters: Filters) -> list[str]:
    return [
        f"VALUES ?{name} {{ {' '.join(f'{name}:{value}' for value in values)} }}"
        for name in FRAME
        if (values := getattr(filters, name))
    ]


def _listed(name: str, values: Iterable[str]) -> str:
    return ", ".join(f"{name}:{value}" for value in values)


def _selected(lines: Iterable[str], order: str, what: str = "*") -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return with_prefixes(f"SELECT {what} WHERE {{\n{body}\n}}\nORDER BY {order}")


def chosen_in_sparql(lines: Iterable[str], order: str) -> str:
    """Return SPARQL that selects what some lines say, in an order, with the prefixes that it uses.

    >>> print(chosen_in_sparql(["?pair a met:Pair ."], "?pair"))
    PREFIX met: <https://w3id.org/metastasis/vocab#>
    SELECT * WHERE {
      ?pair a met:Pair .
    }
    ORDER BY ?pair
    """
    return _selected(lines, order)


def with_prefixes(query: str) -> str:
    """Return a query with the prefixes that occur in it before it, for any endpoint."""
    found = set(_PREFIX.findall(query))
    used = [name for name in PREFIXES if name in found]
    return "\n".join([*(f"PREFIX {name}: <{PREFIXES[name]}>" for name in used), query])


def recipe(python: str, sparql: str, links: Links) -> Markup:
    """Return the folded part of a page that says how its rows are made."""
    run = links.page("sparql", **({} if links.is_static else {"query": sparql}))
    return element(
        "details",
        element("summary", "How to get this table"),
        element("p", "In Python, with the package ", element("code", "metastasis"), ":"),
        element("pre", python),
        element("p", "In SPARQL, on the ", element("a", "query page", href=run), ":"),
        element("pre", sparql),
        class_="recipe",
    )
