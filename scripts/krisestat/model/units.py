"""What agreements are called as a source, as a group and as a unit."""

from __future__ import annotations

# The source of the points in the codebook, and the group that is counted (grupper.csv) with its unit.
KILDE = GRUPPE = "avtaler"
ENHET = "avtale"
