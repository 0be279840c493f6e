"""The papers that follow from an agreement: a council paper of two pages and a draft, as DOCX and PDF, accessible and
of the same bytes for the same answers."""

import io
import json
import re
import zipfile

import pytest
from docx import Document
from pypdf import PdfReader

from krisestat.agreements.check import load_oppslag
from krisestat.agreements.papers import both_papers, council_paper, docx, draft_agreement, read_export
from krisestat.agreements.skjema import FELT, SKJEMA
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_words
from krisestat.model.config import load_config
from krisestat.stages import reports
from tests.support.agreement_rows import LISTE, examples
from tests.support.judges import libreoffice, output
from tests.support.project import PROJECT

WORDS = {s: load_words(PROJECT / f"templates/{s}/sjekkliste.yaml") for s in ("nb", "nn")}
WORK = {"bolig-plikt-eier": "Kommunalsjef helse", "bolig-plikt-frist": "1. mai 2027", "vedtak.1103": "sak 12/26"}
WORK |= {"status": "utkast", "ikraft": "2027-01-01", "erstatter": "avtalen av 2012", "vedlegg": "Enkeltsaker"}


@pytest.fixture(scope="module", params=["nb", "nn"])
def by(request):
    return grunnlag(request.param)


def grunnlag(spraak):
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": spraak})
    return reports.load_grunnlag(PROJECT, config, "2020-12-31")


def told(blocks) -> str:
    return "\n".join(text for block in blocks for text in block.tekster)


def test_the_draft_has_a_clause_for_each_point_that_applies(by):
    one, _ = examples()["ingenting"]
    blocks = draft_agreement(one, WORK, by, WORDS[by.spraak], str)
    basis = one.rad["lovgrunnlag"]
    asked = [leaf for leaf in LISTE.leaves if leaf.asked_under(basis)]
    assert [text for block in blocks for text in block.tekster if block.slag == "p"].count("") == 0
    assert all(leaf.clause(basis)[by.spraak] in told(blocks) for leaf in asked)
    assert not any(leaf.klausul[by.spraak] in told(blocks) for leaf in LISTE.leaves if leaf not in asked)
    for part in ("Stavanger", "2027-01-01", "avtalen av 2012", "Enkeltsaker"):
        assert part in told(blocks)


def test_the_council_paper_has_findings_gaps_and_what_is_proposed(by):
    one, _ = examples()["ingenting"]
    text = told(council_paper(one, WORK, by, WORDS[by.spraak], str))
    assert "Kommunalsjef helse" in text and "2027-05-01" in text and "Stavanger: sak 12/26" in text
    assert WORDS[by.spraak]["skript"]["papir"]["forslag"][0] in text


def test_a_paper_is_accessible_and_the_same_bytes(by, tmp_path):
    one, _ = examples()["fiendtlig"]
    blocks = both_papers(one, WORK, by, WORDS[by.spraak], str)
    made = docx(blocks, "Tittel", "Utgiver", by.spraak)
    assert made == docx(blocks, "Tittel", "Utgiver", by.spraak)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert f'w:val="{by.spraak}-NO"' in parts.read("word/styles.xml").decode("utf-8")
    document = Document(io.BytesIO(made))
    kinds = [paragraph.style.name for paragraph in document.paragraphs]
    assert kinds[0] == "Heading 1" and {"Heading 2", "Heading 3", "List Number"} <= set(kinds)
    assert (document.core_properties.title, document.core_properties.author) == ("Tittel", "Utgiver")


def worst(fil, spraak):
    """Everything is missing or set aside, by many parties, each gap with an owner of a long name."""
    export(fil, varer_til="2021-01-01", signert="2015-01-01", lovgrunnlag="samkommune")
    form = json.loads(fil.read_text(encoding="utf-8")) | {"spraak": spraak}
    form["avtale"]["parter"] = numbers = ["0214", "0215", "0211", "0213", "0216", "0217", "0219", "0220"]
    for n, leaf in enumerate(LISTE.leaves):
        form["punkter"][leaf.id] = {"svar": ("mangler", "ikke_relevant")[n % 2], "henvisning": "", "merknad": ""}
        form["arbeid"] |= {f"{leaf.id}-eier": "Kommunalsjef for helse og velferd", f"{leaf.id}-frist": "1.9.2027"}
    form["arbeid"] |= {f"vedtak.{nr}": "12. mai 2026, sak 45/26" for nr in numbers}
    fil.write_text(json.dumps(form), encoding="utf-8")
    reports.paper(fil, PROJECT)


def pages_of(pdf):
    """The pages of a paper that opens well: the council paper on two at most, and no last page of a line or two."""
    pages = [[line for line in page.extract_text().splitlines() if line.strip()] for page in PdfReader(pdf).pages]
    assert next(n for n, lines in enumerate(pages) if "Utkast til samarbeidsavtale" in " ".join(lines)) <= 2
    assert len(pages[-1]) > 4
    return pages


@pytest.mark.thorough
def test_the_paper_of_the_worst_agreement_is_two_pages(tmp_path):
    worst(tmp_path / "verst.json", "nb")
    pages_of(tmp_path / "verst-papir.pdf")


@pytest.mark.document
@pytest.mark.parametrize("spraak", ["nb", "nn"])
def test_libreoffice_opens_the_papers_with_their_headings_and_language(tmp_path, spraak):
    """Opened and saved as tagged PDF: on A4, headings as headings, lists as lists, in the written standard that it is
    in; the worst council paper on two pages, also with LibreOffice's own fonts."""
    worst(tmp_path / "verst.json", spraak)
    blocks = both_papers(examples()["ingenting"][0], WORK, grunnlag(spraak), WORDS[spraak], str)
    (tmp_path / "rapport-papir.docx").write_bytes(docx(blocks, "Tittel", "Utgiver", spraak))
    files = (tmp_path / "verst-papir.docx", tmp_path / "rapport-papir.docx")
    for pdf in libreoffice(tmp_path / "ut", "pdf", *files):
        pages_of(pdf)
        root = PdfReader(pdf).trailer["/Root"]
        assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (f"{spraak}-NO", True)
        assert [round(float(side) / 72 * 25.4) for side in PdfReader(pdf).pages[0].mediabox[2:]] == [210, 297]
        told = output("pdfinfo", "-struct-text", pdf)
        assert {"H1", "H2", "H3", "L", "LI"} <= set(re.findall(r"^ *(\w+)", told, re.MULTILINE))
        assert len(re.findall(r"^ *H1", told, re.MULTILINE)) == 2


def export(path, **changed):
    """An export of the page that is only begun."""
    fields = {felt.id: [] if felt.slag in ("valg", "kommuner") else "" for felt in FELT}
    empty = {"svar": "", "henvisning": "", "merknad": ""}
    form = {"skjema": SKJEMA, "versjon": LISTE.versjon, "spraak": "nn", "arbeid": WORK}
    form |= {"avtale": fields | {"navn": "Utkast", "parter": ["Oslo", "3024"]} | changed}
    form["punkter"] = {leaf.id: empty for leaf in LISTE.leaves}
    path.write_text(json.dumps(form), encoding="utf-8")
    return path


def test_papers_are_made_of_an_export_that_is_not_finished(tmp_path):
    fil = export(tmp_path / "utkast.json")
    reports.paper(fil, PROJECT)
    pdf, word = (tmp_path / f"utkast-papir.{kind}" for kind in ("pdf", "docx"))
    first = (pdf.read_bytes(), word.read_bytes())
    reports.paper(fil, PROJECT)
    assert (pdf.read_bytes(), word.read_bytes()) == first
    pages = [page.extract_text() for page in PdfReader(pdf).pages]
    draft = next(n for n, text in enumerate(pages) if "Utkast til samarbeidsavtale" in text)
    assert 1 <= draft <= 2 and "Oslo" in pages[0]
    root = PdfReader(pdf).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and str(root["/Lang"]).startswith("nn")


def test_an_export_with_a_fault_is_told(tmp_path):
    oppslag = load_oppslag(PROJECT / "data/raw/codebooks", PROJECT / "data/raw/register", PROJECT / "templates")
    with pytest.raises(Problems, match=r"31\.02\.2020") as caught:
        read_export(export(tmp_path / "feil.json", signert="31.02.2020"), oppslag, "2026-07-02")
    assert len(caught.value.problems) == 1
