"""Krisestat: from the crisis shelters' yearly answers to a publication in which every number is bound to data."""
