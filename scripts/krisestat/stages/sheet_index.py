"""Stage `sheet_index`: the batches become loose files, a page to find them on, one file with all of them, and a list.

Only sheets that could be made are here. One that could be made before and cannot now is taken away: it would tell old
numbers.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import jinja2

from krisestat.base.contracts import Row, read_rows, write_all, write_atomic
from krisestat.base.files import Files
from krisestat.base.kept_tables import read_kept_table
from krisestat.base.yaml_files import load_words
from krisestat.figures import design
from krisestat.pages.frame import SCRIPT, SEARCH, environment, json_text, style_and_script, stylesheet, with_own
from krisestat.pages.web_fonts import font_face_css
from krisestat.sheets.batch import read_batch, write_zip
from krisestat.sheets.contracts import ENHETER
from krisestat.sheets.units import KOMMUNE, SENTER
from krisestat.statements.sources import SHEETS, refuse_unsigned

LOG = logging.getLogger(__name__)

_STYLES = ("side", "arkoversikt")
_SHEET = re.compile(rf"({SENTER}|{KOMMUNE})-[a-z0-9-]+\.(html|pdf)")
# The letters after z, in order.
_LAST_LETTERS = str.maketrans("æäøöå", "{{||}")


def alphabetical(name: str) -> str:
    """What names are sorted by: the letters as the Norwegian alphabet has them, other accents set aside."""
    last = name.casefold().translate(_LAST_LETTERS)
    return "".join(sign for sign in unicodedata.normalize("NFD", last) if not unicodedata.combining(sign))


def lines(enheter: Sequence[Row], made: Mapping[str, Any]) -> dict[str, list[dict]]:
    """What stands on the page of each kind of sheet, by name: the sheet, its name and county, and its centre.

    Parameters: `enheter`, rows of `ENHETER`; `made`, by the ids of those that could be made.
    """
    names = {row["ark"]: row["navn"] for row in enheter}
    found: dict[str, list[dict]] = {SENTER: [], KOMMUNE: []}
    for row in sorted(enheter, key=lambda row: (alphabetical(row["navn"]), row["kode"])):
        if row["ark"] in made:
            own = {name: row[name] for name in ("ark", "navn", "fylke", "kode")}
            shared = row["kommuner"].count(",") + 1
            senter = {"senter": names.get(row["senter_ark"], ""), "senter_ark": row["senter_ark"]}
            found[row["slag"]].append(own | senter | {"kommuner": shared, "lenke": row["senter_ark"] in made})
    return found


def counties(enheter: Sequence[Row], made: Mapping[str, Any], kart: Sequence[Row]) -> list[dict[str, Any]]:
    """The counties of the municipalities that have a sheet, from the north: the name, an id, the place of its tile («»
    for none), how many municipalities it has, and how many centres they have. Parameters: as `lines`; `kart`, rows of
    the register's fylkeskart.csv."""
    tiles = {row["fylke"]: (row["rad"], row["spalte"]) for row in kart}
    found: dict[str, list[Row]] = {}
    for row in enheter:
        if row["slag"] == KOMMUNE and row["ark"] in made:
            found.setdefault(row["fylke"], []).append(row)
    return [
        {
            "navn": name,
            "id": f"fylke-{found[name][0]['kode'][:2]}",
            "flis": "r{} k{}".format(*tiles[name]) if name in tiles else "",
            "kommuner": len(found[name]),
            "sentre": len({row["senter_ark"] for row in found[name]}),
        }
        for name in sorted(found, key=lambda name: (tiles.get(name, (len(tiles), 0)), name))
    ]


def listed(enheter: Sequence[Row], made: Mapping[str, dict[str, Any]], aar: int) -> dict[str, Any]:
    """The list of the sheets for programs. Parameters: `made`, what is said of each file by sheet and kind."""
    entries = [
        {name: row[name] for name in ("ark", "slag", "kode", "navn", "fylke", "opphav")} | made[row["ark"]]
        for row in enheter
        if row["ark"] in made
    ]
    return {"aar": aar, "ark": entries}


def described(name: str, data: bytes) -> dict[str, Any]:
    """What is said of a file."""
    return {"fil": name, "byte": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def index_page(env: jinja2.Environment, style: str, **values: Any) -> str:
    """The page on which sheets are found.

    Parameters: `env`, the template environment; `style`, all of it; `values`, what the template gets: see `run`.
    """
    env.globals["fast"] = lambda text, _why: text
    shared = style_and_script(style, f"{SCRIPT}\n{SEARCH}")
    return env.get_template("felles/arkoversikt.html.j2").render(medium="side", **shared, **values)


def run(inn: Files, ut: Files, config: Mapping[str, Any], publikasjon: str) -> list[str]:
    """Lay the sheets of all batches out for readers; returns the files of the sheets.

    Parameters: `inn`, `bunter`, the batches, `enheter`, of the stage `sheet_data`, and `kart`, the places of counties;
    `ut`, `side`, `pakke` and `liste`, the page, the zip file and the list, beside which the sheets are written;
    `config`, the merged configuration; `publikasjon`, where the page of the publication lies, seen from the sheets.
    Raises `Problems` with each text of the sheets that is neither proven nor signed; then nothing is laid out.
    """
    refuse_unsigned(inn, config, SHEETS)
    folder, rows = ut.side.parent, read_rows(inn.enheter, ENHETER)
    made: dict[str, dict[str, Any]] = {}
    for path in inn.many("bunter"):
        for ark, (page, pdf) in sorted(read_batch(path).sheets.items()):
            files = {"html": page, "pdf": pdf}
            write_all({folder / f"{ark}.{kind}": data for kind, data in files.items()})
            made[ark] = {kind: described(f"{ark}.{kind}", data) for kind, data in files.items()}
    templates, spraak = inn.templates, config["spraak"]
    words, own = (load_words(templates / spraak / f"{name}.yaml") for name in ("tekster", "arkoversikt"))
    css = "\n".join((templates / "felles" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES)
    overview = index_page(
        environment(templates, spraak),
        stylesheet("side", font_face_css(design.NETTSKRIFTER, inn.fonts), css),
        spraak=spraak,
        config=config,
        publikasjon=publikasjon,
        t=with_own(words, own),
        ark=lines(rows, made),
        fylker=counties(rows, made, read_kept_table(inn.kart, ("fylke", "rad", "spalte"), ("fylke",))),
        rekonstruert=any(row["opphav"] == "rekonstruert" for row in rows),
        pakke=ut.pakke.name,
    )
    write_atomic(ut.side, overview)
    names = [ut.side.name, *(f"{ark}.{kind}" for ark in sorted(made) for kind in ("html", "pdf"))]
    write_zip(ut.pakke, ((f"{ut.pakke.stem}/{name}", (folder / name).read_bytes()) for name in names))
    write_atomic(ut.liste, json_text(listed(rows, made, config["aar"])))
    for path in sorted(folder.iterdir()):
        if _SHEET.fullmatch(path.name) and path.stem not in made:
            path.unlink()
    LOG.info("%d faktaark lagt ut i %s", len(made), folder)
    return [str(folder / name) for name in names[1:]]
