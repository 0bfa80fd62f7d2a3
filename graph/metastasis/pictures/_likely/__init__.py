"""Likely primaries of metastases: posterior with interval, and what each site adds to it.

What is likely comes from :mod:`metastasis.analysis._likely`. Not a diagnosis.
"""

from metastasis.pictures._likely.plot import Likely, draw_likely

__all__ = ["Likely", "draw_likely"]
