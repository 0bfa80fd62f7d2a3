"""What answers which address: one table, to which every kind of page and of data adds a line.

Apart from what a server plans with a request because files are written by the same table.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from metastasis._errors import MetastasisError
from metastasis._markup import element
from metastasis.serve._links import Links, pair_path
from metastasis.serve._pages.layout import PRINTED, WebPage, page_reply
from metastasis.serve._problem import problem
from metastasis.serve._reply import UNKEPT, Address, Reply
from metastasis.serve._resource import DATA_FORMS, PAGELESS, SYNTAXES, pageless_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metastasis._graph import KnowledgeGraph

    Answer: TypeAlias = Callable[[KnowledgeGraph, Address, str, Links], Reply | None]

__all__ = [
    "ROUTES",
    "Route",
    "addresses",
    "forms_at",
    "make_reply",
    "packed_question",
    "page_handler",
]


def _later(home: str, name: str) -> Callable[..., Any]:
    """Return a function that imports the one that it stands for when it is first called.

    The process that listens tells addresses apart by this table, and makes no page: it is to start
    at once, without Matplotlib.
    """

    def answer(*given: Any) -> Any:
        return getattr(import_module(f"metastasis.{home}"), name)(*given)

    return answer


def _below(room: str, keys: Iterable[str]) -> list[str]:
    return [f"{room}/{key}" for key in keys]


def _pairs(kg: KnowledgeGraph) -> list[str]:
    from metastasis.serve._pages.shelf import shelf_of

    return _below("disease", shelf_of(kg).pairs)


def _endpoint(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply:
    """Return the page of the endpoint; to a program, what the endpoint says of itself."""
    from metastasis.serve._describe import description_reply
    from metastasis.serve._pages.sparql import sparql_reply

    if form in SYNTAXES:
        return description_reply(kg, form)
    return sparql_reply(kg, address, form, links)


def _drawn(answer: Answer) -> Answer:
    """Return what answers as a page and its data do, and with its picture for print."""

    def drawn(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
        if form in PRINTED:
            from metastasis.serve._pages.pictures import picture_reply

            return picture_reply(kg, address, form)
        return answer(kg, address, form, links)

    return drawn


def _told(make: Callable[[KnowledgeGraph], bytes]) -> Answer:
    """Return what answers with JSON that is the same whatever is asked."""
    return lambda kg, _address, _form, _links: Reply(200, "application/json", make(kg))


def _only(path: str) -> Callable[[KnowledgeGraph], Iterable[str]]:
    return lambda _: (path,)


def _none(_kg: KnowledgeGraph) -> Iterable[str]:
    return ()


class Route(NamedTuple):
    """One kind of address, and what answers it."""

    start: str
    """The path itself; or what it begins with, where this ends with ``/``."""
    forms: tuple[str, ...]
    """In what it is answered, what people read first; all but the first are suffixes too."""
    answer: Answer
    """Gives the reply in a form; None where the graph has nothing of that name."""
    paths: Callable[[KnowledgeGraph], Iterable[str]]
    """Gives every path that has an answer without parameters."""
    is_file: bool = True
    """Whether it stands among files; what answers any question by its parameters does not."""
    on_server: tuple[str, ...] = ()
    """Forms that only a server gives, for files say nothing of it."""
    takes: tuple[str, ...] | None = ()
    """The names of its parameters; None where the answer itself looks after them."""

    @property
    def given(self) -> tuple[str, ...]:
        """In what a server answers."""
        return self.forms + self.on_server

    def strangers(self, address: Address) -> tuple[str, ...]:
        """Return the names of parameters that mean nothing here, such as misspelled ones."""
        if self.takes is None:
            return ()
        return tuple(name for name, _ in address.parameters if name not in self.takes)


_TABLE: Final = ("table", "relation")
_FILTERED: Final = (
    *("edge", "basis", "denominator", "setting", "occurrence"),
    *(*_TABLE, "picture"),
)
"""What cancers, sites and pairs are asked by."""

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "",
        ("html", *SYNTAXES),
        _drawn(_later("serve._pages.home", "home_reply")),
        _only(""),
        on_server=PRINTED,
        takes=("picture",),
    ),
    Route("about", ("html",), _later("serve._pages.about", "about_reply"), _only("about")),
    Route(
        "search",
        ("html",),
        _later("serve._pages.lookup", "search_reply"),
        _only("search"),
        takes=("q",),
    ),
    Route(
        "compare",
        ("html",),
        _later("serve._pages.compare", "compare_reply"),
        _only("compare"),
        on_server=DATA_FORMS,
        takes=("primary", "by"),
    ),
    Route(
        "shared",
        ("html",),
        _later("serve._pages.sharing", "shared_reply"),
        _only("shared"),
        on_server=DATA_FORMS,
        takes=("site", "how", "edge"),
    ),
    *(
        Route(room, ("html", *DATA_FORMS), _later("serve._pages.lists", "list_reply"), _only(room))
        for room in ("primary", "site", "source")
    ),
    Route(
        "primary/",
        ("html", *DATA_FORMS),
        _drawn(_later("serve._pages.cancer", "cancer_reply")),
        lambda kg: _below("primary", kg.catalog.primaries),
        on_server=PRINTED,
        takes=_FILTERED,
    ),
    Route(
        "site/",
        ("html", *DATA_FORMS),
        _drawn(_later("serve._pages.place", "place_reply")),
        lambda kg: _below("site", kg.catalog.sites),
        on_server=PRINTED,
        takes=_FILTERED,
    ),
    Route(
        "disease/",
        ("html", *DATA_FORMS),
        _drawn(_later("serve._pages.pair_page", "pair_reply")),
        _pairs,
        on_server=PRINTED,
        takes=_FILTERED,
    ),
    Route(
        "source/",
        ("html", *DATA_FORMS),
        _later("serve._pages.source", "source_reply"),
        lambda kg: _below("source", kg.catalog.sources),
        takes=_TABLE,
    ),
    Route(
        "vocab",
        ("html", *SYNTAXES),
        _later("serve._pages.vocabulary", "vocabulary_reply"),
        _only("vocab"),
    ),
    Route("sparql", ("html",), _endpoint, _only("sparql"), on_server=tuple(SYNTAXES), takes=None),
    Route(
        "api", ("json", "html"), _later("serve._api", "api_reply"), _none, is_file=False, takes=None
    ),
    Route(
        "api/",
        ("json", "csv"),
        _later("serve._api", "answer_reply"),
        _none,
        is_file=False,
        takes=None,
    ),
    Route(
        "completion", ("json",), _told(_later("serve._describe", "completion")), _only("completion")
    ),
    Route(
        "index.json", ("json",), _told(_later("serve._find", "search_index")), _only("index.json")
    ),
    Route(
        "pairs.json",
        ("json",),
        _told(_later("serve._pages.gathered", "pairs_json")),
        _only("pairs.json"),
    ),
    *(
        Route(f"{kind}/", ("html", *SYNTAXES), pageless_reply, _none, is_file=False)
        for kind in PAGELESS
    ),
)
"""The first that fits answers."""


def make_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply:
    """Return the answer to an address, whatever it is: an unknown name is a page that says so.

    A suffix of the path counts, and goes before ``form``, where what stands before it is known.
    Parameters that ask for what is in no list are refused.
    """
    for path, asked in ((address.path, form), *_suffixed(address.path)):
        here = address._replace(path=path)
        route = _route_of(path)
        if route is None or asked not in route.given:
            continue
        try:
            reply = route.answer(kg, here, asked, links._replace(path=path))
        except MetastasisError as error:
            return _refused(error, here, asked, links._replace(path=path))
        if reply is not None:
            strangers = route.strangers(here)
            return _beside(reply, asked, route, strangers) if strangers else reply
    return _missing(kg, address, form, links)


def forms_at(path: str) -> tuple[str, ...]:
    """Return in which forms an address can be answered, what people read first; none is unknown.

    With a suffix that is the one that the suffix names.

    >>> forms_at("nothing/of/this/kind")
    ()
    """
    for asked, form in _suffixed(path):
        route = _route_of(asked)
        if route is not None and form in route.given:
            return (form,)
    route = _route_of(path)
    return () if route is None else route.given


def addresses(kg: KnowledgeGraph) -> Iterator[tuple[Address, tuple[str, ...]]]:
    """Yield every address that stands among files, and the forms of each."""
    for route in ROUTES:
        if route.is_file:
            for path in route.paths(kg):
                yield Address(path), route.forms


def packed_question(address: Address, form: str) -> bytes:
    """Return what is asked of a page handler as bytes."""
    return json.dumps([address.path, address.parameters, form]).encode()


def page_handler(kg: KnowledgeGraph) -> Callable[[bytes], bytes]:
    """Return what answers packed questions with packed replies, on a server.

    What many questions need is worked out before it returns: each is answered in a process of its
    own, which would do it anew.
    """
    _warm(kg)

    def answer(question: bytes) -> bytes:
        path, parameters, form = json.loads(question)
        address = Address(path, tuple((name, value) for name, value in parameters))
        return make_reply(kg, address, form, Links(path)).packed()

    return answer


def _warm(kg: KnowledgeGraph) -> None:
    pairs = kg.evidence.pairs()
    if not pairs:
        return
    primary, site = pairs[0].primary, pairs[0].site
    both = (("primary", primary), ("site", site))
    common = Counter(pair.site for pair in pairs).most_common(2)
    for path, form, parameters in (
        ("", "html", ()),
        (f"primary/{primary}", "html", ()),
        (pair_path(primary, site), "html", ()),
        ("sparql", "ttl", ()),
        ("api/explain", "json", both),
        ("api/search", "json", (("q", "a name that nothing has"),)),
        ("api/likely", "json", tuple(("site", often) for often, _ in common)),
    ):
        with suppress(Exception):  # it is told to who asks for it
            make_reply(kg, Address(path, parameters), form, Links(path))


def _route_of(path: str) -> Route | None:
    return next((route for route in ROUTES if _fits(route, path)), None)


def _fits(route: Route, path: str) -> bool:
    if not route.start.endswith("/"):
        return path == route.start
    return path.startswith(route.start) and len(path) > len(route.start)


def _suffixed(path: str) -> tuple[tuple[str, str], ...]:
    """Return a path without its suffix and the form that this names, if it may be one."""
    stem, point, suffix = path.rpartition(".")
    if not point or not suffix.isalnum():
        return ()
    return (("" if stem == "index" else stem, suffix),)


def _missing(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply:
    from metastasis.serve._pages.missing import missing_page, suggestions

    page = missing_page(kg, address, links)
    if form == "html":
        return page_reply(page, address, links)
    return problem(404, page.description, suggestions=[*dict(suggestions(kg, address.path))])


def _beside(reply: Reply, form: str, route: Route, strangers: tuple[str, ...]) -> Reply:
    """Return the answer to parameters that mean nothing: no data, which would be too many.

    A page is shown, for others add marks of their own to links; it is not kept, or anybody could
    fill the cache with one page.
    """
    if form == "html":
        return reply._replace(headers=(*reply.headers, UNKEPT))
    taken = ", ".join(route.takes or ()) or "none"
    return problem(400, f"There is no parameter {strangers[0]!r} here; there are: {taken}.")


def _refused(error: MetastasisError, address: Address, form: str, links: Links) -> Reply:
    """Return the answer to parameters that ask for what is in no list: never all there is."""
    told = str(error)
    if form != "html":
        return problem(400, told)
    body = [element("h1", "Not understood"), element("p", told)]
    page = WebPage("Not understood", told, body, status=400)
    return page_reply(page, address._replace(parameters=()), links)
