"""The body map: where a primary pairs, or what spreads to an organ, drawn on the body."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from metastasis._errors import UnknownNameError
from metastasis.pictures._anatomy import BODIES, read_anatomy
from metastasis.pictures._body_page import draw_bodies, lay_out_page
from metastasis.pictures._body_view import view_of_primary, view_of_site
from metastasis.pictures._body_words import alt_text_of, caption_of, legend_of, title_of
from metastasis.pictures._diagram import Diagram, credit, describe_call, sources_in, write_nothing
from metastasis.pictures._surround import frame_for
from metastasis.pictures._scale import settle_scale
from metastasis.pictures._selection import not_reached, select
from metastasis.pictures._sheet import open_sheet
from metastasis.pictures._style import current_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from metastasis._catalog import Catalog
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._body_view import View
    from metastasis._evidence.frame import Frame
    from metastasis.pictures._selection import Names, Selection

__all__ = ["draw_body"]


def draw_body(
    kg: KnowledgeGraph,
    primaries: Names = None,
    sites: Names = None,
    *,
    sources: Names = None,
    body: str | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    title: str | None = None,
    width: float | None = None,
    ax: Axes | None = None,
) -> Diagram:
    """Draw the sites of a primary on the body, or the primaries that reach a site.

    Parameters
    ----------
    kg
        The graph.
    primaries, sites
        One primary is one body; several, or None, are a page of bodies. Sites without primaries are
        seen from the other end: which primaries reach them. With both, only these sites are drawn.
    sources
        Keys of the sources to go by; None is all.
    body
        ``"female"``, ``"male"`` or ``"neutral"``; None is what the sex of the primary (or of the
        site) asks for, and a neutral torso else.
    denominator, setting, occurrence
        Which numbers set shade and width. If none is named, those that most pairs have; the
        caption says which. One scale serves the whole picture.
    title
        None is one that says what is drawn, and out of whom.
    width
        Of the figure in inches, letters scaled with it; None is as wide as labels need.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure of its own.

    Returns
    -------
    Diagram
        With artists ``body``, ``organs``, ``marks`` (of sites without a shape), ``arrows``, ``arrow
        heads``, ``strokes`` (through what is reported absent), ``leaders``, ``primary labels``,
        ``site labels``, ``numbers``, and ``title``, ``legend samples``, ``legend labels``,
        ``caption``.

    Every pair is drawn, also those without a number and those denied; sites without a shape of
    their own are marks. Where there is nothing to draw, the figure says so, with an
    `EmptyDiagramWarning`.

    >>> import metastasis as mets
    >>> diagram = draw_body(mets.load(), "prostate")
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer', 'primary']
    >>> draw_body(mets.load(), "prostate", body="cat")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown body 'cat'. Did you mean 'female', ...

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        A denominator, setting or occurrence is named, and the numbers that have it are still of
        more than one kind: the message lists them. The body is of another sex than a primary or a
        site that is named. Or the width is not positive.
    """
    if body is not None and body not in BODIES:
        raise UnknownNameError("body", body, BODIES)
    chosen = select(kg, primaries, sites, sources)
    reverse = chosen.primaries is None and chosen.sites is not None
    scale = settle_scale(
        chosen.pairs,
        denominator=denominator,
        setting=setting,
        occurrence=occurrence,
        of_sites=reverse,
    )
    _check_sex(chosen, kg.catalog, body)
    views = _views(chosen, scale, kg.catalog, body, reverse=reverse)
    style, anatomy = current_style(), read_anatomy()
    missed = not_reached(chosen, chosen.pairs)
    unasked = not (denominator or setting or occurrence)
    title = title or title_of(views, scale)
    caption = caption_of(views, scale, missed, unasked=unasked)
    page = lay_out_page(views, anatomy, style)
    frame = frame_for(page.width, title, legend_of(views, anatomy, style), caption, style)
    sheet = open_sheet(ax, page.width, frame.head + page.height + frame.foot, style, width)
    if views:
        drawn = draw_bodies(sheet, page, anatomy, frame.head)
    else:
        drawn = write_nothing(sheet, "body", "no evidence", frame.head + page.height / 2)
    return Diagram(
        kind="body",
        title=title,
        figure=sheet.figure,
        axes=sheet.axes,
        artists=drawn | frame.draw(sheet, "body"),
        alt_text=" ".join([alt_text_of(views, scale), *missed]),
        caption=caption,
        call=describe_call(
            "body",
            primaries=chosen.primaries,
            sites=chosen.sites,
            sources=chosen.sources,
            body=body,
            denominator=denominator,
            setting=setting,
            occurrence=occurrence,
            width=width,
        ),
        credits=credit(kg.catalog, sources_in(chosen.pairs)),
    )


def _check_sex(chosen: Selection, catalog: Catalog, body: str | None) -> None:
    """Raise unless whatever is named can be on the body asked for."""
    if body in (None, "neutral"):
        return
    cancers = (catalog.primaries[key] for key in chosen.primaries or ())
    places = (catalog.sites[key] for key in chosen.sites or ())
    others = [one.label for one in cancers if one.sex and one.sex != body]
    others += [one.label for one in places if one.sex and one.sex != body]
    if others:
        raise ValueError(f"no {body} body has {', '.join(others)}: leave body out")


def _views(
    chosen: Selection, scale: Frame | None, catalog: Catalog, body: str | None, *, reverse: bool
) -> list[View]:
    """Return a body for each primary, or for each site, in the order of the alphabet."""
    key, view = (
        (lambda one: (one.site_label.casefold(), one.site), view_of_site)
        if reverse
        else (lambda one: (one.primary_label.casefold(), one.primary), view_of_primary)
    )
    return [
        view(name, list(pairs), scale, catalog, body)
        for (_, name), pairs in groupby(sorted(chosen.pairs, key=key), key=key)
    ]
