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
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.text import Text
from PIL import Image

from krisestat.agreements.lists import READERS
from krisestat.base import contracts, store
from krisestat.base.contracts import write_rows
from krisestat.base.display import percent
from krisestat.base.errors import Problems
from krisestat.figures import canvas as figures_canvas
from krisestat.figures import charts, design, kept, one_year, parts
from krisestat.figures.content import ON_PAGE, RENDERINGS, TO_SHARE, TO_TAKE, content, file_name
from krisestat.figures.svg import RIM, flat_svg, with_text
from krisestat.model.declared import FIGURE_KINDS, words
from krisestat.model.load import load_model
from krisestat.pages import publication
from krisestat.stages import draw
from tests.support.downloads import MODEL
from tests.support.model import edition_texts
from tests.support.observations import row
from tests.support.project import PROJECT
from tests.support.stages import run

FONTS = PROJECT / "templates" / "fonts"
FIGURES = MODEL.figurer
OVER_TIME = load_model(["beboere_landet"], READERS, PROJECT).figurer
SERIE = (2015, 2020)
CHAPTERS = ["samarbeid", "kommuner", "avtaler"]
PARTS = ("dekket", "delvis", "mangler", "ubesvart", "ikke_relevant", "ikke_spurt")
NAMES = [name for name, one in MODEL.statistikk.items() if one.kapittel in CHAPTERS]
FORMS = ("enkeltsaker", "fast_kontakt", "skriftlig_avtale", "ikke_skriftlig_avtale")


def number(statistic, aar, verdi, nevner=None, status="", **codes):
    """An observation; the answers that are not «ja» are «nei»."""
    of = MODEL.statistikk.get(statistic) or OVER_TIME["beboere-i-landet"].av
    rest = {"nei": None if verdi is None or nevner is None else nevner - verdi}
    rest |= {"ikke_spurt": nevner if status == "ikke_spurt" else 0}
    rest |= {"for_brudd": verdi - 100 if verdi and aar >= 2018 else None} if "for_brudd" in of.columns else {}
    opphav = "publisert" if of.tabell else "rekonstruert"
    return {"statistikk": statistic, **row(of, aar, verdi, nevner, status, opphav, **rest, **codes)}


def sample(
    partners,
    kostra,
    years=range(2015, 2021),
    value=lambda n, aar, base: (7 * n + 3 * (aar - 2010)) % (base + 1),
    points=None,
):
    """Rows of every figure: `value` gives a count from the partner's number, the year and the base."""
    rows = []
    for g, bases in (("kvinner", (45, 46, 46, 46, 44, 43)), ("menn", (40, 42, 43, 43, 41, 39))):
        for aar in years:
            base = bases[(aar - 2015) % 6]
            rows.append(number("forum", aar, value(2 if g == "menn" else 3, aar, base), base, tilbud=g))
            for n, i in enumerate(partners):
                codes = {"tilbud": g, "instans": i}
                rows.append(number("samarbeid", aar, value(n + 1, aar, base), base, **codes))
                for k, f in enumerate(FORMS):
                    asked = f != "fast_kontakt" or aar >= 2017
                    told = (value(n + k, aar, base), base, "") if asked else (None, base, "ikke_spurt")
                    rows.append(number("samarbeidsform", aar, *told, **codes, samarbeidsform=f))
    for aar in [y for y in years if 2017 <= y <= 2019] or [min(years)]:
        rows += [number("kommunalt_samarbeid", aar, 6 * value(n, aar, 45), instans=i) for n, i in enumerate(kostra)]
    for n, i in enumerate(points or partners):
        full = value(n, 2020, 25)
        counts = (full, (25 - full) // 2, (25 - full) // 3, 25 - full - (25 - full) // 2 - (25 - full) // 3, 0, 0)
        for part, count in zip(PARTS, counts, strict=True):
            rows.append(number("avtalepunkt", max(years), count, 25, punkt=i, lovgrunnlag="alle", dekning=part))
    rows += [number("beboere_landet", aar, 40 * value(1, aar, 45), registrert_kjonn="alle") for aar in years]
    return rows


def of_statistics(rows):
    """The rows as cubes."""
    return {name: [row for row in rows if row["statistikk"] == name] for name in (*MODEL.statistikk, "beboere_landet")}


def written(folder, rows):
    """The rows in a file a statistic; returns the files."""
    files = {folder / f"{name}.csv": own for name, own in of_statistics(rows).items() if name in NAMES}
    for path, own in files.items():
        columns = MODEL[path.stem].contract.columns
        write_rows(path, [{name: row[name] for name in columns} for row in own], MODEL[path.stem].contract)
    return list(files)


def shown(fid, rows, model=None, language="nb", aar=2020, serie=SERIE):
    """The content of a figure."""
    spec = (OVER_TIME | (model or MODEL).figurer)[fid]
    return content(spec, of_statistics(rows), edition_texts(language), language, aar, serie)


@pytest.fixture(scope="module")
def faces():
    return figures_canvas.Faces(FONTS)


@pytest.fixture(scope="module")
def rows():
    partners, kostra = (MODEL[name].per["instans"].koder for name in ("samarbeid", "kommunalt_samarbeid"))
    return sample(partners, kostra, points=MODEL["avtalepunkt"].per["punkt"].koder)


_DRAWN: dict = {}


def drawn(fid, rows, faces, model=None, language="nb", aar=2020, serie=SERIE, form="bred"):
    """A drawing, drawn once. What it was drawn from is kept, so that its id is its own."""
    key = (fid, id(rows), id(model), language, aar, serie, form)
    if key not in _DRAWN:
        svg = charts.draw(shown(fid, rows, model, language, aar, serie), faces, form).decode()
        _DRAWN[key] = (svg, rows, model)
    return _DRAWN[key][0]


def outputs(folder):
    """Where each rendering of each figure goes."""
    names = [file_name(fid, form, 2020) for fid in FIGURES for form in (*ON_PAGE, *TO_TAKE)]
    return {name: folder / name for name in names}


def run_elsewhere(folder, environment, after=""):
    """Draw everything in another process, in `folder`, from its numbers, with another hash seed, zone and locale."""
    program = f"""
import sys
from pathlib import Path
from krisestat.base.files import Files, folders
from krisestat.stages import draw
given = {{"utdata": {[f"{name}.csv" for name in NAMES]!r}, "lager": "lager"}}
inn = Files({{**folders(Path({str(PROJECT)!r})), **given}})
ut = Files({{"figurer": {list(outputs(Path()))!r}}})
draw.run(inn, ut, "nb", 2020, (2015, 2020), {CHAPTERS!r})
{after}
"""
    fixed = {"PYTHONPATH": str(PROJECT / "scripts"), "PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", program], cwd=folder, env=fixed | environment, check=True)


def looks(root):
    """The tag and attributes of every element of a drawing, with those of the group around it and of the whole."""
    for one in root:
        for element in one if one.tag.endswith("}g") else [one]:
            yield element.tag.rpartition("}")[2], {**root.attrib, **one.attrib, **element.attrib}


def texts(svg, *classes):
    """Class list and text of every text element that has all the classes; rims are no text of their own."""
    written = [e for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("}text") and e.get("class") != RIM]
    found = [(e.get("class", "").split(), re.sub("[ \n]+", " ", "".join(e.itertext())).strip()) for e in written]
    return [(names, text) for names, text in found if set(classes) <= set(names)]


def invented(count, name):
    """A model with `count` partners in each list, named by `name(n)`."""
    listed = {f"i{n}": words(name(n)) for n in range(count)}
    figures = {}
    for fid, spec in FIGURES.items():
        named = ("instans", "punkt")
        per = {d: replace(codes, read=lambda: listed) if d in named else codes for d, codes in spec.av.per.items()}
        figures[fid] = replace(spec, av=replace(spec.av, per=per))
    return replace(MODEL, figurer=figures)


# --- design ---


DARK = design.MORKE
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


# Roles that are used for text, on `papir` as well as on `tone`, and those that carry meaning as a mark.
TEXT = ("blekk", "dempet", *design.SERIER, "lenke")
MARKS = (*design.SERIER, "linje", "fokus")


@pytest.mark.parametrize("ground", ["papir", "tone"])
@pytest.mark.parametrize("look", PALETTES)
def test_contrast_of_texts_and_marks(look, ground):
    palette = PALETTES[look]
    assert set(palette) == set(design.FARGER)
    assert {n: c for n in TEXT if (c := contrast(palette, n, ground)) < 4.5} == {}
    assert {n: c for n in MARKS if (c := contrast(palette, n, ground)) < 3} == {}


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("look", PALETTES)
def test_the_two_groups_are_told_apart_by_everyone(look, vision):
    """More than twenty times the least difference that is noticed, in every kind of colour vision. (The third group,
    the municipalities, never stands in a figure with the others.)"""
    women, men = (lab(PALETTES[look][group], vision) for group in design.SERIER[:2])
    assert math.dist(women, men) > 50


# CSS pixels that each rendering has at least: the wide one on a page of 672 pixels, the narrow one on a phone of 360.
COLUMN = {"bred": 640, "smal": 328}


@pytest.mark.parametrize("form", ON_PAGE)
def test_every_colour_used_by_a_drawing_is_a_token_and_every_text_large_enough(rows, faces, form):
    for fid in FIGURES:
        svg = ElementTree.fromstring(drawn(fid, rows, faces, form=form))
        scale = COLUMN[form] / float(svg.get("viewBox").split()[2])
        for tag, look in looks(svg):
            assert {look.get(paint, "none") for paint in ("fill", "stroke")} <= {"none", *design.FARGER.values()}
            if tag == "text":
                assert look["fill"] in {design.FARGER[n] for n in (*TEXT, "papir", "tone")}
                assert float(look["font-size"]) * scale >= 11.5


def test_tokens_as_css_properties():
    lines = design.css_properties().splitlines()
    assert "--farge-serie1: #0b4f6c;" in lines
    assert all(re.fullmatch(r"--[a-z0-9-]+: [^;]+;", line) for line in lines)
    assert len({line.split(":")[0] for line in lines}) == len(lines)


def test_the_font_files_are_the_ones_in_the_repository():
    assert {file for *_, file in design.SKRIFTFILER} == {path.name for path in FONTS.glob("*.ttf")}


# --- numbers ---


def told(svg):
    """What is said of marks to whoever points at them."""
    return [e.text for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("}title") and not e.get("id")]


@pytest.mark.parametrize("form", ON_PAGE)
def test_a_gap_shows_how_many_lack_it_of_every_base_the_widest_first(rows, faces, form):
    """The pale, the filled and the open cells of a row are together its base; those who are not sure are open."""
    given = [r | {"nei": r["nei"] - 1, "vet_ikke": 1} if r.get("nei") else r for r in rows]
    svg = drawn("samarbeid-etter-instans", given, faces, form=form)
    own = [r for r in given if r["statistikk"] == "samarbeid" and r["aar"] == 2020]
    expected = {(r["tilbud"], r["instans"]): f"{r['nevner'] - r['verdi']}\u00a0av\u00a0{r['nevner']}" for r in own}
    assert {(c[1], c[2]): text for c, text in texts(svg, "verdi")} == expected and len(expected) == 18
    assert len(re.findall('class="aapen (?!noekkel)', svg)) == sum(r["vet_ikke"] for r in own)
    lacks = {(r["tilbud"], r["instans"]): r["nevner"] - r["verdi"] for r in own}
    order = [c[1] for c, _ in texts(svg, "navn")]
    assert order == sorted(order, key=lambda i: (-lacks["kvinner", i], -lacks["menn", i]))
    first = next(r for r in own if (r["tilbud"], r["instans"]) == ("kvinner", order[0]))
    share = percent(Fraction(first["verdi"], first["nevner"]))
    said = f"Ja {first['verdi']}\u00a0av\u00a0{first['nevner']} ({share}), nei {first['nei']}, vet ikke 1"
    assert form == "smal" or any(text.endswith(said) for text in told(svg))


def test_very_many_rows_are_not_all_drawn_and_the_others_are_told(faces):
    codes = [f"i{n}" for n in range(40)]
    svg = drawn(
        "samarbeid-etter-instans",
        sample(codes, codes, value=lambda n, aar, base: base - n // 2),
        faces,
        invented(40, str),
    )
    assert len(texts(svg, "navn")) == parts.MOST_ROWS
    assert [text for _, text in texts(svg, "flere")] == ["Resten har høyst 14 hver, og står i tabellen."]


@pytest.mark.parametrize("form", ON_PAGE)
def test_forms_show_every_count(rows, faces, form):
    svg = drawn("samarbeidsformer-etter-instans", rows, faces, form=form)
    own = [r for r in rows if r["statistikk"] == "samarbeidsform" and r["aar"] == 2020]
    expected = {(r["tilbud"], r["instans"], r["samarbeidsform"]): str(r["verdi"]) for r in own}
    assert {tuple(c[1:]): text for c, text in texts(svg, "verdi")} == expected and len(expected) == 72
    groups = [t for _, t in texts(svg, "gruppe")]
    assert groups == ["Kvinner, antall av 43 tilbud", "Menn, antall av 39 tilbud"]


@pytest.mark.parametrize(("count", "step"), [(0, 1), (8, 1), (9, 2), (17, 3), (34, 4), (35, 5), (43, 5)])
def test_the_ground_of_a_number_is_that_of_its_share_as_the_table_rounds_it(faces, count, step):
    """8 of 43 is 19 percent and 9 is 21; 34 is 79 and 35 is 81. Text on the last step is paper, on the others ink."""
    svg = drawn(
        "samarbeidsformer-etter-instans", sample(["i0"], ["i0"], value=lambda *_: count), faces, invented(1, str)
    )
    shapes = re.findall(r'class="trinn t(\d) kvinner i0 enkeltsaker"[^>]*?(?: fill-opacity="([\d.]+)")?>', svg)
    assert shapes == [(str(step), "" if step == 5 else f"{one_year.STEPS[step - 1]:g}")]
    own = [
        look for _, look in looks(ElementTree.fromstring(svg)) if look.get("class") == "verdi kvinner i0 enkeltsaker"
    ]
    assert [look["fill"] for look in own] == [design.FARGER["papir" if step == 5 else "blekk"]]


@pytest.mark.parametrize("form", ON_PAGE)
def test_a_stack_is_as_wide_as_its_parts_and_the_least_covered_is_on_top(rows, faces, form):
    svg = drawn("avtaler-dekning", rows, faces, form=form)
    own = {(r["punkt"], r["dekning"]): r["verdi"] for r in rows if r["statistikk"] == "avtalepunkt"}
    order = [c[1] for c, _ in texts(svg, "navn")]
    assert order == sorted(order, key=lambda i: own[i, "dekket"]) and {i for i, _ in own} == {*order}
    wide = {}
    for e in ElementTree.fromstring(svg).iter():
        look, *codes = e.get("class", "-").split()
        if look in ("fylt", "delvis", "aapen", "taus") and codes[0] != "noekkel":
            left, right = (float(x) for x in re.findall(r"M(\S+) .*?H([\d.]+)", e.get("d"))[0])
            wide[tuple(codes)] = right - left
    assert {key for key, count in own.items() if count} == {*wide}
    unit = (sum(wide.values()) + 1.7 * len(wide)) / sum(own.values())  # of each part, what is open after it
    assert all(abs(length + 1.7 - unit * own[key]) < 1.1 for key, length in wide.items())
    assert {c[1]: t for c, t in texts(svg, "base")} == dict.fromkeys(order, "av\u00a025")


@pytest.mark.parametrize("form", ON_PAGE)
def test_shares_over_time_show_every_percentage_and_tell_its_base(rows, faces, form):
    svg = drawn("deltakelse-i-fora", rows, faces, form=form)
    own = [r for r in rows if r["statistikk"] == "forum"]
    shares = {(r["tilbud"], f"a{r['aar']}"): percent(Fraction(r["verdi"], r["nevner"])) for r in own}
    assert {tuple(c[1:]): text for c, text in texts(svg, "verdi")} == shares
    last = max(own, key=lambda r: (r["aar"], r["tilbud"] == "kvinner"))
    assert form == "smal" or f"2020: Kvinner {last['verdi']}\u00a0av\u00a0{last['nevner']} (" in told(svg)[-1]


@pytest.mark.parametrize("form", ON_PAGE)
def test_agreements_show_first_and_last_percentage(rows, faces, form):
    svg = drawn("skriftlige-avtaler", rows, faces, form=form)
    expected = {
        (r["tilbud"], r["instans"], f"a{r['aar']}"): percent(Fraction(r["verdi"], r["nevner"]))
        for r in rows
        if r.get("samarbeidsform") == "skriftlig_avtale" and r["aar"] in SERIE
    }
    assert {tuple(c[1:]): text for c, text in texts(svg, "verdi")} == expected


def test_a_change_is_told_in_words_of_the_percentages_as_shown(rows, faces):
    told = shown("skriftlige-avtaler", rows)
    own = {(r["rader"], r["aar"]): r for r in told["rader"] if r["serier"] == "kvinner"}
    for code, text in [(c[1], t) for c, t in texts(drawn("skriftlige-avtaler", rows, faces), "endring")]:
        first, last = (
            int(percent(Fraction(own[code, y]["verdi"], own[code, y]["nevner"])).split("\u00a0")[0]) for y in SERIE
        )
        way = "opp" if last > first else "ned"
        assert text == (f"Kvinner: {way} {abs(last - first)} prosentpoeng" if last != first else "Kvinner: uendret")
    assert "prosentpoeng" not in " ".join(t for _, t in texts(charts.draw(told | {"brudd": [2018]}, faces).decode()))


@pytest.mark.parametrize("form", ON_PAGE)
def test_municipal_counts_are_apart_from_the_services(rows, faces, form):
    svg = drawn("kommunalt-samarbeid", rows, faces, form=form)
    own = {(r["instans"], r["aar"]): str(r["verdi"]) for r in rows if r["statistikk"] == "kommunalt_samarbeid"}
    ends = {(i, f"a{aar}"): text for (i, aar), text in own.items() if aar != 2018}
    assert {tuple(c[2:]): text for c, text in texts(svg, "verdi")} == ends
    assert form == "smal" or sorted(text.rpartition(": ")[2] for text in told(svg)) == sorted(own.values())
    assert all(design.FARGER[role] not in svg for role in design.SERIER[:2])
    assert all("Kommuner" not in drawn(f, rows, faces) for f in FIGURES if f != "kommunalt-samarbeid")


@pytest.mark.parametrize("form", ON_PAGE)
def test_a_break_is_seen_and_the_number_from_before_it_has_a_mark_and_a_text_of_its_own(faces, form):
    given = [number("beboere_landet", aar, 1000 + aar, registrert_kjonn="alle") for aar in range(2016, 2025)]
    for r in given:
        r["for_brudd"] = 1979 if r["aar"] == 2022 else None
    svg = drawn("beboere-i-landet", given, faces, aar=2024, serie=(2016, 2024), form=form)
    assert next(t for _, t in texts(svg, "brudd")) == "Brudd i 2021" and 'class="ny-telling"' in svg
    assert [t for c, t in texts(svg, "for-brudd")] == ["1\u00a0979 i 2022, regnet som før bruddet"]
    assert len(re.findall(r'class="punkt for-brudd', svg)) == 1 and len(re.findall(r'class="linje ', svg)) == 2
    runs = [len(re.findall("[ML]", d)) for d in re.findall(r'class="linje [^>]*? d="([^"]*)"', svg)]
    assert runs == [5, 4], "the lines stop at the break"
    assert not [t for _, t in texts(svg, "verdi") if "|" in t], "the break is drawn, and no number needs its mark"


@pytest.mark.parametrize("form", ON_PAGE)
def test_what_happened_in_a_year_stands_over_it(faces, form):
    """Over the plot, the first on top, each with a line down to its year; not what happened in years that are not
    shown."""
    events = [
        {"aar": 2024, "tekst": {"nb": "Et nytt senter kom til", "nn": "Eit nytt senter kom til"}},
        {"aar": 2020, "tekst": {"nb": "Tiltak som varte i store deler av året", "nn": "Tiltak"}},
        {"aar": 2012, "tekst": {"nb": "Før serien", "nn": "Før serien"}},
    ]
    spec = OVER_TIME["beboere-i-landet"]
    spec = replace(spec, av=replace(spec.av, said={**spec.av.said, "hendelser": events}))
    given = [number(spec.av.id, aar, 1000 + aar, registrert_kjonn="alle") for aar in range(2016, 2025)]
    told = content(spec, {spec.av.id: given}, edition_texts(), "nb", 2024, (2016, 2024))
    svg = charts.draw(told, faces, form).decode()
    written = " ".join(text for _, text in texts(svg, "hendelse"))
    assert written == "2020: Tiltak som varte i store deler av året 2024: Et nytt senter kom til"
    assert svg.count('class="hendelse') >= 4 and {"2020", "2024"} <= {*publication.figure_numbers(svg, told)}


@pytest.mark.parametrize("fid", [*FIGURES, *OVER_TIME])
def test_what_is_said_of_a_mark_stands_once_and_its_classes_tell_which_mark_it_is(rows, faces, fid):
    """In the wide drawing; the script finds the same mark in the narrow one by its classes."""
    wide, narrow = (ElementTree.fromstring(drawn(fid, rows, faces, form=form)) for form in ON_PAGE)
    said = [e.get("class") for e in wide.iter() if any(child.tag.endswith("}title") for child in e) and e is not wide]
    assert said and len({*said}) == len(said)
    assert {*said} <= {e.get("class") for e in narrow.iter()} and "<title>" not in ElementTree.tostring(narrow).decode()


# --- what is missing ---


@pytest.mark.parametrize("form", ON_PAGE)
def test_not_asked_is_said_and_never_zero(faces, rows, form):
    svg = drawn("samarbeidsformer-etter-instans", rows, faces, aar=2016, form=form)
    cells = texts(svg, "verdi", "fast_kontakt")
    assert len(cells) == 18 and {text for _, text in cells} == {"ikke spurt"}
    assert "fast_kontakt" not in " ".join(re.findall(r'class="(stolpe [^"]*)"', svg))


def test_a_missing_year_and_a_break_are_a_gap_in_the_line(faces, rows):
    def line_count(svg):
        return len(re.findall(r'class="linje kvinner"', svg))

    gap = [r for r in rows if (r["statistikk"], r.get("tilbud"), r["aar"]) != ("forum", "kvinner", 2017)]
    gap.append(number("forum", 2017, None, 46, "ikke_spurt", tilbud="kvinner"))
    whole, broken = (drawn("deltakelse-i-fora", given, faces) for given in (rows, gap))
    assert (line_count(whole), line_count(broken)) == (1, 2)
    assert texts(broken, "verdi", "kvinner", "a2017") == []
    absent = [r for r in rows if (r["statistikk"], r.get("tilbud"), r["aar"]) != ("forum", "kvinner", 2017)]
    assert line_count(drawn("deltakelse-i-fora", absent, faces)) == 2
    counted_anew = shown("deltakelse-i-fora", rows) | {"brudd": [2018]}
    assert line_count(charts.draw(counted_anew, faces).decode()) == 2


@pytest.mark.parametrize("form", ON_PAGE)
def test_a_hidden_count_shows_its_sign(faces, rows, form):
    hidden = [r | {"verdi": None, "status": "undertrykt"} if r.get("instans") == "nav" else r for r in rows]
    for fid in ("samarbeid-etter-instans", "samarbeidsformer-etter-instans"):
        said = {text for _, text in texts(drawn(fid, hidden, faces, form=form), "verdi", "nav")}
        assert said == {":" if fid == "samarbeidsformer-etter-instans" else ":\u00a0vises\u00a0ikke"}
    flere = [text for _, text in texts(drawn("kommunalt-samarbeid", hidden, faces, form=form), "flere")]
    assert flere == [":\u00a0vises\u00a0ikke (2019): NAV"]
    hidden = [r | {"verdi": None, "status": "undertrykt"} if r.get("punkt") == "bolig" else r for r in rows]
    svg = drawn("avtaler-dekning", hidden, faces, form=form)
    assert [text for _, text in texts(svg, "bolig") if not text.startswith("Hjelp")] == [":\u00a0vises\u00a0ikke"]


def test_no_rows_and_a_code_that_no_list_has_are_errors(rows):
    with pytest.raises(Problems, match="ingen rader"):
        shown("deltakelse-i-fora", [])
    strange = number("samarbeid", 2020, 1, 2, tilbud="menn", instans="barnehuss")
    del strange["statistikk"]
    with pytest.raises(Problems, match="«barnehuss»"):
        contracts.check([strange], MODEL["samarbeid"].contract, "samarbeid.csv")


def test_a_kind_of_figure_without_a_drawer_is_told_and_not_drawn_as_another(rows, faces):
    told = shown("deltakelse-i-fora", rows)
    with pytest.raises(Problems, match=r"figur deltakelse-i-fora\n.*slaget «kake», som ikke har noen tegner"):
        charts.canvas_of(told | {"slag": "kake"}, faces)
    assert set(FIGURE_KINDS) == set(charts.DRAWERS) == {spec.slag for spec in (FIGURES | OVER_TIME).values()}
    for less in (told | {"navn": told["navn"] | {"serier": {}}}, told | {"slag": "helning"}):
        with pytest.raises(Problems, match=r"figur deltakelse-i-fora\n.*ikke (serier|rader)\n.*for «(linjer|helning)»"):
            charts.canvas_of(less, faces)
    with pytest.raises(Problems, match="ikke ett år"):
        of_years = shown("samarbeid-etter-instans", rows) | {"aar": [2019, 2020]}
        charts.canvas_of(of_years, faces)


def test_series_have_colours_and_marks_of_their_own_whatever_they_are_called(rows, faces):
    """Three series of a short list: each its own colour, dash and mark."""
    codes = replace(MODEL["forum"].per["tilbud"], read=lambda: {code: words(code.title()) for code in "abc"})
    spec = FIGURES["deltakelse-i-fora"]
    spec = replace(spec, av=replace(spec.av, per={"tilbud": codes}))
    given = [
        number("forum", aar, 10 * n + aar - 2015, 40, tilbud=c) for n, c in enumerate("abc", 1) for aar in (2019, 2020)
    ]
    told = content(spec, {"forum": given}, edition_texts(), "nb", 2020, SERIE)
    assert list(told["farger"].values()) == list(design.SERIER)
    svg = charts.draw(told, faces).decode()
    assert {name: text for (_, name, *_), text in texts(svg, "gruppe")} == {"a": "A", "b": "B", "c": "C"}
    assert len(set(re.findall(r'class="linje ." [^>]*stroke="(#\w+)"|stroke="(#\w+)"[^>]*class="linje ."', svg))) == 3


@pytest.mark.parametrize(
    ("type", "value", "text"), [("desimal", Fraction(25, 2), "12,5\u00a0|"), ("prosent", 40, "40,0\u00a0%\u00a0|")]
)
def test_columns_show_decimals_percentages_and_a_break(faces, type, value, text):
    spec = FIGURES["kommunalt-samarbeid"]
    said = {**spec.av.said, "type": type, "desimaler": 1, "brudd": [{"fra": 2019, "grunn": "Ny."}]}
    spec = replace(spec, av=replace(spec.av, said=said))
    told = content(
        spec, {spec.av.id: [number(spec.av.id, 2019, value, instans="nav")]}, edition_texts(), "nb", 2020, SERIE
    )
    assert [found for _, found in texts(charts.draw(told, faces).decode(), "verdi")] == [text]
    assert told["navn"]["serier"] == {design.SERIER[-1]: {"desimal": "Tall", "prosent": "Prosent"}[type]}
    assert kept.drawing_key(told, "bred", "x") != kept.drawing_key(told, "smal", "x")


# --- form ---


def test_drawings_can_stand_together_in_a_page(rows, faces):
    seen: list[str] = []
    for (fid, spec), form in itertools.product(FIGURES.items(), ON_PAGE):
        svg = drawn(fid, rows, faces, form=form)
        root = ElementTree.fromstring(svg)
        ids = [e.get("id") for e in root.iter() if e.get("id")]
        own = fid if form == "bred" else f"{fid}-smal"
        assert ids == [own, f"{own}-tittel"] and root.get("role") == "img" and root.get("aria-labelledby") == ids[1]
        assert root[0].text.startswith(spec.tittel["nb"].split("{")[0]) and not root[0].text.endswith(".")
        assert {e.tag.rpartition("}")[2] for e in root} <= {"title", "path", "circle", "text", "g"}
        head = re.findall("<svg[^>]*>", svg)[0]
        assert svg.startswith(head) and "style" not in svg and " width=" not in head and " height=" not in head
        seen += ids
    assert len(set(seen)) == len(seen)


def test_titles_and_descriptions_are_replaced_and_escaped(rows, faces):
    svg = drawn("deltakelse-i-fora", rows, faces)
    once = with_text(svg, "f1", "Én & <to>", "Beskrivelse")
    root = ElementTree.fromstring(once)
    assert [(e.get("id"), e.text) for e in root[:2]] == [("f1-tittel", "Én & <to>"), ("f1-beskrivelse", "Beskrivelse")]
    assert root.get("aria-labelledby") == "f1-tittel f1-beskrivelse" and root.get("id") == "f1"
    assert "Én &amp; &lt;to&gt;" in once and once.count("<title id") == 1
    assert with_text(once, "f1", "Én & <to>", "Beskrivelse") == once
    assert "<desc" not in with_text(once, "f1", "Bare tittel")


def test_tidy_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="image"):
        flat_svg('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g><image/></g></svg>', "Source Sans 3")


def test_nynorsk_has_its_own_words(rows, faces):
    for fid in FIGURES:
        svg = drawn(fid, rows, faces, language="nn")
        assert not re.search(
            r"tilbud|tjenest|skriftlig |kommuner\b(?! kommun)|antall", " ".join(t for _, t in texts(svg)), re.I
        )
    assert "ikkje spurt" in drawn("samarbeidsformer-etter-instans", rows, faces, language="nn", aar=2016)


# --- the same bytes everywhere ---


@pytest.mark.thorough
def test_same_bytes_under_other_settings_and_fonts(rows, faces):
    for fid, form in itertools.product(FIGURES, RENDERINGS):
        told = shown(fid, rows) | {"funn": "Et funn", "noter": ["Kilde: prøven."]}
        first = charts.draw(told, faces, form)
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
            assert charts.draw(told, figures_canvas.Faces(FONTS), form) == first


@pytest.mark.thorough
def test_same_bytes_in_another_process_with_a_rogue_settings_file(tmp_path, rows, faces):
    """A settings file in the working folder, another home, hash seed, time zone and locale change nothing."""
    (tmp_path / "matplotlibrc").write_text("font.size: 40\nsvg.fonttype: path\nfigure.dpi: 30\ntext.usetex: True\n")
    numbers = written(tmp_path, rows)
    run_elsewhere(tmp_path, {"HOME": str(tmp_path), "MPLCONFIGDIR": matplotlib.get_cachedir()})
    for fid, form in itertools.product(FIGURES, ON_PAGE):
        own = drawn(fid, rows, faces, form=form)
        assert (tmp_path / file_name(fid, form, 2020)).read_text("utf-8") == own
    here = outputs(tmp_path / "her")
    given = {"utdata": numbers, "lager": tmp_path / "annet", "figurer": here.values()}
    run("draw", tmp_path, PROJECT, **given)
    assert [name for name, path in here.items() if path.read_bytes() != (tmp_path / name).read_bytes()] == []


def test_only_the_repository_s_fonts_are_used(rows, faces):
    for fid in FIGURES:
        canvas = charts.canvas_of(shown(fid, rows), faces)
        written = [e for e in canvas.figure.get_children() if isinstance(e, Text)]
        files = {Path(e.get_fontproperties().get_file()) for e in written}
        assert files and files <= set(FONTS.glob("SourceSans3-*.ttf"))
        families = re.findall(r'font-family="([^"]*)"', drawn(fid, rows, faces))
        assert families == ["'Source Sans 3', sans-serif"]


@pytest.mark.parametrize("name", ["Senter ★", "دار", "NAV \U0001f3e0"])
def test_a_glyph_that_the_font_lacks_is_an_error(name, faces):
    with pytest.raises(Problems, match=r"U\+"):
        drawn("samarbeid-etter-instans", sample(["i0"], ["i0"]), faces, invented(1, lambda n: name))


@pytest.mark.parametrize("name", ["$x^2$ og \\alpha", "<b>&amp; «NAV»", "Čoahkkin ŋ"])
def test_names_are_shown_as_they_are(name, faces):
    svg = drawn("samarbeid-etter-instans", sample(["i0"], ["i0"]), faces, invented(1, lambda n: name))
    assert " ".join(text for _, text in texts(svg, "navn")) == name


@pytest.mark.parametrize("form", ON_PAGE)
def test_long_names_that_differ_at_the_end_are_told_apart(form, faces):
    codes = [f"i{n}" for n in range(9)]
    model = invented(9, lambda n: f"Tverrfagligsamarbeidsorganisasjonsenheten i kommuneområde {n}")
    told = [text for _, text in texts(drawn("samarbeid-etter-instans", sample(codes, codes), faces, model, form=form))]
    assert {text[-1] for text in told if "område" in text} == set("012345678")


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
@pytest.mark.parametrize("fid", [*FIGURES, *OVER_TIME])
def test_nothing_leaves_the_canvas_or_lies_on_other_text(fid, case, faces, width):
    count, name, more = CASES[case]
    codes = [f"i{n}" for n in range(count)]
    told = shown(fid, sample(codes, codes, **more), invented(count, name), serie=(1991, 2020))
    canvas = charts.canvas_of(told, faces, width)
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


@pytest.mark.thorough
def test_a_figure_to_take_away_has_its_title_bases_source_and_origin(first_run, rows):
    """In the picture itself: on its own, a figure must still say what it shows and that its data are reconstructed."""
    assert len(first_run.told) == 2 * len(FIGURES)
    assert all(written == " ".join((title, *notes)) for title, notes, written in first_run.told)
    for (title, (bases, source), _), fid in zip(first_run.told[::2], FIGURES, strict=True):
        assert title == shown(fid, rows)["tittel"]
        assert bases.endswith(".") and source.startswith("Kilde: ")
        assert ("ekonstruerte" in source) == (fid != "kommunalt-samarbeid")


@pytest.mark.thorough
def test_a_figure_to_take_away_is_a_whole_file(first_run):
    for fid in FIGURES:
        svg, png = (first_run.figures[file_name(fid, form, 2020)].read_bytes() for form in TO_TAKE)
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("}svg") and not [e for e in root.iter() if e.tag.endswith("}text")]
        assert root[0].tag.endswith("}title") and root[0].text.startswith(FIGURES[fid].tittel["nb"].split("{")[0])
        assert b"date" not in svg.lower() and b"klasse" not in svg
        with Image.open(io.BytesIO(png)) as image:
            assert image.format == "PNG" and image.width > 1300 and image.getpixel((2, 2))[:3] == (255, 255, 255)
            assert image.text["Title"] == root[0].text and "Software" not in image.text
            ink = image.convert("L").point(lambda value: 255 * (value < 250)).getbbox()
        assert min(ink[:2]) > 20 and ink[2] <= image.width - 20 and ink[3] <= image.height - 20


@pytest.mark.thorough
@pytest.mark.parametrize("fid", FIGURES)
def test_the_picture_to_share_has_the_size_of_the_protocol_and_all_of_the_figure(fid, rows, faces):
    notes = ["Tilbud i registeret.", "Kilde: Noe. Opphav.", "Krisestat · example.org/2020"]
    told = shown(fid, rows) | {"funn": "Et langt funn om tilbudene og det de gjorde i fjor", "noter": notes}
    with Image.open(io.BytesIO(charts.draw(told, faces, TO_SHARE))) as image:
        assert image.size == (1200, 630) and image.text["Title"] == told["tittel"]
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
        self.numbers = written(self.folder, rows)

    def run(self, language="nb"):
        given = {"utdata": self.numbers, "lager": self.folder / "lager", "figurer": self.figures.values()}
        return run("draw", self.folder, PROJECT, **given, language=language)

    def bytes(self):
        return {name: path.read_bytes() for name, path in self.figures.items()}


@pytest.fixture(scope="module")
def first_run(tmp_path_factory, rows):
    """A first run, which tests do not touch: its folder, its report, and for each figure to take away its title, notes
    and what was written in its frame."""
    told, framed = [], figures_canvas.Canvas.frame

    def frame(self, title, notes):
        before = len(self.boxes)
        framed(self, title, notes)
        told.append((title, notes, " ".join(box[4] for box in self.boxes[before:])))

    first = Edition(tmp_path_factory.mktemp("tegnet"), rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures_canvas.Canvas, "frame", frame)
        first.report = first.run()
    first.told = told
    return first


@pytest.fixture
def edition(tmp_path, rows, first_run):
    """A copy of the first run."""
    shutil.copytree(first_run.folder, tmp_path / "kopi")
    return Edition(tmp_path / "kopi", rows)


@pytest.mark.thorough
def test_a_second_run_draws_nothing_and_gives_the_same_files(first_run, edition):
    assert first_run.report == draw.DrawResult(tuple(FIGURES), ())
    for path in edition.figures.values():
        path.unlink()
    assert edition.run() == draw.DrawResult((), tuple(FIGURES))
    assert edition.bytes() == first_run.bytes()


@pytest.mark.thorough
def test_a_run_without_changes_does_not_load_the_drawing_library(edition):
    run_elsewhere(edition.folder, {}, "sys.exit(bool({'matplotlib', 'pandas', 'numpy'} & set(sys.modules)))")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("samarbeid", "nav", None, 2020), {"samarbeid-etter-instans"}),
        (("samarbeid", "nav", None, 2018), set()),
        (("samarbeidsform", "nav", "enkeltsaker", 2020), {"samarbeidsformer-etter-instans"}),
        (("samarbeidsform", "nav", "skriftlig_avtale", 2018), {"skriftlige-avtaler"}),
        (("samarbeidsform", "nav", "skriftlig_avtale", 2020), {"samarbeidsformer-etter-instans", "skriftlige-avtaler"}),
        (("forum", None, None, 2016), {"deltakelse-i-fora"}),
        (("kommunalt_samarbeid", "nav", None, 2018), {"kommunalt-samarbeid"}),
    ],
)
def test_a_changed_row_redraws_exactly_the_figures_that_show_it(edition, rows, change, expected):
    before = edition.bytes()
    changed = [r.copy() for r in rows]
    target = next(r for r in changed if (r["statistikk"], *map(r.get, ("instans", "samarbeidsform", "aar"))) == change)
    base = target.get("nevner")
    step = 1 if base is None or target["verdi"] < base else -1
    target["verdi"] += step
    if base:
        target["nei"] -= step
    edition.put(changed)
    assert set(edition.run().drawn) == expected
    renderings = {file_name(fid, form, 2020) for fid in expected for form in (*ON_PAGE, *TO_TAKE)}
    assert {name for name, drawing in edition.bytes().items() if drawing != before[name]} == renderings


@pytest.mark.thorough
def test_another_kind_of_no_redraws_the_figure_that_tells_them_apart(edition, rows):
    edition.put([r | {"nei": r["nei"] - 1, "vet_ikke": 1} if r.get("nei") else r for r in rows])
    assert edition.run().drawn == ("samarbeid-etter-instans",)


@pytest.mark.thorough
@pytest.mark.parametrize("damage", [b"", b"<svg/>", None])
def test_a_damaged_drawing_is_drawn_anew(edition, damage):
    before = edition.bytes()
    (entry,) = (edition.folder / "lager/tegninger").glob("deltakelse-i-fora.svg.*")
    good = entry.read_bytes()
    entry.write_bytes(good[:-10] if damage is None else damage)
    assert edition.run().drawn == ("deltakelse-i-fora",)
    assert edition.bytes() == before and entry.read_bytes() == good


def test_a_name_or_a_language_that_is_shown_is_part_of_the_key(rows):
    def key(language="nb", name="NAV", of="kommunalt-samarbeid", tools="x"):
        figures = {of: renamed(FIGURES[of], "nav", name)}
        told = shown("kommunalt-samarbeid", rows, replace(MODEL, figurer={**FIGURES, **figures}), language)
        return kept.drawing_key(told, "bred", tools)

    assert len({key(), key("nn"), key(tools="y"), key(name="Nav")}) == 4
    assert key(name="Nav", of="samarbeid-etter-instans") == key()


def renamed(spec, code, name):
    """A figure in which a partner is called something else."""
    codes = spec.av.per["instans"]
    own = {**codes.koder, code: words(name)}
    return replace(spec, av=replace(spec.av, per={**spec.av.per, "instans": replace(codes, read=lambda: own)}))


def test_fonts_are_part_of_the_key(tmp_path):
    for file in FONTS.glob("*.ttf"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert kept.tools_digest(tmp_path) == kept.tools_digest(FONTS)
    with (tmp_path / "SourceSans3-Regular.ttf").open("ab") as handle:
        handle.write(b"\0")
    assert kept.tools_digest(tmp_path) != kept.tools_digest(FONTS)


def test_the_store_is_bounded(tmp_path):
    for n in range(kept.KEPT + 5):
        store.keep(tmp_path, "prove.svg", f"{n:064x}", f"<svg>{n}</svg>".encode(), kept.KEPT)
    assert len(list(tmp_path.iterdir())) == kept.KEPT
    assert store.fetch(tmp_path, "prove.svg", f"{kept.KEPT + 4:064x}") == f"<svg>{kept.KEPT + 4}</svg>".encode()


@pytest.mark.thorough
def test_a_failure_leaves_every_file_as_it_was(edition, rows):
    before = edition.bytes()
    changed = [r for r in rows if r["statistikk"] != "forum"]
    none = [r | {"verdi": 0, "nei": r["nevner"]} if r.get("nevner") and r["verdi"] else r for r in changed]
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
