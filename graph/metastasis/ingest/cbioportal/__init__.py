"""Patients of cBioPortal studies."""
