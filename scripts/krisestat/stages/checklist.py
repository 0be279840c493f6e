"""Stage `checklist`: the checklist as data becomes its page, the two print editions, and the form for spreadsheets.

The stage reads no answers: what a municipality writes stays in its browser, and comes back as a filled form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from krisestat.agreements.assess import load_regler
from krisestat.agreements.checklist import Punkt, Sjekkliste, load_sjekkliste
from krisestat.agreements.legal_basis import Lovgrunnlag, laws_read, load_endringer, load_lovgrunnlag
from krisestat.agreements.municipalities import load_kommuner
from krisestat.agreements.page_data import leaf_titles, list_data, page_data, script_data
from krisestat.agreements.skjema import FELT, MAALGRUPPER, MAX_HENVISNING, MAX_MERKNAD, SKJEMA, VALG, pdf_field
from krisestat.agreements.spreadsheet import csv_questionnaire, questionnaire_rows, xlsx_questionnaire
from krisestat.agreements.words import spoken
from krisestat.base.contracts import write_all
from krisestat.base.files import Files
from krisestat.base.yaml_files import load_words
from krisestat.figures import design
from krisestat.model.declared import STANDARDS
from krisestat.pages.frame import SCRIPT, environment, json_text, print_faces, style_and_script, stylesheet
from krisestat.pages.web_fonts import font_face_css
from krisestat.statements.sources import CHECKLIST, refuse_unsigned

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
        "felter": FELT,
        "valg": VALG,
        "maalgrupper": MAALGRUPPER,
        "maks": {"henvisning": MAX_HENVISNING, "merknad": MAX_MERKNAD},
        "feltnavn": pdf_field,
    }


def medium_values(medium: str, faces: str, css: Sequence[str], script: str) -> dict[str, Any]:
    """What the templates get for one medium. Parameters: as `pages.stylesheet` and `style_and_script`."""
    return {"medium": medium, **style_and_script(stylesheet(medium, faces, "\n".join(css)), script)}


def run(inn: Files, ut: Files, config: Mapping[str, Any]) -> None:
    """Make the page, the print editions and the forms for spreadsheets.

    Parameters: `inn`, the project's folders and `signaturer`, the register of signatures; `ut`, `side`, `lesing` and
    `skjema`, the page and the print editions, `skjema_csv` and `skjema_xlsx`, the forms, and `data`, the list for
    programs; `config`, the merged configuration. Raises `Problems` with the faults of the list, the legal basis, the
    rules or the register of municipalities, and for a text that nobody stands for; then nothing is written.
    """
    refuse_unsigned(inn, config, CHECKLIST)
    spraak, additions = config["spraak"], config["avtaler"]["tillegg"]
    root, templates = inn.prosjekt, inn.templates
    lover, kommuner = load_lovgrunnlag(root=root), load_kommuner(inn.register)
    whole = load_sjekkliste(root=root)
    liste = whole if additions else load_sjekkliste(tillegg=False, root=root)
    versions = [load_sjekkliste(versjon=number, root=root) for number in sorted(whole.versjoner)[:-1]] + [whole]
    regler, endringer = load_regler(whole.by_id, lover, root), load_endringer(whole.by_id, root)
    words = {name: load_words(templates / spraak / f"{name}.yaml") for name in ("sjekkliste", "tekster")}
    codes = spoken((load_words(templates / one / "sjekkliste.yaml") for one in STANDARDS), lover)
    names = ("side.css", "trykk.css", "sjekkliste.css", "sjekkliste-trykk.css", "side.js", "sjekkliste.js")
    common = {name: (templates / "felles" / name).read_text(encoding="utf-8") for name in names}
    script = page_script(common["side.js"], common["sjekkliste.js"])
    env = environment(templates, spraak)
    env.filters["fyll"] = fill
    shared = shared_values(liste, lover, words, config) | {"endringer": endringer, "lest": laws_read(root)}
    shared["former"] = [
        ("lesing", "sjekkliste.pdf"),
        ("skjema", "skjema.pdf"),
        ("xlsx", ut.skjema_xlsx.name),
        ("csv", ut.skjema_csv.name),
        ("json", ut.data.name),
    ]
    known = page_data(liste, versions, lover, endringer, regler, kommuner, words["sjekkliste"], codes, spraak)
    shared["data"] = Markup(script_data(known))
    on_page = (common["side.css"], common["sjekkliste.css"])
    on_paper = (common["trykk.css"], common["sjekkliste-trykk.css"])
    faces = font_face_css(design.NETTSKRIFTER, inn.fonts)
    pages = {
        ut.side: (FRAME, medium_values("side", faces, on_page, script)),
        ut.lesing: (FRAME, medium_values("trykk", print_faces(), on_paper, script)),
        ut.skjema: (QUESTIONNAIRE, medium_values("trykk", print_faces(), on_paper, script)),
    }
    rows = questionnaire_rows(liste, words["sjekkliste"], spraak)
    made = config["publikasjon"]["sist_oppdatert"]
    write_all(
        {
            **{path: env.get_template(name).render(**shared, **values) for path, (name, values) in pages.items()},
            ut.skjema_csv: csv_questionnaire(rows),
            ut.skjema_xlsx: xlsx_questionnaire(rows, liste, lover, words["sjekkliste"], spraak, made),
            ut.data: json_text(list_data(liste, lover)),
        }
    )
