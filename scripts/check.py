"""Check style, types and layers: ruff, mypy, import-linter.

    python3 scripts/check.py [--fix] [lint] [format] [types] [layers]

Without a name, every check runs. The hooks of ``.pre-commit-config.yaml`` call the same checks.
"""

from __future__ import annotations

import subprocess
import sys

import environment

CHECKS = {
    "lint": ("-m", "ruff", "check", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "types": ("-m", "mypy", "graph", "tests", "scripts"),
    "layers": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
}
FIXES = (("-m", "ruff", "check", "--fix", "."), ("-m", "ruff", "format", "."))


def main() -> None:
    """Run the named checks, or all; each also after another has failed."""
    names = [name for name in sys.argv[1:] if name != "--fix"]
    if unknown := [name for name in names if name not in CHECKS]:
        sys.exit(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    python = environment.ensure("dev")
    if "--fix" in sys.argv[1:]:
        for arguments in FIXES:
            subprocess.run([str(python), *arguments], cwd=environment.ROOT, check=False)
    failed = [
        name
        for name in names or CHECKS
        if subprocess.run(
            [str(python), *CHECKS[name]], cwd=environment.ROOT, check=False
        ).returncode
    ]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")
    print("all checks passed")


if __name__ == "__main__":
    main()
