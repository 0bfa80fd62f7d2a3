"""How fast pictures are: each beside an empty one, those of a full table, the whole gallery.

The peer of a picture is what Matplotlib needs to draw and save, at the same size and resolution, a
figure without a picture: as many artists of the same class, small rectangles in place of shapes
and lines, and texts of the same letters. A second ratio is printed beside it, without a bound: to
as many artists whose texts have one letter each.
"""

from __future__ import annotations

import io
import random
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import gallery
import gallery_examples
import invented
from bench_tools import interleaved, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from metastasis._evidence.pair import Pair
    from metastasis.pictures import Diagram

DPI = 200
BOUND = 2.0
EDGES = 5_000
LAYOUT_SECONDS = 5.0
TABLE = (50, 21)
SECONDS = 2.0
MEGABYTES = 5.0


def diagrams() -> None:
    """Compare every picture of the gallery with its peer; draw a full table; draw all."""
    compare_pictures()
    draw_table()
    for sides in ((80, 70), (400, 400)):
        taken = lay_out(*sides)
        name = f"diagrams: seconds to lay out {EDGES:,} edges of {sides[0]} by {sides[1]}"
        report(name, taken, LAYOUT_SECONDS)
    draw_all()


def compare_pictures() -> None:
    """Compare drawing and saving each example with its peer."""
    import metastasis

    kg = metastasis.load()
    print("picture                    artists     ours ms     peer ms   one letter ms")
    for example in gallery.chosen([]):
        graph = example.graph() if example.graph else kg
        draw = partial(getattr(graph.draw, example.kind), **example.options)
        diagram = draw()
        count = sum(map(len, diagram.artists.values()))
        jobs = (
            partial(draw_and_save, draw),
            partial(save_empty, diagram, letters=True),
            partial(save_empty, diagram, letters=False),
        )
        ours, peer, bare = interleaved(jobs, 6)
        print(
            f"{example.stem:26} {count:7} {ours * 1e3:11.0f} {peer * 1e3:11.0f} {bare * 1e3:15.0f}"
            f"   (to one letter each: {ours / bare:.2f})",
            flush=True,
        )
        report(f"diagrams: {example.stem} over an empty figure", ours / peer, BOUND)


def draw_table() -> None:
    """Draw a full table in every kind that draws evidence, on a page and a screen: time and size.

    Time is that of the processor, for one drawing and its PNG, beside that of a figure with as many
    artists; sizes are of PNG, SVG and PDF. What does not fit says what would.
    """
    from metastasis import EvidenceError, FitError
    from metastasis.pictures import KINDS

    kg = invented.autopsies(*TABLE)
    for kind in KINDS:
        for size in ("page", "screen"):
            what = f"{kind}, {TABLE[0]} x {TABLE[1]}, {size}"
            draw = partial(getattr(kg.draw, kind), size=size)
            try:
                diagram = draw()
            except FitError as error:
                print(f"{what}: no room; what would fit: {'; '.join(error.remedies)}")
                continue
            except (TypeError, EvidenceError):  # it draws what the caller has, or names
                break
            jobs = (partial(draw_and_save, draw), partial(save_empty, diagram, letters=True))
            ours, peer = interleaved(jobs, 4, time.process_time)
            report(f"diagrams: seconds of {what}", ours, SECONDS)
            report(f"diagrams: {what} over an empty figure", ours / peer, BOUND)
            sizes = {form: written(diagram, form) for form in ("png", "svg", "pdf")}
            form = max(sizes, key=sizes.__getitem__)
            report(f"diagrams: megabytes of {what}, {form}", sizes[form] / 1e6, MEGABYTES)


def written(diagram: Diagram, form: str) -> int:
    """Return how many bytes a picture has in a format."""
    from metastasis.pictures._files.save import render

    file = io.BytesIO()
    render(diagram, file, form)
    return len(file.getvalue())


def draw_and_save(draw: Callable[[], Diagram]) -> int:
    """Draw a picture and save it as PNG; return its size in bytes."""
    return written(draw(), "png")


def save_empty(like: Diagram, *, letters: bool) -> int:
    """Draw and save a figure with as many artists as another, and no picture."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text

    width, height = like.figure.get_size_inches()
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    artists = [one for found in like.artists.values() for one in found]
    for number, artist in enumerate(artists):
        x, y = number % 10 / 10, number / len(artists)
        if isinstance(artist, Text):
            said = artist.get_text() if letters else "x"
            axes.text(x, y, said, fontsize=artist.get_fontsize(), parse_math=False)
        else:
            axes.add_patch(Rectangle((x, y), 0.02, 0.005))
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return len(file.getvalue())


def lay_out(primaries: int, sites: int) -> float:
    """Return how many seconds it takes to lay out that many edges, drawn by lot."""
    from metastasis.pictures._network.layout import lay_out_bipartite
    from metastasis.pictures._sheet.style import Style

    chance = random.Random(1)  # noqa: S311 - the same edges on every run, not a secret
    pairs = sorted(chance.sample(range(primaries * sites), EDGES))
    drawn = [edge(*divmod(pair, sites)) for pair in pairs]
    start = time.perf_counter()
    lay_out_bipartite(drawn, Style())
    return time.perf_counter() - start


def edge(primary: int, site: int) -> Pair:
    """Return an edge between two numbers."""
    from metastasis._evidence.pair import Pair

    return Pair(
        primary=f"primary_{primary}",
        primary_label=f"cancer {primary}",
        site=f"site_{site}",
        site_label=f"site {site}",
        edge="commonly",
        proximity=None,
        assertions=(),
    )


def draw_all() -> None:
    """Draw the whole gallery and say how long it takes."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        count = gallery.build(Path(folder) / "gallery", gallery.chosen([]))
        taken = time.perf_counter() - start
    kinds = len({one.kind for one in gallery_examples.EXAMPLES})
    print(f"whole gallery: {count} pictures of {kinds} kinds in 3 formats: {taken:.1f} s")
