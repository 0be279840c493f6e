"""The site that editions stand on, from frozen editions alone: a list of them, a folder each with what went out, a feed
of editions and corrections, and a page for those who take the numbers with a program.

Which editions are out is decided by the day that whoever runs it gives; every date comes from the editions themselves.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from krisestat.base import layout
from krisestat.base.contracts import write_all
from krisestat.base.files import Files, folders
from krisestat.base.yaml_files import load_words, load_yaml
from krisestat.figures import design
from krisestat.formats.download import address, package_files
from krisestat.model.config import localised
from krisestat.model.signatures import FILE
from krisestat.pages.frame import SCRIPT, environment, style_and_script, stylesheet, with_own
from krisestat.pages.web_fonts import font_face_css
from krisestat.release import history
from krisestat.release.freeze import altered
from krisestat.release.manifest import NAME, read_manifest
from krisestat.release.published import CORRECTIONS, EDITIONS
from krisestat.release.verify import misnamed
from krisestat.statements.sources import SITE, refuse_unsigned

FEED = "utgaver.xml"
NUMBERS = "tall.html"


class Frozen(NamedTuple):
    """A frozen edition: its name, what it was set up as, what goes out by path in its folder on the site, the
    corrections that it prints, and whether some of its numbers are reconstructed."""

    navn: str
    config: Mapping[str, Any]
    ut: Mapping[str, bytes]
    rettelser: Sequence[Mapping[str, Any]]
    rekonstruert: bool

    @property
    def publikasjon(self) -> Mapping[str, Any]:
        """What the configuration says of the publication."""
        return self.config["publikasjon"]

    @property
    def publiseres(self) -> str:
        """The day that it goes out; «» when none is set."""
        return self.publikasjon.get("publiseres", "")

    @property
    def oppdatert(self) -> str:
        """The day that it became news."""
        return max(self.publikasjon["sist_oppdatert"], self.publiseres)

    @property
    def adresse(self) -> str:
        """Where readers find it."""
        return address(self.publikasjon)


def open_frozen(navn: str, root: Path) -> Frozen:
    """A frozen edition. Parameters: `navn`, of its folder; `root`, the project's folder. Raises `Problems` with every
    file that is not as it was frozen, and if it is not committed as it is, where git knows the project."""
    folder = root / EDITIONS / navn
    manifest = read_manifest(folder / NAME, root)
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    own = f"{EDITIONS}/{navn}"
    problems = altered(files, manifest, own)
    loose = [file for file in history.uncommitted(root) or () if f"{file}/".startswith(f"{own}/")]
    if loose and not problems.problems:
        fix = f"Legg den inn: git add {own} && git commit. Eller hent den tilbake."
        found = f"{len(loose)} filer som ikke er slik de ligger i git"
        problems.add(own, "", found, "utgaven slik den er frosset", fix)
    problems.raise_if_any()
    config = load_yaml(folder / layout.CONFIG)[0]
    misnamed(navn, {str(config["aar"]), f"{config['aar']}-{config['spraak']}"}, own).raise_if_any()
    config["publikasjon"]["utgave"] = navn
    printed = range(config["foerste_aar"], config["aar"] + 1)
    corrections = [
        entry
        for entry in localised(load_yaml(folder / CORRECTIONS.name)[0]["rettelser"], config["spraak"])
        if any(int(change["celle"].rsplit("/", 1)[1]) in printed for change in entry["tall"])
    ]
    out = {layout.for_readers(file): data for file, data in files.items() if file.startswith(f"{layout.OUT}/")}
    tables = [data for file, data in files.items() if file.endswith(".csv") and "/" not in file]
    made_up = any(b"rekonstruert" in data for data in tables)
    return Frozen(navn, config, out, corrections, made_up)


def news(editions: Sequence[Frozen]) -> list[dict[str, Any]]:
    """What the feed tells, newest first: each edition, and each correction once, in the first edition that prints it.

    Parameters: `editions`, the oldest first. Each has `id`, `lenke`, `dato`, `utgave`, and `rettelse`, None for the
    edition itself.
    """
    found: dict[str, dict[str, Any]] = {}
    for edition in editions:
        page = edition.adresse + layout.for_readers(layout.PAGE)
        found[edition.adresse] = {"lenke": page, "dato": edition.oppdatert, "utgave": edition, "rettelse": None}
        for entry in edition.rettelser:
            corrected = {"lenke": f"{page}#rettelser", "dato": entry["dato"], "utgave": edition, "rettelse": entry}
            found.setdefault(f"{edition.publikasjon['nettadresse'].rstrip('/')}/#{entry['id']}", corrected)
    told = [{"id": name, **entry} for name, entry in found.items()]
    return sorted(told, key=lambda entry: (entry["dato"], entry["id"]), reverse=True)


def tables_for_machines(edition: Frozen) -> list[dict[str, str]]:
    """The tables of an edition that a program reads: `tittel`, and the addresses on the site of the same table as
    `csv` and as `json` (JSON-stat), in the order of its Data Package."""
    at, package = edition.navn, json.loads(edition.ut[layout.for_readers(layout.DATA_PACKAGE)])
    titles = {resource["path"]: resource["title"].rpartition(" (")[0] for resource in package["resources"]}
    tables, others = (layout.for_readers(folder) for folder in (layout.TABLES, layout.DOWNLOADS))
    found = [(path, name) for path in titles if (name := re.fullmatch(rf"{tables}/(.+)-maskin(_p\d+)\.csv", path))]
    return [
        {"tittel": titles[path], "csv": f"{at}/{path}", "json": f"{at}/{others}/{name[1]}{name[2]}.json"}
        for path, name in found
    ]


def pages(editions: Sequence[Frozen], root: Path) -> dict[str, str]:
    """The site's own pages by path on it: the list of editions, the feed, how to take the numbers, and of each folder
    the page that leads to the edition. Parameters: `editions` that are out, the oldest first; `root`, the project's
    folder."""
    newest = next(one for one in editions if one.config["aar"] == editions[-1].config["aar"])
    templates, spraak = root / "templates", newest.config["spraak"]
    named = {**newest.config, "publikasjon": {**newest.publikasjon, "utgave": newest.navn}}
    refuse_unsigned(Files({**folders(root), "signaturer": root / FILE}), named, SITE)
    words = with_own(*(load_words(templates / spraak / f"{name}.yaml") for name in ("tekster", "nettsted")))
    faces = font_face_css(design.NETTSKRIFTER, templates / "fonts")
    style = stylesheet("side", faces, (templates / "felles/side.css").read_text(encoding="utf-8"))
    env = environment(templates, spraak)
    env.globals["fast"] = lambda text, _why: text
    values: dict[str, Any] = {
        **style_and_script(style, SCRIPT),
        **{"medium": "side", "t": words, "spraak": spraak, "config": newest.config, "feed": FEED},
        **{"utgaver": editions[::-1], "nytt": news(editions), "side": layout.for_readers(layout.PAGE)},
        **{"pdf": layout.for_readers(layout.PDF), "hjem": newest.publikasjon["nettadresse"].rstrip("/")},
        **{"tallside": NUMBERS, "filer": tables_for_machines(newest)},
        "pakke": f"{newest.navn}/{layout.for_readers(layout.DATA_PACKAGE)}",
        "bok": f"{newest.navn}/{layout.for_readers(package_files((), newest.config['aar']).arbeidsbok)}",
        "rekonstruert": any(edition.rekonstruert for edition in editions),
    }
    own = {"index.html": "nettsted.html", FEED: "nettsted-nytt.xml", NUMBERS: "nettsted-tall.html"}
    made = {file: env.get_template(f"felles/{name}.j2").render(values) for file, name in own.items()}
    way = env.get_template("felles/nettsted-utgave.html.j2")
    return made | {f"{one.navn}/index.html": way.render(values, utgave=one) for one in editions}


def run(dag: str, root: Path) -> str:
    """Put the site together, in `results/nettsted/`.

    Parameters: `dag`, the day that it is for, as «2026-12-01»: an edition that goes out later is not on it; `root`, the
    project's folder. Returns a Norwegian text that says what is on it. Raises `Problems` if an edition is not as it was
    frozen.
    """
    every = [open_frozen(path.parent.name, root) for path in sorted((root / EDITIONS).glob(f"*/{NAME}"))]
    editions = [edition for edition in every if edition.publiseres <= dag]
    site = root / layout.RESULTS / layout.SITE
    waiting = "".join(f" {one.navn} venter til {one.publiseres}." for one in every if one not in editions)
    links = [path for path in (site, *layout.lying(site).values()) if path.is_symlink()]
    for path in links:  # what is written through one lies somewhere else
        path.unlink()
    if not editions:
        if site.exists():
            shutil.rmtree(site)
        return f"Ingen frossen utgave er ute {dag}, så det er ikke noe nettsted.{waiting}"
    files = {f"{one.navn}/{file}": data for one in editions for file, data in one.ut.items()} | pages(editions, root)
    write_all({site / file: data for file, data in files.items()})
    for path in sorted(site.rglob("*"), reverse=True):  # what is in a folder comes before it
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif not path.is_dir() and path.relative_to(site).as_posix() not in files:
            path.unlink()
    out = ", ".join(one.navn for one in editions)
    return f"{site.relative_to(root)}: {out}, slik det er ute {dag}.{waiting}"


def release(navn: str, dag: str, root: Path) -> str | tuple[str, int]:
    """The text of the release of a frozen edition, in Markdown: what it is, and what has been corrected in it.

    Parameters: `navn`, of its folder; `dag` and `root` as in `run`. Returns the text; when it goes out on a later day,
    a line that says so, and 3, the exit code.
    """
    edition = open_frozen(navn, root)
    if edition.publiseres > dag:
        return f"{navn} går ut {edition.publiseres}, og ingenting av den før det.", 3
    lines = [f"{edition.publikasjon['tittel']} {edition.config['aar']}, sist oppdatert "]
    lines[0] += f"{edition.publikasjon['sist_oppdatert']}: {edition.adresse}"
    lines += ["", "Rettelser av publiserte tall:" if edition.rettelser else "Ingen publiserte tall er rettet.", ""]
    lines += [f"- {e['id']}, {e['dato']}: {e['hva']}. {e['hvorfor']}" for e in edition.rettelser]
    return "\n".join(lines).rstrip() + "\n"
