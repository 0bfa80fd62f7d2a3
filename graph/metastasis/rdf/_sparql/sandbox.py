"""What a process that runs a query may do: nothing but compute, as long as its parent lives.

Apart from the engine because a server's workers are confined by the same, and live longer.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["blank_all_but", "confine", "die_with_parent", "quiet_fork"]

_DIE_WITH_PARENT = 1
_NO_NEW_PRIVILEGES = 38
"""What prctl calls them in linux/prctl.h."""


def quiet_fork() -> int:
    """Fork as `os.fork` does, also where there are threads."""
    # A child is not to import anything: another thread may hold the lock for it, and later it may
    # open no file.
    import ctypes  # noqa: F401
    import warnings

    if sys.platform != "win32":
        import resource  # noqa: F401
    with warnings.catch_warnings():
        # Python warns where there are threads, as in a notebook. The child asks the engine and
        # nothing else, and should it wait for what a thread held, it is killed as any other.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def die_with_parent(parent: int) -> None:
    """Let this process be killed when its parent ends, or end where that has ended by now."""
    import ctypes

    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def blank_all_but(*descriptors: int) -> None:
    """Let every descriptor of this process but these lead to /dev/null.

    For a process that forks again: libraries of its parent still know their descriptors, and what
    they do in a child may go by them. Arrow closes and renews its pipe in each, and ends the
    process where it cannot be closed.
    """
    null = os.open(os.devnull, os.O_RDWR)
    for held in _all_descriptors():
        if held in descriptors or held == null:
            continue
        try:
            os.fstat(held)
        except OSError:
            continue  # that of the list itself, which has been read
        try:
            os.dup2(null, held, inheritable=False)
        except OSError:
            # A limit that was lowered allows none of this number any more. That nothing lives on
            # here comes first.
            os.close(held)
    os.close(null)


def _keep_only(descriptor: int) -> None:
    """Close every descriptor of this process but one; for a process that forks no more."""
    for held in _all_descriptors():
        if held != descriptor:
            with suppress(OSError):
                os.close(held)


def _all_descriptors() -> list[int]:
    return [int(held.name) for held in Path("/proc/self/fd").iterdir()]


def confine(memory: int | None, only: int | None, parent: int) -> None:
    """Let this process die with its parent, and take from it what it could do harm with.

    ``memory`` is what it may take beside what it has; ``only`` is the one descriptor that it keeps.
    None sets no limit, and leaves all.
    """
    import ctypes
    import resource

    die_with_parent(parent)
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory is not None:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + memory
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        if most == resource.RLIM_INFINITY or limit < most:
            resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    if only is not None:
        _keep_only(only)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
