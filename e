wrote /tmp/u/k2.json
Data release 2026.11. Not for clinical use: a research resource, not a diagnostic or treatment tool.
