"""What would fit where a picture does not: each remedy is tried before it is told.

A kind knows best what to leave out, but not all that stands around it, nor every option that is
set. So the remedies that it names are tried as a user would follow them: what does not fit is made
a little larger, or fewer, until it does, or is left out. Where none is left, a larger place is
looked for.

Apart from the function of kinds because what follows from a refusal is a matter of its own.
"""

from __future__ import annotations

import ast
import re
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import FitError
from metastasis.pictures._sheet.place import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metastasis.pictures._sheet.place import Place

__all__ = ["AXES", "proved"]

AXES: Final = "axes"
"""The option by which axes of another size are tried: width and height in inches."""
_LARGER: Final = (1.0, 1.15, 1.7)
_FEWER: Final = (1.0, 0.7, 0.4)
_GROWN: Final = tuple(1.6**step for step in range(1, 6))
"""By how much places are larger that are looked for where no remedy holds."""
_WIDEST: Final = 100.0
_IN_WORDS: Final = re.compile(r"(axes|a drawing) of ([\d.]+) x ([\d.]+) inches")


def proved(
    error: FitError,
    place: Place,
    asked: Mapping[str, Any],
    fits: Callable[[Mapping[str, Any]], bool],
) -> FitError:
    """Return a refusal with the remedies that hold, or with what was said if nothing is found.

    ``asked`` are the options that were set; ``fits`` tells whether it fits with others in place of
    some of them.
    """
    on_axes = place.name == AXES
    found: list[str] = []
    for remedy in error.remedies:
        options = _options(remedy, place)
        tried = _milder(options, asked) if options else ()
        found += [_said(one) for one in tried if fits(one)][:1]
    if not found:
        larger = _larger_axes(place) if on_axes else _larger_places(place, asked)
        found = [_said(one) for one in larger if fits(one)][:1]
    told = list(dict.fromkeys(found)) or list(error.remedies)
    return FitError(error.what, error.place, error.needs, told)


def _options(remedy: str, place: Place) -> dict[str, Any]:
    """Return the options of a remedy; none where it is in words, such as fewer names."""
    if words := _IN_WORDS.fullmatch(remedy):
        name = AXES if words[1] == AXES else "size"
        return {name: (float(words[2]), float(words[3]))}
    try:
        call = ast.parse(f"f({remedy.replace(' and ', ', ')})", mode="eval").body
        named = call.keywords if isinstance(call, ast.Call) and not call.args else []
        options = {str(one.arg): ast.literal_eval(one.value) for one in named}
    except (SyntaxError, ValueError):
        return {}
    if place.name != AXES:
        return options
    # On axes the size is theirs.
    if "width" in options:
        return {AXES: (options["width"], place.height)}
    return {} if "size" in options else options


def _milder(options: dict[str, Any], asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield options as they were named, then with more room or with less to draw."""
    if asked.get("width") is not None and "size" in options:
        options = {**options, "width": None}
    shape = next((options[name] for name in ("size", AXES) if name in options), None)
    if isinstance(shape, tuple) or options.get("width") is not None:
        for factor in _LARGER:
            yield {name: _scaled(value, factor) for name, value in options.items()}
    elif "top" in options:
        tops = (int(options["top"] * factor) for factor in _FEWER)
        yield from ({**options, "top": top} for top in dict.fromkeys(tops) if top)
    else:
        yield options


def _scaled(value: Any, factor: float) -> Any:
    """Return a width or a size larger by a factor, rounded up."""
    if factor == 1.0 or isinstance(value, str) or value is None:
        return value
    if isinstance(value, tuple):
        return tuple(_scaled(one, factor) for one in value)
    return ceil(10 * factor * value) / 10


def _larger_axes(place: Place) -> Iterator[dict[str, Any]]:
    shape = place.width, place.height or place.width
    return ({AXES: _scaled(shape, factor)} for factor in _GROWN)


def _larger_places(place: Place, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield places by name, then with another width and height."""
    free = {"width": None} if asked.get("width") is not None else {}
    for one in SIZES.values():
        if one.name != place.name and one.letters != "slide":
            yield {"size": one.name} | free
    for factor in _GROWN:
        shape = _scaled((place.width, place.height or place.width), factor)
        if max(shape) <= _WIDEST:
            yield {"size": shape} | free


def _said(options: Mapping[str, Any]) -> str:
    if AXES in options:
        return "axes of {:g} x {:g} inches".format(*options[AXES])
    return ", ".join(f"{name}={value!r}" for name, value in options.items())
