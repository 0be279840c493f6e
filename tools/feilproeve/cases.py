"""The edits, the commands and the faults, as data: the next one is a line."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from tools.feilproeve import faults as f
from tools.feilproeve.faults import DELETES, EQUAL, FUTURE, MOVES, OLDER, WRITES
from tools.feilproeve.trial import Case, Command, Trial
from tools.reproduser import TARGETS

Edit = Callable[[Path], object]


def _answer_of_2018(root: Path) -> None:
    """One answer of 2018 is another, and the file is registered."""
    raw, manifest = root / "data/raw/2018/samarbeid_p2018.csv", root / "data/raw/2018/kilde.yaml"
    lines = raw.read_bytes().split(b"\r\n")
    at = lines[0].decode("cp1252").split(";").index("boligkontor_kvinner_fast_kontakt_på_stedet")
    row = next(n for n, line in enumerate(lines) if n and line.split(b";")[at] in (b"Ja", b"Nei"))
    cells = lines[row].split(b";")
    cells[at] = b"Nei" if cells[at] == b"Ja" else b"Ja"
    lines[row] = b";".join(cells)
    raw.write_bytes(b"\r\n".join(lines))
    sha256 = hashlib.sha256(raw.read_bytes()).hexdigest()
    manifest.write_text(re.sub("sha256: .*", f"sha256: {sha256}", manifest.read_text("utf-8")), "utf-8")


def _word_of_the_checklist(root: Path) -> None:
    """As many bytes as before."""
    path = root / "templates/nb/sjekkliste.yaml"
    path.write_bytes(path.read_bytes().replace(b"Sjekkliste", b"Huskeliste", 1))


def _form_with_a_name_of_its_own(root: Path) -> None:
    """A form of 2020 that is not registered, with a name that is not safe everywhere."""
    folder = root / "data/raw/avtaler/2020"
    (folder / "a002.json").rename(folder / "Skjema fra kommunen (2).json")
    manifest = yaml.safe_load((folder / "kilde.yaml").read_text("utf-8"))
    manifest["skjemaer"] = [one for one in manifest["skjemaer"] if one["id"] != "a002"]
    (folder / "kilde.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False), "utf-8")


def _file_of_2021(root: Path) -> None:
    (root / "ny.csv").write_bytes((root / "data/raw/2020/samarbeid_p2020.csv").read_bytes())


def _krisestat(root: Path, *words: str) -> None:
    run = [sys.executable, "-m", "krisestat", *words]
    subprocess.run(
        run, cwd=root, env={"PYTHONPATH": "scripts", "PATH": "/usr/bin:/bin"}, check=True, capture_output=True
    )


def _frozen_before(root: Path) -> None:
    """The edition is frozen and on the site, and one table of it has been lost since."""
    _krisestat(root, "frys", "2020")
    _krisestat(root, "nettsted", "2031-01-01")
    next(root.glob("publisert/*/tabeller/*.csv")).unlink()


def _on_the_site(root: Path) -> None:
    """The edition is frozen and on the site, where one page is of the day before."""
    _krisestat(root, "frys", "2020")
    _krisestat(root, "nettsted", "2031-01-01")
    (root / "results/nettsted/index.html").write_text("i går", "utf-8")


def confirm(root: Path) -> None:
    """Somebody has confirmed the warning of the edition, as of the one two years before."""
    path = root / "data/signaturer.yaml"
    text = path.read_text("utf-8")
    path.write_text(text + text.splitlines()[-1].replace('"2018"', '"2020"') + "\n", "utf-8")


EDITS: dict[str, Edit] = {
    "": lambda root: None,
    "svar": _answer_of_2018,
    "ord": _word_of_the_checklist,
    "skjema": _form_with_a_name_of_its_own,
    "fil": _file_of_2021,
    "frosset": _frozen_before,
    "nettsted": _on_the_site,
}


def _build(*targets: str) -> Command:
    return Command(("snakemake", "--cores", "1", "--quiet", "rules", "--", *targets), True)


def _make(*words: str) -> Command:
    return Command(("krisestat", *words))


COMMANDS = {
    "bygg alt": _build(*TARGETS),
    "bygg sjekklisten": _build("sjekkliste"),
    "bygg avtalene": _build("avtaler"),
    "kontroller": _make("kontroller", "2020"),
    "mottak": _make("mottak", "2020", "2021-05-04", "Kari Nordmann"),
    "mottak-avtaler": _make("mottak-avtaler", "2020", "2021-05-04", "Kari Nordmann"),
    "ny-kilde": _make("ny-kilde", "ny.csv", "2021"),
    "frys": _make("frys", "2020"),
    "publiser": _make("publiser", "2020"),
    "nettsted": _make("nettsted", "2031-01-01"),
    "sammenlign": _make("sammenlign", "results/2020", "results/2020"),
}

ALL, LIST, FORMS = "bygg alt", "bygg sjekklisten", "bygg avtalene"
WORDS = "templates/nb/sjekkliste.yaml"
RECORDS, REMEMBERED, STORE = ".snakemake/krisestat", ".snakemake/metadata/*", "results/.lager"
PAGE, PDF, TABLE = "results/2020/**/index.html", "results/2020/**/publikasjon.pdf", "results/2020/**/utdata/**/*.csv"
CHECKLIST = "results/2020/**/sjekkliste"
NUMBER = f.text("32\u00a0av\u00a043", "41\u00a0av\u00a043")


def _certified_by_hand(trial: Trial) -> None:
    """A page is altered, and its record and the manifest are put right by somebody who forgets the seal."""
    page = next(path for path in trial.root.glob(PAGE) if NUMBER(path.read_bytes()) != path.read_bytes())
    before = hashlib.sha256(page.read_bytes()).hexdigest().encode()
    page.write_bytes(NUMBER(page.read_bytes()))
    after = hashlib.sha256(page.read_bytes()).hexdigest().encode()
    for path in [*trial.root.glob(f"{RECORDS}/**/*.json"), *trial.root.glob("results/*/manifest.json")]:
        path.write_bytes(path.read_bytes().replace(before, after))


def _records_of_others(trial: Trial) -> None:
    """Each record of the checklist is that of another file."""
    paths = sorted(trial.root.glob(f"{RECORDS}/{CHECKLIST}/*.json"))
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(content)


def _same_drawing(trial: Trial) -> None:
    """What the store keeps under one name lies there under another's, too."""
    first, *others = sorted((trial.root / STORE / "tegninger").iterdir())
    for path in others:
        path.write_bytes(first.read_bytes())


def _late_answer(trial: Trial) -> None:
    _answer_of_2018(trial.root)


# What goes with other faults.
LOST, DRAWN = f.delete(f"{CHECKLIST}/index.html"), f.delete("results/2020/figurer/*")
SET = f.delete("results/2020/avtaler/*.pdf")
HALF, GOING = f.put("results/2020/klargjort/.x.csv.ny", b"hal"), f.put(".snakemake/krisestat.lock", b"i gang")
HAND = f.change(TABLE, f.damage)
TEMPLATE, CERTIFIED = "malen er endret", "siden, dens merke og manifestet er endret for hånd"
STALE = [
    Case(f"{TEMPLATE} og har eldre tid", LIST, f.retime(WORDS, OLDER), edit="ord"),
    Case(f"{TEMPLATE} og har tid i framtiden", LIST, f.retime(WORDS, FUTURE), edit="ord"),
    Case(f"{TEMPLATE} og har samme tid og størrelse", LIST, f.retime(WORDS, EQUAL), edit="ord"),
    Case(f"{TEMPLATE}, og alt har tid i framtiden", LIST, f.retime("**/*", FUTURE), edit="ord"),
    Case("alle filer har eldre tid, ingen er endret", LIST, f.retime("**/*", OLDER)),
    Case("resultatene har eldre tid enn alt som går inn", LIST, f.retime("results/**/*", OLDER)),
    Case("resultatene er en annen utgaves", ALL, f.from_other("results")),
    Case("resultatene og alle merker er en annen utgaves", ALL, f.from_other("results", ".snakemake"), named=False),
    Case("resultatene er fra en sikkerhetskopi", ALL, f.from_other(".snakemake"), edit="svar"),
]
DAMAGED_INPUTS = [
    Case("en mal er kuttet", LIST, f.change(WORDS, f.cut)),
    Case("en mal er tom", LIST, f.change(WORDS, f.empty)),
    Case("en mal er ikke tekst", LIST, f.change(WORDS, f.binary)),
    Case("en mal er borte", LIST, f.delete(WORDS)),
    Case("en mal er blitt en mappe", LIST, f.instead(WORDS, Path.mkdir)),
    Case("HTML-malen er kuttet", ALL, f.change("templates/nb/publikasjon.html.j2", f.cut)),
    Case("en skriftfil er kuttet", LIST, f.change("templates/fonts/*.ttf", f.cut)),
    Case("en skriftfil er skadet", FORMS, f.change("templates/fonts/*.ttf", f.damage)),
    Case("en skriftfil er borte", LIST, f.delete("templates/fonts/SourceSans3-Regular.ttf")),
    Case("config.yaml er kuttet", LIST, f.change("config.yaml", f.cut)),
    Case("config.yaml er tom", LIST, f.change("config.yaml", f.empty)),
    Case("svarene for 2020 er endret uten mottak", ALL, f.change("data/raw/2020/*.csv", f.damage)),
    Case("svarene for 2018 er kuttet, med samme tid", ALL, f.change("data/raw/2018/*.csv", f.cut, EQUAL)),
    Case("arbeidsbøkene for 2015 og 2016 har byttet plass", ALL, f.swap("data/raw/201[56]/*.xlsx")),
    Case("svarene for 2019 er borte", ALL, f.delete("data/raw/2019/*.sav")),
    Case("et kilde.yaml er kuttet", ALL, f.change("data/raw/2017/kilde.yaml", f.cut)),
    Case("to kodebøker har byttet plass", ALL, f.swap("data/raw/codebooks/samarbeid_p20*.csv")),
    Case("registeret er tomt", ALL, f.change("data/raw/register/sentre.csv", f.empty)),
    Case("et skjema om en avtale er kuttet", FORMS, f.change("data/raw/avtaler/2020/a001.pdf", f.cut)),
]
ALTERED_RESULTS = [
    Case("et tall i siden er endret for hånd", ALL, f.change(PAGE, NUMBER)),
    Case("et tall i siden er endret, med samme tid", ALL, f.change(PAGE, NUMBER, EQUAL)),
    Case(CERTIFIED, ALL, _certified_by_hand),
    Case("PDF-en er kuttet", ALL, f.change(PDF, f.cut)),
    Case("PDF-en er skadet, med eldre tid", ALL, f.change(PDF, f.damage, OLDER)),
    Case("en tabell er endret", ALL, f.change(TABLE, f.damage, most=1)),
    Case("to tabeller har byttet plass", ALL, f.swap(TABLE)),
    Case("manifestet er kuttet", ALL, f.change("results/2020/manifest.json", f.cut)),
    Case("hele mappen med sjekklisten er slettet", LIST, f.delete(CHECKLIST)),
    Case("alle resultatene er slettet", ALL, f.delete("results")),
    Case("siden er blitt en mappe", LIST, f.instead(f"{CHECKLIST}/index.html", Path.mkdir)),
    Case("PDF-en peker på en annen fil", LIST, f.instead(f"{CHECKLIST}/*.pdf", lambda p: p.symlink_to("index.html"))),
    Case("siden peker på ingenting", LIST, f.instead(f"{CHECKLIST}/index.html", lambda p: p.symlink_to("borte"))),
    Case("en fremmed fil ligger i det som går ut", ALL, (f.delete(PDF), f.put("results/2020/ut/notat.txt", b"x"))),
    Case("halvskrevne filer fra en drept bygging ligger igjen", LIST, (HALF, GOING, LOST)),
]
FORGED = [
    Case("merkene er slettet", LIST, f.delete(RECORDS)),
    Case("merkene er kuttet", LIST, f.change(f"{RECORDS}/{CHECKLIST}/*", f.cut)),
    Case("merkene er tomme", LIST, f.change(f"{RECORDS}/**/*.json", f.empty)),
    Case("merkene er ikke tekst", LIST, f.change(f"{RECORDS}/{CHECKLIST}/*", f.binary)),
    Case("merkene hører til andre filer", LIST, _records_of_others),
    Case("alt som byggingen husker, er slettet", LIST, f.delete(".snakemake")),
    Case("det Snakemake husker, er kuttet", LIST, f.change(REMEMBERED, f.cut)),
    Case("det Snakemake husker, er tomt", LIST, f.change(REMEMBERED, f.empty)),
    Case("skriftene i lageret er skadet", LIST, (f.change(f"{STORE}/skrifter/*", f.damage), LOST)),
    Case("skriftene i lageret er tomme", LIST, (f.change(f"{STORE}/skrifter/*", f.empty), LOST)),
    Case("tegningene i lageret er skadet", ALL, (f.change(f"{STORE}/tegninger/*", f.damage), DRAWN)),
    Case("tegningene i lageret er én og samme", ALL, (_same_drawing, DRAWN)),
    Case("PDF-ene i lageret er kuttet", FORMS, (f.change(f"{STORE}/avtalerapporter/*", f.cut, most=3), SET)),
    Case("PDF-ene i lageret har byttet plass", FORMS, (f.swap(f"{STORE}/avtalerapporter/*"), SET)),
    Case("merkene for gyldighet er falske", ALL, (f.change(f"{STORE}/gyldig/*", f.empty), f.change(TABLE, f.damage))),
    Case("lageret er slettet", LIST, (f.delete(STORE), LOST)),
]
KILLED = [
    Case(f"drept {when}", LIST, how=f.killed(*point), edit="ord")
    for when, point in {
        "før noe er gjort": (WRITES, "*krisestat.lock"),
        "før det første merket er tatt bort": (DELETES, f"{RECORDS}/*"),
        "før den første filen er skrevet": (WRITES, "*/sjekkliste/.*.ny"),
        "før den første filen er på plass": (MOVES, "*/sjekkliste/*"),
        "før den siste filen er på plass": (MOVES, "*/sjekkliste/sjekkliste.json"),
        "før det første merket er satt": (WRITES, f"{RECORDS}/*.ny"),
        "før det siste merket er satt": (MOVES, f"{RECORDS}/*/sjekkliste/index.html.json"),
        "før Snakemake husker noe": (WRITES, "*.snakemake/metadata/*"),
        "før PDF-en er skrevet": (WRITES, "*/sjekkliste/.*.pdf.ny"),
        "før den andre PDF-en er på plass": (MOVES, "*/sjekkliste/skjema.pdf"),
    }.items()
] + [
    Case(f"drept mens {when}", ALL, how=f.killed(*point), edit="svar")
    for when, point in {
        "svarene leses": (WRITES, "*/inndata/.*2018.csv.ny"),
        "tallene regnes ut": (MOVES, "*/utdata/tall.csv"),
        "siden skrives": (MOVES, "*/publikasjon/index.html"),
        "manifestet får sitt merke": (WRITES, f"{RECORDS}/*/manifest.json.ny"),
    }.items()
]
NOT_ALONE = [
    Case("to bygginger samtidig", LIST, how=f.meanwhile(MOVES, "*/sjekkliste/*", Trial.ask), edit="ord"),
    Case(
        "svarene endres mens det bygges", ALL, f.delete(PDF), f.meanwhile(WRITES, "*/.publikasjon.pdf.ny", _late_answer)
    ),
    Case(
        "en tabell endres mens det bygges",
        ALL,
        f.delete(PAGE),
        f.meanwhile(WRITES, "*/publikasjon/.index.html.ny", HAND),
    ),
]
DISK_AND_RIGHTS = [
    *(Case(f"{room} kB igjen på disken", LIST, how=f.small_disk(room), edit="ord") for room in (0, 16, 500)),
    *(
        Case(f"{room} kB igjen på disken med resultatene", LIST, how=f.small_disk(room, "results"), edit="ord")
        for room in (0, 100, 400, 700)
    ),
    Case("64 MB igjen på disken", ALL, how=f.small_disk(65600), edit="svar"),
    Case("200 kB igjen på disken med resultatene", ALL, how=f.small_disk(200, "results"), edit="svar"),
    Case("ingen fil kan være over 100 kB", LIST, how=f.small_files(200), edit="ord"),
    Case("disken kan bare leses", LIST, how=f.read_only("."), edit="ord"),
    Case("disken med resultatene kan bare leses", LIST, how=f.read_only("results"), edit="ord"),
    Case("ingen mappe kan skrives i", LIST, how=f.closed(".", "**/"), edit="ord"),
    Case("mappen med sjekklisten kan ikke skrives i", LIST, how=f.closed(CHECKLIST), edit="ord"),
    Case("filene i sjekklisten kan ikke skrives i", LIST, how=f.closed(f"{CHECKLIST}/*"), edit="ord"),
    Case("merkene kan ikke skrives", LIST, how=f.closed(f"{RECORDS}/**/"), edit="ord"),
    Case("lageret kan ikke skrives i", LIST, how=f.closed(f"{STORE}/**/", STORE), edit="ord"),
    Case("ingen plass til midlertidige filer", LIST, how=f.full_tmp, edit="ord"),
]
# What is not as it was built is not certified by a command.
NOT_CERTIFIED = [
    Case(what, command, fault, edit=edit)
    for command, edit in (("kontroller", ""), ("frys", ""), ("publiser", "frosset"))
    for what, fault in {
        "et tall i siden er endret for hånd": f.change(PAGE, NUMBER, EQUAL),
        CERTIFIED: _certified_by_hand,
        "en tabell er borte": f.delete("results/2020/**/utdata/tall.csv"),
    }.items()
]
# The commands that write: the edit that gives them something to write, and the points at which they are stopped.
WRITERS = {
    "mottak": ("", (WRITES, "*.kilde.yaml.ny"), (MOVES, "*kilde.yaml")),
    "mottak-avtaler": ("skjema", (MOVES, "*/2020/a0*.json"), (MOVES, "*kilde.yaml")),
    "ny-kilde": ("fil", (WRITES, "*.samarbeid_p2021.utkast.csv.ny"), (MOVES, "*2021.utkast.csv")),
    "frys": ("", (WRITES, "*/.manifest.json.ny"), (MOVES, "*publisert/*manifest.json")),
    "publiser": ("frosset", (WRITES, "*/.manifest.json.ny"), (MOVES, "*publisert/*manifest.json")),
    "nettsted": ("nettsted", (WRITES, "*/nettsted/.index.html.ny"), (MOVES, "*/nettsted/index.html")),
    "sammenlign": ("", (WRITES, "*/.endringer.html.ny"), (MOVES, "*/endringer.md")),
}
COMMANDS_THAT_WRITE = [
    Case(what, command, how=how, edit=edit)
    for command, (edit, writes, moves) in WRITERS.items()
    for what, how in (
        ("drept før noe er skrevet", f.killed(*writes)),
        ("drept mellom to filer", f.killed(*moves)),
        ("to samtidig", f.meanwhile(*moves, Trial.ask)),
        ("disken er full", f.small_disk(0)),
        ("disken kan bare leses", f.read_only(".")),
        ("ingen mappe kan skrives i", f.closed(".", "**/")),
    )
]
CASES = STALE + DAMAGED_INPUTS + ALTERED_RESULTS + FORGED + KILLED + NOT_ALONE
CASES += DISK_AND_RIGHTS + NOT_CERTIFIED + COMMANDS_THAT_WRITE
