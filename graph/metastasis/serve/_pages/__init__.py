"""The pages: each a function of the graph, the address and the links, and each a whole document.

``html`` builds elements, ``layout`` puts a page between head and foot; every other module is one
kind of page. The same page is answered by a server and written as a file.
"""
