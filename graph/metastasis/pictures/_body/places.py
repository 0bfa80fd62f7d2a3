"""Where sites lie, for those who write on a body map: ``metastasis.pictures.anatomy``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._catalog import read_catalog
from metastasis._errors import UnknownNameError
from metastasis.pictures._body.anatomy import read_anatomy

if TYPE_CHECKING:
    from metastasis.pictures._picture import Diagram
    from metastasis.pictures._sheet.labels import Point

__all__ = ["SitePlaces", "anatomy"]


class SitePlaces:
    """Where the sites of the catalog lie in the body.

    >>> from metastasis.pictures import anatomy
    >>> x, y = anatomy.place("bladder")
    """

    def __repr__(self) -> str:
        return f"<places of {len(read_anatomy().organs)} sites in the body>"

    def place(self, site: str, diagram: Diagram | None = None, of: str | None = None) -> Point:
        """Return where a site lies: on the axes of a body map, or in the units of the anatomy.

        Parameters
        ----------
        site
            A name of the site.
        diagram
            A body map; None is the anatomy itself: x from the midline to the body's left, y from
            the crown down, a body 402 high.
        of
            On a page of several bodies, which one: the name of its cancer, or of its site.

        >>> import metastasis as mets
        >>> diagram = mets.load().draw.body("prostate")
        >>> x, y = anatomy.place("liver", diagram)
        >>> note = diagram.axes.annotate("here", (x, y))
        >>> anatomy.place("livr")
        Traceback (most recent call last):
        ...
        metastasis.UnknownNameError: unknown site 'livr'. Did you mean 'liver'?

        Raises
        ------
        UnknownNameError
            There is no such site, or it names no place, or the picture has no such body.
        """
        catalog = read_catalog()
        key = site if site in read_anatomy().organs else catalog.site(site).key
        if diagram is None:
            return read_anatomy().place(key)
        bodies = sorted({one.partition("/")[0] for one in diagram.places if "/" in one})
        if of is not None:
            found = {of, *(one.key for one in catalog.primaries.values() if one.label == of)}
            named = [one for one in bodies if one in found]
            if not named:
                raise UnknownNameError("body", of, bodies)
            key = f"{named[0]}/{key}"
        if key not in diagram.places:
            read_anatomy().place(key.rpartition("/")[2])  # the error of a site without a place
            raise UnknownNameError("body", str(of), bodies)
        return diagram.places[key]


anatomy: Final = SitePlaces()
