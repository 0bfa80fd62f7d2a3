"""The UpSet plot: which sites go together in one's own patients, as bars over a matrix.

After Lex A et al., UpSet: visualization of intersecting sets, IEEE Trans Vis Comput Graph
2014;20:1983-1992, doi:10.1109/TVCG.2014.2346248.
"""

from metastasis.pictures._upset.plot import Upset, draw_upset

__all__ = ["Upset", "draw_upset"]
