"""The command line: ``metastasis``."""

from contextlib import suppress

__all__ = ["main"]


def main() -> None:
    """Run the command line; while it is being loaded, Ctrl-C ends it without a traceback."""
    import signal

    with suppress(ValueError):  # signals belong to the main thread
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    from metastasis._cli.app import main as run

    run()
