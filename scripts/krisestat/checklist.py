"""Stage `checklist`: the checklist as data becomes its page, the two print editions, and the form for spreadsheets.

The stage reads no answers: what a municipality writes stays in its browser, and comes back as a filled form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from krisestat import design
from krisestat.avtaler.kommuner import load_kommuner
from krisestat.avtaler.lovgrunnlag import Lovgrunnlag, load_lovgrunnlag
from krisestat.avtaler.regneark import csv_questionnaire, questionnaire_rows, xlsx_questionnaire
from krisestat.avtaler.sidedata import leaf_titles, list_data, page_data, script_data
from krisestat.avtaler.sjekkliste import Punkt, Sjekkliste, load_sjekkliste
from krisestat.avtaler.skjema import FELT, MAALGRUPPER, MAX_HENVISNING, MAX_MERKNAD, SKJEMA, VALG, pdf_field
from krisestat.avtaler.vurdering import load_regler
from krisestat.contracts import write_all
from krisestat.pages import SCRIPT, environment, json_text, long_date, print_faces, style_and_script, stylesheet
from krisestat.webfonts import font_face_css
from krisestat.yamlfiles import load_yaml

FRAME, QUESTIONNAIRE = "felles/sjekkliste.html.j2", "felles/sjekkliste-skjema.html.j2"
_COMMENT_LINE = re.compile(r"^\s*//.*\n", re.MULTILINE)


def fill(text: str, **values: Any) -> str:
    """A text of `sjekkliste.yaml` with its braces filled in."""
    return text.format(**values)


def applies_to(punkt: Punkt, lover: Mapping[str, Lovgrunnlag], words: Mapping[str, str], spraak: str) -> str:
    """The legal bases that a point is asked under, as a sentence; those that it is not asked under when they are fewer.

    Parameters: `words`, the part `punkt` of `sjekkliste.yaml`.
    """
    others = [kode for kode in lover if kode not in punkt.lovgrunnlag]
    if not others:
        return ""
    few = "gjelder" if len(punkt.lovgrunnlag) <= len(others) else "gjelder_ikke"
    named = punkt.lovgrunnlag if few == "gjelder" else others
    return fill(words[few], lover="; ".join(lover[kode].kort[spraak] for kode in named))


def validity(lov: Lovgrunnlag, words: Mapping[str, str], spraak: str) -> str:
    """When a legal basis is in force, in words. Parameters: `words`, the part `lov` of `sjekkliste.yaml`."""
    fra, til = (long_date(day, spraak) if day else "" for day in (lov.gyldig_fra, lov.gyldig_til))
    form = {(True, True): "fra_til", (True, False): "fra", (False, True): "til"}.get((bool(fra), bool(til)), "aapen")
    return fill(words[form], fra=fra, til=til)


def page_script(every: str, own: str) -> str:
    """The page's script without lines of comment, which are for those who write it.

    Parameters: `every`, the script of every page; `own`, that of the checklist.
    """
    return "\n".join([SCRIPT, _COMMENT_LINE.sub("", every), _COMMENT_LINE.sub("", own)])


def shared_values(
    liste: Sjekkliste, lover: Mapping[str, Lovgrunnlag], words: Mapping[str, Mapping], config: Mapping[str, Any]
) -> dict[str, Any]:
    """What the templates get whatever the medium. Parameters: `words` with the parsed `sjekkliste` and `tekster`."""
    spraak, own = config["spraak"], words["sjekkliste"]
    every = [punkt for top in liste.punkter for punkt in top.walk()]
    return {
        # the frame prints the publication's title at the head of each page; here it is the checklist's
        "config": {**config, "publikasjon": {**config["publikasjon"], "tittel": own["kort"]}},
        "spraak": spraak,
        "t": words["tekster"],
        "o": own,
        "rekonstruert": False,
        "skjema": SKJEMA,
        "versjon": liste.versjon,
        "versjoner": sorted(liste.versjoner.items(), reverse=True),
        "punkter": liste.punkter,
        "titler": leaf_titles(liste, spraak),
        "tillegg": [leaf for leaf in liste.leaves if leaf.opphav == "tillegg"],
        "har_tillegg": any(leaf.opphav == "tillegg" for leaf in liste.leaves),
        "rettet": [punkt for punkt in every if punkt.flyttet],
        "lover": list(lover.values()),
        "navn_paa_lov": {kode: lov.navn[spraak] for kode, lov in lover.items()},
        "gjelder_for": lambda punkt: applies_to(punkt, lover, own["punkt"], spraak),
        "periode": lambda lov: validity(lov, own["lov"], spraak),
        "felter": FELT,
        "valg": VALG,
        "maalgrupper": MAALGRUPPER,
        "maks": {"henvisning": MAX_HENVISNING, "merknad": MAX_MERKNAD},
        "feltnavn": pdf_field,
    }


def medium_values(medium: str, faces: str, css: Sequence[str], script: str) -> dict[str, Any]:
    """What the templates get for one medium. Parameters: as `pages.stylesheet` and `style_and_script`."""
    return {"medium": medium, **style_and_script(stylesheet(medium, faces, "\n".join(css)), script)}


def run(
    root: Path,
    config: Mapping[str, Any],
    store: Path,
    side: Path,
    lesing: Path,
    skjema: Path,
    skjema_csv: Path,
    skjema_xlsx: Path,
    data: Path,
) -> None:
    """Make the page, the print editions and the forms for spreadsheets.

    Parameters: `root`, the project's folder; `config`, the merged configuration; `store`, the folder of web fonts that
    are kept between runs; the rest are the files to write. Raises `Problems` with the faults of the list, the legal
    basis, the rules or the register of municipalities; then nothing is written.
    """
    spraak, additions = config["spraak"], config["avtaler"]["tillegg"]
    templates = root / "templates"
    lover, kommuner = load_lovgrunnlag(root=root), load_kommuner(root / "data/raw/register")
    whole = load_sjekkliste(root=root)
    liste = whole if additions else load_sjekkliste(tillegg=False, root=root)
    versions = [load_sjekkliste(versjon=number, root=root) for number in sorted(whole.versjoner)[:-1]] + [whole]
    regler = load_regler(whole.by_id, lover, root)
    words = {name: load_yaml(templates / spraak / f"{name}.yaml")[0] for name in ("sjekkliste", "tekster")}
    names = ("side.css", "trykk.css", "sjekkliste.css", "sjekkliste-trykk.css", "side.js", "sjekkliste.js")
    common = {name: (templates / "felles" / name).read_text(encoding="utf-8") for name in names}
    script = page_script(common["side.js"], common["sjekkliste.js"])
    env = environment(templates, spraak)
    env.filters["fyll"] = fill
    shared = shared_values(liste, lover, words, config)
    shared["former"] = [
        ("lesing", "sjekkliste.pdf"),
        ("skjema", "skjema.pdf"),
        ("xlsx", skjema_xlsx.name),
        ("csv", skjema_csv.name),
        ("json", data.name),
    ]
    known = page_data(liste, versions, lover, regler, kommuner, words["sjekkliste"], spraak)
    shared["data"] = Markup(script_data(known))
    on_page = (common["side.css"], common["sjekkliste.css"])
    on_paper = (common["trykk.css"], common["sjekkliste-trykk.css"])
    faces = font_face_css(design.NETTSKRIFTER, templates / "fonts", store)
    pages = {
        side: (FRAME, medium_values("side", faces, on_page, script)),
        lesing: (FRAME, medium_values("trykk", print_faces(), on_paper, script)),
        skjema: (QUESTIONNAIRE, medium_values("trykk", print_faces(), on_paper, script)),
    }
    rows = questionnaire_rows(liste, words["sjekkliste"], spraak)
    made = config["publikasjon"]["sist_oppdatert"]
    write_all(
        {
            **{path: env.get_template(name).render(**shared, **values) for path, (name, values) in pages.items()},
            skjema_csv: csv_questionnaire(rows),
            skjema_xlsx: xlsx_questionnaire(rows, liste, lover, words["sjekkliste"], spraak, made),
            data: json_text(list_data(liste, lover)),
        }
    )
