"""``python -m metastasis``."""

from metastasis._cli.app import main

main()
