"""Commands that are killed: a few of the kills of ``scripts/kills.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kills

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_killed_commands_leave_their_outputs_whole_or_absent(tmp_path: Path) -> None:
    watched = kills.kill(
        tmp_path, ["sites", "ingest matrix", "export kgx", "read", "accept"], 20, seed=3
    )
    assert [fault for one in watched for fault in one.faults] == []
    assert sum(sum(one.ends.values()) for one in watched) >= 12


def test_every_group_of_outputs_is_killed() -> None:
    commands = {arguments.split()[0] for arguments in kills.COMMANDS.values()}
    assert {
        "build",
        "export",
        "ingest",
        "draw",
        "query",
        "validate",
        "diff",
        "read",
        "accept",
    } <= commands


@pytest.mark.parametrize(
    ("left", "code", "told", "fault"),
    [
        ({"a": b"new"}, 0, "", None),
        ({"a": b"first\n"}, 143, kills.AS_BEFORE, None),
        ({"a": b"ne"}, -9, "", "torn"),
        ({}, -9, "", "gone"),
        ({"a": b"new"}, 143, kills.AS_BEFORE, "not true"),
        ({"a": b"new"}, 143, "after it had written a", None),
        ({"a": b"new"}, 1, "", "ended with 1"),
        ({"a": b"new"}, 0, "Traceback (most recent call last)", "a traceback"),
    ],
)
def test_what_is_wrong_is_told(
    left: dict[str, bytes], code: int, told: str, fault: str | None
) -> None:
    one = kills.Watched("x", ["x"], 0, 1.0, {"a": b"new"})
    old = kills.old_of("a", b"new")
    given = {name: old if content == b"first\n" else content for name, content in left.items()}
    sent = "SIGKILL" if code == -9 else "SIGTERM"
    found = kills.faults_of(one, sent, code, told, given)
    assert (found == []) if fault is None else any(fault in each for each in found)
