"""What registries say of a tumor: the cancer, the stage, the year, and where its metastases are."""
