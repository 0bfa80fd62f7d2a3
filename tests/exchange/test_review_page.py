"""The page of review in a real browser: read without a script, decided by keys with one."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import pytest

from browser import NARROW, VIEWS, WIDE, Look, Sight, look, web_space
from made_readings import CLAIMS, made_page, made_readings
from metastasis._catalog import read_catalog
from metastasis.text._review.accept import accept_rows
from metastasis.text._review.page import review_page
from metastasis.text._review.row import COLUMNS, ranked, row_of, rows_as_csv
from metastasis.text._review.row_table import read_review

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.exchange

SAVED: Final = """(() => {
  let saved;
  const make = URL.createObjectURL;
  URL.createObjectURL = (one) => { saved = one; return make.call(URL, one); };
  const buttons = [...document.querySelectorAll(".bar button")];
  buttons.find((one) => one.textContent === "Save the CSV").click();
  return saved ? saved.text() : "";
})()"""
"""What the button that saves would write."""
PROGRESS: Final = "document.querySelector('[role=status]').textContent"
DECISIONS: Final = "[...document.querySelectorAll('.row')].map((one) => one.dataset.decision)"
TOLD: Final = "document.querySelector('.told').textContent"
NAME: Final = ("fill", "#reviewer", "A. Person")
NOT_TYPING: Final = ("click", "h1")


def keys(*pressed: str) -> tuple[tuple[str, ...], ...]:
    return (NOT_TYPING, *(("press", key) for key in pressed))


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("review")
    nasty = "</script><img src=x onerror=alert(1)> 'quoted' & \"more\""
    (folder / "page.html").write_text(review_page(made_readings()), encoding="utf-8")
    wild = made_readings(None, CLAIMS, sentence=nasty, before=nasty * 20, page=nasty)
    (folder / "wild.html").write_text(review_page(wild), encoding="utf-8")
    lacking = {**CLAIMS[3], "said": {"site": "lung", "percent": 45}, "flags": ("number_unread",)}
    (folder / "lacking.html").write_text(review_page(made_readings(None, [lacking])), "utf-8")
    none = made_readings(None, ())
    (folder / "none.html").write_text(review_page(none), encoding="utf-8")
    with web_space(folder) as place:
        yield place


def seen(origin: str, name: str, steps: Any = (), **options: Any) -> Look:
    reads = options.pop("reads", {})
    views = options.pop("views", [WIDE])
    path = options.pop("path", "page.html")
    (one,) = look(
        origin, [Sight(name, path, tuple(steps), reads)], "review", views=views, **options
    )
    assert one.faults() == []
    return one


@pytest.mark.parametrize("path", ["page.html", "wild.html", "none.html"])
def test_nothing_is_wrong_in_any_window(origin: str, path: str) -> None:
    sights = [Sight(path.removesuffix(".html"), path)]
    assert [fault for one in look(origin, sights, "review") for fault in one.faults()] == []
    plain = look(origin, sights, "review", javascript=False)
    assert [fault for one in plain for fault in one.faults()] == []


def test_nothing_is_wrong_while_a_row_is_mended_and_the_help_is_open(origin: str) -> None:
    sights = [
        Sight("mending", "page.html", keys("j", "e")),
        Sight("help", "page.html", keys("?")),
        Sight("large", "page.html", (*keys("j", "a", "r", "j", "e"), ("large-text",))),
    ]
    found = look(origin, sights, "review", views=VIEWS)
    assert [fault for one in found for fault in one.faults()] == []


def test_an_untouched_page_saves_the_table_that_the_command_writes(origin: str) -> None:
    one = seen(origin, "untouched", [NAME], reads={"csv": SAVED})
    assert one.reads["csv"] == rows_as_csv(row_of(each) for each in ranked(made_readings()))


def test_keys_decide_and_go_on_and_what_is_saved_is_accepted(origin: str, tmp_path: Path) -> None:
    steps = [NAME, *keys("j", "a", "r", "a", "a")]
    reads = {"csv": SAVED, "progress": PROGRESS, "told": TOLD}
    one = seen(origin, "keys", steps, reads=reads)
    assert one.reads["progress"] == f"{len(CLAIMS)} of {len(CLAIMS)} decided"
    assert "metastasis accept rows.csv" in one.reads["told"]
    path = tmp_path / "rows.csv"
    path.write_text(one.reads["csv"], encoding="utf-8", newline="")
    found = accept_rows(read_review(path), [made_page()], "cancer-spreading", read_catalog())
    assert str(found) == "accepted 3, rejected 1"
    assert all("accepted by A. Person" in str(each.note) for each in found.assertions)


def test_the_same_key_takes_a_decision_back(origin: str) -> None:
    one = seen(origin, "back", keys("j", "a", "k", "a"), reads={"progress": PROGRESS})
    assert one.reads["progress"] == f"0 of {len(CLAIMS)} decided"


def test_a_row_is_mended_with_keys_of_the_catalog(origin: str) -> None:
    field = ".fields [name=site]"
    steps = [NAME, *keys("j", "e"), ("fill", field, "moon"), ("press", "Enter")]
    reads = {"fault": "document.querySelector('.fault').textContent"}
    assert seen(origin, "wrong", steps, reads=reads).reads["fault"] == "no site has the key moon"
    steps += [("fill", field, "spine"), ("press", "Enter")]
    reads = {"csv": SAVED, "decisions": DECISIONS}
    one = seen(origin, "mended", steps, reads=reads)
    row, *others = csv.DictReader(io.StringIO(one.reads["csv"], newline=""))
    assert (row["decision"], row["site"], row["reviewer"]) == ("edit", "spine", "A. Person")
    assert row["read_as"] == "breast bone metastasis most_common"
    assert {each["decision"] for each in others} == {""}
    assert one.reads["decisions"] == ["edit", "", "", ""]


def test_a_decision_wants_a_name(origin: str) -> None:
    one = seen(origin, "nameless", keys("j", "a"), reads={"csv": SAVED, "told": TOLD})
    assert (one.reads["csv"], one.reads["told"][:21]) == ("", "Write your name first")


def test_closing_the_page_loses_nothing(origin: str) -> None:
    again = "location.reload()"
    until = ("until", "document.querySelector('[role=status]')?.textContent.startsWith('2 of')")
    steps = [NAME, *keys("j", "a", "r"), ("read", "again", again), until]
    reads = {"decisions": DECISIONS, "name": "document.querySelector('#reviewer').value"}
    one = seen(origin, "kept", steps, reads=reads)
    assert one.reads["decisions"] == ["accept", "reject", "", ""]
    assert one.reads["name"] == "A. Person"


def test_where_nothing_can_be_kept_it_says_so(origin: str) -> None:
    refuse = "Storage.prototype.setItem = () => { throw new Error('refused'); }"
    steps = [("read", "refused", f"{refuse}; 0"), *keys("j", "a")]
    one = seen(origin, "refused", steps, reads={"told": TOLD, "decisions": DECISIONS})
    assert "This browser keeps nothing" in one.reads["told"]
    assert one.reads["decisions"][0] == "accept"


def test_keys_can_be_switched_off_and_never_write_into_fields(origin: str) -> None:
    off = [("click", "[type=checkbox]"), NOT_TYPING, ("press", "j"), ("press", "a")]
    typed = [("click", "#reviewer"), ("type", "jar")]
    for name, steps in (("off", off), ("typed", typed)):
        one = seen(origin, name, steps, reads={"decisions": DECISIONS}, views=[NARROW])
        assert set(one.reads["decisions"]) == {""}


def test_what_looks_like_markup_is_text(origin: str) -> None:
    reads = {"images": "document.images.length", "rows": "document.querySelectorAll('.row').length"}
    one = seen(origin, "wild", [NAME], path="wild.html", reads={**reads, "csv": SAVED})
    assert (one.reads["images"], one.reads["rows"]) == (0, len(CLAIMS))
    rows = list(csv.reader(io.StringIO(one.reads["csv"], newline="")))
    assert rows[0] == list(COLUMNS)
    assert rows[1][COLUMNS.index("sentence")].startswith("</script><img")


def test_what_says_nothing_has_to_be_mended_before_it_is_accepted(origin: str) -> None:
    field = ".fields [name=frequency]"
    steps = [NAME, *keys("j", "a")]
    reads = {"told": TOLD, "decisions": DECISIONS}
    one = seen(origin, "lacking", steps, path="lacking.html", reads=reads)
    assert "Whom does this number count?" in one.reads["told"]
    assert set(one.reads["decisions"]) == {""}
    steps += [("read", "choice", f"document.querySelector('{field}').value = 'possible'")]
    steps += [("click", ".fields button")]
    one = seen(origin, "lacking", steps, path="lacking.html", reads=reads)
    assert one.reads["decisions"] == ["edit"]
