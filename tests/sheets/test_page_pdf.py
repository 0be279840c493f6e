"""The fact sheets as PDF: two pages for every centre and municipality, archive files that can be read by all."""

import io
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from krisestat.pages.pdf import typesetter
from tests.support import sheet_pages as prove
from tests.support.judges import verapdf
from tests.support.sheet_pages import ALL_YES, CENTRE, PROJECT, agreement, both, new_maker, persons, service, sharing

pytestmark = pytest.mark.document

LONG = "Storfjord - Omasvuotna - Omasvuono"
MANY = {str(3011 + n): f"{LONG} {chr(65 + n)}" if n < 3 else f"Nord-Østfjord {chr(65 + n)}" for n in range(24)}
BIG = CENTRE | {"navn": "Krisesenteret for Nore og Uvdal, Numedal og hele Vest-Telemark", "kommuner": ",".join(MANY)}
MEMBERS = prove.municipalities(MANY, BIG)
MIXED = dict(zip(ALL_YES, ("nei", "vet_ikke", "ubesvart", "nei", "nei", "ja", "ja", "vet_ikke", "ja"), strict=True))
OTHER = dict(zip(ALL_YES, ("ja", "nei", "vet_ikke", "ubesvart", "ja", "nei", "nei", "ja", "ja"), strict=True))
PARTNERS = tuple(ALL_YES)
FULL = [
    *service("kvinner", MIXED, written=PARTNERS, contact=PARTNERS, before=ALL_YES),
    *service("menn", OTHER, written=PARTNERS, contact=PARTNERS, forum="nei", before=ALL_YES),
    *sharing(24),
]
UNITS = {
    "mest": (BIG, [*FULL, *persons(1234, None, 2019), *persons(None, 2345)]),
    "mest-kommune": (MEMBERS["kommune-3011"], [*FULL, *agreement((4, 12), (100, 300), kommune="3011")]),
    "vanlig": (CENTRE, [*both(), *sharing(), *persons(35, 57, 2019), *persons(36, 51)]),
    "uten-menn": (CENTRE, [*service("kvinner"), *sharing(1)]),
    "tause": (prove.MUNICIPALITIES["kommune-3005"], [*both(dict.fromkeys(ALL_YES, "ubesvart")), *sharing()]),
    "uten-tall": (prove.MUNICIPALITIES["kommune-3005"], []),
}


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory) -> dict[str, Path]:
    """The rare sheets as PDF: those of the bokmål edition, and the fullest in nynorsk."""
    folder = tmp_path_factory.mktemp("faktaarkpdf")
    others = {**prove.OTHERS, BIG["ark"]: BIG, **MEMBERS}
    found = {}
    with typesetter(PROJECT / "templates/fonts") as one:
        for spraak, names in (("nb", UNITS), ("nn", ("mest", "mest-kommune"))):
            maker = new_maker(spraak)
            for name in names:
                enhet, rows = UNITS[name]
                at = others | ({CENTRE["ark"]: enhet} if enhet["slag"] == "senter" else {})
                path = folder / f"{name}-{spraak}.pdf"
                path.write_bytes(one(prove.make(replace(maker, others=at), enhet, rows).trykk, path.name))
                found[path.stem] = path
    return found


def test_every_sheet_has_two_pages(pdfs):
    pages = {name: len(pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages) for name, path in pdfs.items()}
    assert pages == dict.fromkeys(pages, 2) and len(pages) == 8


def test_help_is_on_the_first_page_and_the_tables_on_the_second(pdfs):
    for name, bars in (("mest-nb", 2), ("vanlig-nb", 2), ("uten-menn-nb", 1)):
        first, second = (page.extract_text() for page in pypdf.PdfReader(pdfs[name]).pages)
        assert "116 006" in first.replace("\u00a0", " ") and "Tabell" in second and "Tabell" not in first
        spread = second.split("Mørk søyle")[1].split("Om tallene")[0].split()
        assert spread.count("30") == bars and set(map(str, range(10))) <= {*spread}, "the country in one glance"
    assert "Rekonstruerte eksempeldata" in first and "Rekonstruerte eksempeldata" in second


def test_title_and_language_are_those_of_the_sheet(pdfs):
    for name, lang, title in (("vanlig-nb", "nb", "Senter 07: faktaark 2020"), ("mest-kommune-nn", "nn", f"{LONG} A:")):
        reader = pypdf.PdfReader(pdfs[name])
        assert reader.trailer["/Root"]["/Lang"] == lang
        assert reader.metadata.title.startswith(title)
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.document
def test_sheets_are_archive_files_that_can_be_read_by_all(pdfs):
    assert verapdf("2a,ua1", *pdfs.values()) == []
