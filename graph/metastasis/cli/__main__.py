"""``python -m metastasis.cli``."""

from metastasis.cli.app import main

main()
