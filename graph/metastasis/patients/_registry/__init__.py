"""Tables of registries: one row a tumor, with TNM and sites of metastasis."""
