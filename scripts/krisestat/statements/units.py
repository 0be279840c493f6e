"""Units of text: what each product says, sentence by sentence at its source, and how a unit may be signed there."""

from __future__ import annotations

# How a text that data does not prove is signed: each for itself, for one edition and with a reason, or many at a time.
BY_ONE, BY_ALL = "enkeltvis", "samlet"
# Kinds of text by how they are signed; a paragraph is signed by where it stands.
_BY_ALL = {"konfigurasjon", "faktaark", "sjekkliste", "rapport", "note", "merke"}
KINDS = {
    *("avsnitt", "overskrift", "hovedpunkt", "ingress", "tittel", "beskrivelse", "alternativtekst", "tabelltittel"),
    *_BY_ALL,
}
# Where the text is a name that code fetches from the model, or composes of such names.
CODE_WRITES = {"merke", "tabelltittel"}
# Sections of a page that tell of law, method and use, and of no results.
_NO_RESULTS = {"plikt", "hjelp", "om", "tegn", "nedlasting", "rettelser", "kontakt", "etterproving"}


def how_signed(kind: str, section: str) -> str:
    """How a text of a kind in a section is signed. Parameters: `section`, «» for none."""
    return BY_ALL if kind in _BY_ALL or (kind == "avsnitt" and section in _NO_RESULTS) else BY_ONE
