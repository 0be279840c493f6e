"""The checklist for agreements between municipalities: the list itself, its legal basis, the form in its four formats,
and what a filled form says."""
