"""The body map: where a primary spreads, or what spreads to an organ, drawn on the body."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from metastasis._errors import check_choice
from metastasis.pictures._anatomy import BODIES, read_anatomy
from metastasis.pictures._body_page import draw_bodies, lay_out_page
from metastasis.pictures._body_view import view_of_primary, view_of_site
from metastasis.pictures._body_words import findings_of, legend_of, rules_of, title_of
from metastasis.pictures._kind import Kind, front

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.artist import Artist

    from metastasis.pictures._body_view import View
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._surround import LegendEntry

__all__ = ["BodyMap", "draw_body"]


class BodyMap(Kind):
    """Draw the sites of a primary on the body, or the primaries that reach a site.

    Every pair is drawn, also those without a number and those denied; sites without a shape of
    their own are marks. Where there is nothing to draw, the figure says so, with an
    `EmptyDiagramWarning`.

    Parameters
    ----------
    primaries
        One primary is one body; several, or None, are a page of bodies.
    sites
        Sites without primaries are seen from the other end: which primaries reach them. With both,
        only these sites are drawn.
    body
        ``"female"``, ``"male"`` or ``"neutral"``; None is what the sex of the primary (or of the
        site) asks for, and a neutral torso otherwise.

    Returns
    -------
    Diagram
        With artists ``body``, ``organs``, ``marks`` (of sites without a shape), ``arrows``, ``arrow
        heads``, ``strokes`` (through what is reported absent), ``leaders``, ``primary labels``,
        ``site labels``, ``numbers``, and ``title``, ``legend samples``, ``legend labels``,
        ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.body("prostate")
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer', 'primary']
    >>> kg.draw.body("prostate", body="cat")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown body 'cat'. Did you mean 'female', ...
    """

    name = "body"
    noun = "body map"
    empty_size = (6.0, 1.0)

    def __init__(
        self,
        chosen: Selection,
        *,
        body: str | None = None,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        if body is not None:
            check_choice("body", body, BODIES)
        self.body = body
        self.reverse = chosen.primaries is None and chosen.sites is not None
        self.choose_frame(chosen.pairs, denominator, setting, occurrence, of_sites=self.reverse)
        self._check_sex()
        self.views = self._views()
        self.anatomy = read_anatomy()
        if self.views:
            self.page = lay_out_page(self.views, self.anatomy, self.style)
            self.size = self.page.width, self.page.height

    def _check_sex(self) -> None:
        """Raise unless whatever is named can be on the body asked for."""
        body, catalog = self.body, self.chosen.catalog
        if body in (None, "neutral"):
            return
        cancers = (catalog.primaries[key] for key in self.chosen.primaries or ())
        places = (catalog.sites[key] for key in self.chosen.sites or ())
        others = [one.label for one in cancers if one.sex and one.sex != body]
        others += [one.label for one in places if one.sex and one.sex != body]
        if others:
            raise ValueError(f"no {body} body has {', '.join(others)}: leave body out")

    def _views(self) -> list[View]:
        """Return a body for each primary, or for each site, in the order of the alphabet."""
        key, view = (
            (lambda one: (one.site_label.casefold(), one.site), view_of_site)
            if self.reverse
            else (lambda one: (one.primary_label.casefold(), one.primary), view_of_primary)
        )
        return [
            view(name, list(pairs), self.frame, self.chosen.catalog, self.body)
            for (_, name), pairs in groupby(sorted(self.chosen.pairs, key=key), key=key)
        ]

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw every body with its arrows and labels."""
        return draw_bodies(sheet, self.page, self.anatomy, top)

    def title(self) -> str:
        """Return what the picture shows, and out of whom its percentages are."""
        return title_of(self.views, self.frame)

    def legend(self) -> list[LegendEntry]:
        """Return fills, widths, intervals, states, routes and marks that are in the picture."""
        return legend_of(self.views, self.anatomy, self.style)

    def rules(self) -> list[str]:
        """Return what shades, arrows and states mean, and out of whom."""
        return rules_of(self.views, self.frame, asked=self.asked)

    def findings(self) -> str:
        """Return the highest numbers, and which pairs have none."""
        return findings_of(self.views, self.frame)


draw_body = front(BodyMap)
