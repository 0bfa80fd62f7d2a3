"""The pages: each a function of the graph, the address and the links, and each a whole document.

``layout`` puts a page between head and foot; ``tables``, ``sections`` and their like are parts of
pages; every other module is one kind of page, and ``serve._routes`` lists them. The same page is
answered by a server and written as a file. Who only tells addresses apart, as the process that
listens, imports no page.
"""
