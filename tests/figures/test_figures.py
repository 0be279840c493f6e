"""The figures: true numbers, the same bytes everywhere, nothing outside or on top of anything else, and drawn only
when needed."""

from __future__ import annotations

import io
import itertools
import math
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.text import Text
from PIL import Image

from krisestat.base import contracts, store
from krisestat.base.contracts import write_rows
from krisestat.base.display import percent
from krisestat.base.errors import Problems
from krisestat.figures import canvas as figures_canvas
from krisestat.figures import charts, design
from krisestat.figures.content import ON_PAGE, RENDERINGS, TO_SHARE, TO_TAKE, content, figure_specs, file_name
from krisestat.figures.svg import flat_svg, with_text
from krisestat.model.codebooks import Codebook, load_codebook
from krisestat.model.contracts import UTDATA
from krisestat.stages import draw
from tests.support.project import PROJECT
from tests.support.stages import run

FONTS = PROJECT / "templates" / "fonts"
CODEBOOKS = PROJECT / "data" / "raw" / "codebooks"
WORDS = PROJECT / "templates" / "nb" / "tabeller.yaml"
FIGURES = figure_specs(load_codebook(CODEBOOKS))
SERIE = (2015, 2020)
FORMS = ("enkeltsaker", "fast_kontakt", "skriftlig_avtale", "ikke_skriftlig_avtale")


def row(indikator, gruppe, aar, antall, base, instans="", form="", status=""):
    """One row of utdata; the answers that are not «ja» are «nei»."""
    rest = None if antall is None or base is None else base - antall
    zero = None if rest is None else 0
    return {
        "indikator": indikator,
        "gruppe": gruppe,
        "instans": instans,
        "samarbeidsform": form,
        "aar": aar,
        "antall": antall,
        "base": base,
        "andel": None if rest is None else str(Fraction(antall, base)),
        "nei": zero if status else rest,
        "vet_ikke": zero,
        "ubesvart": zero,
        "ikke_spurt": base if status == "ikke_spurt" else zero,
        "status": status,
        "opphav": "publisert" if gruppe == "kommuner" else "rekonstruert",
    }


def sample(
    partners, kostra, years=range(2015, 2021), value=lambda n, aar, base: (7 * n + 3 * (aar - 2010)) % (base + 1)
):
    """Rows of every figure: `value` gives a count from the partner's number, the year and the base."""
    rows = []
    for g, bases in (("kvinner", (45, 46, 46, 46, 44, 43)), ("menn", (40, 42, 43, 43, 41, 39))):
        for aar in years:
            base = bases[(aar - 2015) % 6]
            rows.append(row("forum", g, aar, value(2 if g == "menn" else 3, aar, base), base))
            for n, i in enumerate(partners):
                rows.append(row("samarbeid", g, aar, value(n + 1, aar, base), base, i))
                for k, f in enumerate(FORMS):
                    asked = f != "fast_kontakt" or aar >= 2017
                    cell = value(n + k, aar, base) if asked else None
                    rows.append(row("samarbeidsform", g, aar, cell, base, i, f, "" if asked else "ikke_spurt"))
    for aar in [y for y in years if 2017 <= y <= 2019] or [min(years)]:
        rows += [
            row("kommunalt_samarbeid", "kommuner", aar, 6 * value(n, aar, 45), None, i) for n, i in enumerate(kostra)
        ]
    return rows


@pytest.fixture(scope="module")
def codebook():
    return load_codebook(CODEBOOKS)


@pytest.fixture(scope="module")
def faces():
    return figures_canvas.Faces(FONTS)


@pytest.fixture(scope="module")
def rows(codebook):
    return sample(codebook.instans_codes("samarbeid"), codebook.instans_codes("kostra"))


_DRAWN: dict = {}


def drawn(fid, rows, codebook, faces, language="nb", aar=2020, serie=SERIE, form="bred"):
    """A drawing, drawn once. What it was drawn from is kept, so that its id is its own."""
    key = (fid, id(rows), id(codebook), language, aar, serie, form)
    if key not in _DRAWN:
        svg = charts.draw(content(fid, rows, codebook, language, aar, serie), faces, form).decode()
        _DRAWN[key] = (svg, rows, codebook)
    return _DRAWN[key][0]


def outputs(folder):
    """Where each rendering of each figure goes."""
    names = [file_name(fid, form, 2020) for fid in FIGURES for form in RENDERINGS]
    return {name: folder / name for name in names}


def run_elsewhere(folder, environment, after=""):
    """Draw everything in another process, in `folder`, from its `tall.csv`, with another hash seed, zone and locale."""
    program = f"""
import sys
from pathlib import Path
from krisestat.base.files import Files, folders
from krisestat.stages import draw
given = {{"utdata": "tall.csv", "texts": {str(WORDS)!r}, "lager": "lager"}}
inn = Files({{**folders(Path({str(PROJECT)!r})), **given}})
draw.run(inn, Files({{"figurer": {list(outputs(Path()))!r}}}), "nb", 2020, (2015, 2020))
{after}
"""
    fixed = {"PYTHONPATH": str(PROJECT / "scripts"), "PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", program], cwd=folder, env=fixed | environment, check=True)


def texts(svg, *classes):
    """Class list and text of every text element that has all the classes."""
    written = [e for e in ElementTree.fromstring(svg) if e.tag.endswith("}text")]
    found = [(e.get("class", "").split(), re.sub("[ \n]+", " ", "".join(e.itertext())).strip()) for e in written]
    return [(names, text) for names, text in found if set(classes) <= set(names)]


def invented(count, name):
    """A codebook with `count` partners in each list, named by `name(n)`."""
    instanser = [
        {"kilde": kilde, "instans": f"i{n}", "navn_nb": name(n), "navn_nn": name(n), "rekkefolge": n}
        | {"gyldig_fra": None, "gyldig_til": None}
        for kilde in ("samarbeid", "kostra")
        for n in range(count)
    ]
    kept = load_codebook(CODEBOOKS)
    return Codebook(instanser, kept.samarbeidsformer, kept.grupper, kept.svarkoder, kept.indikatorer, kept.aggregerte)


# --- design ---


DARK = dict(re.findall(r"--farge-(\w+): (#\w+)", (PROJECT / "templates/felles/side.css").read_text(encoding="utf-8")))
PALETTES = {"lys": design.FARGER, "mørk": DARK}
# How colours are seen with each kind of colour vision deficiency, in linear RGB: Machado, Oliveira and Fernandes, «A
# Physiologically-based Model for Simulation of Color Vision Deficiency» (2009), severity 1.0.
VISION = {
    "vanlig": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.072175), (0.0193339, 0.119192, 0.9503041))
WHITE = (0.95047, 1, 1.08883)  # D65


def linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def contrast(palette, a, b):
    """The contrast ratio of WCAG 2."""
    light, dark = sorted((times(TO_XYZ, linear(palette[name]))[1] for name in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(colour, vision):
    """CIELAB of a colour as someone sees it."""
    seen = [min(1, max(0, part)) for part in times(VISION[vision], linear(colour))]
    parts = [xyz / white for xyz, white in zip(times(TO_XYZ, seen), WHITE, strict=True)]
    x, y, z = (p ** (1 / 3) if p > 216 / 24389 else (24389 / 27 * p + 16) / 116 for p in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("ground", ["papir", "tone"])
@pytest.mark.parametrize("look", PALETTES)
def test_contrast_of_texts_and_marks(look, ground):
    palette = PALETTES[look]
    assert set(palette) == set(design.FARGER)
    assert {n: c for n in design.TEKSTFARGER if (c := contrast(palette, n, ground)) < 4.5} == {}
    assert {n: c for n in design.MERKEFARGER if (c := contrast(palette, n, ground)) < 3} == {}


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("look", PALETTES)
def test_the_two_groups_are_told_apart_by_everyone(look, vision):
    """More than twenty times the least difference that is noticed, in every kind of colour vision. (The third group,
    the municipalities, never stands in a figure with the others.)"""
    women, men = (lab(PALETTES[look][group], vision) for group in ("kvinner", "menn"))
    assert math.dist(women, men) > 50


# CSS pixels that each rendering has at least: the wide one on a page of 672 pixels, the narrow one on a phone of 360.
COLUMN = {"bred": 640, "smal": 328}


@pytest.mark.parametrize("form", ON_PAGE)
def test_every_colour_used_by_a_drawing_is_a_token_and_every_text_large_enough(rows, codebook, faces, form):
    for fid in FIGURES:
        svg = ElementTree.fromstring(drawn(fid, rows, codebook, faces, form=form))
        scale = COLUMN[form] / float(svg.get("viewBox").split()[2])
        for element in svg:
            for paint in ("fill", "stroke"):
                assert element.get(paint, "none") in {"none", *design.FARGER.values()}
            if element.tag.endswith("}text"):
                assert element.get("fill") in {design.FARGER[n] for n in design.TEKSTFARGER}
                assert float(element.get("font-size")) * scale >= 11.5


def test_tokens_as_css_properties():
    lines = design.css_properties().splitlines()
    assert "--farge-kvinner: #0b4f6c;" in lines
    assert all(re.fullmatch(r"--[a-z0-9-]+: [^;]+;", line) for line in lines)
    assert len({line.split(":")[0] for line in lines}) == len(lines)


def test_the_font_files_are_the_ones_in_the_repository():
    assert {file for *_, file in design.SKRIFTFILER} == {path.name for path in FONTS.glob("*.ttf")}


# --- numbers ---


@pytest.mark.parametrize("form", ON_PAGE)
def test_partners_show_count_and_base_of_every_row(rows, codebook, faces, form):
    values = texts(drawn("samarbeid-etter-instans", rows, codebook, faces, form=form), "verdi")
    expected = {
        (r["gruppe"], r["instans"]): f"{r['antall']}\u00a0av\u00a0{r['base']}"
        for r in rows
        if r["indikator"] == "samarbeid" and r["aar"] == 2020
    }
    assert {(c[1], c[2]): text for c, text in values} == expected
    assert len(values) == len(expected) == 18


@pytest.mark.parametrize("form", ON_PAGE)
def test_forms_show_every_count(rows, codebook, faces, form):
    svg = drawn("samarbeidsformer-etter-instans", rows, codebook, faces, form=form)
    expected = {
        (r["gruppe"], r["instans"], r["samarbeidsform"]): str(r["antall"])
        for r in rows
        if r["indikator"] == "samarbeidsform" and r["aar"] == 2020
    }
    values = texts(svg, "verdi")
    assert {tuple(c[1:]): text for c, text in values} == expected
    assert len(values) == 72
    assert [t for _, t in texts(svg, "base")] == [", antall av 43 tilbud", ", antall av 39 tilbud"]


@pytest.mark.parametrize("form", ON_PAGE)
def test_fora_show_every_percentage_and_base(rows, codebook, faces, form):
    svg = drawn("deltakelse-i-fora", rows, codebook, faces, form=form)
    own = [r for r in rows if r["indikator"] == "forum"]
    shares = {(r["gruppe"], f"a{r['aar']}"): percent(Fraction(r["antall"], r["base"])) for r in own}
    assert {tuple(c[1:]): text for c, text in texts(svg, "verdi")} == shares
    bases = {(r["gruppe"], f"a{r['aar']}"): str(r["base"]) for r in own}
    assert {tuple(c[1:]): t for c, t in texts(svg, "base") if len(c) == 3} == bases


@pytest.mark.parametrize("form", ON_PAGE)
def test_agreements_show_first_and_last_percentage(rows, codebook, faces, form):
    svg = drawn("skriftlige-avtaler", rows, codebook, faces, form=form)
    expected = {
        (r["gruppe"], r["instans"], f"a{r['aar']}"): percent(Fraction(r["antall"], r["base"]))
        for r in rows
        if r["samarbeidsform"] == "skriftlig_avtale" and r["aar"] in SERIE
    }
    assert {tuple(c[1:]): text for c, text in texts(svg, "verdi")} == expected


@pytest.mark.parametrize("form", ON_PAGE)
def test_municipal_counts_are_apart_from_the_services(rows, codebook, faces, form):
    svg = drawn("kommunalt-samarbeid", rows, codebook, faces, form=form)
    expected = {
        (r["instans"], f"a{r['aar']}"): str(r["antall"]) for r in rows if r["indikator"] == "kommunalt_samarbeid"
    }
    assert {tuple(c[2:]): text for c, text in texts(svg, "verdi")} == expected
    assert design.FARGER["kvinner"] not in svg and design.FARGER["menn"] not in svg
    assert all("Kommuner" not in drawn(f, rows, codebook, faces) for f in FIGURES if f != "kommunalt-samarbeid")


@pytest.mark.parametrize("form", ON_PAGE)
def test_bars_are_as_long_as_the_shares(rows, codebook, faces, form):
    svg = drawn("samarbeid-etter-instans", rows, codebook, faces, form=form)

    def length(element):
        xs = [float(x) for x in re.findall(r"[ML] (\S+) ", element.get("d"))]
        return max(xs) - min(xs)

    paths = [e for e in ElementTree.fromstring(svg) if e.tag.endswith("}path")]
    track = next(length(e) for e in paths if e.get("class") == "spor")
    bars = {tuple(e.get("class").split()[1:]): length(e) / track for e in paths if e.get("class").startswith("stolpe")}
    bars = {name: share for name, share in bars.items() if len(name) == 2}  # not the key
    shares = {
        (r["gruppe"], r["instans"]): r["antall"] / r["base"]
        for r in rows
        if r["indikator"] == "samarbeid" and r["aar"] == 2020 and r["antall"]
    }
    assert bars == pytest.approx(shares, abs=0.001)
    ends = {float(re.findall(r"L (\S+) ", e.get("d"))[0]) for e in paths if e.get("class") == "spor"}
    values = [float(e.get("x")) for e in ElementTree.fromstring(svg) if "verdi" in e.get("class", "").split()]
    assert min(ends) < min(values) and max(ends) < max(values), "a value stands behind its bar"


@pytest.mark.parametrize("form", ON_PAGE)
def test_partners_are_sorted_by_value(rows, codebook, faces, form):
    total = dict.fromkeys(codebook.instans_codes("samarbeid"), Fraction(0))
    for r in rows:
        if r["indikator"] == "samarbeid" and r["aar"] == 2020:
            total[r["instans"]] += Fraction(r["antall"], r["base"])
    order = [c[1] for c, _ in texts(drawn("samarbeid-etter-instans", rows, codebook, faces, form=form), "navn")]
    assert order == sorted(total, key=lambda i: -total[i])


# --- what is missing ---


@pytest.mark.parametrize("form", ON_PAGE)
def test_not_asked_is_said_and_never_zero(codebook, faces, rows, form):
    svg = drawn("samarbeidsformer-etter-instans", rows, codebook, faces, aar=2016, form=form)
    cells = texts(svg, "verdi", "fast_kontakt")
    assert len(cells) == 18 and {text for _, text in cells} == {"ikke spurt"}
    assert "fast_kontakt" not in " ".join(re.findall(r'class="(stolpe [^"]*)"', svg))


def test_a_missing_year_is_a_gap_in_the_line(codebook, faces, rows):
    def line_count(svg):
        return len(re.findall(r'class="linje kvinner"', svg))

    gap = [r for r in rows if (r["indikator"], r["gruppe"], r["aar"]) != ("forum", "kvinner", 2017)]
    gap.append(row("forum", "kvinner", 2017, None, 46, status="ikke_spurt"))
    whole, broken = (drawn("deltakelse-i-fora", given, codebook, faces) for given in (rows, gap))
    assert (line_count(whole), line_count(broken)) == (1, 2)
    assert texts(broken, "verdi", "kvinner", "a2017") == []
    absent = [r for r in rows if (r["indikator"], r["gruppe"], r["aar"]) != ("forum", "kvinner", 2017)]
    assert line_count(drawn("deltakelse-i-fora", absent, codebook, faces)) == 2


@pytest.mark.parametrize("form", ON_PAGE)
def test_a_hidden_count_shows_its_sign(codebook, faces, rows, form):
    hidden = [r | {"antall": None, "status": "undertrykt"} if r["instans"] == "nav" else r for r in rows]
    for fid in ("samarbeid-etter-instans", "samarbeidsformer-etter-instans", "kommunalt-samarbeid"):
        assert {text for _, text in texts(drawn(fid, hidden, codebook, faces, form=form), "verdi", "nav")} == {":"}


def test_no_rows_and_a_code_without_a_name_are_errors(codebook, rows):
    with pytest.raises(Problems, match="ingen rader"):
        content("deltakelse-i-fora", [], codebook, "nb", 2020, SERIE)
    with pytest.raises(Problems, match=r"barnehuss.*\n.*\n.*mente du «barnehus»"):
        content(
            "samarbeid-etter-instans",
            [*rows, row("samarbeid", "menn", 2020, 1, 2, "barnehuss")],
            codebook,
            "nb",
            2020,
            SERIE,
        )


def test_a_kind_of_figure_without_a_drawer_is_told_and_not_drawn_as_another(codebook, rows, faces):
    shown = content("deltakelse-i-fora", rows, codebook, "nb", 2020, SERIE)
    with pytest.raises(Problems, match=r"figur deltakelse-i-fora\n.*slaget «kake», som ikke har noen tegner"):
        charts.canvas_of(shown | {"slag": "kake"}, faces)
    specs = figure_specs(codebook)
    assert {content(fid, rows, codebook, "nb", 2020, SERIE)["slag"] for fid in specs} == set(charts.DRAWERS)


# --- form ---


def test_drawings_can_stand_together_in_a_page(rows, codebook, faces):
    seen: list[str] = []
    for (fid, spec), form in itertools.product(FIGURES.items(), ON_PAGE):
        svg = drawn(fid, rows, codebook, faces, form=form)
        root = ElementTree.fromstring(svg)
        ids = [e.get("id") for e in root.iter() if e.get("id")]
        own = fid if form == "bred" else f"{fid}-smal"
        assert ids == [own, f"{own}-tittel"] and root.get("role") == "img" and root.get("aria-labelledby") == ids[1]
        assert root[0].text.startswith(spec.titler["nb"].split("{")[0]) and not root[0].text.endswith(".")
        assert {e.tag.rpartition("}")[2] for e in root} == {"title", "path", "text"}
        head = re.findall("<svg[^>]*>", svg)[0]
        assert svg.startswith(head) and "style" not in svg and " width=" not in head and " height=" not in head
        seen += ids
    assert len(set(seen)) == len(seen)


def test_titles_and_descriptions_are_replaced_and_escaped(rows, codebook, faces):
    svg = drawn("deltakelse-i-fora", rows, codebook, faces)
    once = with_text(svg, "f1", "Én & <to>", "Beskrivelse")
    root = ElementTree.fromstring(once)
    assert [(e.get("id"), e.text) for e in root[:2]] == [("f1-tittel", "Én & <to>"), ("f1-beskrivelse", "Beskrivelse")]
    assert root.get("aria-labelledby") == "f1-tittel f1-beskrivelse" and root.get("id") == "f1"
    assert "Én &amp; &lt;to&gt;" in once and once.count("<title") == 1
    assert with_text(once, "f1", "Én & <to>", "Beskrivelse") == once
    assert "<desc" not in with_text(once, "f1", "Bare tittel")


def test_tidy_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="image"):
        flat_svg('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g><image/></g></svg>', "Source Sans 3")


def test_nynorsk_has_its_own_words(rows, codebook, faces):
    for fid in FIGURES:
        svg = drawn(fid, rows, codebook, faces, language="nn")
        assert not re.search(
            r"tilbud|tjenest|skriftlig |kommuner\b(?! kommun)|antall", " ".join(t for _, t in texts(svg)), re.I
        )
    assert "ikkje spurt" in drawn("samarbeidsformer-etter-instans", rows, codebook, faces, language="nn", aar=2016)


# --- the same bytes everywhere ---


@pytest.mark.thorough
def test_same_bytes_under_other_settings_and_fonts(rows, codebook, faces):
    for fid, form in itertools.product(FIGURES, RENDERINGS):
        shown = content(fid, rows, codebook, "nb", 2020, SERIE) | {"noter": ["Kilde: prøven."]}
        first = charts.draw(shown, faces, form)
        with matplotlib.rc_context():
            matplotlib.rcParams.update(
                {
                    "font.size": 31,
                    "font.family": "serif",
                    "svg.fonttype": "path",
                    "lines.linewidth": 9,
                    "savefig.dpi": 300,
                }
                | {"figure.dpi": 50, "axes.unicode_minus": False, "path.sketch": (5, 50, 2), "text.color": "red"}
            )
            assert charts.draw(shown, figures_canvas.Faces(FONTS), form) == first


@pytest.mark.thorough
def test_same_bytes_in_another_process_with_a_rogue_settings_file(tmp_path, rows, codebook, faces):
    """A settings file in the working folder, another home, hash seed, time zone and locale change nothing."""
    (tmp_path / "matplotlibrc").write_text("font.size: 40\nsvg.fonttype: path\nfigure.dpi: 30\ntext.usetex: True\n")
    write_rows(tmp_path / "tall.csv", rows, UTDATA)
    run_elsewhere(tmp_path, {"HOME": str(tmp_path), "MPLCONFIGDIR": matplotlib.get_cachedir()})
    for fid, form in itertools.product(FIGURES, ON_PAGE):
        own = drawn(fid, rows, codebook, faces, form=form)
        assert (tmp_path / file_name(fid, form, 2020)).read_text("utf-8") == own
    here = outputs(tmp_path / "her")
    given = {"utdata": tmp_path / "tall.csv", "lager": tmp_path / "annet", "figurer": here.values()}
    run("draw", tmp_path, PROJECT, **given)
    assert [name for name, path in here.items() if path.read_bytes() != (tmp_path / name).read_bytes()] == []


def test_only_the_repository_s_fonts_are_used(rows, codebook, faces):
    for fid in FIGURES:
        canvas = charts.canvas_of(content(fid, rows, codebook, "nb", 2020, SERIE), faces)
        written = [e for e in canvas.figure.get_children() if isinstance(e, Text)]
        files = {Path(e.get_fontproperties().get_file()) for e in written}
        assert files and files <= set(FONTS.glob("SourceSans3-*.ttf"))
        families = re.findall(r'font-family="([^"]*)"', drawn(fid, rows, codebook, faces))
        assert families == ["'Source Sans 3', sans-serif"]


@pytest.mark.parametrize("name", ["Senter ★", "دار", "NAV \U0001f3e0"])
def test_a_glyph_that_the_font_lacks_is_an_error(name, faces):
    with pytest.raises(Problems, match=r"U\+"):
        drawn("samarbeid-etter-instans", sample(["i0"], ["i0"]), invented(1, lambda n: name), faces)


@pytest.mark.parametrize("name", ["$x^2$ og \\alpha", "<b>&amp; «NAV»", "Čoahkkin ŋ"])
def test_names_are_shown_as_they_are(name, faces):
    svg = drawn("samarbeid-etter-instans", sample(["i0"], ["i0"]), invented(1, lambda n: name), faces)
    assert " ".join(text for _, text in texts(svg, "navn")) == name


# --- edges ---

LONG = "Interkommunalt samarbeidsorgan for habiliterings-, rehabiliterings- og oppfølgingstjenester i distriktene"
CASES = {
    "vanlig": (9, lambda n: f"Instans {n}", {}),
    "alt er null": (9, lambda n: f"Instans {n}", {"value": lambda n, aar, base: 0}),
    "alle svarer ja": (9, lambda n: f"Instans {n}", {"value": lambda n, aar, base: base}),
    "like tall": (9, lambda n: f"Instans {n}", {"value": lambda n, aar, base: base // 2}),
    "ett år": (9, lambda n: f"Instans {n}", {"years": [2020]}),
    "to år": (9, lambda n: f"Instans {n}", {"years": [2019, 2020]}),
    "30 år": (9, lambda n: f"Instans {n}", {"years": range(1991, 2021)}),
    "én instans": (1, lambda n: "NAV", {}),
    "20 instanser": (20, lambda n: f"Instans nummer {n}", {}),
    "40 instanser": (40, lambda n: f"Instans nummer {n}", {}),
    "lange navn": (9, lambda n: f"{LONG} {n}", {}),
    "20 lange navn": (20, lambda n: f"{n} {LONG}", {}),
    "ett langt ord": (9, lambda n: "Donaudampfschifffahrtsgesellschaft" * 3, {}),
    "5 000 tegn": (3, lambda n: "Wå" * 2500, {}),
}


ORDINARY = ("vanlig", "alt er null", "alle svarer ja", "like tall", "ett år", "to år", "30 år", "én instans")
QUICK = ("vanlig", "alt er null", "ett år", "30 år", "20 instanser", "lange navn")


@pytest.mark.parametrize("width", [figures_canvas.WIDE, figures_canvas.NARROW])
@pytest.mark.parametrize(
    "case", [c if c in QUICK else pytest.param(c, marks=pytest.mark.thorough) for c in CASES], ids=CASES
)
@pytest.mark.parametrize("fid", FIGURES)
def test_nothing_leaves_the_canvas_or_lies_on_other_text(fid, case, faces, width):
    count, name, more = CASES[case]
    codes = [f"i{n}" for n in range(count)]
    shown = content(fid, sample(codes, codes, **more), invented(count, name), "nb", 2020, (1991, 2020))
    canvas = charts.canvas_of(shown, faces, width)
    if width == figures_canvas.WIDE and (
        case in ORDINARY or (case, fid) == ("20 instanser", "samarbeid-etter-instans")
    ):
        assert canvas.height <= design.FIGUR["hoyde"]
    boxes = canvas.boxes
    assert all(left <= right and top < bottom for left, top, right, bottom, _ in boxes)
    outside = [b for b in boxes if b[0] < 0 or b[1] < 0 or b[2] > width or b[3] > canvas.height]
    assert outside == []
    crossing = [
        (a[4], b[4])
        for n, a in enumerate(boxes)
        for b in boxes[:n]
        if min(a[2], b[2]) - max(a[0], b[0]) > 0.3 and min(a[3], b[3]) - max(a[1], b[1]) > 0.3
    ]
    assert crossing == []


def test_a_text_outside_the_canvas_stops_the_drawing(faces):
    canvas = figures_canvas.Canvas(50, faces)
    canvas.text(460, 20, "for langt ute")
    with pytest.raises(Problems, match="for langt ute"):
        canvas.svg("prove", "Prøve")


# --- the figures to take away ---


def test_a_figure_to_take_away_has_its_title_bases_source_and_origin(first_run, rows, codebook):
    """In the picture itself: on its own, a figure must still say what it shows and that its data are reconstructed."""
    assert len(first_run.told) == 3 * len(FIGURES)
    assert all(written == " ".join((title, *notes)) for title, notes, written in first_run.told)
    for (title, (bases, source), _), fid in zip(first_run.told[::3], FIGURES, strict=True):
        assert title == content(fid, rows, codebook, "nb", 2020, SERIE)["tittel"]
        assert bases.endswith(".") and source.startswith("Kilde: ")
        assert ("ekonstruerte" in source) == (fid != "kommunalt-samarbeid")


def test_a_figure_to_take_away_is_a_whole_file(first_run):
    for fid in FIGURES:
        svg, png = (first_run.figures[file_name(fid, form, 2020)].read_bytes() for form in TO_TAKE)
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("}svg") and not [e for e in root.iter() if e.tag.endswith("}text")]
        assert root[0].tag.endswith("}title") and root[0].text.startswith(FIGURES[fid].titler["nb"].split("{")[0])
        assert b"date" not in svg.lower() and b"klasse" not in svg
        with Image.open(io.BytesIO(png)) as image:
            assert image.format == "PNG" and image.width > 1300 and image.getpixel((2, 2))[:3] == (255, 255, 255)
            assert image.text["Title"] == root[0].text and "Software" not in image.text
            ink = image.convert("L").point(lambda value: 255 * (value < 250)).getbbox()
        assert min(ink[:2]) > 20 and ink[2] <= image.width - 20 and ink[3] <= image.height - 20


@pytest.mark.parametrize("fid", FIGURES)
def test_the_picture_to_share_has_the_size_of_the_protocol_and_all_of_the_figure(fid, rows, codebook, faces):
    shown = content(fid, rows, codebook, "nb", 2020, SERIE) | {"noter": ["Tilbud i registeret.", "Kilde: Noe. Opphav."]}
    with Image.open(io.BytesIO(charts.draw(shown, faces, TO_SHARE))) as image:
        assert image.size == (1200, 630) and image.text["Title"] == shown["tittel"]
        left, top, right, bottom = image.convert("L").point(lambda value: 255 * (value < 250)).getbbox()
    assert min(left, top, 1200 - right, 630 - bottom) > 15


# --- the store ---


class Edition:
    """A folder with utdata, kept drawings and the figures that a run writes."""

    def __init__(self, folder, rows):
        self.folder = folder
        self.figures = outputs(folder / "figurer")
        self.put(rows)

    def put(self, rows):
        write_rows(self.folder / "tall.csv", rows, UTDATA)

    def run(self, language="nb"):
        given = {"utdata": self.folder / "tall.csv", "lager": self.folder / "lager", "figurer": self.figures.values()}
        return run("draw", self.folder, PROJECT, **given, language=language)

    def bytes(self):
        return {name: path.read_bytes() for name, path in self.figures.items()}


@pytest.fixture(scope="module")
def first_run(tmp_path_factory, rows):
    """A first run, which tests do not touch: its folder, its report, and for each figure to take away its title, notes
    and what was written in its frame."""
    told = []

    class Told(figures_canvas.Canvas):
        def frame(self, title, notes, shape=0.0):
            before = len(self.boxes)
            super().frame(title, notes, shape)
            told.append((title, notes, " ".join(box[4] for box in self.boxes[before:])))

    first = Edition(tmp_path_factory.mktemp("tegnet"), rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "Canvas", Told)
        first.report = first.run()
    first.told = told
    return first


@pytest.fixture
def edition(tmp_path, rows, first_run):
    """A copy of the first run."""
    shutil.copytree(first_run.folder, tmp_path / "kopi")
    return Edition(tmp_path / "kopi", rows)


def test_a_second_run_draws_nothing_and_gives_the_same_files(first_run, edition):
    assert first_run.report == draw.DrawResult(tuple(FIGURES), ())
    for path in edition.figures.values():
        path.unlink()
    assert edition.run() == draw.DrawResult((), tuple(FIGURES))
    assert edition.bytes() == first_run.bytes()


def test_a_run_without_changes_does_not_load_the_drawing_library(edition):
    run_elsewhere(edition.folder, {}, "sys.exit(bool({'matplotlib', 'pandas', 'numpy'} & set(sys.modules)))")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(("samarbeid", "nav", "", 2020), {"samarbeid-etter-instans"}, marks=pytest.mark.thorough),
        (("samarbeid", "nav", "", 2018), set()),
        pytest.param(
            ("samarbeidsform", "nav", "enkeltsaker", 2020),
            {"samarbeidsformer-etter-instans"},
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            ("samarbeidsform", "nav", "skriftlig_avtale", 2018), {"skriftlige-avtaler"}, marks=pytest.mark.thorough
        ),
        (("samarbeidsform", "nav", "skriftlig_avtale", 2020), {"samarbeidsformer-etter-instans", "skriftlige-avtaler"}),
        (("forum", "", "", 2016), {"deltakelse-i-fora"}),
        pytest.param(("kommunalt_samarbeid", "nav", "", 2018), {"kommunalt-samarbeid"}, marks=pytest.mark.thorough),
    ],
)
def test_a_changed_row_redraws_exactly_the_figures_that_show_it(edition, rows, change, expected):
    before = edition.bytes()
    changed = [r.copy() for r in rows]
    target = next(r for r in changed if (r["indikator"], r["instans"], r["samarbeidsform"], r["aar"]) == change)
    step = 1 if target["base"] is None or target["antall"] < target["base"] else -1
    target["antall"] += step
    if target["base"]:
        target["nei"] -= step
        target["andel"] = str(Fraction(target["antall"], target["base"]))
    edition.put(changed)
    assert set(edition.run().drawn) == expected
    renderings = {file_name(fid, form, 2020) for fid in expected for form in RENDERINGS}
    assert {name for name, drawing in edition.bytes().items() if drawing != before[name]} == renderings


def test_another_kind_of_no_redraws_nothing(edition, rows):
    edition.put([r | {"nei": r["nei"] - 1, "vet_ikke": 1} if r["nei"] else r for r in rows])
    assert edition.run().drawn == ()


@pytest.mark.parametrize("damage", [b"", b"<svg/>", None])
def test_a_damaged_drawing_is_drawn_anew(edition, damage):
    before = edition.bytes()
    (entry,) = (edition.folder / "lager/tegninger").glob("deltakelse-i-fora.svg.*")
    good = entry.read_bytes()
    entry.write_bytes(good[:-10] if damage is None else damage)
    assert edition.run().drawn == ("deltakelse-i-fora",)
    assert edition.bytes() == before and entry.read_bytes() == good


def test_a_name_or_a_language_that_is_shown_is_part_of_the_key(rows, codebook):
    def key(language="nb", book=codebook, tools="x"):
        return draw.drawing_key(content("kommunalt-samarbeid", rows, book, language, 2020, SERIE), "bred", tools)

    parts = (
        codebook.samarbeidsformer,
        codebook.grupper,
        codebook.svarkoder,
        codebook.indikatorer,
        codebook.aggregerte,
    )

    def renamed(kilde):
        new = {"navn_nb": "Nav"}
        return Codebook(
            [r | new if (r["kilde"], r["instans"]) == (kilde, "nav") else r for r in codebook.instanser], *parts
        )

    assert len({key(), key("nn"), key(tools="y"), key(book=renamed("kostra"))}) == 4
    assert key(book=renamed("samarbeid")) == key()


def test_fonts_are_part_of_the_key(tmp_path):
    for file in FONTS.glob("*.ttf"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert draw.tools_digest(tmp_path) == draw.tools_digest(FONTS)
    with (tmp_path / "SourceSans3-Regular.ttf").open("ab") as handle:
        handle.write(b"\0")
    assert draw.tools_digest(tmp_path) != draw.tools_digest(FONTS)


def test_the_store_is_bounded(tmp_path):
    for n in range(draw.KEPT + 5):
        store.keep(tmp_path, "prove.svg", f"{n:064x}", f"<svg>{n}</svg>".encode(), draw.KEPT)
    assert len(list(tmp_path.iterdir())) == draw.KEPT
    assert store.fetch(tmp_path, "prove.svg", f"{draw.KEPT + 4:064x}") == f"<svg>{draw.KEPT + 4}</svg>".encode()


def test_a_failure_leaves_every_file_as_it_was(edition, rows):
    before = edition.bytes()
    changed = [r for r in rows if r["indikator"] != "forum"]
    none = [r | {"antall": 0, "nei": r["base"], "andel": "0"} if r["base"] and r["antall"] else r for r in changed]
    edition.put(none)
    with pytest.raises(Problems, match="deltakelse-i-fora"):
        edition.run()
    assert edition.bytes() == before
    assert {p.name for p in edition.figures["deltakelse-i-fora.svg"].parent.iterdir()} == set(edition.figures)


def test_writing_is_all_or_nothing(tmp_path):
    (tmp_path / "mappe").write_text("en fil, ikke en mappe")
    with pytest.raises(OSError):
        contracts.write_all({tmp_path / "a.svg": b"a", tmp_path / "mappe" / "b.svg": b"b"})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mappe"]
