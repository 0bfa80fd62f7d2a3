"""Serving a graph: a SPARQL endpoint that is safe in public, and pages that people read.

The same pages are answered by a server (``metastasis serve``) and written as files that any web
space can host (``metastasis site``). Modules are imported when a name is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metastasis.serve._limits import ServeLimits
    from metastasis.serve._site import write_site
    from metastasis.serve._supervisor import run_server

_HOME_OF = {
    "ServeLimits": "serve._limits",
    "run_server": "serve._supervisor",
    "write_site": "serve._site",
}

__all__ = ["ServeLimits", "run_server", "write_site"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'metastasis.serve' has no attribute {name!r}")
    return getattr(import_module(f"metastasis.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
