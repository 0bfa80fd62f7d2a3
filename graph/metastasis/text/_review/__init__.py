"""Review: readings go to a person as rows or as a page, and come back decided."""
