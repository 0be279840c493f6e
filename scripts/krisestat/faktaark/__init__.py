"""Fact sheets: one for each centre and one for each municipality, made from `utdata` and the registers."""
