"""Outputs: whole or absent, together or not at all, and over nothing that is not theirs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis import _drafts
from metastasis._drafts import draft_file, draft_folder, draft_name, workplace
from metastasis._errors import WriteError
from metastasis._ledger import Ledger, check_replaceable, folded, open_ledger
from metastasis._outputs import (
    together,
    uninterrupted,
    write_atomically,
    write_beside,
    write_folder,
    write_text,
    write_together,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WAYS: Final[dict[str, Callable[[Path, str], None]]] = {
    "text": write_text,
    "file": lambda path, text: _by_file(path, text),
    "draft": lambda path, text: _by_draft(path, text),
}


def _by_file(path: Path, text: str) -> None:
    with write_atomically(path) as file:
        file.write(text.encode())


def _by_draft(path: Path, text: str) -> None:
    with write_beside(path) as draft:
        draft.write_text(text, "utf-8")


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# Together, or not at all


@pytest.mark.parametrize("way", WAYS)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_what_is_written_is_what_stands_there(
    way: str, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("written") / "new" / "folder" / "a.txt"
    WAYS[way](path, text)
    assert path.read_bytes() == text.encode()
    assert names(path.parent) == ["a.txt"]


def test_files_wait_for_each_other_and_keep_their_modes(tmp_path: Path) -> None:
    old, new, drafted = (tmp_path / name for name in ("old.txt", "sub/new.txt", "drafted.txt"))
    old.write_text("old")
    old.chmod(0o600)
    with together():
        write_text(old, "1")
        with together():
            write_text(new, "2")
        _by_draft(drafted, "3")
        assert old.read_text() == "old"
        assert not new.exists()
        assert not drafted.exists()
    assert [path.read_text() for path in (old, new, drafted)] == ["1", "2", "3"]
    assert old.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["drafted.txt", "old.txt", "sub", "sub/new.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_after_an_error_all_is_as_it_was(error: type[BaseException], tmp_path: Path) -> None:
    old = tmp_path / "old.txt"
    old.write_text("old")

    def fail() -> None:
        with together():
            write_text(old, "1")
            write_text(tmp_path / "sub" / "deep" / "new.txt", "2")
            with write_together(tmp_path / "folder") as draft:
                write_text(draft / "a.txt", "3")
            raise error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == ["old.txt"]
    assert old.read_text() == "old"


def test_one_that_cannot_take_its_place_holds_back_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt", "d.txt")]
    for place in places[:3]:
        place.write_text("old")
    honest = Path.replace

    def refuse(self: Path, target: Any) -> Path:
        if Path(target).name == "c.txt" and self.read_text() == "new":
            raise PermissionError(1, "Operation not permitted")
        return honest(self, target)

    monkeypatch.setattr(Path, "replace", refuse)

    def write() -> None:
        with together():
            for place in reversed(places):
                write_text(place, "new")

    with pytest.raises(WriteError, match=r"c\.txt: Operation not permitted"):
        write()
    assert names(tmp_path) == ["a.txt", "b.txt", "c.txt"]
    assert {place.read_text() for place in places[:3]} == {"old"}


def test_two_outputs_of_one_name_are_refused(tmp_path: Path) -> None:
    def write() -> None:
        with together():
            write_text(tmp_path / "a.csv", "1")
            write_text(tmp_path / "A.csv", "2")

    with pytest.raises(WriteError, match="two outputs"):
        write()
    assert names(tmp_path) == []


# Nothing in the place of what is read


def _linked(read: Path) -> Path:
    (link := read.with_name("link.csv")).symlink_to(read)
    return link


def _hard(read: Path) -> Path:
    (link := read.with_name("hard.csv")).hardlink_to(read)
    return link


@pytest.mark.parametrize(
    "other",
    [
        lambda read: read,
        lambda read: read.parent / ".." / read.parent.name / read.name,
        _linked,
        _hard,
        lambda read: read.with_name("CLAIMS.CSV"),
    ],
    ids=["same", "around", "link", "hard link", "case"],
)
def test_what_is_read_is_not_written_over(other: Callable[[Path], Path], tmp_path: Path) -> None:
    read = tmp_path / "claims.csv"
    read.write_text("rows")
    place = other(read)
    with open_ledger() as ledger:
        ledger.note(read)
        for way in WAYS.values():
            with pytest.raises(WriteError, match="it is read as input"):
                way(place, "lost")
        write_text(place, "kept", updates=True)
    assert not ledger.written or place.read_text() == "kept"


def test_nothing_is_written_to_what_is_read_whole(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    ledger = Ledger()
    ledger.note(folder)
    ledger.note(tmp_path / "claims-*.csv")
    ledger.note(tmp_path / "deep" / "**" / "*.csv")
    for path in (folder / "new.csv", folder / "sub" / "new.csv", tmp_path / "claims-new.csv"):
        with pytest.raises(WriteError, match="that is read"):
            ledger.check(path)
    with pytest.raises(WriteError, match="that is read"):
        ledger.check(tmp_path / "deep" / "a" / "b" / "new.csv")
    for path in (tmp_path / "new.csv", tmp_path / "sub" / "claims-new.csv", tmp_path / "study2"):
        ledger.check(path)


def test_without_a_ledger_who_writes_knows_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_text(path, "1")
    write_text(path, "2")
    assert path.read_text() == "2"


def test_a_ledger_tells_what_has_been_written(tmp_path: Path) -> None:
    with open_ledger() as ledger:
        with together():
            write_text(tmp_path / "a.txt", "1")
            assert ledger.written == []
        with write_together(tmp_path / "sub") as draft:
            write_text(draft / "b.txt", "2")
        assert ledger.written == [tmp_path / "a.txt", tmp_path / "sub" / "b.txt"]


@given(st.text(max_size=8))
def test_folding_is_idempotent(text: str) -> None:
    assert folded(folded(folded(text))) == folded(folded(text))


# Nothing in the place of a stranger


@pytest.mark.parametrize(
    ("name", "stands"),
    [
        ("README.txt", "Notes on https://w3id.org/metastasis/ and what I made of it\n"),
        ("edges.tsv", "edge\tlength\n1\t2\n"),
        ("SHA256SUMS", f"{'0' * 64}  thesis.pdf\n"),
        ("graph.nq", "<http://a> <http://b> <http://c> .\n"),
        ("graph.json", '{"nodes": []}'),
        ("graph.bin", "\x00\x01"),
    ],
)
def test_a_folder_keeps_the_files_of_others(name: str, stands: str, tmp_path: Path) -> None:
    theirs = tmp_path / name
    theirs.write_text(stands)
    ours = "Metastasis, a graph. Data release 1. w3id.org/metastasis/\nid\tcategory\n"

    def write() -> None:
        with write_together(tmp_path) as draft:
            write_text(draft / "aaa.txt", ours)
            write_text(draft / name, ours)

    with pytest.raises(WriteError, match="not made by this tool; move or rename it"):
        write()
    assert names(tmp_path) == [name]
    assert theirs.read_text() == stands
    theirs.write_text(ours.replace("release 1", "release 2.3"))
    write()
    assert theirs.read_text() == ours


def test_checksums_of_other_forms_are_ours(tmp_path: Path) -> None:
    for hashed in ("a.nq", "b.csv"):
        with write_together(tmp_path) as draft:
            write_text(draft / "SHA256SUMS", f"{'1' * 64}  {hashed}\n{'2' * 64}  dcat.ttl\n")
    assert "b.csv" in (tmp_path / "SHA256SUMS").read_text()


def test_an_empty_file_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "a.nq").touch()
    check_replaceable(tmp_path / "a.nq")


# Drafts of killed runs

HOLD: Final = """
import sys, time
from pathlib import Path
from metastasis._outputs import together, write_text, write_together
folder = Path(sys.argv[1])
with together(), write_together(folder) as draft:
    write_text(draft / "a.txt", "a")
    write_text(folder / "b.txt", "b" * 100_000)
    print("ready", flush=True)
    time.sleep(60)
"""


def _holder(folder: Path) -> subprocess.Popen[str]:
    """Return a process that is in the midst of writing to a folder."""
    source = Path(sys.modules["metastasis"].__file__ or "").parents[1]
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.slow
def test_drafts_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    dead, living = _holder(tmp_path), _holder(tmp_path)
    try:
        drafts = names(tmp_path)
        assert len([name for name in drafts if "/" not in name]) == 4
        dead.kill()
        dead.wait()
        write_text(tmp_path / "c.txt", "c")
        left = [name for name in names(tmp_path) if name.startswith(".metastasis-")]
        assert left
        assert {name.split("-")[1] for name in left} == {str(living.pid)}
        living.terminate()
        living.wait()
        with write_together(tmp_path) as draft:
            write_text(draft / "d.txt", "d")
        assert names(tmp_path) == ["c.txt", "d.txt"]
    finally:
        for process in (dead, living):
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def test_what_looks_like_a_draft_stays(tmp_path: Path) -> None:
    name = draft_name()
    digits = name.replace("-", "", 1)
    wrong = f"{name[:-7]}{'0' if name[-7] != '0' else '1'}.draft"
    stay = [".notes.draft", ".metastasis-1.draft", digits, wrong, f"{name}.bak", name[1:]]
    for one in stay:
        (tmp_path / one).write_text("mine")
    (tmp_path / draft_name()).symlink_to(tmp_path / ".notes.draft")
    (tmp_path / draft_name()).write_text("left by a run that is over")
    (tmp_path / draft_name()).mkdir()
    write_text(tmp_path / "a.txt", "a")
    there = [path.name for path in tmp_path.iterdir() if not path.is_symlink()]
    assert sorted(there) == sorted([*stay, "a.txt"])
    assert (tmp_path / ".notes.draft").read_text() == "mine"


def test_drafts_of_other_machines_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("metastasis._drafts._machine", lambda: ("0" * 8, "1" * 8))
        foreign = draft_name()
    (tmp_path / foreign).touch()
    write_text(tmp_path / "a.txt", "a")
    assert names(tmp_path) == [foreign, "a.txt"]


def test_a_workplace_goes_and_so_does_one_that_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / draft_name()
    left.mkdir()
    (left / "rows").write_text("many")
    with workplace() as place:
        assert list(tmp_path.iterdir()) == [place]
        with workplace() as other:
            assert place.exists()
            assert other != place
    assert names(tmp_path) == []


def test_many_at_once_disturb_no_one(tmp_path: Path) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        try:
            for turn in range(20):
                path = tmp_path / f"{number}.txt"
                with draft_folder(tmp_path), draft_file(tmp_path):
                    write_text(path, f"{turn}")
                if path.read_text() != f"{turn}":
                    wrong.append((number, turn))
        except Exception as error:  # noqa: BLE001 - whatever it is, a thread must not keep it
            wrong.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []
    assert len(names(tmp_path)) == 6


# Signals


def test_a_signal_waits_for_the_end_of_the_block() -> None:
    done = []

    def block() -> None:
        with uninterrupted():
            with uninterrupted():
                signal.raise_signal(signal.SIGINT)
                done.append(1)
            done.append(2)
        done.append(3)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        block()
    assert done == [1, 2]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_amid_many_files_leaves_all_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Path.replace

    def interrupted(self: Path, target: Any) -> Path:
        signal.raise_signal(signal.SIGINT)
        return honest(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)

    def write() -> None:
        with together():
            for number in range(5):
                write_text(tmp_path / f"{number}.txt", "new")

    with open_ledger() as ledger, pytest.raises(KeyboardInterrupt):
        write()
    assert len(names(tmp_path)) == len(ledger.written) == 5


def _as_a_whole(place: Path, name: str, *, fails: bool = False) -> None:
    with write_folder(place, lambda _: None) as draft:
        (draft / name).write_text(name, encoding="utf-8")
        assert not (place / name).exists()
        if fails:
            raise KeyError


@pytest.mark.parametrize("at_one_stroke", [True, False])
def test_a_folder_takes_the_place_of_another_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_one_stroke: bool
) -> None:
    if not at_one_stroke:
        monkeypatch.setattr(_drafts, "_exchange", lambda *_: False)
    place = tmp_path / "site"
    for name in ("old", "new"):
        _as_a_whole(place, name)
        assert [path.name for path in place.iterdir()] == [name]
    with pytest.raises(KeyError):
        _as_a_whole(place, "third", fails=True)
    assert [path.name for path in place.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


# Killed between two files: the next run lets the others follow

_KILLED = """
import os, signal, sys
from pathlib import Path
from metastasis._outputs import together, write_beside, write_text
honest, left = Path.replace, int(sys.argv[2])
def replace(self, target):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return honest(self, target)
Path.replace = replace
place = Path(sys.argv[1])
with together():
    write_text(place / "a.csv", "new")
    write_text(place / "b.txt", "new")
    with write_beside(place / "c.csv") as draft:
        draft.write_text("new")
    write_text(place / "other" / "d.csv", "new")
"""
_OUTPUTS = ("a.csv", "b.txt", "c.csv", "other/d.csv")


def killed(place: Path, after: int) -> dict[str, str]:
    """Kill a run after so many of its files have taken their places; return what stands there."""
    for name in _OUTPUTS[:3]:
        (place / name).write_text("old")
    (place / "other").mkdir(exist_ok=True)
    command = [sys.executable, "-c", _KILLED, str(place), str(after)]
    done = subprocess.run(command, check=False, capture_output=True)
    assert done.returncode == (-signal.SIGKILL if after < len(_OUTPUTS) else 0)
    return standing(place)


def standing(place: Path) -> dict[str, str]:
    return {name: (place / name).read_text() for name in _OUTPUTS if (place / name).exists()}


OLD = dict.fromkeys(_OUTPUTS[:3], "old")
NEW = dict.fromkeys(_OUTPUTS, "new")


@pytest.mark.parametrize("where", [".", "other"])
@pytest.mark.parametrize("after", range(5))
def test_what_a_kill_cut_short_is_finished_by_the_next_run(
    after: int, where: str, tmp_path: Path
) -> None:
    assert list(killed(tmp_path, after).values()).count("new") == after
    write_text(tmp_path / where / "next.txt", "next")
    # Where no file had its place yet, none gets one: the run is as if it had not been.
    assert standing(tmp_path) == (NEW if after else OLD)
    (tmp_path / where / "next.txt").unlink()
    write_text(tmp_path / "next.txt", "next")
    write_text(tmp_path / "other" / "next.txt", "next")
    assert not [one for one in names(tmp_path) if ".metastasis-" in one]
    assert standing(tmp_path) == (NEW if after else OLD)


def test_who_reads_there_sees_all_of_them(tmp_path: Path) -> None:
    killed(tmp_path, 2)
    with open_ledger() as ledger:
        ledger.note(tmp_path / "a.csv")
    assert standing(tmp_path) == NEW


def test_what_was_changed_since_stays(tmp_path: Path) -> None:
    killed(tmp_path, 2)
    (tmp_path / "c.csv").write_text("mine")
    write_text(tmp_path / "next.txt", "next")
    assert standing(tmp_path) == {"a.csv": "new", "b.txt": "new", "c.csv": "mine"}
    write_text(tmp_path / "other" / "next.txt", "next")
    assert not [one for one in names(tmp_path) if ".metastasis-" in one]


def test_a_note_moves_nothing_but_drafts_beside_it(tmp_path: Path) -> None:
    killed(tmp_path, 2)
    [note] = tmp_path.glob("*.moves")
    moves = json.loads(note.read_text())
    (tmp_path / "mine").mkdir()
    (mine := tmp_path / "mine" / "thesis.txt").write_text("mine")
    made = mine.stat()
    moves[-1] |= {"draft": str(mine), "made": [made.st_dev, made.st_ino]}
    note.write_text(json.dumps(moves))
    write_text(tmp_path / "next.txt", "next")
    assert mine.read_text() == "mine"
    assert standing(tmp_path)["c.csv"] == "old"
