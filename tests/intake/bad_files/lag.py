"""Broken raw files, each a real-life fault made from the good files by one named change, and what is said of each.

`python tests/intake/bad_files/lag.py --skriv` writes the expected texts anew (`forventet/<fault>.txt`), to be read
before they are committed. Without it, the texts, times and peak memory of one run come as JSON on standard output. What
is large (zip bombs, ten million commas) is made here and never stored.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import sys
import tempfile
import time
import traceback
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
EXPECTED = HERE / "forventet"
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]

from tests.support.project import PROJECT, Workspace  # noqa: E402

# The year whose file is broken, and how; those that take more than a line stand below.
FAULTS: dict[str, tuple[int, Callable]] = {
    # Encoding
    "cp1252_oppgitt_som_utf8": (2018, lambda d: d.declare("tegnsett: cp1252", "tegnsett: utf-8")),
    "utf8_oppgitt_som_cp1252": (2018, lambda d: d.text(lambda t: t, "utf-8")),
    "bom_som_ikke_er_oppgitt": (2020, lambda d: d.declare("tegnsett: utf-8-sig", "tegnsett: utf-8")),
    "bom_oppgitt_men_mangler": (2020, lambda d: d.text(lambda t: t, "utf-8")),
    "utf16_fra_regneark": (2018, lambda d: d.text(lambda t: t, "utf-16")),
    "utf16_uten_bom": (2018, lambda d: d.text(lambda t: t, "utf-16-le")),
    "tegnsett_fra_gammel_mac": (2018, lambda d: d.text(lambda t: t, "mac-roman")),
    "tegnsett_fra_dos": (2018, lambda d: d.text(lambda t: t, "cp850")),
    "utf8_lest_som_cp1252_og_lagret": (2020, lambda d: d.text(lambda t: t.replace("ø", "Ã¸").replace("å", "Ã¥"))),
    "erstatningstegn_etter_tidligere_feil": (2020, lambda d: d.text(lambda t: t.replace("på", "p\ufffd"))),
    "en_byte_skadet_i_utf8": (2020, lambda d: d.put(d.raw.read_bytes().replace(b"Senter 09", b"Senter \xff9"))),
    "byte_som_ikke_finnes_i_cp1252": (2018, lambda d: d.put(d.raw.read_bytes().replace(b"Senter 09", b"Senter \x9d9"))),
    "nulltegn_midt_i_filen": (2018, lambda d: d.text(lambda t: t.replace("Senter 09", "Senter\x0009"))),
    "slutten_fylt_med_nulltegn": (2018, lambda d: d.put(d.raw.read_bytes()[:-500] + bytes(500))),
    # Form of CSV
    "semikolon_oppgitt_som_komma": (2018, lambda d: d.declare("skilletegn: ;", "skilletegn: ','")),
    "komma_oppgitt_som_semikolon": (2020, lambda d: d.declare("skilletegn: ','", "skilletegn: ';'")),
    "tabulator_i_stedet_for_semikolon": (2018, lambda d: d.text(lambda t: t.replace(";", "\t"))),
    "ti_millioner_komma_paa_en_linje": (2020, lambda d: d.put(d.raw.read_bytes() + b"," * 10_000_000)),
    "millioner_av_linjer": (2020, lambda d: d.put(d.raw.read_bytes() + (b"x" + b"," * 86 + b"\r\n") * 40_000)),
    "felt_paa_en_million_tegn": (2020, lambda d: d.cell(5, "krisesenter", "x" * 1_000_000)),
    "anforselstegn_som_ikke_lukkes": (2020, lambda d: d.cell(5, "krisesenter", '"Senter 04')),
    "anforselstegn_midt_i_feltet": (2020, lambda d: d.cell(5, "krisesenter", '"Senter" 04')),
    "ett_felt_for_mye": (2018, lambda d: d.text(lambda t: t.replace("Senter 04;", "Senter 04;;"))),
    "ett_felt_for_lite_paa_alle_linjer": (2018, lambda d: d.text(lambda t: re.sub(r"(?m)^(Senter \d\d);", r"\1", t))),
    "linje_kuttet_paa_slutten": (2018, lambda d: d.put(d.raw.read_bytes()[:-100])),
    "uekte_desimalkomma": (2020, lambda d: d.cell(5, "kv_nav", "1,0")),
    "tittellinje_over_overskriftene": (2018, lambda d: d.text(lambda t: "Samarbeid med andre instanser 2018\r\n" + t)),
    "to_overskriftsrader_i_csv": (2018, lambda d: d.text(lambda t: "\r\n".join([t.split("\r\n")[0], t]))),
    "overskriftene_mangler": (2018, lambda d: d.text(lambda t: t.split("\r\n", 1)[1])),
    "bare_overskrifter": (2018, lambda d: d.text(lambda t: t.split("\r\n")[0])),
    "tom_fil": (2018, lambda d: d.put(b"")),
    "bare_linjeskift": (2018, lambda d: d.put(b"\r\n \r\n")),
    "lik_overskrift_to_ganger": (2018, lambda d: d.text(lambda t: t.replace("politi_menn;", "politi_kvinner;", 1))),
    "tom_overskrift": (2018, lambda d: d.text(lambda t: t.replace("politi_menn;", ";", 1))),
    "styretegn_i_overskrift": (2018, lambda d: d.text(lambda t: t.replace("politi_menn;", "\x1b[2Jpoliti_menn;", 1))),
    # Wrong kind of file
    "arbeidsbok_med_csv_navn": (2018, lambda d: give(d, "2015")),
    "spss_fil_med_csv_navn": (2018, lambda d: give(d, "2019")),
    "csv_med_xlsx_navn": (2015, lambda d: give(d, "2018")),
    "spss_fil_med_xlsx_navn": (2015, lambda d: give(d, "2019")),
    "arbeidsbok_med_sav_navn": (2019, lambda d: give(d, "2015")),
    "csv_med_sav_navn": (2019, lambda d: give(d, "2018")),
    "pdf_i_stedet_for_svar": (2018, lambda d: d.put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n")),
    "pakket_csv": (2018, lambda d: d.put(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03K\xca\x04\x00")),
    "gammel_excel_eller_passord": (2015, lambda d: d.put(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))),
    "tilfeldige_byter": (2015, lambda d: d.put(bytes(range(256)) * 20)),
    # Workbooks
    "avkortet_arbeidsbok": (2015, lambda d: d.put(d.raw.read_bytes()[:-2000])),
    "ark_med_avkortet_xml": (2015, lambda d: d.part(lambda xml: xml[: len(xml) // 2])),
    "feilverdier_i_cellene": (2015, lambda d: d.xml_cell(b"B3", b'<c r="B3" t="e"><v>#N/A</v></c>')),
    "avkryssing_som_sant_og_usant": (2015, lambda d: d.xml_cell(b"C3", b'<c r="C3" t="b"><v>1</v></c>')),
    "tall_i_en_svarcelle": (2015, lambda d: d.xml_cell(b"C3", b'<c r="C3"><v>1</v></c>')),
    "tomt_ark": (2015, lambda d: d.part(lambda xml: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", xml))),
    "ukjent_ark": (2015, lambda d: d.declare("ark: Svar", "ark: Svarene")),
    "en_overskriftsrad_oppgitt_for_to": (2015, lambda d: d.declare("overskriftsrader: 2", "overskriftsrader: 1")),
    "tre_overskriftsrader_oppgitt_for_to": (2015, lambda d: d.declare("overskriftsrader: 2", "overskriftsrader: 3")),
    # SPSS files
    "avkortet_spss_fil": (2019, lambda d: d.put(d.raw.read_bytes()[:15_000])),
    "spss_fil_avkortet_i_svarene": (2019, lambda d: d.put(d.raw.read_bytes()[:-700])),
    "spss_fil_i_cp1252_oppgitt_som_utf8": (2019, lambda d: d.bytes(b"L\xc3\xb8penummer", b"L\xf8penummer ")),
    "flersvar_lagret_som_kategorier": (2019, lambda d: response_set(d, b"$former=C 6 Former q7_k_1 q7_k_2 q7_k_3\n")),
    # Answers and names
    "svar_med_store_bokstaver": (2018, lambda d: d.cell(5, "nav_kvinner", "JA")),
    "svar_med_smaa_bokstaver": (2018, lambda d: d.cell(5, "nav_kvinner", "ja")),
    "svar_som_tall": (2018, lambda d: d.cell(5, "nav_kvinner", "1")),
    "svar_som_kryss": (2018, lambda d: d.cell(5, "nav_kvinner", "x")),
    "svar_som_dato": (2018, lambda d: d.cell(5, "nav_kvinner", "01.02.2018")),
    "negativt_svar": (2018, lambda d: d.cell(5, "nav_kvinner", "-1")),
    "formel_som_tekst": (2018, lambda d: d.cell(5, "nav_kvinner", "=cmd|' /C calc'!A0")),
    "script_i_senternavn": (2018, lambda d: d.cell(5, "krisesenter", "<script>alert(1)</script>")),
    "senternavn_paa_5000_tegn": (2018, lambda d: d.cell(5, "krisesenter", "Senter " * 714)),
    "senternavn_med_terminalkoder": (2018, lambda d: d.cell(5, "krisesenter", "\x1b[31mSenter\x07 04")),
    "senternavn_som_snur_teksten": (2020, lambda d: d.cell(5, "krisesenter", "\u202eSenter 04")),
    "senternavn_som_sti": (2018, lambda d: d.cell(5, "krisesenter", "../../Senter 04")),
    "svar_med_epost_og_telefon": (2018, lambda d: d.cell(5, "krisesenter", "Senter 04, Kari, tlf 22 22 22 22, k@x.no")),
    "senternavn_mangler": (2018, lambda d: d.cell(5, "krisesenter", "")),
    "ukjent_senter": (2018, lambda d: d.cell(5, "krisesenter", "Senter 4")),
    "samme_senter_to_ganger": (2018, lambda d: d.cell(6, "krisesenter", "Senter 04")),
    "to_aar_i_samme_fil": (2018, lambda d: d.text(lambda t: t + t.split("\r\n", 1)[1])),
    "fila_fra_et_annet_aar": (2018, lambda d: d.put((PROJECT / "data/raw/2017/samarbeid_p2017.csv").read_bytes())),
    "neste_aars_svarkoder": (2018, lambda d: d.text(lambda t: t.replace(";Vet ikke", ";8"))),
    "kolonne_mangler": (2018, lambda d: d.text(lambda t: "\r\n".join(r.rsplit(";", 1)[0] for r in t.split("\r\n")))),
    "tilbud_som_senteret_ikke_har": (2018, lambda d: d.cell(5, "tilbud_til_kvinner", "Nei")),
    "svar_for_et_tilbud_som_senteret_ikke_har": (2018, lambda d: d.cell(6, "nav_menn", "Ja")),
    "samarbeidsform_uten_samarbeid": (2018, lambda d: d.cell(5, "politi_kvinner", "Nei")),
    # kilde.yaml and the folder
    "sti_ut_av_mappen": (2018, lambda d: d.declare("fil: samarbeid_p2018.csv", "fil: ../2017/samarbeid_p2017.csv")),
    "full_sti_som_filnavn": (2018, lambda d: d.declare("fil: samarbeid_p2018.csv", "fil: /etc/passwd")),
    "fil_paa_over_50_mb": (2018, lambda d: os.truncate(d.raw, 60_000_000)),
    "raafilen_mangler": (2018, lambda d: d.raw.unlink()),
    "kilde_mangler": (2018, lambda d: d.manifest.unlink()),
    "kilde_uten_innhold": (2018, lambda d: d.manifest.write_bytes(b"")),
    "kilde_for_et_annet_aar": (2018, lambda d: d.declare("aar: 2018", "aar: 2017")),
    "kilde_med_ukjent_format": (2018, lambda d: d.declare("format: csv", "format: xls")),
    "kilde_med_noekkel_to_ganger": (2018, lambda d: d.declare("aar: 2018", "aar: 2018\naar: 2017")),
    "kilde_med_ti_tusen_nivaaer": (2018, lambda d: d.manifest.write_text("a: " + "[" * 10_000, encoding="utf-8")),
    "kilde_som_er_en_liste": (2018, lambda d: d.manifest.write_text("- aar\n- fil\n", encoding="utf-8")),
}
ACCEPTED: dict[str, tuple[int, Callable]] = {
    "blandede_linjeskift": (2018, lambda d: d.text(lambda t: t.replace("\r\n", "\n", 20))),
    "linjeskift_fra_mac": (2018, lambda d: d.text(lambda t: t.replace("\r\n", "\r"))),
    "linjeskift_fra_linux": (2018, lambda d: d.text(lambda t: t.replace("\r\n", "\n"))),
    "mellomrom_rundt_svarene": (2018, lambda d: d.text(lambda t: t.replace(";Ja;", "; Ja ;"))),
    "navn_i_nfd": (2020, lambda d: d.text(lambda t: unicodedata.normalize("NFD", t))),
    "skilletegn_paa_slutten_av_hver_linje": (2018, lambda d: d.text(lambda t: t.replace("\r\n", ";;\r\n"))),
    "skilletegnet_paa_egen_linje_fra_excel": (2018, lambda d: d.text(lambda t: "sep=;\r\n" + t)),
    "linjeskift_mangler_til_slutt": (2018, lambda d: d.text(lambda t: t.removesuffix("\r\n"))),
    "skjulte_rader_i_arket": (2015, lambda d: d.part(lambda xml: xml.replace(b'<row r="5"', b'<row hidden="1" r="5"'))),
}
ENCODING = {2017: "cp1252", 2018: "cp1252", 2020: "utf-8-sig"}
SEPARATOR = {2017: ";", 2018: ";", 2020: ","}


class Delivery(Workspace):
    """A project folder with one year's raw file to break."""

    def __init__(self, root: Path, year: int):
        super().__init__(root)
        self.year = year
        self.folder = root / "data/raw" / str(year)
        self.manifest = self.folder / "kilde.yaml"
        self.raw = next(p for p in self.folder.iterdir() if p.name != "kilde.yaml")

    def put(self, data: bytes) -> None:
        """Replace the raw file."""
        self.raw.write_bytes(data)

    def text(self, change: Callable[[str], str], encoding: str = "") -> None:
        """Change a CSV file's text; `encoding`, the one to write it in."""
        before = self.raw.read_bytes().decode(ENCODING[self.year])
        after = change(before)
        assert after != before or encoding
        self.put(after.encode(encoding or ENCODING[self.year]))

    def cell(self, line: int, column: str, value: str) -> None:
        """Change one cell of a CSV file."""

        def change(text: str) -> str:
            rows = text.split("\r\n")
            cells = rows[line - 1].split(SEPARATOR[self.year])
            cells[rows[0].split(SEPARATOR[self.year]).index(column)] = value
            rows[line - 1] = SEPARATOR[self.year].join(cells)
            return "\r\n".join(rows)

        self.text(change)

    def declare(self, old: str, new: str) -> None:
        """Change `kilde.yaml`."""
        text = self.manifest.read_text(encoding="utf-8")
        assert old in text
        self.manifest.write_text(text.replace(old, new, 1), encoding="utf-8")

    def part(self, change: Callable[[bytes], bytes], name: str = "xl/worksheets/sheet1.xml") -> None:
        """Change one part of a workbook."""
        with zipfile.ZipFile(self.raw) as book:
            parts = {n: book.read(n) for n in book.namelist()}
        after = change(parts[name])
        assert after != parts[name]
        with zipfile.ZipFile(self.raw, "w", zipfile.ZIP_DEFLATED) as book:
            for n, data in (parts | {name: after}).items():
                book.writestr(n, data)

    def xml_cell(self, cell: bytes, new: bytes) -> None:
        """Replace one cell of the sheet."""
        self.part(lambda xml: re.sub(rb'<c r="%s"[^>]*>.*?</c>' % cell, lambda _: new, xml, count=1))

    def bytes(self, old: bytes, new: bytes) -> None:
        """Replace bytes of the raw file, all of them."""
        data = self.raw.read_bytes()
        assert old in data
        self.put(data.replace(old, new))


def give(d, name: str) -> None:
    """The good file of another year in the place of this one."""
    shutil.copyfile(next((PROJECT / "data/raw" / name).glob("samarbeid_*")), d.raw)


ENTITIES = b'<!DOCTYPE lol [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


def response_set(d, declaration: bytes) -> None:
    """Declare a multiple-response set in the dictionary."""
    data = d.raw.read_bytes()
    end = data.index(b"\xe7\x03\0\0\0\0\0\0")
    record = b"\x07\0\0\0\x07\0\0\0\x01\0\0\0" + len(declaration).to_bytes(4, "little") + declaration
    d.put(data[:end] + record + data[end:])


class Faults2015:
    """Faults of a workbook."""

    def opendocument_regneark(d):
        with zipfile.ZipFile(d.raw, "w") as book:
            book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    def zip_uten_arbeidsbok(d):
        with zipfile.ZipFile(d.raw, "w") as book:
            book.writestr("svar.csv", "Senter;Ja")

    def arbeidsbok_med_skadet_del(d):
        data = bytearray(d.raw.read_bytes())
        at = data.index(b"xl/worksheets/sheet1.xml") + 2000
        data[at : at + 50] = bytes(50)
        d.put(bytes(data))

    def zipbombe(d):
        with (
            zipfile.ZipFile(d.raw, "a", zipfile.ZIP_DEFLATED) as book,
            book.open("xl/worksheets/sheet2.xml", "w") as part,
        ):
            for _ in range(400):
                part.write(bytes(1_000_000))

    def zipbombe_av_celler(d):
        row = b"<row>" + b"<c><v>1</v></c>" * 10_000 + b"</row>"
        with zipfile.ZipFile(d.raw) as book:
            parts = {n: book.read(n) for n in book.namelist() if "sheet1" not in n}
        with zipfile.ZipFile(d.raw, "w", zipfile.ZIP_DEFLATED) as book:
            for name, data in parts.items():
                book.writestr(name, data)
            with book.open("xl/worksheets/sheet1.xml", "w") as part:
                part.write(b"<worksheet><sheetData>" + row * 600 + b"</sheetData></worksheet>")

    def xml_entitetsbombe(d):
        d.part(lambda xml: re.sub(rb"(<\?xml.*?\?>)", rb"\1" + ENTITIES + b"]>", xml, count=1))
        d.xml_cell(b"B3", b'<c r="B3" t="inlineStr"><is><t>&j;</t></is></c>')

    def xml_henter_en_annen_fil(d):
        entity = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        d.part(lambda xml: re.sub(rb"(<\?xml.*?\?>)", rb"\1" + entity, xml, count=1), "xl/sharedStrings.xml")

    def celle_i_nederste_hjorne(d):
        d.part(
            lambda xml: xml.replace(
                b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            )
        )

    def formler_i_cellene(d):
        d.xml_cell(b"B3", b'<c r="B3" t="str"><f>IF(1=1,"Ja","Nei")</f><v>Ja</v></c>')
        d.xml_cell(b"C4", b'<c r="C4"><f>B3</f></c>')

    def dato_i_en_svarcelle(d):
        d.part(
            lambda xml: xml.replace(b"<cellXfs count=", b'<cellXfs old="1" count=').replace(
                b"</cellXfs>", b'<xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
            ),
            "xl/styles.xml",
        )
        with zipfile.ZipFile(d.raw) as book:
            styles = book.read("xl/styles.xml")
        number = len(re.findall(rb"<xf ", styles.split(b"<cellXfs")[1].split(b"</cellXfs>")[0])) - 1
        d.xml_cell(b"C3", b'<c r="C3" s="%d"><v>42064</v></c>' % number)

    def sammenslaatte_svar(d):
        d.part(
            lambda xml: xml.replace(b'<mergeCell ref="E1:F1"/>', b'<mergeCell ref="E1:F1"/><mergeCell ref="C3:C9"/>')
        )

    def sumrad_i_arbeidsbok(d):
        row = b'<row r="60"><c r="A60" t="inlineStr"><is><t>Sum</t></is></c><c r="B60"><v>40</v></c></row></sheetData>'
        d.part(lambda xml: xml.replace(b"</sheetData>", row))

    def skjult_ark(d):
        d.part(
            lambda xml: xml.replace(b'<sheet name="Svar"', b'<sheet state="veryHidden" name="Svar"'), "xl/workbook.xml"
        )

    def arket_peker_ingen_steder(d):
        d.part(lambda xml: xml.replace(b"worksheets/sheet1.xml", b"../../../etc/passwd"), "xl/_rels/workbook.xml.rels")


class Faults2018:
    """Faults of a CSV file, its answers and what stands beside it."""

    def overskrift_paa_5000_tegn(d):
        d.text(lambda t: t.replace("politi_menn;", "politi_menn" * 455 + ";", 1))

    def nettside_lagret_som_csv(d):
        d.put(b"<!DOCTYPE html><html><body>Logg inn for \xe5 laste ned</body></html>")

    def sumrad(d):
        d.text(lambda t: t + "Sum;" + ";".join(["20"] * t.split("\r\n")[0].count(";")) + "\r\n")

    def totalrad_uten_navn_i_forste_felt(d):
        d.text(lambda t: t + ";Totalt:" + ";" * (t.split("\r\n")[0].count(";") - 1) + "\r\n")

    def merknad_under_svarene(d):
        d.text(lambda t: t + "Kilde: skjema 2018" + ";" * t.split("\r\n")[0].count(";") + "\r\n")

    def sporsmaal_har_skiftet_navn(d):
        d.text(lambda t: t.replace("politi_kvinner;", "politiet_kvinner;", 1))

    def ny_kolonne(d):
        d.text(
            lambda t: "\r\n".join(
                r and r + (";krisetelefon_kvinner" if n == 0 else ";Ja") for n, r in enumerate(t.split("\r\n"))
            )
        )

    def rettet_for_haand_etter_mottak(d):
        d.cell(5, "politi_kvinner_fast_kontakt_på_stedet", "Vet ikke")
        d.register = lambda name: None

    def lenke_som_raafil(d):
        d.raw.rename(d.root / "svar.csv")
        d.raw.symlink_to(d.root / "svar.csv")

    def lenke_som_mappe(d):
        d.folder.rename(d.root / "2018")
        d.folder.symlink_to(d.root / "2018")

    def kilde_i_feil_tegnsett(d):
        d.manifest.write_bytes(
            d.manifest.read_text(encoding="utf-8").replace("Statistikkseksjonen", "Kåre").encode("cp1252")
        )

    def kilde_som_er_en_yaml_bombe(d):
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
        d.manifest.write_text("\n".join(lines), encoding="utf-8")


class Faults2019:
    """Faults of an SPSS file."""

    def spss_fil_som_faar_biblioteket_til_aa_krasje(d):
        data = bytearray(d.raw.read_bytes())
        data[10798] = 121
        d.put(bytes(data))

    def spss_fil_med_kode_som_ikke_er_oppgitt(d):
        data = d.raw.read_bytes()
        at = data.index(b"Senter 01") + 16
        d.put(data[:at] + b"\0\0\0\0\0\0\x08@" + data[at + 8 :])

    def spss_fil_som_sier_en_million_rader(d):
        data = d.raw.read_bytes()
        d.put(data[:80] + (1_000_000).to_bytes(4, "little") + data[84:])

    def flersvar_der_tomt_har_to_betydninger(d):
        data = d.raw.read_bytes()
        at = data.index(b"Senter 01") + 16 + 4 * 8
        d.put(data[:at] + b"\xff\xff\xff\xff\xff\xff\xef\xff" + data[at + 8 :])
        response_set(d, b"$former=D1 1 6 Former q7_k_1 q7_k_2 q7_k_3\n")

    def verdietikettene_byttet_om(d):
        data = d.raw.read_bytes()
        d.put(
            data.replace(b"\x02Ja     ", b"\x03NEI    ")
            .replace(b"\x03Nei    ", b"\x02Ja     ")
            .replace(b"\x03NEI    ", b"\x03Nei    ")
        )


class Faults2020:
    """A fault of a CSV file in UTF-8."""

    def lik_overskrift_i_to_unicode_former(d):
        d.text(
            lambda t: t.replace("kv_nav,", "å,", 1).replace("kv_politi,", unicodedata.normalize("NFD", "å") + ",", 1)
        )


class Harmless2015:
    """Variants of a workbook that change nothing."""

    def fargede_tomme_celler_langt_ute(d):
        d.part(
            lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
        )

    def mellomrom_i_delte_tekster(d):
        d.part(lambda xml: xml.replace(b"<t>Ja</t>", b"<t>Ja\xc2\xa0</t>"), "xl/sharedStrings.xml")


class Harmless2018:
    """Variants of a CSV file that change nothing."""

    def harde_mellomrom(d):
        d.text(lambda t: t.replace("Senter 0", "Senter\xa00").replace(";Ja;", ";Ja\xa0;"))

    def alle_felt_i_anforselstegn(d):
        d.text(lambda t: "\r\n".join(r and '"' + r.replace(";", '";"') + '"' for r in t.split("\r\n")))

    def tomme_linjer(d):
        d.text(
            lambda t: (
                t.replace("\r\nSenter 04", "\r\n\r\nSenter 04") + "\r\n" + ";" * t.split("\r\n")[0].count(";") + "\r\n"
            )
        )


class Harmless2019:
    """Variants of an SPSS file that change nothing."""

    def spss_fil_med_fullstendig_flersvarssett(d):
        response_set(d, b"$former=D1 1 6 Former q7_k_1 q7_k_2 q7_k_3\n")

    def spss_fil_uten_oppgitt_antall_rader(d):
        data = d.raw.read_bytes()
        d.put(data[:80] + b"\xff\xff\xff\xff" + data[84:])

    def spss_fil_i_cp1252(d):
        data = d.raw.read_bytes()
        for word in ("Løpenummer", "på krisesenter"):
            plain = word.encode("utf-8")
            data = data.replace(plain, word.encode("cp1252") + b" ")
        d.put(data)
        d.declare("format: sav", "format: sav\ntegnsett: cp1252")


class Harmless2020:
    """A variant of a CSV file in UTF-8 that changes nothing."""

    def usynlige_tegn(d):
        d.text(lambda t: t.replace(",Ja,", ",\u200bJa\u00ad,").replace("Senter 0", "Senter\u202f0"))


for group in (Faults2015, Faults2018, Faults2019, Faults2020, Harmless2015, Harmless2018, Harmless2019, Harmless2020):
    made = {name: (int(group.__name__[-4:]), change) for name, change in vars(group).items() if name[0] != "_"}
    (FAULTS if group.__name__.startswith("Faults") else ACCEPTED).update(made)


def run_one(name: str, year: int, change: Callable, folder: Path) -> dict:
    """Make one file and run the stage on it.

    Returns what was said, the table (its lines without `linje`), CPU seconds and the peak memory so far in MB.
    """
    root = folder / name
    shutil.copytree(PROJECT / "data", root / "data", ignore=shutil.ignore_patterns("avtaler"))
    shutil.copytree(PROJECT / "workflow" / "schemas", root / "workflow" / "schemas")
    os.chdir(root)
    delivery = Delivery(root, year)
    change(delivery)
    problem = ""
    try:
        delivery.register(str(year))
    except Exception as error:
        # What cannot be registered is told then too, in the same way.
        problem = "" if type(error).__name__ == "Problems" else traceback.format_exc()
    start = time.process_time()
    try:
        text = problem or delivery.clean([year])
    except Exception:
        text = traceback.format_exc()
    seconds = time.process_time() - start
    table = root / f"results/klargjort/samarbeid_p{year}.csv"
    rows = [re.sub(r",\d+,", ",", r) for r in table.read_text(encoding="utf-8").splitlines()] if table.is_file() else []
    written = delivery.written()
    os.chdir(folder)
    shutil.rmtree(root)
    return {"text": text, "rows": rows, "written": written, "seconds": seconds, "peak": peak_memory()}


def peak_memory() -> float:
    """The most memory that this process has had, in MB. What `getrusage` tells begins at what the process had that
    started this one."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.findall(r"^VmHWM:\s*(\d+) kB$", status.read_text(encoding="utf-8"), re.MULTILINE)[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_all(folder: Path) -> dict[str, dict]:
    """Every fault, every harmless variant, and the good files as they are (`god_<year>`)."""
    cases = dict(FAULTS) | dict(ACCEPTED)
    cases |= {f"god_{year}": (year, lambda d: None) for year in sorted({y for y, _ in ACCEPTED.values()})}
    return {name: run_one(name, *case, folder) for name, case in cases.items()}


def main() -> None:
    """Run the corpus; write the expected texts or print the results."""
    resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
    with tempfile.TemporaryDirectory() as folder:
        results = run_all(Path(folder))
        os.chdir(PROJECT)
    if "--skriv" in sys.argv:
        for path in EXPECTED.glob("*.txt"):
            path.unlink()
        for name in FAULTS:
            (EXPECTED / f"{name}.txt").write_text(results[name]["text"] + "\n", encoding="utf-8")
        return
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
