"""The papers that follow from an agreement: a paper for the council, and a draft of the agreement, as plain blocks.

The page of the checklist prints the same (`sjekkliste.js`); here they become DOCX, and HTML for the PDF.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from krisestat.agreements.assess import Vurdering
from krisestat.agreements.check import Oppslag, check_skjema
from krisestat.agreements.checklist import DEKKET, IKKE_RELEVANT, UBESVART
from krisestat.agreements.collections import Skjemafil
from krisestat.agreements.coverage import applying, counts
from krisestat.agreements.read_json import read_json
from krisestat.agreements.report import Avtale, Grunnlag, assess, parties, visible
from krisestat.agreements.skjema import DELER, FELT, Innslag
from krisestat.agreements.words import fold, read_date, read_municipalities, read_number
from krisestat.base.contracts import write_all
from krisestat.base.display import listing
from krisestat.base.errors import ProblemList
from krisestat.figures.design import FARGER

Work = Mapping[str, str]
Day = Callable[[str], str]
# A paper to the council is two pages at most: what does not fit stands in the report.
_MOST = {"funn": 7, "mangler": 13}
_NO_DAY = (1980, 1, 1, 0, 0, 0)
_STYLES = {"ul": "List Bullet", "ol": "List Number"}


class Block(NamedTuple):
    """A part of a paper: `slag` is «h1» (on a page of its own but for the first), «h2», «h3», «p», «ul», «ol» or
    «signatur» (on the page of what stands before it); `tekster` its texts."""

    slag: str
    tekster: tuple[str, ...] = ()


def read_export(path: Path, oppslag: Oppslag, dato: str) -> tuple[Avtale, dict[str, str], str]:
    """An agreement from an export of the page, which need not be finished, what is to be done with it, and the written
    standard that it is in.

    Parameters: `path`, the file; `dato`, the day (ISO) that an agreement without a date is read for. Raises `Problems`
    with every fault but that a field is empty.
    """
    read, problems, wrong = read_json(path, path.read_bytes()), ProblemList(), ProblemList()
    form = Skjemafil("", path, "json", dato, "", "mottatt", {})
    check_skjema(form, read, int(dato[:4]), oppslag, problems)
    wrong.problems = [one for one in problems.problems if not one.fant.startswith("ikke noe i feltet")]
    wrong.raise_if_any()
    given = {felt.id: read.felt[f"avtale.{felt.id}"].tekst for felt in FELT if f"avtale.{felt.id}" in read.felt}
    signed = read_date(given["signert"])
    numbers, _ = read_municipalities(given["parter"], int((signed or dato)[:4]), oppslag.kommuner)
    codes = oppslag.koder["maalgrupper"]
    row = {
        **{felt.id: read_date(given[felt.id]) for felt in FELT if felt.slag == "dato"},
        **{felt.id: read_number(given[felt.id], felt.enhet) for felt in FELT if felt.slag == "tall"},
        **{name: given[name] for name in ("navn", "krisesenter", "vertskommune")},
        "parter": ",".join(numbers),
        "lovgrunnlag": oppslag.koder["lovgrunnlag"].get(fold(given["lovgrunnlag"]), ""),
        "maalgrupper": ",".join(codes[fold(one)] for one in given["maalgrupper"].split(",") if one),
    }
    answers = {}
    for leaf in oppslag.lister[int(read.versjon)].leaves:
        parts = (read.felt.get(f"{leaf.id}.{part}", Innslag("", "", 0)) for part in DELER)
        svar, henvisning, merknad = (part.tekst for part in parts)
        code = oppslag.koder["svar"].get(fold(svar), UBESVART)
        answers[leaf.id] = {"svar": code, "henvisning": henvisning, "merknad": merknad}
    return Avtale(row, answers), {key: one.tekst for key, one in read.arbeid.items()}, read.spraak or "nb"


def put_beside(fil: Path, files: Mapping[str, bytes]) -> str:
    """Write papers beside the export that they are made of. Parameters: `files`, by name. Returns what was made."""
    write_all({fil.with_name(name): data for name, data in files.items()})
    return f"Saksframlegg og utkast til avtale i {fil.parent}: {' og '.join(files)}"


def council_paper(
    one: Avtale, work: Mapping[str, str], by: Grunnlag, words: Mapping[str, Any], day: Any
) -> list[Block]:
    """The paper for the council: what was found, what is missing with owner and deadline, and what is proposed.

    Parameters: `work`, what is to be done, by field («bolig-plikt-eier»); `words`, the parsed `sjekkliste.yaml`; `day`,
    makes a date (ISO) into words.
    """
    made, own = assess(one, by), words["skript"]
    told, spraak, rules = own["papir"], by.spraak, {rule.id: rule for rule in by.regler}
    found = [f"{r.tittel[spraak]}. {r.tiltak[spraak]}" for r in (rules[f.regel] for f in made.funn)]
    gaps = [f"{by.titler[id]}. {_owned(id, work, own, day)}." for id in (*made.mangler, *made.delvis)]
    found, gaps = _at_most(found, _MOST["funn"], told), _at_most(gaps, _MOST["mangler"], told)
    decided = "; ".join(
        told["vedtak"].format(navn=_name(key.removeprefix("vedtak."), one, by), vedtak=text)
        for key, text in work.items()
        if key.startswith("vedtak.") and text
    )
    return [
        Block("h1", (told["sak"],)),
        Block("p", (one.rad["navn"],)),
        Block("p", (told["parter"].format(parter=_parties(one, by)),)),
        Block("p", (_in_sum(made, own),)),
        Block("h2", (told["funn"],)),
        Block("ul", tuple(found)) if found else Block("p", (own["ingen_funn"],)),
        Block("h2", (told["mangler"],)),
        Block("ul", tuple(gaps)) if gaps else Block("p", (own["ingen_mangler"],)),
        *([Block("h2", (told["vedtakene"],)), Block("p", (decided,))] if decided else []),
        Block("h2", (told["foreslaas"],)),
        Block("ol", tuple(told["forslag"])),
        Block("p", (told["raad"],)),
    ]


def draft_agreement(
    one: Avtale, work: Mapping[str, str], by: Grunnlag, words: Mapping[str, Any], day: Any
) -> list[Block]:
    """A draft of the agreement: a clause for each point that applies. Parameters: as `council_paper`."""
    told, spraak, basis = words["skript"]["papir"], by.spraak, one.rad["lovgrunnlag"]
    status = work.get("status", "")
    head = [
        told["parter"].format(parter=_parties(one, by)),
        told["status"].format(status=words["arbeid"]["statuser"].get(status, status)) if status else "",
        told["ikraft"].format(dato=_day(work["ikraft"], day)) if work.get("ikraft") else "",
        told["erstatter"].format(hva=work["erstatter"]) if work.get("erstatter") else "",
    ]
    head.append(told["raad_utkast"])
    blocks = [Block("h1", (told["avtale"],)), *(Block("p", (text,)) for text in head if text)]
    for top in by.liste.punkter:
        leaves = [
            leaf
            for leaf in top.leaves
            if leaf.asked_under(basis) and one.svar.get(leaf.id, {}).get("svar") != IKKE_RELEVANT
        ]
        blocks += [Block("h2", (f"{top.nummer} {top.tittel[spraak]}",))] if leaves else []
        for leaf in leaves:
            blocks += [Block("h3", (by.titler[leaf.id],))] if leaf is not top else []
            given = one.svar.get(leaf.id, {})
            if given.get("svar") == DEKKET and given["henvisning"]:
                blocks.append(Block("p", (told["finnes"].format(hvor=given["henvisning"]),)))
            blocks.append(Block("p", (leaf.clause(basis)[spraak],)))
    if work.get("vedlegg"):
        blocks.append(Block("p", (told["vedlegg"].format(hva=work["vedlegg"]),)))
    return blocks + [Block("signatur", (told["signatur"].format(navn=party.navn),)) for party in _each(one, by)]


def both_papers(one: Avtale, work: Work, by: Grunnlag, words: Mapping[str, Any], day: Day) -> list[Block]:
    """The paper for the council, and the draft. Parameters: as `council_paper`."""
    return [*council_paper(one, work, by, words, day), *draft_agreement(one, work, by, words, day)]


def docx(blocks: Sequence[Block], title: str, author: str, spraak: str) -> bytes:
    """A paper as DOCX, A4: headings, lists and language marked, and the same bytes for the same text.

    Parameters: `title` and `author`, of the document; `spraak`, its written standard.
    """
    from docx import Document  # costs too much to load for those who only want the blocks
    from docx.opc.pkgwriter import PackageWriter
    from docx.oxml.ns import qn
    from docx.shared import Mm, RGBColor

    document = Document()
    about = document.core_properties
    about.title, about.author, about.language = visible(title), author, f"{spraak}-NO"
    about.created = about.modified = datetime.datetime(*_NO_DAY[:3])
    about.last_modified_by, about.comments = author, ""
    language = document.styles.element.find(f".//{qn('w:lang')}")
    language.set(qn("w:val"), f"{spraak}-NO")
    page, named = document.sections[0], _STYLES | {f"h{level}": f"Heading {level}" for level in (1, 2, 3)}
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(22)
    styles = {kind: document.styles[name] for kind, name in named.items()}
    for level in (1, 2, 3):  # the library's own blue is too pale for small text
        styles[f"h{level}"].font.color.rgb = RGBColor.from_string(FARGER["lenke"].removeprefix("#"))
    ids, before = {kind: style.style_id for kind, style in styles.items()}, None
    for block in blocks:
        for text in block.tekster:
            made = document.add_paragraph(visible(text))
            # by its id, since the library looks through every style for each paragraph that is given one by name
            made._p.style = ids.get(block.slag)
            if before and block.slag == "h1":
                made.paragraph_format.page_break_before = True
            elif before and block.slag == "signatur":
                before.paragraph_format.keep_with_next = True
            before = made
    out, package = io.BytesIO(), document.part.package
    parts: Any = _Parts()
    for part in package.parts:
        part.before_marshal()
    PackageWriter._write_content_types_stream(parts, package.parts)
    PackageWriter._write_pkg_rels(parts, package.rels)
    PackageWriter._write_parts(parts, package.parts)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            file.writestr(zipfile.ZipInfo(name, _NO_DAY), parts[name], zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()


class _Parts(dict[str, Any]):
    """The parts of a package by name. The library saves with the clock, and fails where that says a day before
    1980."""

    def write(self, uri: Any, blob: Any) -> None:
        """Take in one part, as the library's writer hands it over."""
        self[uri.membername] = blob


def _at_most(texts: list[str], most: int, told: Mapping[str, str]) -> list[str]:
    """Texts, the last of them saying how many there are more when they are too many."""
    return [*texts[:most], told["flere"].format(n=len(texts) - most)] if len(texts) > most else texts


def _each(one: Avtale, by: Grunnlag) -> list[Any]:
    """The parties by name, on the day of signing or else of the assessment."""
    row = {**one.rad, "signert": one.rad["signert"] or by.dato}
    return parties(row, by) if row["parter"] else []


def _parties(one: Avtale, by: Grunnlag) -> str:
    return listing([party.navn for party in _each(one, by)], "og") or "…"


def _name(nr: str, one: Avtale, by: Grunnlag) -> str:
    return next((party.navn for party in _each(one, by) if party.nr == nr), nr)


def _day(text: str, day: Day) -> str:
    return day(iso) if (iso := read_date(text)) else text


def _owned(id: str, work: Work, own: Mapping[str, str], day: Day) -> str:
    """Who finishes a point, and by when."""
    told = own["eier"].format(eier=work.get(f"{id}-eier") or own["ingen_eier"])
    deadline = work.get(f"{id}-frist", "")
    return f"{told}. {own['frist_er'].format(frist=_day(deadline, day))}" if deadline else told


def _in_sum(made: Vurdering, own: Mapping[str, str]) -> str:
    """How many leaves have each answer, as the page says it."""
    total = counts(())
    for point in made.punkter.values():
        total = {name: number + point[name] for name, number in total.items()}
    return own["samlet"].format(**total, gjelder=applying(total))
