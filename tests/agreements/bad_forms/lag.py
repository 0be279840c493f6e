"""Broken forms on agreements, each a real-life fault made from a good form by one named change, and what is said of it.

`python tests/agreements/bad_forms/lag.py --skriv` writes the expected texts anew (`forventet/<fault>.txt`), to be read
before they are committed. What is large (50 MB, a bomb) is made here and never stored.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import yaml

HERE = Path(__file__).parent
EXPECTED = HERE / "forventet"
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]

from krisestat.agreements.check import load_oppslag  # noqa: E402
from krisestat.agreements.collections import load_innsamlinger  # noqa: E402
from krisestat.base.errors import Problems  # noqa: E402
from krisestat.stages.agreements import Mottatt, receive_skjemaer  # noqa: E402
from tests.support.project import PROJECT  # noqa: E402

GOOD = {"csv": "a005", "json": "a002", "pdf": "a001", "xlsx": "a003"}
FOLDER = Path("data/raw/avtaler/2020")
# The format of the form that is broken, and how; those that take more than a line stand below.
FAULTS: dict[str, tuple[str, Callable]] = {
    # PDF
    "pdf_som_er_gjort_flat": ("pdf", lambda d: d.pdf(lambda writer, _: writer.root_object.pop("/AcroForm"))),
    "pdf_med_passord": ("pdf", lambda d: d.pdf(lambda writer, _: writer.encrypt("hemmelig", algorithm="RC4-128"))),
    "pdf_paa_50_mb": ("pdf", lambda d: d.bytes(lambda data: data + b"%" + b"x" * 50_000_000)),
    "pdf_som_er_avkortet": ("pdf", lambda d: d.bytes(lambda data: data[: len(data) // 3])),
    "pdf_i_xfa_format": ("pdf", lambda d: d.bytes(lambda _: small_pdf("", form="/XFA (x)"))),
    "pdf_med_titusen_felt": ("pdf", lambda d: d.bytes(lambda _: small_pdf("<</T(a)/FT/Tx>> " * 10_000))),
    "pdf_med_felt_i_ring": ("pdf", lambda d: d.bytes(lambda _: small_pdf("3 0 R", b"<</T(a)/Kids[3 0 R]>>"))),
    "json_med_pdf_navn": ("pdf", lambda d: d.bytes(lambda _: b'{"skjema": "krisestat-sjekkliste"}')),
    # JSON
    "json_med_tusen_nivaaer": ("json", lambda d: d.bytes(lambda _: b"[" * 100_000 + b"]" * 100_000)),
    "json_med_noekkel_to_ganger": ("json", lambda d: d.bytes(lambda data: data.replace(b'"punkter"', b'"avtale"', 1))),
    "json_som_ikke_er_utf8": ("json", lambda d: d.bytes(lambda data: data.replace(b'"navn": "', b'"navn": "\xe6'))),
    "json_som_er_avkortet": ("json", lambda d: d.bytes(lambda data: data[:1000])),
    "json_fra_noe_annet": ("json", lambda d: d.bytes(lambda _: b'{"type": "FeatureCollection", "features": []}')),
    "json_som_er_en_liste": ("json", lambda d: d.bytes(lambda _: b"[1, 2, 3]")),
    "json_av_ukjent_versjon": ("json", lambda d: d.json(lambda c: c.update(versjon=7))),
    "json_med_versjon_som_tekst": ("json", lambda d: d.json(lambda c: c.update(versjon="3"))),
    "json_med_ukjent_noekkel": ("json", lambda d: d.json(lambda c: c.update(merknader={}))),
    "json_med_bare_noen_av_tilleggene": ("json", lambda d: d.json(lambda c: c["punkter"].pop("uenighet"))),
    "tekst_med_nulltegn": ("json", lambda d: d.json(lambda c: c["punkter"]["skole"].update(henvisning="§ 1\u0000"))),
    # What does not fit together
    "kommune_som_ikke_finnes": ("csv", lambda d: d.cells(parter="0806, 9999, 12, Skien")),
    "kommunenummer_som_aldri_har_vaert": ("csv", lambda d: d.cells(parter="0806, 9999")),
    "kommune_som_ble_delt": ("csv", lambda d: d.cells(parter="1850, 1804", signert="2020-02-01", sist_evaluert="")),
    "bare_en_part": ("csv", lambda d: d.cells(parter="0806, 0806")),
    "verten_er_ikke_part": ("csv", lambda d: d.cells(vertskommune="0301")),
    "to_verter": ("csv", lambda d: d.cells(vertskommune="0806, 0811")),
    "dato_som_ikke_finnes": ("csv", lambda d: d.cells(signert="2019-02-30")),
    "dato_skrevet_med_ord": ("csv", lambda d: d.cells(signert="våren 2012")),
    "datoer_i_feil_rekkefoelge": ("csv", lambda d: d.cells(sist_evaluert="2011-01-01", varer_til="2010-12-31")),
    "tall_utenfor_grensene": ("csv", lambda d: d.cells(evalueres_hvert="0", oppsigelse="tolv måneder")),
    "lovgrunnlag_som_ikke_er_i_listen": ("csv", lambda d: d.cells(lovgrunnlag="vertskommune")),
    "maalgruppe_som_ikke_er_i_listen": ("csv", lambda d: d.cells(maalgrupper="kvinner, ungdom")),
    # CSV
    "csv_uten_noen_rader": ("csv", lambda d: d.rows(lambda rows: rows.__delitem__(slice(20, 24)))),
    "csv_med_id_to_ganger": ("csv", lambda d: d.rows(lambda rows: rows.append(rows[20]))),
    "csv_med_merknad_til_avtalen": ("csv", lambda d: d.cells(4, navn="Vi har to avtaler")),
    "csv_uten_versjon": ("csv", lambda d: d.rows(lambda rows: rows.__delitem__(2))),
    "tom_fil": ("csv", lambda d: d.bytes(lambda _: b"")),
    # XLSX
    "xlsx_som_er_en_bombe": ("xlsx", lambda d: d.part("xl/worksheets/sheet1.xml", lambda x: x + b" " * 150_000_000)),
    "xlsx_med_passord": ("xlsx", lambda d: d.bytes(lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))),
    "xlsx_som_er_avkortet": ("xlsx", lambda d: d.bytes(lambda data: data[:3000])),
    # The folder
    "to_skjemaer_for_de_samme_partene": ("json", lambda d: d.add("a050", "json", "a002")),
    "skjema_som_ikke_er_registrert": ("json", lambda d: shutil.copy(d.path, FOLDER / "a099.json")),
    "skjema_som_mangler": ("json", lambda d: d.path.unlink()),
}
ACCEPTED: dict[str, tuple[str, Callable]] = {
    "csv_i_cp1252": ("csv", lambda d: d.rows(lambda _: None, "cp1252")),
    "csv_i_utf16": ("csv", lambda d: d.rows(lambda _: None, "utf-16", "\t")),
    "csv_med_komma": ("csv", lambda d: d.rows(lambda _: None, "utf-8", ",")),
    "csv_i_en_annen_rekkefoelge": ("csv", lambda d: d.rows(lambda rows: rows.__setitem__(slice(1, None), rows[:0:-1]))),
    "json_med_bom": ("json", lambda d: d.bytes(lambda data: b"\xef\xbb\xbf" + data)),
}


class Delivery:
    """A collection with one good form to break, in a folder of its own that is the working directory."""

    def __init__(self, format: str):
        shutil.rmtree("data/raw/avtaler", ignore_errors=True)
        FOLDER.mkdir(parents=True)
        self.format, self.entries = format, {}
        self.add(GOOD[format], format)
        self.path = FOLDER / f"{GOOD[format]}.{format}"

    def add(self, id: str, format: str, source: str = "") -> Path:
        """Put a good form in the folder. Parameters: `source`, the form that it is a copy of."""
        path = FOLDER / f"{id}.{format}"
        shutil.copy(PROJECT / FOLDER / f"{source or id}.{format}", path)
        self.entries[id] = {"id": id, "fil": path.name, "format": format}
        return path

    def register(self) -> None:
        """Write the manifest for what lies in the folder."""
        for one in self.entries.values():
            path = FOLDER / one["fil"]
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "0" * 64
            one |= {"mottatt": "2021-03-01", "mottatt_av": "prøven", "opphav": "mottatt"}
            one.setdefault("sha256", digest)
        manifest = {"aar": 2020, "om": "avtale", "skjemaer": list(self.entries.values())}
        (FOLDER / "kilde.yaml").write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")

    def bytes(self, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of the form."""
        before = self.path.read_bytes()
        after = change(before)
        assert after != before
        self.path.write_bytes(after)

    def json(self, change: Callable[[dict], object]) -> None:
        """Change the content of a JSON form."""
        content = json.loads(self.path.read_text(encoding="utf-8"))
        change(content)
        self.bytes(lambda _: json.dumps(content, ensure_ascii=False).encode("utf-8"))

    def rows(self, change: Callable[[list], object], encoding: str = "utf-8-sig", between: str = ";") -> None:
        """Change the rows of a CSV form, and save it with an encoding and a delimiter."""
        text = self.path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        change(rows)
        out = io.StringIO()
        csv.writer(out, delimiter=between, lineterminator="\r\n").writerows(rows)
        self.bytes(lambda _: out.getvalue().encode(encoding))

    def cells(self, column: int = 2, **texts: str) -> None:
        """Change cells of a CSV form, by field or leaf."""

        def change(rows: list[list[str]]) -> None:
            for row in rows:
                row[column] = texts.get(row[0].removeprefix("avtale."), row[column])

        self.rows(change)

    def part(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change one part of a workbook."""
        with zipfile.ZipFile(self.path) as book:
            parts = {n: book.read(n) for n in book.namelist()}
        after = change(parts[name])
        assert after != parts[name]
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as book:
            for n, data in (parts | {name: after}).items():
                book.writestr(n, data)

    def pdf(self, change: Callable) -> None:
        """Change a PDF form: `change` gets pypdf's writer and the fields by name."""
        from pypdf import PdfWriter

        writer = PdfWriter(clone_from=io.BytesIO(self.path.read_bytes()))
        fields = {f.get_object()["/T"]: f.get_object() for f in writer.root_object["/AcroForm"]["/Fields"]}
        change(writer, fields)
        out = io.BytesIO()
        writer.write(out)
        self.path.write_bytes(out.getvalue())


def fault(format: str):
    """A change that must be refused."""

    def add(change):
        FAULTS[change.__name__] = (format, change)
        return change

    return add


def harmless(format: str):
    """A change that must give the same answers."""

    def add(change):
        ACCEPTED[change.__name__] = (format, change)
        return change

    return add


# PDF


def small_pdf(fields: str, *extra: bytes, form: str = "") -> bytes:
    """A PDF with a form.

    Parameters: `fields`, the objects of its fields; `extra`, more objects, from number 3; `form`, its other keys.
    """
    catalog = f"<</Type/Catalog/Pages 2 0 R/AcroForm <</Fields [{fields}]{form}>>>>".encode()
    data, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate((catalog, b"<</Type/Pages/Kids[]/Count 0>>", *extra), 1):
        offsets.append(len(data))
        data += b"%d 0 obj %s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % at for at in offsets)
    size, start = len(offsets) + 1, len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer <</Root 1 0 R/Size %d>>\n" % (size, table, size)
    return data + b"startxref\n%d\n%%%%EOF\n" % start


@fault("pdf")
def pdf_som_er_et_annet_skjema(d):
    d.bytes(lambda _: small_pdf("<</T(soknad)/FT/Tx/V(ja)>> <</T(dato)/FT/Tx>>"))


@fault("pdf")
def pdf_med_bare_eierpassord(d):
    d.pdf(lambda writer, _: writer.encrypt("", "hemmelig", algorithm="RC4-128"))


@fault("pdf")
def pdf_med_en_bombe_som_verdi(d):
    bomb = zlib.compress(b" " * 400_000_000, 9)
    stream = b"<</Length %d/Filter/FlateDecode>> stream\n%s\nendstream" % (len(bomb), bomb)
    d.bytes(lambda _: small_pdf("<</T(skjema__versjon)/FT/Tx/V 3 0 R>>", stream))


@fault("pdf")
def pdf_som_regner_uten_ende(d):
    """Fields that share one enormous list of choices, which is gone through for each of them."""
    choices = b"[" + b"[(a)(b)]" * 9000 + b"]"
    d.bytes(lambda _: small_pdf("<</T(a)/FT/Ch/Opt 3 0 R/V(x)>> " * 1900, choices))


@fault("pdf")
def pdf_med_felt_endret_for_haand(d):
    from pypdf.generic import NameObject, TextStringObject

    def change(_, fields):
        fields["formaal__svar"][NameObject("/T")] = TextStringObject("formal__svar")

    d.pdf(change)


@fault("pdf")
def pdf_med_samme_felt_to_ganger(d):
    from pypdf.generic import NameObject, TextStringObject

    def change(_, fields):
        fields["formaal__svar"][NameObject("/T")] = TextStringObject("skole__svar")

    d.pdf(change)


@fault("pdf")
def pdf_med_svar_utenfor_listen(d):
    from pypdf.generic import NameObject, TextStringObject

    def change(_, fields):
        fields["formaal__svar"][NameObject("/V")] = TextStringObject("deket")
        fields["avtale__lovgrunnlag"][NameObject("/V")] = TextStringObject("iks2")

    d.pdf(change)


@fault("pdf")
def pdf_av_ukjent_versjon(d):
    from pypdf.generic import NameObject, TextStringObject

    d.pdf(lambda _, fields: fields["skjema__versjon"].__setitem__(NameObject("/V"), TextStringObject("99")))


@fault("pdf")
def word_dokument_med_pdf_navn(d):
    d.bytes(lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))


# JSON


@fault("json")
def json_med_skript_i_merknaden(d):
    script = "<script>fetch('https://example.org')</script>"
    d.json(lambda c: c["punkter"]["formaal"].update(merknad=script))


@fault("json")
def json_med_html_i_navnet(d):
    d.json(lambda c: c["avtale"].update(navn='Avtale <img src=x onerror="alert(1)">'))


@fault("json")
def json_med_for_mange_nivaaer(d):
    d.json(lambda c: c["punkter"].update(formaal={"svar": {"svar": {"svar": {"svar": "dekket"}}}}))


@fault("json")
def json_med_tall_og_lister_som_svar(d):
    d.json(lambda c: c["punkter"].update(formaal={"svar": 1, "henvisning": ["§ 1"], "merknad": None}))


@fault("json")
def json_med_tall_som_ikke_er_tall(d):
    d.bytes(lambda data: data.replace(b'"evalueres_hvert": 4', b'"evalueres_hvert": NaN'))


@fault("json")
def json_uten_et_punkt_og_et_felt(d):
    d.json(lambda c: (c["punkter"].pop("bolig-plikt"), c["avtale"].pop("signert")))


@fault("json")
def json_med_ukjente_felt(d):
    d.json(lambda c: (c["punkter"]["formaal"].update(hevisning="§ 1"), c["avtale"].update(epost="")))


@fault("json")
def json_med_punkt_som_later_som_det_er_avtalen(d):
    d.json(lambda c: c["punkter"].update(avtale={"navn": "en annen"}))


@fault("json")
def tekst_som_snur_skriveretningen(d):
    d.json(lambda c: c["punkter"]["skole"].update(merknad="trygg \u202egnissilpmoc"))


@fault("json")
def tekst_med_styretegn(d):
    d.json(lambda c: c["avtale"].update(krisesenter="Senter\u0007 07\u001b[31m"))


@fault("json")
def tekst_med_oedelagte_tegn(d):
    d.json(lambda c: c["punkter"]["skole"].update(merknad="skolen f\ufffdlger opp"))


@fault("json")
def tekster_som_er_for_lange(d):
    d.json(lambda c: (c["punkter"]["skole"].update(merknad="å" * 1001), c["avtale"].update(navn="x" * 201)))


@fault("json")
def personopplysninger_i_merknadene(d):
    def change(c):
        c["punkter"]["skole"].update(merknad="Spør kari.nordmann@example.org")
        c["punkter"]["formaal"].update(merknad="Ring tlf. 22 33 44 55", henvisning="§ 1")
        c["punkter"]["bolig-plikt"].update(merknad="Gjelder 01017000027")

    d.json(change)


@fault("json")
def felt_som_ikke_er_fylt_ut(d):
    d.json(lambda c: c["avtale"].update(navn="", parter=[], lovgrunnlag=" ", maalgrupper=[], signert=""))


# What does not fit together


@fault("csv")
def signert_etter_at_skjemaet_kom(d):
    d.cells(signert="2021-06-01", sist_evaluert="", parter="3806, 3807")


# CSV


@fault("csv")
def csv_med_endrede_overskrifter(d):
    d.rows(lambda rows: rows[0].__setitem__(slice(2, 5), ["Svaret", "Henvisning", "Kommentar"]))


@fault("csv")
def csv_med_ny_rad(d):
    d.rows(lambda rows: rows.append(["vaktmester", "Hvem bærer møblene?", "dekket", "", ""]))


@fault("csv")
def csv_med_tekst_under_skjemaet(d):
    d.rows(lambda rows: rows.append(["", "Hilsen kommunen", "", "", ""]))


@fault("csv")
def csv_med_felt_som_ikke_gaar_opp(d):
    d.bytes(lambda data: data.replace(b"formaal;", b"formaal;;", 1))


# XLSX


@fault("xlsx")
def xlsx_med_endrede_overskrifter(d):
    d.part("xl/sharedStrings.xml", lambda x: x.replace("Spørsmål".encode(), b"Tema"))


@fault("xlsx")
def xlsx_med_nytt_navn_paa_arket(d):
    d.part("xl/workbook.xml", lambda x: x.replace(b'name="Skjema"', b'name="Ark1"'))


@fault("xlsx")
def xlsx_med_skjult_ark(d):
    d.part("xl/workbook.xml", lambda x: x.replace(b'name="Skjema"', b'name="Skjema" state="hidden"'))


@fault("xlsx")
def xlsx_med_formel_som_svar(d):
    cell = b'<c r="C15"><f>HYPERLINK("https://example.org")</f><v>dekket</v></c>'
    d.part("xl/worksheets/sheet1.xml", lambda x: x.replace(x[x.index(b'<c r="C15"') : x.index(b'<c r="D15"')], cell))


@fault("xlsx")
def xlsx_med_dokumenttype(d):
    d.part("xl/sharedStrings.xml", lambda x: x.replace(b"<sst", b'<!DOCTYPE s [<!ENTITY a "b">]><sst', 1))


# The folder


@fault("json")
def skjema_som_er_en_lenke(d):
    d.path.unlink()
    d.path.symlink_to("/etc/hostname")


@fault("json")
def skjema_som_er_endret_etter_mottak(d):
    d.entries["a002"]["sha256"] = "1" * 64


@fault("json")
def samme_id_to_ganger(d):
    d.add("a003", "xlsx")
    d.entries["a003"]["id"] = "a002"


@fault("json")
def sti_ut_av_mappen(d):
    d.entries["a002"]["fil"] = "../../../etc/passwd.json"


@fault("json")
def flere_feil_i_flere_skjemaer_paa_en_gang(d):
    d.json(lambda c: c["punkter"]["formaal"].update(svar="ja"))
    path = d.add("a005", "csv")
    path.write_bytes(path.read_bytes().replace(b"krisestat-sjekkliste", b"et annet skjema"))
    path = d.add("a003", "xlsx")
    path.write_bytes(path.read_bytes()[:2000])


# Harmless


@harmless("csv")
def csv_lagret_av_et_regneark(d):
    """Dates as they are written here, a number that lost its zero, an empty column at the end."""

    def change(rows):
        for row in rows:
            row[2] = {"avtale.signert": "03.09.2012", "avtale.parter": "806, 811, 814"}.get(row[0], row[2])
            row.append("")

    d.rows(change)


@harmless("json")
def json_med_tall_som_tekst(d):
    d.json(lambda c: c["avtale"].update(evalueres_hvert="4", oppsigelse="12"))


@harmless("pdf")
def pdf_skrevet_om_av_et_program(d):
    """Every object written anew, and a choice saved as the words that were shown instead of its code."""
    from pypdf.generic import NameObject, TextStringObject

    def change(_, fields):
        for field in fields.values():
            shown = {str(code): str(words) for code, words in field.get("/Opt", ())}
            if field.get("/V") in shown:
                field[NameObject("/V")] = TextStringObject(shown[field["/V"]])

    d.pdf(change)


def read() -> Mottatt:
    """What the stage makes of the collection in the working directory."""
    oppslag = load_oppslag(Path("data/raw/codebooks"), Path("data/raw/register"), Path("templates"))
    (one,) = load_innsamlinger(2020)
    return receive_skjemaer(one, ((f, f.path.read_bytes()) for f in one.skjemaer if not f.karantene), oppslag)


def said_of(format: str, change: Callable) -> tuple[str, list, list]:
    """What is said of a broken form («» when it is accepted), and the rows that it gave."""
    delivery = Delivery(format)
    change(delivery)
    delivery.register()
    try:
        got = read()
    except Problems as error:
        return str(error), [], []
    rows = [{k: v for k, v in row.items() if k != "sted"} for avtale in got.avtaler for row in avtale.punkter]
    return "", [avtale.row for avtale in got.avtaler], rows


def prepare(folder: Path) -> None:
    """Make a folder into a project to receive forms in, and the working directory."""
    for name in ("data/raw/codebooks", "data/raw/register", "workflow/schemas", "templates/nb", "templates/nn"):
        shutil.copytree(PROJECT / name, folder / name)
    os.chdir(folder)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        prepare(Path(place))
        for name, (kind, broken) in FAULTS.items():
            text = said_of(kind, broken)[0]
            if "--skriv" in sys.argv:
                EXPECTED.mkdir(exist_ok=True)
                (EXPECTED / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
            print(f"== {name}\n{text or 'GODTATT'}\n")
