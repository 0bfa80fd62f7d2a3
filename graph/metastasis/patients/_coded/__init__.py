"""Coded diagnoses: claims, discharges, registries, OMOP and FHIR."""
