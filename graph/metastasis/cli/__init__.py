"""The command line: ``metastasis``."""

from metastasis.cli.app import app, main

__all__ = ["app", "main"]
