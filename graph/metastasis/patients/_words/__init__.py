"""Outside words for cancers and sites, and what the catalog calls them."""
