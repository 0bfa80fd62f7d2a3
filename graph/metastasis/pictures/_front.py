"""The function of a kind: what it takes, its own options and those that all kinds share.

The options that kinds share are described here once, for all of them and for the shell. Nothing
here imports Matplotlib.
"""

from __future__ import annotations

import re
from dataclasses import replace
from inspect import Parameter, Signature, cleandoc, signature
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import check_choice
from metastasis._evidence.frame import check_frame
from metastasis.pictures._said.selection import select
from metastasis.pictures._sheet.place import axes_place, place_of
from metastasis.pictures._sheet.style import PEN, dressed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metastasis._evidence.frame import Frame
    from metastasis.pictures._kind import Kind
    from metastasis.pictures._picture import Diagram, Presentation
    from metastasis.pictures._said.selection import Selection

__all__ = ["front"]

_COMMON: Final[Mapping[str, tuple[Any, str, str]]] = MappingProxyType(
    {
        "primaries": (
            None,
            "str | Iterable[str] | None",
            'The primaries to draw; None is all, without groupings such as "cancer" in general.',
        ),
        "sites": (
            None,
            "str | Iterable[str] | None",
            "The sites to draw; None is all.",
        ),
        "sources": (
            None,
            "str | Iterable[str] | None",
            "Only these sources, by key; None is all. An edge is then what follows from these "
            "alone.",
        ),
        "least": (
            None,
            "float | None",
            "Leave out shares under so many percent; the caption says how many. None is none.",
        ),
        "top": (
            None,
            "int | None",
            "Only so many, those with the highest shares; the caption says how many are left out. "
            "None is all.",
        ),
        "highlight": (
            None,
            "str | Iterable[str] | None",
            "Primaries or sites to bring out, by name: the rest is faded. None is all alike.",
        ),
        "order": (None, "str | None", "The order that things stand in; None is the first of {0}."),
        "labels": (
            None,
            "Mapping[str, str] | None",
            "Words of your own for primaries and sites, by name; None is those of the catalog.",
        ),
        "title": (
            None,
            "bool | str | None",
            "Whether there is a title, or one of your own; on axes of yours only if asked.",
        ),
        "caption": (
            None,
            "bool | str | None",
            "Whether there is a caption of two lines, or one of your own; on axes of yours only if "
            "asked. ``diagram.caption`` has all of it as text.",
        ),
        "legend": (
            None,
            "bool | str | None",
            "Whether there is a legend, or words in its place; on axes of yours only if asked. "
            "``diagram.legend_text`` has it as text.",
        ),
        "size": (
            None,
            "str | tuple[float, float] | None",
            "Where it is to stand: ``screen``, ``column`` (89 mm), ``onehalf`` (120 mm), ``page`` "
            "(183 mm), each at most 170 mm high, ``slide`` (13.33 x 7.5 inches), or width and "
            "height in inches. Letters have the size that such a place asks for. None is a screen.",
        ),
        "width": (
            None,
            "float | None",
            "Width in inches, for which all is laid out anew; None is that of the size.",
        ),
        "theme": (
            None,
            'Literal["light", "dark", "print"] | None',
            "On white, on dark, or in black ink for print; None is light.",
        ),
        "font": (
            None,
            "str | None",
            "A font of this machine; None, or one that is not there, is DejaVu Sans.",
        ),
        "dpi": (
            None,
            "float | None",
            "Pixels an inch of files; None is what suits their format.",
        ),
        "transparent": (False, "bool", "Whether files leave the paper out."),
        "ax": (
            None,
            "Axes | None",
            "Axes to draw on, bare and laid out for their size; None is a figure of its own.",
        ),
        "scale": (
            None,
            "Scale | None",
            "What pictures on a grid of axes share: one frame, one legend. None is nothing.",
        ),
    }
)
"""Default, type and description of each option that kinds share, in the order of signatures."""

_FRAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "denominator": "Which numbers are shown: who they count. If no part of the frame is named, "
        "it is the frame that most pairs have numbers in; the caption says which. Numbers of "
        "different frames are never in one picture.",
        "setting": "Which numbers are shown: at diagnosis, during the course, or at autopsy.",
        "occurrence": "Which numbers are shown: with the site at ``any`` time, as the "
        "``only_site``, or as the ``first_site``.",
        "frame": "The three parts in one, as other answers give it.",
    }
)
"""The parts of a frame; which kinds take them stands in their own signatures."""

_SEVERAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "axis": "The one axis of the picture: ``percent`` from 0, or ``log``, by powers of ten; "
        "None is the latter where shares are far apart.",
    }
)
"""Options that several kinds have as their own, and mean the same by."""
_EVIDENCE: Final = "The evidence to draw, such as ``kg.evidence``; a graph is taken for its own."
_RAISES: Final = """UnknownNameError, AmbiguousNameError
    A name that nothing has, or that several have.
FitError
    It has no room where it is to stand; the message says what would fit.
ValueError
    Options do not fit each other or the evidence; the message says what does."""
_CHOICES: Final = ("least", "top", "highlight", "order")
"""Common options that say what is shown or brought out; a kind says which of them it takes."""
_LOOKS: Final = (
    "labels",
    "title",
    "caption",
    "legend",
    "size",
    "width",
    "theme",
    "font",
    "dpi",
    "transparent",
    "ax",
    "scale",
)
"""Common options of every kind that say how it looks."""
_UNTOLD: Final = ("evidence", "frame", "ax", "scale")
"""What a call that draws the picture again leaves out: what no text can give."""


def front(kind: type[Kind]) -> Callable[..., Diagram]:
    """Return a kind as a function of evidence and options: its own, and those that all kinds take.

    >>> from metastasis.pictures import draw_network
    >>> list(signature(draw_network).parameters)[:4]
    ['evidence', 'primaries', 'sites', 'sources']
    """
    plan: Callable[..., Kind] = getattr(kind, "plan", kind)
    own = list(signature(plan).parameters.values())[1:]
    accepted = _signature(own, kind)

    def draw(*args: Any, **options: Any) -> Diagram:
        from metastasis.pictures._picture import compose

        given = accepted.bind(*args, **options)
        given.apply_defaults()
        asked = given.arguments
        look = _look(asked)
        frame = asked.pop("frame", None)
        if frame is None and look.scale is not None and "denominator" in asked:
            frame = look.scale.frame
        if look.scale is not None and "color" in asked:
            asked["color"] = asked["color"] or look.scale.color
        if frame is not None:
            asked |= _parts(frame, _set(accepted, asked))
        chosen = _chosen(kind, asked)
        if look.scale is not None:
            chosen = replace(chosen, letters=look.scale.letters)
        named = {name: getattr(chosen, name) for name in ("primaries", "sites", "sources")}
        # To plan measures text, which takes fonts.
        with PEN, dressed(look.place.letters, asked["theme"], asked["font"]):
            planned = plan(chosen, **{one.name: asked[one.name] for one in own})
            planned.high = None if look.scale is None else look.scale.high
            return compose(planned, planned.call(_set(accepted, {**asked, **named})), look)

    draw.__name__ = draw.__qualname__ = f"draw_{kind.name}"
    # Where users find it; so its examples run once, as those of the class.
    draw.__module__ = __package__
    draw.__signature__ = accepted  # type: ignore[attr-defined]
    draw.__doc__ = _help(kind, accepted)
    return draw


def _look(asked: Mapping[str, Any]) -> Presentation:
    """Return how the picture is to look: on axes of the caller's it is bare, unless asked."""
    from metastasis.pictures._picture import Presentation

    ax = asked["ax"]
    if ax is not None and asked["width"] is not None:
        raise ValueError("the width is that of the axes: leave width out, or leave ax out")
    title, caption, legend = (
        ax is None if asked[name] is None else asked[name]
        for name in ("title", "caption", "legend")
    )
    return Presentation(
        place=axes_place(ax, asked["size"]) if ax else place_of(asked["size"], asked["width"]),
        title=title,
        caption=caption,
        legend=legend,
        dpi=asked["dpi"],
        transparent=asked["transparent"],
        ax=ax,
        scale=asked["scale"],
    )


def _chosen(kind: type[Kind], asked: Mapping[str, Any]) -> Selection:
    """Return the selection that was asked for, with what is brought out of it."""
    order = asked.get("order")
    if order is not None:
        check_choice("order", order, kind.orders)
    return select(
        getattr(asked["evidence"], "evidence", asked["evidence"]),
        asked["primaries"],
        asked["sites"],
        asked.get("sources"),
        labels=asked["labels"],
        **{name: asked[name] for name in kind.choices},
    )


def _set(accepted: Signature, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are not as they were by default, in the order of the signature."""
    return {
        name: given[name]
        for name, one in accepted.parameters.items()
        if name not in _UNTOLD
        # Only like is compared with like: arrays and tables answer a comparison with one of them.
        and (type(given[name]) is not type(one.default) or given[name] != one.default)
    }


def _parts(frame: Frame, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts of a frame as options; others may not be given beside it."""
    check_frame(frame, **{name: given[name] for name in _FRAME if name in given})
    if frame.stage != "any":
        raise ValueError(f"pictures show numbers on any stage, not those of {frame}")
    return {name: getattr(frame, name) for name in _FRAME if name != "frame"}


def _signature(own: Sequence[Parameter], kind: type[Kind]) -> Signature:
    """Return the signature of a kind's function: positional ones of its own come first."""
    either, only = Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY

    def shared(name: str, how: Any) -> Parameter:
        default, annotation, _ = _COMMON[name]
        return Parameter(name, how, default=default, annotation=annotation)

    framed = [one for one in own if one.name == "denominator"]
    return Signature(
        [
            Parameter("evidence", either, annotation="Evidence"),
            *(one for one in own if one.kind is either),
            *(shared(name, either) for name in ("primaries", "sites")),
            *(shared(name, only) for name in ("sources",) if kind.takes_sources),
            *(one for one in own if one.kind is only),
            *(Parameter("frame", only, default=None, annotation="Frame | None") for _ in framed),
            *(shared(name, only) for name in _CHOICES if name in kind.choices),
            *(shared(name, only) for name in _LOOKS),
        ],
        return_annotation="Diagram",
    )


def _help(kind: type[Kind], accepted: Signature) -> str:
    """Return the docstring of a kind with the shared parameters and errors put in."""
    sections = _sections(kind.__doc__ or "")
    own = _described(sections.get("Parameters", ""))
    shared = {
        "evidence": _EVIDENCE,
        **_FRAME,
        **_SEVERAL,
        **{name: text for name, (_, _, text) in _COMMON.items()},
    }
    if kind.orders:
        shared["order"] = shared["order"].format(", ".join(f"``{one}``" for one in kind.orders))
    parameters = "\n".join(
        f"{name}\n    {own.get(name, shared.get(name, ''))}" for name in accepted.parameters
    )
    sections = (
        {"": sections.pop(""), "Parameters": parameters}
        | {name: text for name, text in sections.items() if name not in ("Parameters", "Examples")}
        | {"Raises": _RAISES, "Examples": sections.get("Examples", "")}
    )
    return "\n\n".join(
        f"{name}\n{'-' * len(name)}\n{text}" if name else text
        for name, text in sections.items()
        if text
    )


def _sections(text: str) -> dict[str, str]:
    """Return the parts of a docstring in numpy style by their headings, the first without one."""
    first, *rest = re.split(r"^(\w+)\n-+\n", cleandoc(text), flags=re.MULTILINE)
    names, bodies = rest[::2], rest[1::2]
    return {"": first.strip(), **dict(zip(names, (body.strip() for body in bodies), strict=True))}


def _described(text: str) -> dict[str, str]:
    """Return what a Parameters section says of each name, as one line."""
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for line in text.splitlines():
        if line and not line[0].isspace():
            names = [name.strip() for name in line.partition(":")[0].split(",")]
        else:
            for name in names:
                found.setdefault(name, []).append(line.strip())
    return {name: " ".join(lines).strip() for name, lines in found.items()}
