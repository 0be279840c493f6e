"""Stage `prove`: the evidence of every statement is counted again from the answers, down to file, column and line, and
laid out for the reviewer.

The count here shares no code with `krisestat.compute`: two ways to the same number prove more than one. Rows of single
centres are for the reviewer only, which is why the renderer, who publishes, never opens them.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from json import loads
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from krisestat import design
from krisestat.avtaler.innsamling import Skjemafil, load_innsamlinger
from krisestat.avtaler.lovgrunnlag import LAWS, load_lovgrunnlag
from krisestat.avtaler.navn import KILDE, with_agreements
from krisestat.avtaler.sjekkliste import LIST, load_sjekkliste
from krisestat.codebooks import Codebook, load_codebook, valid_in
from krisestat.config import REVIEWERS
from krisestat.contracts import (
    AGGREGERT,
    AVTALEPUNKTER,
    AVTALER,
    AVTALER_INNDATA,
    INNDATA,
    KLARGJORT,
    KVALITET,
    PERSONER_KLARGJORT,
    SVAR,
    TILBUD,
    TILBUD_PER_AAR,
    Row,
    read_rows,
    write_all,
)
from krisestat.display import NBSP, number
from krisestat.errors import ProblemList, shown
from krisestat.pages import environment, json_text, style_and_script, stylesheet
from krisestat.prove_agreements import Agreements, gather_agreements, prove_agreement_cell
from krisestat.quality import Check, checks_of
from krisestat.render import NameOf, code_names
from krisestat.sources import Source, load_sources
from krisestat.statements.cells import DIMENSIONS
from krisestat.webfonts import font_face_css
from krisestat.yamlfiles import load_yaml

LOG = logging.getLogger(__name__)

# A service with several answers to one question («at least one partner») counts by the first of these that it has.
_SPEAKS_FIRST = ("ja", "ubesvart", "vet_ikke", "nei", "ikke_spurt")
_REBUILD = "Slett mappen results/<aar> og bygg på nytt. Kommer feilen igjen, er den i Krisestat: meld den med loggen."
_NAMED_SHARES = {
    "1/2": "en halv",
    "1/3": "en tredel",
    "2/3": "to tredeler",
    "1/4": "en firedel",
    "3/4": "tre firedeler",
}
_SHARE = r"\d+(?:\.\d+|/\d+)?"
# Shows the filters, which do nothing without it, and hides what does not fit them.
FILTER_SCRIPT = """
const filter = document.getElementById("filter"), told = document.getElementById("antall-vist");
const all = [...document.querySelectorAll("article")], parts = [...document.querySelectorAll("section.del")];
const show = () => {
  const wanted = [...filter.querySelectorAll("select")].filter(s => s.value);
  all.forEach(a => a.hidden = wanted.some(s => a.dataset[s.name] !== s.value));
  parts.forEach(p => p.hidden = !p.querySelector("article:not([hidden])"));
  told.textContent = `Viser ${all.filter(a => !a.hidden).length} av ${all.length} påstander.`;
};
filter.addEventListener("change", show);
filter.addEventListener("reset", () => setTimeout(show));
filter.hidden = false;
show();
"""


@dataclass(frozen=True)
class Answers:
    """What the evidence is counted again from.

    `asked`: rows of `klargjort` by (aar, tilbud, sporsmaal, instans, samarbeidsform); `services`: `senter_id` of the
    services in the register by (aar, tilbud); `finished`: rows of finished tables by (indikator, gruppe, instans, aar);
    `raw`: value as received by (fil, linje, kolonne); `sources`: raw files by path; `persons`: rows of
    `PERSONER_KLARGJORT`; `agreements`: what numbers on agreements are counted from.
    """

    asked: Mapping[tuple, Sequence[Row]]
    services: Mapping[tuple, frozenset[str]]
    finished: Mapping[tuple, Row]
    raw: Mapping[tuple, str]
    sources: Mapping[str, Source | Skjemafil]
    persons: Sequence[Row] = ()
    agreements: Agreements | None = None


def gather(
    answers: Iterable[Row],
    services: Iterable[Row],
    finished: Iterable[Row],
    raw: Iterable[Row],
    sources: Iterable[Source | Skjemafil],
    persons: Sequence[Row] = (),
    agreements: Agreements | None = None,
) -> Answers:
    """Index the tables: rows of `KLARGJORT`, `TILBUD_PER_AAR`, `AGGREGERT` and `INNDATA`, the sources, rows of
    `PERSONER_KLARGJORT`, and what is known of agreements."""
    asked: dict[tuple, list[Row]] = {}
    for row in answers:
        key = (row["aar"], row["tilbud"], row["sporsmaal"], row["instans"], row["samarbeidsform"])
        asked.setdefault(key, []).append(row)
    centres: dict[tuple, set[str]] = {}
    for row in services:
        centres.setdefault((row["aar"], row["tilbud"]), set()).add(row["senter_id"])
    return Answers(
        asked,
        {key: frozenset(found) for key, found in centres.items()},
        {(row["indikator"], row["gruppe"], row["instans"], row["aar"]): row for row in finished},
        {(row["fil"], row["linje"], row["kolonne"]): row["verdi"] for row in raw},
        {source.path.as_posix(): source for source in sources},
        persons,
        agreements,
    )


def ranges(lines: Iterable[int]) -> str:
    """Line numbers in short: «2-4, 7»."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and runs[-1][1] == line - 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def counted_rows(cell: Mapping, declared: Mapping, answers: Answers) -> list[Row]:
    """The rows of `klargjort` that a cell counts. Parameters: `cell`, as in the evidence; `declared`, its indicator."""
    form = cell["form"] if "samarbeidsform" in declared["per"] else declared.get("samarbeidsform")
    instans = cell["instans"] if "instans" in declared["per"] else None
    place = (cell["aar"], cell["gruppe"], declared["sporsmaal"])
    return [
        row
        for key, rows in answers.asked.items()
        if key[:3] == place and instans in (None, key[3]) and form in (None, key[4])
        for row in rows
    ]


def by_service(rows: Iterable[Row]) -> dict[str, tuple[str, int]]:
    """Each service's answer and the line that it stands on (0 when its centre did not answer), by `senter_id`."""
    told: dict[str, list[Row]] = {}
    for row in rows:
        told.setdefault(row["senter_id"], []).append(row)
    return {
        centre: (min((r["svar"] for r in own), key=_SPEAKS_FIRST.index), max(r["linje"] for r in own))
        for centre, own in sorted(told.items())
    }


def grouped_lines(told: Mapping[str, tuple[str, int]]) -> list[dict]:
    """Services by answer: how many, on which lines, and which of them have no line."""
    found = []
    for answer in SVAR:
        lines = [line for given, line in told.values() if given == answer]
        if lines:
            absent = [centre for centre, (given, line) in told.items() if given == answer and not line]
            found.append(
                {
                    "svar": answer,
                    "antall": len(lines),
                    "linjer": ranges(n for n in lines if n),
                    "uten_linje": absent,
                }
            )
    return found


def columns_of(rows: Iterable[Row], answers: Answers) -> list[dict]:
    """Where a reviewer finds the rows: per column of the raw file, which value on which lines became which answer, and
    by which correction where there is one."""
    found: dict[str, dict[tuple[str, str, str], list[int]]] = {}
    for row in rows:
        if row["linje"]:
            value = answers.raw.get((row["fil"], row["linje"], row["kolonne"]), "")
            kind = (row["svar"], value, row.get("rettelse", ""))
            found.setdefault(row["kolonne"], {}).setdefault(kind, []).append(row["linje"])
    return [
        {
            "kolonne": column,
            "verdier": [
                {"verdi": value, "svar": answer, "antall": len(lines), "linjer": ranges(lines), "rettelse": correction}
                for (answer, value, correction), lines in sorted(
                    values.items(), key=lambda v: (SVAR.index(v[0][0]), *v[0][1:])
                )
            ],
        }
        for column, values in sorted(found.items())
    ]


def check_values(rows: Iterable[Row], codes: Mapping[str, str], answers: Answers) -> ProblemList:
    """Problems where the answer of a row is not what the codebook makes of the value as received.

    Parameters: `codes`, value → answer in the year. An empty cell is `ubesvart`, or `ikke_spurt` behind the filter on
    forms of cooperation. A corrected row holds what people decided, not what stands in the file.
    """
    problems = ProblemList()
    for row in rows:
        if row.get("rettelse"):
            continue
        value = answers.raw.get((row["fil"], row["linje"], row["kolonne"])) if row["linje"] else ""
        answer = codes.get(value) if value else "ubesvart" if value == "" else None
        if row["svar"] != answer and (row["svar"], answer) != ("ikke_spurt", "ubesvart"):
            problems.add(
                row["fil"],
                f"linje {row['linje']}, kolonne «{row['kolonne']}»",
                f"«{row['svar']}» i klargjort, men {'ingen celle' if value is None else shown(value)} i inndata",
                f"«{answer}», slik svarkoder.csv sier" if answer else "en verdi i svarkoder.csv",
                _REBUILD,
            )
    return problems


def _differs(cell: Mapping, counted: Mapping[str, Any]) -> ProblemList:
    """Problems for each number of the evidence that the count does not give."""
    problems = ProblemList()
    for name, value in counted.items():
        if cell[name] != value:
            problems.add(
                "belegg.json",
                f"{cell['celle']}, «{name}»",
                f"{cell[name]} i belegget, men {value} talt på nytt fra radene",
                "samme tall",
                _REBUILD,
            )
    return problems


def prove_service_cell(cell: Mapping, book: Codebook, answers: Answers) -> tuple[dict, ProblemList]:
    """Count a cell of services again. Returns the cell with its rows, and a problem for all that differs."""
    declared = book.indikatorer[cell["indikator"]]
    rows = counted_rows(cell, declared, answers)
    told = by_service(rows)
    services = answers.services.get((cell["aar"], cell["gruppe"]), frozenset())
    kinds = Counter(answer for answer, _ in told.values())
    silent = kinds["ubesvart"] + kinds["ikke_spurt"] if declared.get("base") == "svart" else 0
    counted = {"antall": kinds["ja"], "base": len(services) - silent}
    problems = _differs(cell, counted | {answer: kinds[answer] for answer in SVAR[1:]})
    if told.keys() != services:
        strange = sorted(told.keys() ^ services)
        problems.add(
            "belegg.json",
            str(cell["celle"]),
            f"rader som ikke svarer til registeret ({', '.join(strange[:5])})",
            "én rad for hvert tilbud i registeret, og ingen andre",
            _REBUILD,
        )
    codes = {row["verdi"]: row["svar"] for row in book.svarkoder if valid_in(row, cell["aar"])}
    problems.problems += check_values(rows, codes, answers).problems
    file = rows[0]["fil"] if rows else ""
    return {**cell, "fil": file, "svar": grouped_lines(told), "kolonner": columns_of(rows, answers)}, problems


def prove_finished_cell(cell: Mapping, answers: Answers) -> tuple[dict, ProblemList]:
    """Find a number of a finished table again, in the file as received. Returns as `prove_service_cell`."""
    row = answers.finished.get((cell["indikator"], cell["gruppe"], cell["instans"], cell["aar"]))
    if row is None:
        return {**cell, "fil": "", "svar": [], "kolonner": []}, _differs(cell, {"antall": None})
    column = row["kolonne"]
    value = answers.raw.get((row["fil"], row["linje"], column), "")
    problems = _differs(cell, {"antall": row["antall"], "base": row["base"]})
    if value != str(row["antall"]) and not row["rettelse"]:
        problems.add(
            row["fil"],
            f"linje {row['linje']}, kolonne «{column}»",
            f"{row['antall']} i klargjort, men {shown(value)} i inndata",
            "samme tall",
            _REBUILD,
        )
    line = {"verdi": value, "svar": "antall", "antall": 1, "linjer": str(row["linje"]), "rettelse": row["rettelse"]}
    columns = [{"kolonne": column, "verdier": [line]}]
    return {**cell, "fil": row["fil"], "svar": [], "kolonner": columns}, problems


def prove_person_cell(cell: Mapping, answers: Answers) -> tuple[dict, ProblemList]:
    """Add up a national number of persons again. The reviewer gets the lines, never a centre's number."""
    group = cell["gruppe"].removeprefix("personer").removeprefix("_")
    rows = [r for r in answers.persons if r["aar"] == cell["aar"] and group in ("", r["gruppe"])]
    problems = _differs(cell, {"antall": sum(row[cell["indikator"]] for row in rows), "base": None})
    lines = ranges(row["linje"] for row in rows)
    found = {"verdi": "summen av radene", "svar": "antall", "antall": len(rows), "linjer": lines, "rettelse": ""}
    columns = [{"kolonne": cell["indikator"].capitalize(), "verdier": [found]}]
    return {**cell, "fil": rows[0]["fil"] if rows else "", "svar": [], "kolonner": columns}, problems


def prove(evidence: Mapping, book: Codebook, answers: Answers) -> dict:
    """The complete evidence, in the form of workflow/schemas/paastander.schema.json.

    Parameters: `evidence`, in the form of belegg.schema.json. Each cell is counted again and stands once, with its
    rows; statements name their cells and files. Raises `Problems` for everything that differs.
    """
    problems = ProblemList()
    cells: dict[str, Mapping] = {}
    for statement in evidence["paastander"]:
        for cell in statement["celler"]:
            if cells.setdefault(cell["celle"], cell) != cell:
                problems.add("belegg.json", cell["celle"], "to ulike tall for samme celle", "ett tall", _REBUILD)
    proven: dict[str, dict] = {}
    for name, cell in sorted(cells.items()):
        if cell["gruppe"].startswith("personer"):
            proven[name], faults = prove_person_cell(cell, answers)
        elif cell["gruppe"] == KILDE and answers.agreements:
            proven[name], faults = prove_agreement_cell(cell, answers.agreements)
        elif cell["indikator"] in book.indikatorer:
            proven[name], faults = prove_service_cell(cell, book, answers)
        else:
            proven[name], faults = prove_finished_cell(cell, answers)
        problems.problems += faults.problems
    problems.raise_if_any()
    used = sorted({file for cell in proven.values() for file in _files_of(cell)})
    files = [
        {"fil": file, "format": source.format, "sha256": source.sha256, "opphav": source.opphav}
        for file, source in ((f, answers.sources[f]) for f in used)
    ]
    statements = []
    for statement in sorted(evidence["paastander"], key=lambda s: s["id"]):
        names = [cell["celle"] for cell in statement["celler"]]
        behind = sorted({file for name in names for file in _files_of(proven[name])})
        statements.append(statement | {"celler": names, "filer": behind})
    return {
        "aar": evidence["aar"],
        "leksikon": evidence["leksikon"],
        "konfidensialitet": evidence["konfidensialitet"],
        "varsler": evidence["varsler"],
        "filer": files,
        "celler": list(proven.values()),
        "paastander": statements,
    }


def _files_of(cell: Mapping) -> list[str]:
    """The files as received that a proven cell counts."""
    return [agreement["fil"] for agreement in cell.get("avtaler", ())] or [cell["fil"]]


# -- the reviewer's page


def plain_rule(rule: str) -> str:
    """A rule of the lexicon in words: «sant der 0.50 < p <= 1» is «sant der andelen er over 50 prosent og høyst 100
    prosent»."""

    def percent(text: str) -> str:
        return f"{number(Fraction(text) * 100, 0 if (Fraction(text) * 100).denominator == 1 else 1)} prosent"

    def near(hit: re.Match) -> str:
        return f"andelen er høyst {percent(hit[2])}poeng fra {_NAMED_SHARES.get(hit[1], f'{hit[1]}')}"

    def between(hit: re.Match) -> str:
        low = "minst" if hit[2] == "<=" else "over"
        high = "høyst" if hit[3] == "<=" else "under"
        return f"andelen er {low} {percent(hit[1])} og {high} {percent(hit[4])}"

    rule = re.sub(rf"\|p - ({_SHARE})\| <= ({_SHARE})", near, rule)
    rule = re.sub(rf"({_SHARE}) (<=?) p (<=?) ({_SHARE})", between, rule)
    return re.sub(rf"\bp = ({_SHARE})", lambda hit: f"andelen er {percent(hit[1])}", rule)


def anchors(page: str) -> dict[str, int]:
    """The ids of a page, each with its place in the order of the page."""
    return {name: place for place, name in enumerate(re.findall(r'\bid="([^"]+)"', page))}


def section_names(page: str) -> dict[str, str]:
    """What the contents of a page call its sections, by id."""
    contents = re.search(r'<nav class="innhold".*?</nav>', page, re.DOTALL)
    return dict(re.findall(r'<a href="#([\w-]+)">([^<]+)</a>', contents[0])) if contents else {}


def section_name(code: str, named: Mapping[str, str], words: Mapping[str, Mapping[str, str]]) -> str:
    """The name of a section: as the contents of the page have it, as `words` have it, or from its id."""
    known = {**words["seksjon"], **named}
    if code not in known and code.startswith("figur-"):
        return f"Figur: {code.removeprefix('figur-').replace('-', ' ')}"
    return known.get(code, code.replace("-", " ").capitalize())


def marked_sentence(sentence: str, text: str) -> Markup:
    """A sentence with the bound text marked, where it stands there once."""
    spaced, wanted = sentence.replace(NBSP, " "), text.replace(NBSP, " ")
    if spaced.count(wanted) != 1:
        return escape(sentence)
    start = spaced.index(wanted)
    end = start + len(wanted)
    return Markup("{}<mark>{}</mark>{}").format(sentence[:start], sentence[start:end], sentence[end:])


def _in_text(name: str) -> str:
    """A name as it stands inside a sentence: «Barnehus» is «barnehus», «NAV» stays."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def cell_in_words(cell: Mapping, name_of: NameOf, words: Mapping[str, Mapping[str, str]]) -> str:
    """What a cell counts, in words: «krisesentertilbud til kvinner, samarbeid, politi, 2020»."""
    indicator = "" if cell["indikator"] == "samarbeidsform" else words["indikator"].get(cell["indikator"], "")
    parts = [_in_text(name_of(cell, dimension)) for dimension in ("gruppe", "instans", "form")]
    return ", ".join(filter(None, [parts[0], indicator, *parts[1:], str(cell["aar"])]))


def margin_words(statement: Mapping, name_of: NameOf, words: Mapping[str, Mapping[str, str]], silent: bool) -> str:
    """A margin in words. Parameters: `name_of`, `words`, as `cell_in_words`; `silent`, it is not about answers."""
    margin = statement["margin"]
    if margin is None:
        return "Sier ikke noe om svarene." if silent else "Ingen endring i svarene gjør ordlyden usann."
    cell = dict(zip(DIMENSIONS, margin["celle"].split("/"), strict=True))
    centres, change, where = margin["sentre"], margin["endring"], cell_in_words(cell, name_of, words)
    if cell["gruppe"] not in TILBUD:
        return f"Usann hvis tallet blir {abs(change)} {'lavere' if change < 0 else 'høyere'}: {where}."
    if centres != abs(change):
        return f"Usann hvis {centres} tilbud svarer annerledes, flest av dem her: {where}."
    return (
        f"Usann hvis {centres} tilbud {'som svarte ja, svarer noe annet' if change < 0 else 'til svarer ja'}: {where}."
    )


def margin_kind(statement: Mapping) -> str:
    """The choice of the filter that a statement's margin belongs to: 1, 2-4, 5- or ingen."""
    if statement["margin"] is None:
        return "ingen"
    centres = statement["margin"]["sentre"]
    return "1" if centres == 1 else "2-4" if centres < 5 else "5-"


def laid_out(
    proven: Mapping,
    page: str,
    page_name: str,
    name_of: NameOf,
    words: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """What the page shows, in the order of the publication.

    Parameters: `proven`, as `prove` returns it; `page`, `page_name`, the publication and its file; `name_of`, of codes;
    `words`, of kinds, indicators and sections. Raises `Problems` if the publication lacks a statement's evidence.
    """
    problems = ProblemList()
    places, named = anchors(page), section_names(page)
    cells = {cell["celle"]: cell for cell in proven["celler"]}
    told = {name: cell_in_words(cell, name_of, words) for name, cell in cells.items()}
    statements, last = [], len(places)
    for statement in proven["paastander"]:
        id, first = statement["id"], statement["steder"][0]
        pages = list(dict.fromkeys(place["side"] for place in statement["steder"]))
        target = next((name for name in (f"p-{id}", f"belegg-{id}") if name in places), "")
        if page_name in pages and not target:
            problems.add(page_name, f"#belegg-{id}", "ingen slik id", "belegget for påstanden", _REBUILD)
        section = first["seksjon"]
        place = (places.get(section, -1), places.get(f"p-{id}", last), first["mal"], first["linje"], id)
        statements.append(
            {
                **statement,
                "rekkefolge": place,
                "seksjon": section,
                "slag": words["slag"].get(statement["funksjon"], statement["funksjon"]),
                "setning": marked_sentence(first["setning"], statement["tekst"]),
                "regel": plain_rule(statement["regel"]),
                "andre": [word for word in statement["alternativer"] if word != statement["ord"]],
                "margin_ord": margin_words(statement, name_of, words, not statement["alternativer"]),
                "margin_slag": margin_kind(statement),
                "lenke": target,
                "sider": pages,
                "maler": list(dict.fromkeys((place["mal"], place["linje"]) for place in statement["steder"])),
            }
        )
    problems.raise_if_any()
    statements.sort(key=lambda s: s["rekkefolge"])
    kinds, margins = (Counter(s[name] for s in statements) for name in ("slag", "margin_slag"))
    sections = {s["seksjon"]: section_name(s["seksjon"], named, words) for s in statements}
    return {
        "deler": [
            (code or "metadata", name, [s for s in statements if s["seksjon"] == code])
            for code, name in sections.items()
        ],
        "antall": len(statements),
        "slag": sorted(kinds.items()),
        "marginer": margins,
        "celler": cells,
        "celle_navn": told,
        "filer": [file | {"kontrollsum": file["sha256"]} for file in proven["filer"]],
        "format": {file["fil"]: file["format"] for file in proven["filer"]},
        "varsler": [warning | {"ventet": plain_rule(warning["ventet"])} for warning in proven["varsler"]],
        "rekonstruert": any(file["opphav"] == "rekonstruert" for file in proven["filer"]),
    }


def shared_values(proven: Mapping, config: Mapping[str, Any], words: Mapping[str, Mapping]) -> dict[str, Any]:
    """What the templates of both pages get. Parameters: `proven`, as `prove` returns it; `words` with the parsed
    `etterproving` and `tekster`."""
    return {
        "aar": proven["aar"],
        "leksikon": proven["leksikon"],
        "config": config,
        "spraak": REVIEWERS,
        "ord": words["etterproving"],
        "t": words["tekster"],
    }


def quality_page(checks: Sequence[Check]) -> dict[str, Any]:
    """What the page of the quality report shows of the checks: warnings first, what is in order last."""
    decided = [check for check in checks if check.kontroll in ("rettelse", "karantene")]
    return {
        "kontroller": checks,
        "aapne": [check for check in checks if check.open],
        "bekreftede": [check for check in checks if check.bekreftet],
        "rettelser": decided,
        "bestaatt": [check for check in checks if check.resultat == "PASS" and check not in decided],
    }


def run(
    belegg: Path,
    side: Path,
    kvalitet: Sequence[Path],
    svar: Sequence[Path],
    tilbud: Path,
    aggregerte: Sequence[Path],
    personer: Path,
    inndata: Sequence[Path],
    avtaler: Path,
    avtalepunkter: Path,
    avtaleinndata: Sequence[Path],
    aar: Sequence[int],
    codebooks: Path,
    templates: Path,
    config: Mapping[str, Any],
    store: Path,
    paastander: Path,
    index: Path,
    kvalitetsside: Path,
) -> None:
    """Count the evidence again and write the complete evidence and the reviewer's pages.

    Parameters: `belegg`, `side`, the evidence and the page of `render`; `kvalitet`, tables of what was checked; `svar`,
    `tilbud`, `aggregerte`, `personer`, the files of `klargjort`; `inndata`, the files as received; `avtaler`,
    `avtalepunkter`, `avtaleinndata`, the same of agreements; `aar`, the years; `codebooks`, `templates`, folders;
    `config`, the merged configuration; `store`, the folder of web fonts; `paastander`, `index`,
    `kvalitetsside`, the files to write. Raises `Problems` with everything that the answers do not confirm; then nothing
    is written. One piece: every file is named, told of and opened here, and what is done with them is not.
    """
    evidence = loads(belegg.read_text(encoding="utf-8"))
    lists = codebooks / LIST.parent.name
    liste, lover = load_sjekkliste(lists / LIST.name), load_lovgrunnlag(lists / LAWS.name)
    book, spraak = with_agreements(load_codebook(codebooks), liste, lover), REVIEWERS
    forms = [form for collection in load_innsamlinger(max(aar)) for form in collection.skjemaer]
    agreements = gather_agreements(
        read_rows(avtaler, AVTALER),
        read_rows(avtalepunkter, AVTALEPUNKTER),
        (row for path in avtaleinndata for row in read_rows(path, AVTALER_INNDATA)),
        liste,
        lover,
        config["avtaler"]["vurdert"],
    )
    answers = gather(
        [row for path in svar for row in read_rows(path, KLARGJORT)],
        read_rows(tilbud, TILBUD_PER_AAR),
        [row for path in aggregerte for row in read_rows(path, AGGREGERT)],
        (row for path in inndata for row in read_rows(path, INNDATA)),
        [*load_sources([*aar, *book.aggregated_sources, "personer"]), *forms],
        read_rows(personer, PERSONER_KLARGJORT),
        agreements,
    )
    proven = prove(evidence, book, answers)
    words = {name: load_yaml(templates / spraak / f"{name}.yaml")[0] for name in ("etterproving", "tekster")}
    css = [(templates / "felles" / f"{name}.css").read_text(encoding="utf-8") for name in ("side", "etterproving")]
    faces = font_face_css(design.NETTSKRIFTER, templates / "fonts", store)
    style = stylesheet("etterproving", faces, "\n".join(css))
    shown_as = laid_out(
        proven, side.read_text(encoding="utf-8"), side.name, code_names(book, spraak), words["etterproving"]
    )
    env = environment(templates, spraak)
    everywhere = shared_values(proven, config, words) | style_and_script(style, FILTER_SCRIPT)
    everywhere["utgave"] = f"../{side.parent.name}/{side.name}"
    checked = quality_page([check for path in kvalitet for check in checks_of(read_rows(path, KVALITET))])
    shared = {name: shown_as[name] for name in ("varsler", "rekonstruert")}
    pages = {
        index: env.get_template(f"{spraak}/etterproving.html.j2").render(**everywhere, **shown_as),
        kvalitetsside: env.get_template(f"{spraak}/kvalitet.html.j2").render(**everywhere, **shared, **checked),
    }
    write_all({paastander: json_text(proven), **pages})
    LOG.info("%d påstander bekreftet, %d tall talt på nytt", len(proven["paastander"]), len(proven["celler"]))
