"""The command line: ``metastasis``."""

from metastasis._cli.app import app, main

__all__ = ["app", "main"]
