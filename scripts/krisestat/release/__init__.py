"""A finished run: its manifest, review, freezing, what has been published."""
