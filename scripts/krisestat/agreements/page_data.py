"""The checklist as plain data: for the page's script, and for programs that others write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from krisestat.agreements.checklist import Punkt, Sjekkliste
from krisestat.agreements.legal_basis import Lovendring, Lovgrunnlag
from krisestat.agreements.municipalities import ANOTHER, Kommuner
from krisestat.agreements.skjema import DELER, FELT, KOLONNER, MAALGRUPPER, MAX_HENVISNING, MAX_MERKNAD, SKJEMA, VALG
from krisestat.agreements.words import UNITS

_PAGE_RULE = ("id", "slag", "vekt", "punkt", "naar", "maalgruppe", "uten_maalgruppe", "lovgrunnlag", "felt")


def leaf_titles(liste: Sjekkliste, spraak: str) -> dict[str, str]:
    """What each leaf is called where it stands alone: its number, the headings between it and the numbered point, and
    its title («6.2.1 Samarbeid i enkeltsaker: NAV»). Parameters: `spraak`, the written standard."""
    titles: dict[str, str] = {}

    def visit(punkt: Punkt, above: tuple[str, ...]) -> None:
        title = punkt.tittel[spraak]
        if not punkt.underpunkter:
            titles[punkt.id] = f"{punkt.nummer} {': '.join((*above, title))}"
        for sub in punkt.underpunkter:
            visit(sub, (*above, title))

    for top in liste.punkter:
        if top.underpunkter:
            for sub in top.underpunkter:
                visit(sub, ())
        else:
            visit(top, ())
    return titles


def list_data(liste: Sjekkliste, lover: Mapping[str, Lovgrunnlag]) -> dict[str, Any]:
    """The list and the legal basis in both written standards, as they are published for programs."""
    return {
        "skjema": SKJEMA,
        "versjon": liste.versjon,
        "versjoner": {str(number): told for number, told in sorted(liste.versjoner.items())},
        "felt": [asdict(felt) for felt in FELT],
        "svar": list(VALG),
        "punkter": [asdict(punkt) for punkt in liste.punkter],
        "lovgrunnlag": [asdict(lov) for lov in lover.values()],
    }


def page_data(
    liste: Sjekkliste,
    versions: Sequence[Sjekkliste],
    lover: Mapping[str, Lovgrunnlag],
    endringer: Sequence[Lovendring],
    regler: Sequence[Any],
    kommuner: Kommuner,
    words: Mapping[str, Any],
    codes: Mapping[str, Mapping[str, str]],
    spraak: str,
) -> dict[str, Any]:
    """What the page's script works with.

    Parameters: `liste`, the version that the page shows; `versions`, every version of the list, all additions with
    them; `endringer` of the acts; `regler`, the rules of assessment (`krisestat.agreements.assess.Regel`); `words`, the
    texts of `sjekkliste.yaml`; `codes`, from `words.spoken`; `spraak`, the written standard.
    """
    titles = leaf_titles(liste, spraak)
    older = {leaf.id: leaf.tittel[spraak] for one in versions for leaf in one.leaves if leaf.id not in titles}
    return {
        "skjema": SKJEMA,
        "spraak": spraak,
        "versjon": liste.versjon,
        "versjoner": {str(one.versjon): [leaf.id for leaf in one.leaves] for one in versions},
        "felt": [
            {name: getattr(felt, name) for name in ("id", "slag", "maks", "grenser", "paakrevd")}
            | {"enheter": UNITS.get(felt.enhet, ())}
            for felt in FELT
        ],
        "valg": list(VALG),
        "deler": list(DELER),
        "maks": {"henvisning": MAX_HENVISNING, "merknad": MAX_MERKNAD},
        "kolonner": list(KOLONNER.values()),
        "maalgrupper": list(MAALGRUPPER),
        "liste": [_page_point(top, titles, spraak) for top in liste.punkter],
        "utgaatt": dict(sorted(older.items())),
        **_law(lover, endringer, regler, spraak),
        # Validity in whole years, 0 where it is open: as short as it can be, for it is the longest part of the page.
        "kommuner": [
            [row["kommunenr"], row["navn"], row["gyldig_fra"] or 0, row["gyldig_til"] or 0] for row in kommuner.rows
        ],
        "endringer": [
            [c["aar"], c["fra_nr"], c["til_nr"], int(c["slag"] in ANOTHER)]
            for c in kommuner.changes
            if c["fra_nr"] != c["til_nr"]
        ],
        "koder": codes,
        "ord": {
            name: words[name]
            for name in ("skript", "svar", "vekt", "ansvar", "felt", "del", "maalgrupper", "regneark", "arbeid")
        },
    }


def _law(
    lover: Mapping[str, Lovgrunnlag], endringer: Sequence[Lovendring], regler: Sequence[Any], spraak: str
) -> dict[str, Any]:
    """The legal bases, the changes of the acts and the rules, for the page. Parameters: as `page_data`."""
    return {
        "lover": {
            kode: {
                "navn": lov.navn[spraak],
                "kontroller": lov.kontroller.get(spraak, ""),
                "gyldig_fra": lov.gyldig_fra,
                "ingen_nye_fra": lov.ingen_nye_fra,
                "overgang_til": lov.overgang_til,
                "viderefoert": bool(lov.viderefoert_i),
            }
            for kode, lov in lover.items()
        },
        "lovendringer": [
            {
                "fra": one.fra,
                "lov": f"{one.lov[spraak]} {one.hjemmel}",
                "tekst": one.tekst[spraak],
                "punkter": one.punkter,
            }
            for one in endringer
        ],
        "regler": [
            {name: getattr(regel, name) for name in _PAGE_RULE}
            | {name: getattr(regel, name)[spraak] for name in ("tittel", "tekst", "tiltak")}
            for regel in regler
        ],
    }


def _page_point(punkt: Punkt, titles: Mapping[str, str], spraak: str) -> dict[str, Any]:
    """A point for the page: what the assessment needs of it, and the texts that do not stand on the page already."""
    shown = {
        "id": punkt.id,
        "nummer": punkt.nummer,
        "tittel": punkt.tittel[spraak],
        "tillegg": punkt.opphav == "tillegg",
    }
    if punkt.underpunkter:
        return shown | {"underpunkter": [_page_point(sub, titles, spraak) for sub in punkt.underpunkter]}
    return shown | {
        "navn": titles[punkt.id],
        "vekt": punkt.vekt,
        "lovgrunnlag": list(punkt.lovgrunnlag),
        "klausuler": [[one["lovgrunnlag"], one["tekst"][spraak]] for one in punkt.klausuler],
        "underpunkter": [],
    }


def script_data(data: Mapping[str, Any]) -> str:
    """Data as JSON that may stand inside a `<script>` element, whatever the texts hold."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
