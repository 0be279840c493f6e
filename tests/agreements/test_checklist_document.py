"""The checklist's PDFs by those who know: veraPDF and poppler; the form filled in as a person does and read back."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pikepdf
import pytest
from lxml import html as lxml_html
from pypdf import PdfReader, PdfWriter

from krisestat.agreements.checklist import load_sjekkliste
from krisestat.agreements.legal_basis import load_lovgrunnlag
from krisestat.agreements.page_data import leaf_titles
from krisestat.agreements.read_pdf import PdfForms
from krisestat.agreements.skjema import DELER, FELT, MAALGRUPPER, MAX_HENVISNING, MAX_MERKNAD, VALG, pdf_field
from tests.support.checklist import PROJECT, make
from tests.support.judges import blanks, nu, output, plain_pdf, verapdf

pytestmark = pytest.mark.document
LISTE = load_sjekkliste(root=PROJECT)
TITLES = leaf_titles(LISTE, "nb")


def test_the_reading_edition_is_pdf_a_2a_and_pdf_ua_1(sjekklisten_pdf):
    assert verapdf("ua1,2a", sjekklisten_pdf.pdf) == []


def test_the_form_is_pdf_ua_1(sjekklisten_pdf):
    assert verapdf("ua1", sjekklisten_pdf.skjema) == []


def test_shortcuts_change_no_byte(sjekklisten_pdf, tmp_path):
    assert plain_pdf(tmp_path, sjekklisten_pdf.file("lesing.html")) == [sjekklisten_pdf.pdf.read_bytes()]
    assert plain_pdf(tmp_path, sjekklisten_pdf.file("skjema.html"), form=True) == [sjekklisten_pdf.skjema.read_bytes()]


def test_the_page_is_valid_html(sjekklisten_pdf):
    assert nu(sjekklisten_pdf.side) == []


def test_the_form_has_the_fields_of_the_list_and_each_says_what_it_is_for(sjekklisten_pdf):
    with pikepdf.open(sjekklisten_pdf.skjema) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        leaves = [pdf_field(leaf.id, part) for leaf in LISTE.leaves for part in DELER]
        own = [pdf_field("avtale", felt.id) for felt in FELT if felt.slag != "valg"]
        ticks = [pdf_field(pdf_field("avtale", "maalgrupper"), code) for code in MAALGRUPPER]
        assert sorted(fields) == sorted([pdf_field("skjema", "versjon"), *own, *ticks, *leaves])
        for leaf in LISTE.leaves:
            svar, henvisning, merknad = (fields[pdf_field(leaf.id, part)] for part in DELER)
            assert all(str(field.TU).startswith(TITLES[leaf.id]) for field in (svar, henvisning, merknad))
            assert sorted(str(option[0]) for option in svar.Opt) == sorted(VALG) and str(svar.V) == "ubesvart"
            assert (int(henvisning.MaxLen), int(merknad.MaxLen)) == (MAX_HENVISNING, MAX_MERKNAD)
            assert int(merknad.Ff) & 1 << 12, "several lines"
        told = [str(field.TU) for field in fields.values()]
        assert len(set(told)) == len(told), "no two fields are called the same"
        laws = [str(option[0]) for option in fields["avtale__lovgrunnlag"].Opt]
        assert laws == ["", *load_lovgrunnlag(root=PROJECT)]
        version = fields[pdf_field("skjema", "versjon")]
        assert str(version.V) == str(LISTE.versjon) and int(version.Ff) & 1, "cannot be written in"
        assert f"versjon {LISTE.versjon}" in str(pdf.docinfo["/Keywords"])


def test_the_order_of_the_fields_is_the_order_of_the_form(sjekklisten_pdf):
    """As a reader with a keyboard goes through them: the pages follow the structure, and it the list."""
    reader = PdfReader(sjekklisten_pdf.skjema)
    assert {page.get("/Tabs") for page in reader.pages if "/Annots" in page} == {"/S"}
    found = [str(a.get_object()["/T"]) for page in reader.pages for a in page.get("/Annots", [])]
    of_agreement = []
    for felt in FELT:
        name = pdf_field("avtale", felt.id)
        of_agreement += [pdf_field(name, code) for code in MAALGRUPPER] if felt.slag == "valg" else [name]
    of_points = [pdf_field(leaf.id, part) for leaf in LISTE.leaves for part in DELER]
    assert found == [pdf_field("skjema", "versjon"), *of_agreement, *of_points]


HARD = "=1+1; «Å» (klamme) \\ ) øks\nlinje to"


def test_the_form_is_filled_in_as_a_person_does_and_read_back(sjekklisten_pdf):
    """By pypdf, which writes fields as a viewer saves them; read by the pipeline's own reader."""
    writer = PdfWriter(clone_from=sjekklisten_pdf.skjema)
    given = {
        **{"avtale__navn": "Avtale om Ås", "avtale__parter": "0301, 1103", "avtale__lovgrunnlag": "iks"},
        **{"avtale__signert": "2020-03-01", "avtale__evalueres_hvert": "2", "avtale__maalgrupper__barn": "/on"},
        "formaal__merknad": HARD,
        "formaal__henvisning": "- punkt 4",
    }
    given |= {pdf_field(leaf.id, "svar"): VALG[n % len(VALG)] for n, leaf in enumerate(LISTE.leaves)}
    for page in writer.pages:
        writer.update_page_form_field_values(page, given, auto_regenerate=False)
    out = io.BytesIO()
    writer.write(out)
    with PdfForms() as forms:
        read = forms.read(Path("utfylt.pdf"), out.getvalue())
    found = {key: one.tekst for key, one in read.felt.items()}
    assert read.versjon == str(LISTE.versjon)
    assert found["avtale.parter"] == "0301, 1103" and found["avtale.maalgrupper"] == "barn"
    assert found["avtale.lovgrunnlag"] == "iks" and found["avtale.evalueres_hvert"] == "2"
    assert (found["formaal.merknad"], found["formaal.henvisning"]) == (HARD, "- punkt 4")
    svar = {leaf.id: found[f"{leaf.id}.svar"] for leaf in LISTE.leaves}
    assert svar == {leaf.id: VALG[n % len(VALG)] for n, leaf in enumerate(LISTE.leaves)}


def test_an_untouched_form_says_nothing(sjekklisten_pdf):
    with PdfForms() as forms:
        read = forms.read(Path("tomt.pdf"), sjekklisten_pdf.skjema.read_bytes())
    said = {one.tekst for key, one in read.felt.items() if not key.endswith(".svar")}
    assert said == {""} and {one.tekst for key, one in read.felt.items() if key.endswith(".svar")} == {"ubesvart"}


@pytest.mark.parametrize("name", ["sjekkliste.pdf", "skjema.pdf"])
def test_only_the_fonts_of_the_project_are_in_it_and_there_is_no_date(sjekklisten_pdf, name):
    path = sjekklisten_pdf.file(name)
    for line in output("pdffonts", path).splitlines()[2:]:
        assert re.match(r"[A-Z]{6}\+Source-S(ans-3|erif-4)", line), line
    info = output("pdfinfo", path)
    assert "CreationDate" not in info and "ModDate" not in info and "Tagged:          yes" in info
    with pikepdf.open(path) as pdf:
        assert pdf.Root.Lang == "nb" and pdf.Root.ViewerPreferences.DisplayDocTitle


def test_the_reading_edition_has_every_point_as_heading_and_bookmark(sjekklisten_pdf):
    page = lxml_html.fromstring(sjekklisten_pdf.file("lesing.html").read_text(encoding="utf-8"))
    headings = [re.sub(r"\s+", " ", h.text_content()).strip() for h in page.xpath("//h1|//h2|//h3|//h4")]
    found: list[str] = []

    def visit(items) -> None:
        for item in items:
            found.append(re.sub(r"\s+", " ", item.title).strip())
            visit(item.children)

    with pikepdf.open(sjekklisten_pdf.pdf) as pdf, pdf.open_outline() as outline:
        visit(outline.root)
    assert found == headings and len(found) > len(LISTE.leaves)
    text = re.sub(r"\s+", " ", output("pdftotext", "-layout", sjekklisten_pdf.pdf, "-"))
    assert all(leaf.tittel["nb"].split(" ")[0] in text for leaf in LISTE.leaves) and "116 006" in text


@pytest.mark.parametrize("name", ["sjekkliste.pdf", "skjema.pdf"])
def test_no_page_has_an_unplanned_blank(sjekklisten_pdf, tmp_path, name):
    """No more than 70 mm without ink between the running heads, but on the cover and the last page."""
    resolution = 40
    output("pdftoppm", "-r", resolution, "-gray", sjekklisten_pdf.file(name), tmp_path / "side")
    for path in sorted(tmp_path.glob("side-*.pgm"))[1:-1]:
        assert max(blanks(path, resolution)) <= 70, path.name


def test_the_same_pdfs_again_are_the_same_bytes(sjekklisten_pdf, tmp_path):
    again = make(tmp_path / "ut", pdf=True)
    for name in ("sjekkliste.pdf", "skjema.pdf"):
        one, two = (made.file(name).read_bytes() for made in (sjekklisten_pdf, again))
        assert hashlib.sha256(one).hexdigest() == hashlib.sha256(two).hexdigest()
