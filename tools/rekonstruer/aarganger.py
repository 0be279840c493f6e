"""The six reconstructed years: what each year's file looks like, and writing them with their manifests.

The centre register says which services there were, the year's codebook which columns the file has, `maaltall.csv` how
many answer Ja; this module brings them together.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from krisestat.agreements.lists import READERS
from krisestat.model.declared import CodeList
from krisestat.model.load import load_model
from tools.rekonstruer.filer import write_csv, write_sav, write_xlsx
from tools.rekonstruer.svar import IKKE_VIST, Answers, Question, Targets, answer_year, score

DATA = Path(__file__).parents[2] / "data" / "raw"
TARGETS = Path(__file__).with_name("maaltall.csv")
TILBUD = ("kvinner", "menn")

_MERKNAD = (
    "Rekonstruerte eksempeldata, laget med tools/rekonstruer. Svarene er ikke fra virkelige sentre. "
    "Summene er i samsvar med det som er publisert; se docs/metode.md."
)
_COMMENTS = {
    "S09": "Skjemaet er fylt ut av vikar, men er lest av daglig leder.",
    "S23": "Overgrepsmottaket ligger i nabobyen; vi har møter to ganger i året.",
    "S38": 'Usikker på hva dere mener med "fast kontaktperson".',
}


@dataclass(frozen=True)
class Form:
    """A year's form: the file's format and manifest, and what its columns without meaning hold.

    `filler` gives the value of such a column for a row number and a centre.
    """

    format: str
    mottatt: str
    manifest: Mapping[str, object] = field(default_factory=dict)
    filler: Callable[[int, str], object] = lambda number, senter: number


FORMS = {
    2015: Form("xlsx", "2016-03-15", {"ark": "Svar", "overskriftsrader": 2}),
    2016: Form("xlsx", "2017-03-21", {"ark": "Svar 2016", "overskriftsrader": 2}),
    2017: Form(
        "csv",
        "2018-03-09",
        {"tegnsett": "cp1252", "skilletegn": ";"},
        lambda number, senter: f"{score('innsendt', senter) % 28 + 1:02d}.02.2018",
    ),
    2018: Form("csv", "2019-03-14", {"tegnsett": "cp1252", "skilletegn": ";"}),
    2019: Form("sav", "2020-03-12", {}, lambda number, senter: 1000 + number),
    2020: Form(
        "csv",
        "2021-03-17",
        {"tegnsett": "utf-8-sig", "skilletegn": ","},
        lambda number, senter: _COMMENTS.get(senter, ""),
    ),
}


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_targets(path: Path = TARGETS) -> Targets:
    """How many services answer Ja, by question, service and year. Years that did not ask are left out."""
    targets: dict[tuple[Question, str, int], int] = {}
    for row in read_table(path):
        question = (row["variabel"], row["instans"], row["samarbeidsform"])
        targets |= {(question, row["tilbud"], aar): int(row[str(aar)]) for aar in FORMS if row[str(aar)]}
    return targets


def names_and_services(aar: int, register: Path = DATA / "register") -> tuple[dict[str, str], dict[str, list[str]]]:
    """The names of the centres in a year, by id, and the ids of those that have each service."""

    def valid(path: Path) -> list[dict[str, str]]:
        return [r for r in read_table(path) if int(r["gyldig_fra"]) <= aar <= int(r["gyldig_til"] or aar)]

    services: dict[str, list[str]] = {tilbud: [] for tilbud in TILBUD}
    for row in valid(register / "tilbud.csv"):
        services[row["tilbud"]].append(row["senter_id"])
    names = {row["senter_id"]: row["navn"] for row in valid(register / "sentre.csv")}
    return names, services


def rows_of_year(aar: int, columns: list[dict[str, str]], targets: Targets) -> list[dict[str, object]]:
    """The rows of a year's raw file, one per centre in the order of the register."""
    names, services = names_and_services(aar)
    answers: Answers = {}
    for tilbud, sentre in services.items():
        questions = [
            (c["variabel"], c["instans"], c["samarbeidsform"])
            for c in columns
            if c["tilbud"] == tilbud and c["variabel"] != "har_tilbud"
        ]
        answers |= answer_year(sentre, tilbud, aar, questions, targets)

    def cell(column: Mapping[str, str], number: int, senter: str) -> object:
        tilbud = column["tilbud"]
        match column["variabel"]:
            case "senter":
                return names[senter]
            case "uten_betydning":
                return FORMS[aar].filler(number, senter)
            case "har_tilbud":
                return "ja" if senter in services[tilbud] else "nei"
            case variabel:
                return answers.get((senter, tilbud, (variabel, column["instans"], column["samarbeidsform"])), IKKE_VIST)

    return [{c["kolonne"]: cell(c, number, senter) for c in columns} for number, senter in enumerate(names, 1)]


def wording(column: Mapping[str, str], partners: CodeList, forms: CodeList) -> str:
    """The question behind a column, in Norwegian, as the SPSS file carries it."""
    tilbud, asked = f"tilbudet til {column['tilbud']}", column["instans"]
    partner = partners.running(asked, "nb") if asked else ""
    match column["variabel"]:
        case "senter":
            return "Navn på krisesenteret"
        case "har_tilbud":
            return f"Har senteret krisesentertilbud til {column['tilbud']}?"
        case "forum":
            return f"Deltar {tilbud} i etablerte samarbeidsfora i kommunen?"
        case "samarbeid":
            return f"Samarbeider {tilbud} med {partner}?"
        case "samarbeidsform":
            return f"Hvordan samarbeider {tilbud} med {partner}? {forms.heading(column['samarbeidsform'], 'nb')}"
        case _:
            return "Løpenummer i skjemaverktøyet"


def write_year(aar: int, root: Path, targets: Targets) -> None:
    """Write the raw file of a year and its `kilde.yaml` into `root/<aar>/`."""
    form = FORMS[aar]
    columns = read_table(DATA / f"codebooks/samarbeid_p{aar}.csv")
    rows = rows_of_year(aar, columns, targets)
    path = root / str(aar) / f"samarbeid_p{aar}.{form.format}"
    path.parent.mkdir(parents=True, exist_ok=True)
    match form.format:
        case "xlsx":
            guide = "Ett svar per krisesenter. Fyll ut arket «Svar 2016»." if aar == 2016 else ""
            write_xlsx(path, columns, rows, str(form.manifest["ark"]), guide)
        case "csv":
            write_csv(path, columns, rows, str(form.manifest["tegnsett"]), str(form.manifest["skilletegn"]))
        case "sav":
            lists = load_model(["samarbeid"], READERS).kodelister
            partners, forms = (lists["samarbeid", name] for name in ("instans", "samarbeidsform"))
            write_sav(path, columns, rows, {c["kolonne"]: wording(c, partners, forms) for c in columns})
    manifest = {
        "aar": aar,
        "fil": path.name,
        "format": form.format,
        **form.manifest,
        "mottatt": form.mottatt,
        "mottatt_av": "Statistikkseksjonen",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "opphav": "rekonstruert",
        "om": "institusjon",
        "merknad": _MERKNAD,
    }
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)
    path.with_name("kilde.yaml").write_text(text, encoding="utf-8", newline="\n")


def write_all(root: Path) -> None:
    """Write all reconstructed years under `root`."""
    targets = read_targets()
    for aar in FORMS:
        write_year(aar, root, targets)
