"""Reconstructed agreements between municipalities: forms filled in for two collections, in all four formats."""
