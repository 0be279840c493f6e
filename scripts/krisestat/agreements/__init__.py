"""Agreements between municipalities: the checklist, its legal basis, the forms, the assessment."""
