"""Serving a graph: a SPARQL endpoint that is safe in public, and pages that people read.

The same pages are answered by a server (``metastasis serve``) and written as files that any web
space can host (``metastasis site``). Modules are imported when a name is first asked for.
"""

from __future__ import annotations

__all__: list[str] = []
