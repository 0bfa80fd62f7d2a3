"""Outside words for cancers, sites, answers and blanks, and what they mean here."""
