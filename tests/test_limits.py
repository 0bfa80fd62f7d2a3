"""What is read keeps to the limits that the page on file formats states, and says so."""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import zlib
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis import _limits as limits
from metastasis._errors import ReadError
from metastasis._files import blocks_of, read_text
from metastasis._limits import check_depth, parse_json
from shell import run

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "formats.md"
VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=4), inside),
    max_leaves=12,
)


def depth_of(value: Any) -> int:
    """Return how deep lists and names are inside each other: worked out from the value."""
    inside = value.values() if isinstance(value, dict) else value
    is_nested = isinstance(value, dict | list)
    return 1 + max(map(depth_of, inside), default=0) if is_nested else 0


def refused(text: str) -> str:
    with pytest.raises(ReadError) as caught:
        parse_json(text, "a.json")
    return str(caught.value)


@given(VALUES, st.integers(1, 7))
def test_brackets_are_counted_outside_of_texts(value: Any, size: int) -> None:
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    deepest = depth_of(value)
    check_depth(blocks, "a.json", deepest)
    if deepest:
        with pytest.raises(ReadError, match="nested more than"):
            check_depth(blocks, "a.json", deepest - 1)


@given(VALUES)
def test_json_is_read_as_it_is(value: Any) -> None:
    assert parse_json(json.dumps(value), "a.json") == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 501 + "]" * 501, "nested more than 500 deep"),
        ("[" * 100_000, "nested more than 500 deep"),
        ('{"a":' * 100_000, "nested more than 500 deep"),
        ("9" * 5_000, "more than 4,300 digits"),
        ('["\\ud800"]', "half of a character (\\ud800)"),
        ('["\\uDC00\\uD800"]', "half of a character (\\udc00)"),
        ("[NaN]", "NaN is no number"),
        ('{"a": [1, 2', "cut short in line 1"),
        ('{"a": "b', "cut short in line 1"),
        ("{\n'a': 1}", "line 2 is not JSON"),
        ("", "cut short"),
    ],
)
def test_json_beyond_the_limits(text: str, told: str) -> None:
    assert told in refused(text)


def test_nesting_up_to_the_limit_and_whole_pairs_are_read() -> None:
    value, depth = parse_json("[" * 500 + "]" * 500, "a.json"), 1
    while value:
        (value,) = value
        depth += 1
    assert depth == 500
    assert parse_json('"\\ud83e\\ude7b \\\\ud800"', "a.json") == "🩻 \\ud800"


def test_json_of_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "JSON_VALUES", 10)
    assert parse_json("[1,2,3]", "a.json") == [1, 2, 3]
    assert "more than 10 values" in refused("[[],[],[],[],[],[],[]]")


BODY: Final = b"a,b\n" + b"".join(b"%d,%d\n" % (one, one * 7919) for one in range(3000))
PACKED: Final = gzip.compress(BODY)
DAMAGED: Final = {
    "cut short": (PACKED[: len(PACKED) // 2], "cut short"),
    "cut in the checksum": (PACKED[:-3], "cut short"),
    "wrong checksum": (PACKED[:-8] + b"abcd" + PACKED[-4:], "damaged"),
    "wrong length": (PACKED[:-4] + b"abcd", "damaged"),
    "something behind": (PACKED + b"something", "damaged"),
    "a changed byte": (PACKED[:200] + bytes([PACKED[200] ^ 255]) + PACKED[201:], "damaged"),
    "not even deflated": (PACKED[:10] + b"\xff" * 50, "damaged"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damaged_packed_files(kind: str, tmp_path: Path) -> None:
    content, told = DAMAGED[kind]
    path = tmp_path / "a.csv.gz"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=told):
        list(blocks_of(path))


def test_packed_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.GZ"
    path.write_bytes(PACKED + gzip.compress(b"7,8\n"))
    assert b"".join(blocks_of(path)) == BODY + b"7,8\n"
    assert read_text(path).endswith("\n7,8\n")
    path.write_bytes(BODY)  # unpacked by a browser, which left the name as it was
    assert b"".join(blocks_of(path)) == BODY


def packed_blanks(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    blank = b" " * (1 << 20)
    return b"".join([*(packer.compress(blank) for _ in range(megabytes)), packer.flush()])


def test_a_packed_file_that_unpacks_out_of_all_measure(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(packed_blanks(80))
    with pytest.raises(ReadError, match="more than 250 times its size"):
        list(blocks_of(path))
    path.write_bytes(packed_blanks(60))  # below 64 MB the size alone decides
    assert sum(map(len, blocks_of(path))) == 60 << 20


def test_a_text_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 2000)
    assert len(read_text(path, 2000)) == 2000
    with pytest.raises(ReadError, match="more than 1 KB"):
        read_text(path, 1999)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_a_name_that_is_not_utf8_is_told_in_utf8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.nq")
    report = tmp_path / "faults.csv"
    for text in ("broken", None):
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
        done = run("validate", path)  # what it writes has to be UTF-8
        assert done.returncode == 3
        assert "caf\\udce9.nq" in done.stdout
        done = run("validate", path, "--format", "csv", "--out", report)
        assert done.returncode == 3, done.stderr
        assert "caf\\udce9.nq" in report.read_text("utf-8")


def test_the_page_states_the_limits() -> None:
    table = PAGE.read_text("utf-8").partition("## Limits")[2].partition("\n## ")[0]
    stated = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE))
    found = {what: int(re.sub("[^0-9]", "", value) or 0) for what, value in stated.items()}
    names = {
        "WHOLE_BYTES": (1 << 20, "a text that is read whole"),
        "JSON_VALUES": (1, "values in one"),
        "DEEPEST": (1, "brackets, elements"),
        "DEEPEST_JSON_LD": (1, "brackets of JSON-LD"),
        "MAPPING_BYTES": (1 << 10, "a mapping file"),
        "ALIASED_PARTS": (1, "parts of a mapping"),
        "HEADER_BYTES": (1 << 20, "comments and header"),
        "LINE_BYTES": (1_000_000, "a row of a table"),
        "UNPACKING": (1, "what a file packed"),
        "ENTITY_LENGTH": (1, "an entity"),
        "EXPANSION": (1, "what RDF comes to"),
        "ENDPOINT_BYTES": (1 << 20, "one answer"),
    }
    for name, (unit, opening) in names.items():
        (number,) = [value for what, value in found.items() if what.startswith(opening)]
        assert number * unit == getattr(limits, name), name
