"""Names along a ring, as spokes that read outward and upright on both halves.

Apart because it is geometry alone: how long a name may be depends on where it stands.
"""

from __future__ import annotations

from math import cos, degrees, floor, radians, sin
from typing import TYPE_CHECKING, Final

from metastasis.pictures._ring.circle import (
    SIDES,
    Lettering,
    Node,
    RingNames,
    RingSide,
    ring_point,
)
from metastasis.pictures._sheet.labels import spread_along
from metastasis.pictures._sheet.sheet import text_width, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.pictures._ring.circle import Circle, Slot
    from metastasis.pictures._sheet.labels import Point

__all__ = ["LEAST_RADIUS", "RingSpokes"]

LEAST_RADIUS: Final = 0.72
"""Inches of the ring at least: in a smaller one bands kink."""
_MOST_RADIUS: Final = 3.3
"""Inches that such a ring has at most."""
_SPOKES: Final = (0.2, 0.5)
"""From the ring to labels along it: where each stands by its arc, and at most."""
_SLANT: Final = 0.45
"""The same for each inch that a label stands aside of its arc."""
_PITCH: Final = 1.12
"""From one line of a name along the ring to the next, in font sizes."""
_BETWEEN: Final = 0.14
"""Between two names along the ring, in lines."""
_MOST: Final = radians(88)
"""How far names go along each side of the ring, from the horizontal."""
_FEW: Final = 3
"""Names that do not fit, up to which they are left out one by one."""
_LINES: Final = 3
"""Lines of a label along the circle at most."""


class RingSpokes(RingNames):
    """A ring with its names along it."""

    def along(self, width: float, height: float) -> Circle | None:
        """Return the ring with all names, as large as can be; else the one that shows most."""
        best: Circle | None = None
        for size, _ in self.sizes:
            last = size == self.sizes[-1][0]
            for radius in self._radii(width, height):
                if not last and not self._could_name_all(radius, size):
                    break  # in a smaller one there is less room
                found = self._spokes(width, height, radius, size)
                if not found.nameless:
                    return found
                if best is None or self.worth(found) > self.worth(best):
                    best = found
        return best

    def _could_name_all(self, radius: float, size: float) -> bool:
        """Return whether names of a line each have room along a ring."""
        turn = _PITCH * size / 72 / (radius + _SPOKES[1])
        most = max(map(len, self.names.values()))
        return most * turn * (1 + _BETWEEN) <= 2 * _MOST

    def _radii(self, width: float, height: float) -> list[float]:
        """Return radii to try, the largest first."""
        room = min(width, height) / 2
        return [
            radius
            for step in range(9)
            if (radius := min(room * (0.8 - 0.055 * step), _MOST_RADIUS)) >= LEAST_RADIUS
        ]

    def _spokes(self, width: float, height: float, radius: float, size: float) -> Circle:
        """Return a ring with names of one size along it; those without room go without."""
        longest = {
            side: max(text_width(one, size, self.style.font) for one in self.of[side].values())
            for side in SIDES
        }
        spare = width / 2 - radius - _SPOKES[0] - self.style.margin
        lean = (min(longest["left"], 2 * spare) - min(longest["right"], 2 * spare)) / 2
        lean = min(max(lean, -0.45 * spare), 0.45 * spare)
        center = (width / 2 + lean, height / 2)
        sides = {
            side: self._spoke_side(side, center, radius, width, height, size) for side in SIDES
        }
        return self.circle(sides, center, radius, width, height, level="none").trimmed()

    def _spoke_side(
        self,
        side: str,
        center: Point,
        radius: float,
        width: float,
        height: float,
        size: float,
    ) -> RingSide:
        """Return one side with its names as spokes; the least of them go where there is no room."""
        style = self.style
        arcs, slots = self.share_out(side, radius)
        pitch = _PITCH * size / 72
        across = center[0] - style.margin if side == "left" else width - style.margin - center[0]
        down = height / 2
        spoke = _SPOKES[0]

        def reach(angle: float) -> float:
            """Return how far a line may go from the ring at an angle."""
            half = pitch * 0.9
            flat = (across - half * abs(sin(angle))) / max(cos(angle), 1e-6)
            steep = (down - half * cos(angle)) / max(abs(sin(angle)), 1e-6)
            return (min(flat, steep) - radius - spoke) / 1.04

        keys = list(self.names[side])
        lines: dict[str, tuple[str, ...]] = {key: (self.of[side][key],) for key in keys}
        angles: dict[str, float] = {}
        for _ in range(10):
            turn = pitch / (radius + spoke)
            keys = self._with_room(side, keys, lines, turn)
            needs = [turn * (len(lines[key]) + _BETWEEN) for key in keys]
            middles = spread_along([arcs[key].middle for key in keys], needs, -_MOST, _MOST)
            angles = dict(zip(keys, middles, strict=True))
            shift = max((abs(angles[key] - arcs[key].middle) for key in keys), default=0.0)
            longer = min(_SPOKES[0] + _SLANT * max(shift * radius - 0.1, 0.0), _SPOKES[1])
            if longer > spoke + 0.02:  # else leaders would lie flat on the ring
                spoke = longer
                continue
            fresh = {
                key: wrapped(
                    self.of[side][key], size, max(_floor(reach(angles[key])), 0.2), style.font
                )
                for key in keys
            }
            # Once wrapped it stays so: else two neighbors could change places forever.
            grown = [key for key in keys if len(fresh[key]) > len(lines[key])]
            misfits = {
                key
                for key in keys
                if len(fresh[key]) > _LINES
                or max(text_width(line, size, style.font) for line in fresh[key])
                > reach(angles[key])
            }
            if not misfits and not grown:
                lines = {key: fresh[key] for key in keys}
                break
            for key in grown:
                lines[key] = fresh[key]
            if misfits:
                out = sorted(misfits, key=lambda key: self.weight[f"{side} {key}"])
                out = out[: max(len(out) - _FEW, 1)]
                keys = [key for key in keys if key not in out]
        else:
            keys = []
        nodes = [
            self._spoke(
                side,
                key,
                arcs[key],
                angles[key] if key in keys else None,
                lines.get(key, ()),
                center,
                (radius, radius + spoke),
                size,
            )
            for key in self.names[side]
        ]
        return RingSide(tuple(nodes), slots)

    def _with_room(
        self, side: str, keys: Sequence[str], lines: Mapping[str, Sequence[str]], turn: float
    ) -> list[str]:
        """Return the names that have room side by side, without those that matter least."""
        used = sum(turn * (len(lines[key]) + _BETWEEN) for key in keys)
        out = set()
        for key in sorted(keys, key=lambda key: self.weight[f"{side} {key}"]):
            if used <= 2 * _MOST:
                break
            used -= turn * (len(lines[key]) + _BETWEEN)
            out.add(key)
        return [key for key in keys if key not in out]

    def _spoke(
        self,
        side: str,
        key: str,
        arc: Slot,
        angle: float | None,
        lines: Sequence[str],
        center: Point,
        reach: tuple[float, float],
        size: float,
    ) -> Node:
        label = self.of[side][key]
        if angle is None:
            return Node(key, label, side, arc)
        radius, start = reach
        pitch = _PITCH * size / 72
        turn = degrees(angle) if side == "left" else -degrees(angle)
        align = "right" if side == "left" else "left"
        x, y = ring_point(center, start, angle, side)
        # Lines of one name are parallel: across them is "down" of its text.
        down = (sin(radians(turn)), cos(radians(turn)))
        written = tuple(
            Lettering(
                line,
                x + down[0] * pitch * (at - (len(lines) - 1) / 2),
                y + down[1] * pitch * (at - (len(lines) - 1) / 2),
                size,
                align,
                turn,
                length=1.04 * text_width(line, size, self.style.font),
            )
            for at, line in enumerate(lines)
        )
        leader = (
            ring_point(center, radius + 0.02, arc.middle, side),
            ring_point(center, radius + 0.05, arc.middle, side),
            ring_point(center, start - 0.07, angle, side),
            ring_point(center, start - 0.03, angle, side),
        )
        return Node(key, label, side, arc, written, leader)


def _floor(width: float) -> float:
    """Return a width a little less, so that many names are wrapped to the same."""
    return floor(width / 0.04) * 0.04
