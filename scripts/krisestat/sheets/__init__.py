"""Fact sheets for centres and municipalities."""
