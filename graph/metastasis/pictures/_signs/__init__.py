"""How the marks of pairs are drawn, alike in every picture, with their entries in legends."""
