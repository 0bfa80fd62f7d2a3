"""The grammar: how a sentence, a list or a table says that a cancer spreads to a site.

Two shapes cover nearly all: a clause with a word of spread and sites (``clauses``, ``governing``),
and a container, a lead or heading that hands its words down to items and rows (``containers``).
"""
