"""``python -m metastasis``."""

from metastasis._cli import main

main()
