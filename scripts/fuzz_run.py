"""Runs spoiled inputs in a child that may be killed, and keeps what went wrong.

    .venv/bin/python scripts/fuzz_run.py [--count N] [--seed SEED] [--folder FOLDER] [--kind KIND]

Apart from ``fuzz.py`` because that makes the environment that this runs in. A reader may answer or
refuse with a sentence; anything else is a failure: a traceback, the end of its process, more than
ten seconds of a processor, more than 1 GiB beyond what a process takes that has read sound inputs,
a refusal in the words of a library, numbers of patients that contradict one another.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import select
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NoReturn

from fuzz_inputs import KINDS, kinds_of, make
from fuzz_patients import WrongError
from metastasis._errors import MetastasisError
from metastasis.patients import open_engine

SECONDS: Final = 10
"""Of a processor, so that a busy machine makes no failures."""
PATIENCE: Final = 90
"""Seconds on the clock: a child that takes no processor time hangs."""
MEMORY: Final = 1 << 30
FOREIGN: Final = re.compile(
    "Possible fixes|INTERNAL Error|Traceback|codec can't|object has no|unexpected keyword"
    "|thrift|TProtocol|Errno|Invalid argument|field limit|snappy|memoryview|NoneType"
)
"""Words of libraries that no message of ours has."""
TOLD_EVERY: Final = 100


class Worker:
    """A child that runs inputs one after the other; another takes its place when it ends."""

    def __init__(self, seed: str, noise: Path, only: str = "") -> None:
        self._seed, self._noise, self._only = seed, noise, only
        self._child = 0

    def outcome(self, number: int) -> list[str]:
        """Return how an input ended: a word, and what was said."""
        if not self._child:
            self._start()
        os.write(self._ask, f"{number}\n".encode())
        began, used = time.monotonic(), self._processor_seconds()
        answer = b""
        while not answer.endswith(b"\n"):
            if select.select([self._answer], [], [], 0.5)[0]:
                piece = os.read(self._answer, 1 << 16)
                if not piece:
                    return ["crash", self._end()]
                answer += piece
            elif self._processor_seconds() - used > SECONDS:
                self._kill()
                return ["slow", f"more than {SECONDS} s of a processor"]
            elif time.monotonic() - began > PATIENCE:
                self._kill()
                return ["hang", f"{PATIENCE} s without an end"]
        found: list[str] = json.loads(answer)
        return found

    def close(self) -> None:
        """End the child."""
        if self._child:
            self._kill()

    def _start(self) -> None:
        ask, self._ask = os.pipe()
        self._answer, answer = os.pipe()
        self._child = os.fork()
        if not self._child:
            os.close(self._ask)
            os.close(self._answer)
            _serve(self._seed, ask, answer, self._noise, self._only)
        os.close(ask)
        os.close(answer)
        if os.read(self._answer, 6) != b"ready\n":
            sys.exit(self._end())

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        self._end()

    def _end(self) -> str:
        """Return what a child said that ended, and how it did."""
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        os.close(self._ask)
        os.close(self._answer)
        said = self._noise.read_text("utf-8", "replace")[-2000:]
        return f"ended with {os.waitstatus_to_exitcode(status)}: {said}"

    def _processor_seconds(self) -> float:
        try:
            fields = Path(f"/proc/{self._child}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _serve(seed: str, ask: int, answer: int, noise: Path, only: str) -> NoReturn:
    """Answer until nobody asks any more."""
    said = os.open(noise, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    with open_engine(threads=1) as engine, os.fdopen(ask) as numbers:
        for name in kinds_of(only):  # what is imported, and kept, is no memory of an input
            kind = KINDS[name]
            end, words = _ran(kind.files, kind.run, engine)
            if end not in (("read",) if kind.group else ("read", "refused")):
                print(f"the sound input of {name}: {end}: {words}", flush=True)
                os._exit(1)
        size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
        os.write(answer, b"ready\n")
        for number in numbers:
            name, files = make(seed, int(number), only)
            outcome = _ran(files, KINDS[name].run, engine)
            os.write(answer, f"{json.dumps(outcome)}\n".encode())
    os._exit(0)


def _ran(files: Any, run: Any, engine: Any) -> list[str]:
    with TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        try:
            run(folder, engine)
        except MetastasisError as error:
            foreign = FOREIGN.search(str(error)) or not str(error).strip()
            return ["foreign words" if foreign else "refused", str(error)[:2000]]
        except WrongError as error:
            return ["wrong", str(error)[:3000]]
        except MemoryError:
            return ["memory", traceback.format_exc()[-3000:]]
        except Exception:  # noqa: BLE001 - that is what is looked for
            return ["traceback", traceback.format_exc()[-3000:]]
    return ["read", ""]


def keep(folder: Path, number: int, seed: str, outcome: list[str], only: str = "") -> None:
    """Keep the files of an input that failed, and what was said."""
    name, files = make(seed, number, only)
    place = folder / "failures" / f"{re.sub('[,:]', '', name).replace(' ', '-')}-{number}"
    for file, content in files.items():
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).write_bytes(content)
    (place / "said.txt").write_text("\n".join(outcome) + "\n", encoding="utf-8")


def done_before(journal: Path, seed: str) -> dict[int, list[str]]:
    """Return the outcomes of a run that was broken off, by number."""
    found: dict[int, list[str]] = {}
    with suppress(OSError, ValueError):
        for line in journal.read_text("utf-8").splitlines():
            of, number, *outcome = json.loads(line)
            if of == seed:
                found[number] = outcome
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the inputs that were not run before; return 1 where any failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=5_000, help="how many inputs")
    parser.add_argument("--seed", default="1", help="another seed gives other inputs")
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz"), help="for what is found")
    parser.add_argument("--kind", default="", help="only one kind, or a group such as patients")
    parser.add_argument("--anew", action="store_true", help="forget what was run before")
    asked = parser.parse_args(arguments)
    if asked.anew:
        shutil.rmtree(asked.folder, ignore_errors=True)
    asked.folder.mkdir(parents=True, exist_ok=True)
    journal = asked.folder / "journal.jsonl"
    if not kinds_of(asked.kind):
        parser.error(f"there is no kind {asked.kind!r}")
    run = f"{asked.seed} {asked.kind}".strip()
    outcomes = done_before(journal, run)
    worker = Worker(asked.seed, asked.folder / "noise.txt", asked.kind)
    began = time.monotonic()
    try:
        with journal.open("a", encoding="utf-8") as lines:
            for number in range(asked.count):
                if number in outcomes:
                    continue
                outcome = outcomes[number] = worker.outcome(number)
                if outcome[0] not in ("read", "refused"):
                    keep(asked.folder, number, asked.seed, outcome, asked.kind)
                    print(f"{number}: {outcome[0]}: {outcome[1].strip()[-200:]}", flush=True)
                lines.write(json.dumps([run, number, *outcome]) + "\n")
                lines.flush()
                if number % TOLD_EVERY == 0:
                    seconds = time.monotonic() - began
                    print(f"{number:,} of {asked.count:,} inputs, {seconds:.0f} s", flush=True)
    finally:
        worker.close()
    return told({number: found for number, found in outcomes.items() if number < asked.count})


def told(outcomes: dict[int, list[str]]) -> int:
    """Say how many inputs ended how; return 1 where any failed."""
    counts = Counter(outcome[0] for outcome in outcomes.values())
    print(
        f"{len(outcomes):,} inputs: {', '.join(f'{n:,} {how}' for how, n in counts.most_common())}"
    )
    return int(bool(set(counts) - {"read", "refused"}))


if __name__ == "__main__":
    sys.exit(main())
