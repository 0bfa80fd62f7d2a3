"""Check style, types and layers: ruff, mypy, import-linter.

python3 scripts/check.py [--fix]
"""

from __future__ import annotations

import subprocess
import sys

import environment

CHECKS = (
    ("-m", "ruff", "check", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "mypy", "graph", "tests", "scripts"),
    ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
)
FIXES = (("-m", "ruff", "check", "--fix", "."), ("-m", "ruff", "format", "."))


def main() -> None:
    """Run every check, also after one has failed."""
    python = environment.ensure("dev")
    if "--fix" in sys.argv[1:]:
        for arguments in FIXES:
            subprocess.run([str(python), *arguments], cwd=environment.ROOT, check=False)
    failed = [
        " ".join(arguments[:3])
        for arguments in CHECKS
        if subprocess.run([str(python), *arguments], cwd=environment.ROOT, check=False).returncode
    ]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")
    print("all checks passed")


if __name__ == "__main__":
    main()
