"""Workers: whatever a handler does, a question has one outcome, in time; the next is answered."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from metastasis.serve._workers import Outcome, Pool, start_zygote
from metastasis.serve._workers.zygote import ForkingZygote
from worker_pools import (
    LIMITS,
    ask,
    children,
    descendants,
    is_alive,
    opened,
    prepare_later,
    run,
    until,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")

SLACK: Final = 0.25
"""Seconds that a shared machine may take beside the deadline."""


def policies(pid: int) -> set[int]:
    """Return how the threads of a process are scheduled."""
    return {os.sched_getscheduler(int(one.name)) for one in Path(f"/proc/{pid}/task").iterdir()}


def descriptors() -> int:
    """Return how many descriptors this process has."""
    return len(list(Path("/proc/self/fd").iterdir()))


def zygote_of(pool: Pool) -> int:
    assert isinstance(pool._zygote, ForkingZygote)
    return pool._zygote.pid


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (b"echo yes", "done"),
        (b"spin 60", "deadline"),
        (b"sleep 60", "deadline"),
        (b"eat 1000", "memory"),
        (b"eat_outside", "memory"),
        (b"exit", "died"),
        (b"fault", "died"),
        (b"garbage", "died"),
        (b"raise no", "failed"),
        (b"long 2000000", "failed"),
        (b"echo " + b"x" * 300_000, "failed"),
    ],
)
def test_whatever_a_handler_does_there_is_one_outcome_and_the_next_is_answered(
    question: bytes, kind: str
) -> None:
    async def scene() -> None:
        async with opened() as pool:
            await ask(pool, b"echo first")
            began = time.monotonic()
            outcome = await ask(pool, question)
            assert outcome.kind == kind
            assert time.monotonic() - began < LIMITS.deadline + SLACK
            assert (await ask(pool, b"echo next")).data == b"next"

    run(scene())


def test_long_answers_and_questions_arrive_whole() -> None:
    async def scene() -> None:
        async with opened() as pool:
            for length in (0, 1, 5, 65_536, LIMITS.question, LIMITS.answer):
                assert await ask(pool, b"long %d" % length) == Outcome("done", bytes(length))
            text = os.urandom(LIMITS.question - 5)
            assert await ask(pool, b"echo " + text) == Outcome("done", text)

    run(scene())


def test_what_failed_is_said() -> None:
    async def scene() -> None:
        async with opened() as pool:
            assert await ask(pool, b"raise this") == Outcome("failed", b"ValueError: this")

    run(scene())


def test_a_worker_offline_has_one_descriptor_and_can_open_no_other() -> None:
    async def scene() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(0.05)
            port = listening.getsockname()[1]
            async with opened() as pool:
                assert (await ask(pool, b"descriptors")).data == b"2"
                assert (await ask(pool, b"open")).data.startswith(b"OSError: [Errno 24]")
                assert (await ask(pool, b"connect %d" % port)).data.startswith(b"OSError: [Errno")
            with pytest.raises(TimeoutError):
                listening.accept()

    run(scene())


def test_a_worker_that_is_not_offline_can_read_files() -> None:
    async def scene() -> None:
        async with opened(is_offline=False) as pool:
            assert (await ask(pool, b"open")).kind == "done"

    run(scene())


def test_what_nests_deep_is_answered() -> None:
    async def scene() -> None:
        # Ends a thread of the usual size.
        async with opened(replace(LIMITS, deadline=5.0, slow=5.0)) as pool:
            assert (await ask(pool, b"nest 5000")).kind == "done"

    run(scene())


def test_a_port_does_not_live_on_in_a_zygote() -> None:
    async def scene() -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        address = listening.getsockname()
        async with opened() as pool:
            await ask(pool, b"echo x")
            listening.close()
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address)
            assert is_alive(zygote_of(pool))

    run(scene())


def test_a_slow_worker_gives_way_and_another_takes_its_place() -> None:
    async def scene() -> None:
        async with opened(replace(LIMITS, deadline=9.0)) as pool:
            await until(lambda: pool.counts().ready == LIMITS.workers)
            workers = children(zygote_of(pool))
            asked = [asyncio.create_task(ask(pool, b"spin 60", name)) for name in "ab"]
            await until(lambda: pool.counts()[:3] == (LIMITS.workers, 2, 2), 9)
            assert (await ask(pool, b"echo quick")).data == b"quick"
            assert all(os.SCHED_IDLE in policies(pid) for pid in workers)
            assert not any(
                os.SCHED_IDLE in policies(pid) for pid in {*children(zygote_of(pool))} - {*workers}
            )
            for one in asked:
                one.cancel()
            await until(lambda: not any(map(is_alive, workers)))
            assert pool.counts()[:4] == (LIMITS.workers, 0, 0, 0)

    run(scene())


def test_where_no_descriptors_of_processes_are_allowed_it_goes_by_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "pidfd_open")

    async def scene() -> None:
        async with opened() as pool:
            assert (await ask(pool, b"spin 60")).kind == "deadline"
            assert (await ask(pool, b"echo next")).data == b"next"

    run(scene())


def test_to_wait_is_not_to_be_slow() -> None:
    async def scene() -> None:
        async with opened() as pool:
            asked = asyncio.create_task(ask(pool, b"sleep 0.4"))
            await asyncio.sleep(0.3)
            assert pool.counts().running == 1
            assert pool.counts().slow == 0
            assert (await asked).kind == "done"

    run(scene())


def test_who_is_slow_and_answers_is_not_asked_again() -> None:
    async def scene() -> None:
        limits = replace(LIMITS, deadline=5.0, workers=1)
        async with opened(limits) as pool:
            first = (await ask(pool, b"pid")).data
            assert (await ask(pool, b"spin 0.5")).kind == "done"
            assert (await ask(pool, b"pid")).data != first
            await until(lambda: not is_alive(int(first)))

    run(scene())


def test_a_worker_that_keeps_memory_is_not_asked_again() -> None:
    async def scene() -> None:
        async with opened(replace(LIMITS, deadline=5.0, slow=5.0, workers=1)) as pool:
            first = (await ask(pool, b"pid")).data
            assert (await ask(pool, b"pid")).data == first
            assert (await ask(pool, b"keep 30")).kind == "done"
            assert (await ask(pool, b"pid")).data != first

    run(scene())


def test_what_no_one_waits_for_is_ended() -> None:
    async def scene() -> None:
        async with opened(replace(LIMITS, workers=1)) as pool:
            pid = int((await ask(pool, b"pid")).data)
            running = asyncio.create_task(ask(pool, b"sleep 60"))
            waiting = asyncio.create_task(ask(pool, b"sleep 60"))
            await until(lambda: pool.counts()[1:4:2] == (1, 1))
            waiting.cancel()
            running.cancel()
            await asyncio.wait([running, waiting])
            assert running.cancelled()
            assert waiting.cancelled()
            await until(lambda: not is_alive(pid))
            assert (await ask(pool, b"echo next")).data == b"next"
            assert pool.counts().killed == 1

    run(scene())


def test_one_client_takes_no_more_than_its_share() -> None:
    async def scene() -> None:
        limits = replace(LIMITS, workers=3)
        async with opened(limits) as pool:
            await until(lambda: pool.counts().ready == 3)
            greedy = [asyncio.create_task(ask(pool, b"sleep 60", "greedy")) for _ in range(6)]
            await asyncio.sleep(0.1)
            assert pool.counts()[1:4:2] == (2, 3)
            assert greedy[5].result().kind == "client_busy"
            assert (await ask(pool, b"echo mine", "modest")).data == b"mine"
            await asyncio.wait(greedy)
            kinds = [one.result().kind for one in greedy]
            assert kinds[:2] == ["deadline", "deadline"]
            assert kinds[2:] == ["client_busy"] * 4

    run(scene())


def test_who_waits_is_told_when_it_has_waited_long_enough() -> None:
    async def scene() -> None:
        async with opened(replace(LIMITS, workers=1, most_workers=1, waiting=2)) as pool:
            await ask(pool, b"echo x")
            began = time.monotonic()
            first = asyncio.create_task(ask(pool, b"sleep 60", "a"))
            await asyncio.sleep(0.01)
            others = [asyncio.create_task(ask(pool, b"sleep 60", name)) for name in "bcd"]
            done = await asyncio.gather(*others)
            assert [one.kind for one in done] == ["waited", "waited", "busy"]
            assert time.monotonic() - began < LIMITS.wait + SLACK
            assert (await first).kind == "deadline"

    run(scene())


def test_the_deadline_counts_from_arrival() -> None:
    async def scene() -> None:
        async with opened() as pool:
            await ask(pool, b"echo x")
            began = time.monotonic()
            outcome = await pool.ask(b"sleep 60", "a", began - LIMITS.deadline + 0.1)
            assert outcome.kind == "deadline"
            assert time.monotonic() - began < 0.1 + SLACK

    run(scene())


def test_clients_take_turns() -> None:
    async def scene() -> None:
        limits = replace(
            LIMITS, workers=1, most_workers=1, deadline=9.0, wait=9.0, client_running=1
        )
        order: list[str] = []

        async def asked(pool: Pool, name: str) -> None:
            await ask(pool, b"sleep 0.02", name)
            order.append(name)

        async with opened(limits) as pool:
            await ask(pool, b"echo x")
            await asyncio.gather(*(asked(pool, name) for name in "aaabbc"))
        assert order == ["a", "b", "c", "a", "b", "a"]

    run(scene())


def test_signals_to_all_processes_end_no_answer() -> None:
    async def scene() -> None:
        async with opened(replace(LIMITS, deadline=5.0)) as pool:
            await ask(pool, b"echo x")
            asked = asyncio.create_task(ask(pool, b"sleep 0.3"))
            await asyncio.sleep(0.1)
            for pid in [*descendants(zygote_of(pool)), zygote_of(pool)]:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    os.kill(pid, number)
            assert (await asked).kind == "done"

    run(scene())


def test_without_its_zygote_a_pool_says_so_and_ends_what_is_asked() -> None:
    async def scene() -> None:
        async with opened(
            replace(LIMITS, deadline=30.0, wait=30.0, workers=1, client_running=1)
        ) as pool:
            await ask(pool, b"echo x")
            workers = children(zygote_of(pool))
            asked = [asyncio.create_task(ask(pool, b"sleep 60")) for _ in range(2)]
            await until(lambda: pool.counts().running == 1)
            os.kill(zygote_of(pool), signal.SIGKILL)
            await asyncio.wait_for(pool.gone.wait(), 30)
            assert [(await one).kind for one in asked] == ["died", "died"]
            assert (await ask(pool, b"echo x")).kind == "died"
            await until(lambda: not any(map(is_alive, workers)))

    run(scene())


def test_nothing_is_left_behind() -> None:
    gc.collect()  # what other tests left
    before = descriptors()
    pids: list[int] = []

    async def scene() -> None:
        async with opened() as pool:
            await ask(pool, b"exit")
            await ask(pool, b"echo x")
            asked = asyncio.create_task(ask(pool, b"sleep 60"))
            await until(lambda: pool.counts().running == 1)
            pids.extend([zygote_of(pool), *descendants(zygote_of(pool))])
        assert (await asked).kind == "died"
        await until(lambda: not any(map(is_alive, pids)))

    run(scene())
    assert len(pids) >= 2
    assert descriptors() == before


def test_what_comes_later_comes_to_new_workers() -> None:
    async def scene() -> None:
        async with opened(later=prepare_later) as pool:
            assert (await ask(pool, b"late")).data == b"0"
            end = time.monotonic() + 5
            while (await ask(pool, b"late")).data == b"0":
                assert time.monotonic() < end
                await asyncio.sleep(0.02)
            await until(lambda: pool.counts().ready == LIMITS.workers)

    run(scene())


def test_a_handler_that_cannot_be_made_is_a_zygote_that_ends() -> None:
    def broken() -> Any:
        raise SystemExit(1)

    async def scene() -> None:
        zygote = start_zygote(broken, LIMITS, is_offline=True)
        pool = Pool(zygote, LIMITS)
        await pool.start()
        asked = asyncio.create_task(ask(pool, b"echo x"))
        await asyncio.wait_for(pool.gone.wait(), 5)
        assert (await asked).kind == "died"
        await pool.close()

    run(scene())


INHERITED: Final = """
import asyncio, fcntl, io, os, resource, socket, sys, tempfile
from worker_pools import *

class Renewed:
    # As a library does that has a pipe of its own in each process, and does not stand it otherwise.
    def __init__(self):
        self.pipe = os.pipe()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self):
        try:
            for end in self.pipe:
                os.close(end)
        except OSError:
            os.abort()
        self.pipe = os.pipe()

def led_to(pid):
    return sorted(os.readlink(f"/proc/{pid}/fd/{one}") for one in os.listdir(f"/proc/{pid}/fd"))

async def scene(is_offline):
    async with opened(is_offline=is_offline) as pool:
        print((await ask(pool, b"descriptors" if is_offline else b"echo yes")).data.decode())
        print(*{one.partition(":")[0] for one in led_to(pool._zygote.pid)} - {os.devnull})
        print(sum(one.startswith("socket:") for one in led_to(pool._zygote.pid)))

if "arrow" in sys.argv:
    import pyarrow.csv
    pyarrow.csv.read_csv(io.BytesIO(b"a,b\\n1,2\\n"))
else:
    library = Renewed()
held = socket.create_server(("127.0.0.1", 0)), tempfile.TemporaryFile()
beyond = fcntl.fcntl(held[0], fcntl.F_DUPFD, 300)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
run(scene("offline" in sys.argv))
"""


@pytest.mark.parametrize("library", ["arrow", "other"])
@pytest.mark.parametrize(("way", "said"), [("offline", "2"), ("online", "yes")])
def test_workers_live_where_a_library_of_the_front_had_descriptors(
    library: str, way: str, said: str
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", INHERITED, library, way]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    # Beside what leads nowhere, a zygote has standard error, here a pipe, and its own socket.
    one, kinds, sockets = done.stdout.splitlines()
    assert (one, {*kinds.split()}, sockets) == (said, {"pipe", "socket"}, "1")


class BarrenZygote:
    """One whose workers all end before they are ready."""

    control: socket.socket | None = None

    def new_worker(self) -> socket.socket:
        """Return the front's end of a connection whose other end is closed."""
        ours, theirs = socket.socketpair()
        theirs.close()
        return ours

    def process_of(self, connection: socket.socket) -> None:
        """Return that there is none."""
        assert connection.recv(1) == b""

    def end(self) -> None:
        """Nothing runs."""


def test_workers_that_end_at_once_are_started_ever_more_rarely_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("metastasis.serve._workers.pool._LONGEST_PAUSE", 0.1)

    async def scene() -> None:
        pool = Pool(BarrenZygote(), LIMITS)
        began = time.monotonic()
        await pool.start()
        await until(lambda: caplog.records)
        await asyncio.sleep(0.5)
        # At once, after 10, 20, 40 and 80 ms, and from then on every 100.
        rounds = 5 + (time.monotonic() - began) / 0.1
        assert pool.counts().started <= rounds * LIMITS.workers
        await pool.close()

    run(scene())
    assert [one.levelname for one in caplog.records] == ["ERROR"]
    assert "end before they are ready" in caplog.text


LONELY: Final = """
import asyncio, sys
from worker_pools import *

async def scene():
    async with opened() as pool:
        await ask(pool, b"echo x")
        print("there", flush=True)
        await ask(pool, b"spin 60")

if __name__ == "__main__":
    if "spawn" in sys.argv:
        import metastasis.serve._workers.zygote as zygote
        zygote.can_fork = lambda: False
    run(scene())
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_all_die_with_the_front(way: str, tmp_path: Path) -> None:
    (tmp_path / "lonely.py").write_text(LONELY, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(tmp_path / "lonely.py"), way]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as front:
        assert front.stdout is not None
        assert front.stdout.readline() == b"there\n"
        below = descendants(front.pid)
        assert len(below) >= LIMITS.workers
        front.kill()
    run(until(lambda: not any(map(is_alive, below))))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (b"echo yes", "done"),
        (b"spin 60", "deadline"),
        (b"hoard", "died"),
        (b"exit", "died"),
        (b"raise no", "failed"),
        (b"long 2000000", "failed"),
    ],
)
def test_where_there_is_no_fork_it_is_the_same(
    question: bytes, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metastasis.serve._workers.zygote.can_fork", lambda: False)

    async def scene() -> None:
        # Only what is endless is to meet the deadline, on a busy machine too.
        deadline = 3.0 if kind == "deadline" else 60.0
        async with opened(replace(LIMITS, deadline=deadline, wait=20.0)) as pool:
            # A process takes a while to start; only then does the deadline say anything.
            await until(lambda: pool.counts().ready == LIMITS.workers, 30)
            outcome = await ask(pool, question)
            assert outcome.kind == kind
            await until(lambda: pool.counts().ready > 0, 30)
            assert (await ask(pool, b"echo next")).data == b"next"

    run(scene())
