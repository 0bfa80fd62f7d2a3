"""The pages: each a function of the graph, the address and the links, and each a whole document.

``html`` builds elements, ``layout`` puts a page between head and foot; every other module is one
kind of page, and is listed here. The same page is answered by a server and written as a file.
"""

from metastasis.serve._pages.about import about_reply
from metastasis.serve._pages.cancer import cancer_reply
from metastasis.serve._pages.compare import compare_reply
from metastasis.serve._pages.gathered import pairs_json
from metastasis.serve._pages.home import home_reply
from metastasis.serve._pages.lists import list_reply
from metastasis.serve._pages.lookup import search_reply
from metastasis.serve._pages.pair_page import pair_reply
from metastasis.serve._pages.pictures import PRINTED, picture_reply
from metastasis.serve._pages.place import place_reply
from metastasis.serve._pages.sharing import shared_reply
from metastasis.serve._pages.source import source_reply
from metastasis.serve._pages.sparql import sparql_reply
from metastasis.serve._pages.vocabulary import vocabulary_reply

__all__ = [
    "PRINTED",
    "about_reply",
    "cancer_reply",
    "compare_reply",
    "home_reply",
    "list_reply",
    "pair_reply",
    "pairs_json",
    "picture_reply",
    "place_reply",
    "search_reply",
    "shared_reply",
    "source_reply",
    "sparql_reply",
    "vocabulary_reply",
]
