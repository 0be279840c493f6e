"""The pages of the fact sheets: true for every centre and municipality, the same in both standards, and nothing hidden
on them."""

import re
import shutil
from dataclasses import replace
from functools import lru_cache

import pytest
from lxml import html as lxml_html

from krisestat.base.errors import Problems
from krisestat.sheets.numbers import of_places
from krisestat.statements.book import Statements
from tests.support import sheet_pages as prove
from tests.support.sheet_pages import (
    ALL_YES,
    CENTRE,
    MUNICIPALITIES,
    PROJECT,
    agreement,
    both,
    new_maker,
    persons,
    service,
    sharing,
)

OSLO = MUNICIPALITIES["kommune-3005"]
SILENT = dict.fromkeys(ALL_YES, "ubesvart")
NOBODY = dict.fromkeys(ALL_YES, "nei")


def moved(rows, group):
    """Rows of which those of comparable centres are of another group."""
    return [row | {"senter": group} if row.get("senter", "").startswith("jevnstore") else row for row in rows]


# name: (sheet, rows, what it says in nb and in nn, in turn)
CASES = {
    "alle": (
        CENTRE,
        [*both(), *sharing()],
        "Senteret samarbeidet med alle instansene\n",
        "Senteret samarbeidde med alle instansane\n",
    ),
    "ett nei": (
        CENTRE,
        [*both(ALL_YES | {"barnehus": "nei"}), *sharing()],
        "De svarte nei om barnehus. I landet samarbeidet 38 av 43 tilbud til kvinner med barnehus. I landet "
        "samarbeidet 35 av 39 tilbud til menn med barnehus.",
        "Dei svara nei om barnehus. I landet samarbeidde 38 av 43 tilbod til kvinner med barnehus. I landet "
        "samarbeidde 35 av 39 tilbod til menn med barnehus.",
    ),
    "ulike svar": (
        CENTRE,
        [*service("kvinner", ALL_YES | {"barnehus": "nei", "boligkontor": "nei"}), *service("menn"), *sharing()],
        "Det svarte nei om boligkontor og barnehus. I landet samarbeidet tilbud til kvinner med boligkontor "
        "(39 av 43) og barnehus (38).",
        "Det svara nei om bustadkontor og barnehus. I landet samarbeidde tilbod til kvinner med bustadkontor "
        "(39 av 43) og barnehus (38).",
    ),
    "vet ikke og ubesvart": (
        CENTRE,
        [*service("kvinner", ALL_YES | {"nav": "vet_ikke", "politi": "ubesvart"}), *service("menn"), *sharing()],
        "overgrepsmottak. Det svarte «vet ikke» om NAV. Det har ikke svart om politiet.",
        "overgrepsmottak. Det svara «veit ikkje» om NAV. Det har ikkje svart om politiet.",
    ),
    "ingen": (
        CENTRE,
        [*service("kvinner", NOBODY), *sharing()],
        "Tilbudet til kvinner svarte nei om NAV, barneverntjenesten, familievernet, psykisk helsetjeneste, politiet, ",
        "Tilbodet til kvinner svara nei om NAV, barneverntenesta, familievernet, psykisk helseteneste, politiet, ",
    ),
    "tause": (
        CENTRE,
        [*both(SILENT), *sharing()],
        "Senteret er krisesenter for 3 kommuner. Tilbudet til kvinner har ikke svart om NAV, barneverntjenesten, ",
        "Senteret er krisesenter for 3 kommunar. Tilbodet til kvinner har ikkje svart om NAV, barneverntenesta, ",
    ),
    "bare ett har svart": (
        CENTRE,
        [*service("kvinner", SILENT), *service("menn"), *sharing()],
        "\nTilbudet til kvinner har ikke svart om NAV, barneverntjenesten, ",
        "\nTilbodet til kvinner har ikkje svart om NAV, barneverntenesta, ",
        "\nTilbudet til menn samarbeidet med alle instansene\n",
        "\nTilbodet til menn samarbeidde med alle instansane\n",
    ),
    "uten tilbud til menn": (
        CENTRE,
        [*service("kvinner"), *sharing()],
        "Senteret hadde ingen tilbud til menn i 2020.",
        "Senteret hadde ingen tilbod til menn i 2020.",
    ),
    "nytt tilbud": (
        CENTRE,
        [*service("kvinner"), *service("menn", years=(2020,)), *sharing()],
        "Tilbudet til menn samarbeidet med 9 av 9 instanser.\n",
        "Tilbodet til menn samarbeidde med 9 av 9 instansar.\n",
        "I 2019 hadde senteret ingen tilbud til menn.",
        "I 2019 hadde senteret ingen tilbod til menn.",
    ),
    "endret siden i fjor": (
        CENTRE,
        [*service("kvinner", before=ALL_YES | {"nav": "nei", "politi": "nei"}), *sharing()],
        "I 2020 samarbeidet tilbudet til kvinner med 9 av 9 instanser, 2 flere enn i 2019.",
        "I 2020 samarbeidde tilbodet til kvinner med 9 av 9 instansar, 2 fleire enn i 2019.",
    ),
    "tiet i fjor": (
        CENTRE,
        [*service("kvinner", before=SILENT), *sharing()],
        "I 2020 samarbeidet tilbudet til kvinner med 9 av 9 instanser.\n",
        "I 2020 samarbeidde tilbodet til kvinner med 9 av 9 instansar.\n",
    ),
    "for få jevnstore": (
        CENTRE,
        [*both(few=True), *sharing()],
        "Jevnstore sentre\nTallene vises ikke, for gruppen er for liten.",
        "Jamstore senter\nTala blir ikkje viste, for gruppa er for lita.",
    ),
    "største klasse": (
        CENTRE | {"like_fra": 10, "like_til": None},
        [*moved(both(), "jevnstore_10"), *sharing()],
        "Sentre for 10 kommuner og oppover, også dette senteret.",
        "Senter for 10 kommunar og oppover, òg dette senteret.",
    ),
    "klasse med bare én størrelse": (
        CENTRE | {"like_fra": 1, "like_til": 1},
        [*both(), *sharing()],
        "Sentre for 1 kommune, også dette senteret.",
        "Senter for 1 kommune, òg dette senteret.",
    ),
    "avtaler og fora": (
        CENTRE,
        [*service("kvinner", written=("nav", "politi"), contact=("nav",), forum="nei"), *sharing()],
        "Tilbudet til kvinner hadde skriftlig samarbeidsavtale med NAV og politiet. I landet hadde 21 av 43 tilbud til "
        "kvinner skriftlig avtale med minst én instans. Tilbudet til kvinner hadde fast kontaktperson hos "
        "NAV. Tilbudet "
        "til kvinner svarte nei om samarbeidsfora. I landet deltok 32 av 43 tilbud til kvinner i samarbeidsfora.",
        "Tilbodet til kvinner hadde skriftleg samarbeidsavtale med NAV og politiet. I landet hadde 21 av 43 tilbod til "
        "kvinner skriftleg avtale med minst éin instans. Tilbodet til kvinner hadde fast kontaktperson hos NAV. "
        "Tilbodet til kvinner svara nei om samarbeidsfora. I landet deltok 32 av 43 tilbod til kvinner i ",
    ),
    "uten svar om fora": (
        CENTRE,
        [*service("kvinner", forum="ubesvart"), *sharing()],
        "Tilbudet til kvinner har ikke svart om samarbeidsfora.",
        "Tilbodet til kvinner har ikkje svart om samarbeidsfora.",
    ),
    "personer": (
        CENTRE,
        [*both(), *sharing(), *persons(35, 57, 2019), *persons(36, 51)],
        "I 2020 var antallet beboere på senteret 36. Det er 1 flere enn i 2019. Antallet opphold på senteret "
        "i 2020 var 51. "
        "Det er 6 færre enn i 2019.",
        "I 2020 var talet på bebuarar på senteret 36. Det er 1 fleire enn i 2019. Talet på opphald på "
        "senteret i 2020 var "
        "51. Det er 6 færre enn i 2019.",
    ),
    "skjulte personer": (
        CENTRE,
        [*both(), *sharing(), *persons(None, None)],
        "Et tall som kunne vise noe om enkeltpersoner, vises ikke.",
        "Eit tal som kunne vise opplysningar om enkeltpersonar, blir ikkje vist.",
    ),
    "delvis skjulte personer": (
        CENTRE,
        [*both(), *sharing(), *persons(None, 40, 2019), *persons(0, None)],
        "I 2020 var antallet beboere på senteret 0. Et tall som kunne vise noe om enkeltpersoner, vises ikke.",
        "I 2020 var talet på bebuarar på senteret 0. Eit tal som kunne vise opplysningar om enkeltpersonar, blir "
        "ikkje vist.",
    ),
    "kommune": (
        OSLO,
        [*both(), *sharing()],
        "Drammen hører til Senter 07. Senteret er krisesenter for 3 kommuner. I 2020 samarbeidet tilbudet til kvinner "
        "med 9 av 9",
        "Drammen høyrer til Senter 07. Senteret er krisesenter for 3 kommunar. I 2020 samarbeidde tilbodet til "
        "kvinner med 9 av 9",
        "Senter 07 er krisesenter for Drammen, Kongsberg, og Nore og Uvdal.",
        "Senter 07 er krisesenter for Drammen, Kongsberg, og Nore og Uvdal.",
        "Innsamlingen i 2020 har ikke tall for en slik avtale for denne kommunen.",
        "Innsamlinga i 2020 har ikkje tal for ein slik avtale for denne kommunen.",
    ),
    "alene om senteret": (
        OSLO,
        [*both(), *sharing(1)],
        "Senteret er krisesenter for 1 kommune. ",
        "Senteret er krisesenter for 1 kommune. ",
    ),
    "bedre avtale": (
        OSLO,
        [*both(), *sharing(), *agreement((9, 12), (100, 300))],
        "var 9 av 12 dekket i 2020. I kommunen var en større andel av punktene dekket enn i avtalene samlet. "
        "I avtalene "
        "samlet var 100 av 300 punkter dekket.",
        "var 9 av 12 dekte i 2020. I kommunen var ein større del av punkta dekte enn i avtalane samla. I "
        "avtalane samla var "
        "100 av 300 punkt dekte.",
    ),
    "dårligere avtale": (
        OSLO,
        [*both(), *sharing(), *agreement((0, 12), (100, 300))],
        "en mindre andel av punktene dekket enn i avtalene samlet",
        "ein mindre del av punkta dekte enn i avtalane samla",
    ),
    "like god avtale": (
        OSLO,
        [*both(), *sharing(), *agreement((4, 12), (100, 300))],
        "en omtrent like stor andel av punktene dekket som i avtalene samlet",
        "ein omtrent like stor del av punkta dekte som i avtalane samla",
    ),
    "skjult sammenlikning": (
        OSLO,
        [*both(), *sharing(), *agreement((4, 12), None)],
        "var 4 av 12 dekket i 2020.\n",
        "var 4 av 12 dekte i 2020.\n",
    ),
    "avtale fra en tidligere innsamling": (
        OSLO,
        [*both(), *sharing(), *agreement((4, 12), (20, 90), 2018)],
        "som er med i innsamlingen i 2018.",
        "som er med i innsamlinga i 2018.",
    ),
    "senteret mangler": (
        OSLO,
        [],
        "Drammen hører til Senter 07.\n",
        "Drammen høyrer til Senter 07.\n",
    ),
}


@pytest.fixture(scope="module")
def nb():
    return new_maker()


@pytest.fixture(scope="module")
def nn():
    return new_maker("nn")


@pytest.fixture(scope="module")
def made(nb, nn):
    """The sheets of a case in both standards, made once."""
    return lru_cache(lambda name: [prove.make(maker, *CASES[name][:2]) for maker in (nb, nn)])


# Each case is two sheets, made and proven; the quick set has one of each kind.
QUICK = {"ulike svar", "nytt tilbud", "skjulte personer", "kommune", "senteret mangler"}
NAMES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.thorough) for name in CASES]


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_unit_is_told_in_both_standards(name, made):
    for n, sheet in enumerate(made(name)):
        for expected in CASES[name][2 + n :: 2]:
            assert expected in prove.told(sheet.side)
            assert expected in prove.told(sheet.trykk)
        assert "  " not in prove.told(sheet.side) and " ." not in prove.told(sheet.side)


@pytest.mark.parametrize("name", NAMES)
def test_the_two_standards_say_the_same_of_the_same_numbers(name, made):
    links = [lxml_html.fromstring(sheet.side).xpath("//a[@class='paastand']/@href") for sheet in made(name)]
    assert links[0] == links[1] and (len(links[0]) > 0 or name == "senteret mangler")


def test_what_the_two_standards_are_made_of_has_the_same_parts():
    names = [{p.name for p in (PROJECT / "templates" / s).glob("faktaark*")} for s in ("nb", "nn")]
    assert names[0] == names[1] and len(names[0]) > 4
    calls = re.compile(r"{{.*?}}|{%.*?%}", re.S)
    for name in sorted(names[0]):
        one, other = ((PROJECT / "templates" / s / name).read_text(encoding="utf-8") for s in ("nb", "nn"))
        assert len(calls.findall(one)) == len(calls.findall(other)), name


def test_every_bound_span_has_its_evidence(nb):
    tree = lxml_html.fromstring(
        prove.make(nb, CENTRE, [*both(), *sharing(), *persons(35, 57, 2019), *persons(36, 51)]).side
    )
    linked = {a.get("href") for a in tree.xpath("//a[@class='paastand']")}
    assert len(linked) > 12
    assert linked == {f"#{id}" for id in tree.xpath("//div[@class='belegg']/@id")}
    back = {href.removeprefix("#") for href in tree.xpath("//div[@class='belegg']/a[@class='lukk']/@href")}
    assert back == {a.get("id") for a in tree.xpath("//a[@class='paastand']") if a.get("id")}
    (told,) = tree.xpath("//div[@id='belegg-antall-beboere-S07-2020']")
    assert "Senter 07" in told.text_content() and "36" in told.text_content()


def test_cards_and_the_country_are_told_in_one_glance_and_silence_is_no_card(nb):
    rows = [*service("kvinner", written=("nav", "boligkontor")), *both(SILENT)[-40:], *sharing(), *persons(36, 51)]
    page = lxml_html.fromstring(prove.make(nb, CENTRE, rows).side)
    cards = [" ".join(card.text_content().split()) for card in page.xpath("//li[contains(@class, 'kort')]")]
    assert len(cards) == 2 and "oppga tilbudet til kvinner skriftlig avtale med 2 av 9 instanser" in cards[0]
    assert "Like mange som i 2019" in cards[0] and "antallet beboere på senteret 36" in cards[1]
    bars = [[c.text_content() for c in row] for row in page.xpath("//table[contains(@class, 'serie1')]/tbody/tr")]
    assert len(bars) == 10 and bars[0] == ["0", "30"] and bars[2] == ["2 Senter 07", "21"]
    (apart,) = page.xpath("//p[@class='ulikt serie1']")
    assert "hadde skriftlig samarbeidsavtale med boligkontor. I landet hadde 4 av 43" in " ".join(
        apart.text_content().split()
    )


def test_a_hidden_number_of_persons_is_nowhere(nb):
    rows = [*both(), *sharing(), *persons(None, None, 2019), *persons(None, 4321)]
    sheet = prove.make(nb, CENTRE, rows)
    for text in (sheet.side, sheet.trykk):
        tree = lxml_html.fromstring(text)
        assert "4 321".replace(" ", "\u00a0") in tree.text_content()
        persons_told = tree.xpath("//section[@id='personer']//p")[0].text_content()
        assert "antallet beboere" not in persons_told and "enn i 2019" not in persons_told
    cells = [td.text_content() for td in lxml_html.fromstring(sheet.trykk).xpath("//table[@id='tabell-personer']//td")]
    assert cells == [":", ":", ":", "4\u00a0321"]
    assert "vises ikke" in sheet.side.split('id="tabell-personer"')[1]


def test_a_municipality_says_nothing_of_persons(nb):
    sheet = prove.make(nb, OSLO, [*both(), *sharing(), *persons(35, 4321)])
    assert "4\u00a0321" not in sheet.side + sheet.trykk and 'id="personer"' not in sheet.side


CALLS = {
    "YES": 'svarte("samarbeid", "kvinner", senter=sted',
    "NO": 'svarte("samarbeid", "kvinner", senter=sted, svar="nei"',
    "OWN": 'av("partnere", "kvinner", sted, hva="instanser")',
    "LAND": 'av("samarbeid", "kvinner", "barnehus")',
}
# A sentence on the sheet of a centre whose service for women said no of one partner, and whether it is proven there.
OF_A_PLACE = [
    ("Tilbudet til kvinner {{ YES) }}.", True),
    ("Tilbudet til kvinner {{ NO) }}.", True),
    ("Tilbudet til menn {{ NO) }}.", False),
    ("Tilbudene til kvinner {{ YES) }}.", False),  # wider than the one that answered
    ("Tilbud til kvinner {{ YES) }}.", False),
    ("Krisesentrene {{ YES) }}.", False),
    ("Tilbudet til kvinner samarbeidet og {{ NO) }}.", False),
    ("Tilbudet til kvinner {{ YES) }} i 2019.", False),
    ("Senter 02 {{ YES) }}.", False),
    ("I landet {{ YES) }} tilbudet til kvinner.", False),
    ("Tilbudet til kvinner samarbeidet med {{ OWN }}.", True),
    ("I landet samarbeidet tilbudet til kvinner med {{ OWN }}.", False),
    ("Tilbudet til kvinner hadde skriftlig avtale med {{ OWN }}.", False),
    ("I landet samarbeidet {{ LAND }} tilbud til kvinner med barnehus.", True),
    ("{{ LAND }} tilbud til kvinner samarbeidet med barnehus.", False),  # whose? the sheet is about one
    ("{{ LAND }} tilbud til kvinner ved senteret samarbeidet med barnehus.", False),
    ("Senteret er krisesenter for {{ antall('senterkommuner', sted, hva='kommuner') }}.", True),
    ("Senteret samarbeidet med {{ antall('senterkommuner', sted, hva='kommuner') }}.", False),
    ("Tilbudet til kvinner samarbeidet med "
     "{{ instanser('samarbeid', 'kvinner', senter=sted, ord='ingen', blant=['barnehus']) }}.", False),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "proven"), OF_A_PLACE)
def test_a_sentence_on_a_sheet_is_proven_of_its_place_and_of_nothing_wider(sentence, proven, nb):
    rows = [*both(ALL_YES | {"barnehus": "nei"}), *sharing()]
    maker = prove.with_rows(nb, rows)
    cubes = of_places(maker.rows, ["S07"])
    book = Statements(maker.model, cubes, maker.lexicon, 2020, maker.folder, maker.words, {"senter": "S07"})
    maker.env.globals.update(book.functions())
    text = re.sub("|".join(CALLS), lambda call: CALLS[call[0]], sentence)
    try:
        book.finish(maker.env.from_string(f'<section id="x"><p>{text}</p></section>').render(sted="S07"), "x.html")
    except Problems:
        assert not proven
    else:
        assert not book.unproven == proven


@pytest.fixture
def templates(tmp_path):
    """The project's templates, to change."""
    shutil.copytree(PROJECT / "templates", tmp_path / "templates")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        (
            "faktaark-personer.html.j2",
            "<p>\n",
            '<p>\nI fjor: {{ antall("beboere", sted, aar=2020) }}.\n',
            "undertrykt",
        ),
        ("faktaark-personer.html.j2", "<p>\n", '<p>\nStore {{ antall("senterkommuner", sted) }}.\n', "uten dekning"),
        ("faktaark-samarbeid.html.j2", 'ord="alle", hva="instansene")', 'ord="ingen", hva="instansene")', "«ingen»"),
        ("faktaark.html.j2", "aarstall()", "aarstal()", "aarstal"),
        ("faktaark-om.html.j2", "fast(config.lov.paragraf | hard,", 'fast("§ 4",', "skrevet i malen, i «fast»"),
        ("faktaark.html.j2", "{{ aaret }}", "{{ aaret }", "ikke kan leses"),
    ],
)
def test_a_template_at_fault_is_told_in_five_parts_with_its_place(file, old, new, found, templates):
    path = templates / "templates/nb" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Problems) as told:
        maker = new_maker(root=templates)
        for enhet in (CENTRE, OSLO):
            prove.make(maker, enhet, [*both(), *sharing(), *persons(None, None)])
    problem = next(p for p in told.value.problems if found in p.fant)
    assert file in problem.fil and problem.ventet and problem.tiltak


def test_a_style_that_says_something_is_refused(templates):
    path = templates / "templates/felles/faktaark.css"
    path.write_text('h2::after { content: "flere enn før" }\n', encoding="utf-8")
    with pytest.raises(Problems, match="«flere enn før» i et stilark"):
        new_maker(root=templates)


def test_the_page_stands_alone_and_is_small(nb):
    rows = [*both(ALL_YES | {"barnehus": "nei"}), *sharing(), *persons(35, 57, 2019), *persons(36, 51)]
    side = prove.make(nb, CENTRE, rows).side
    assert len(side.encode("utf-8")) < 120_000
    tree = lxml_html.fromstring(side)
    assert len(tree.xpath("//h1")) == 1 and tree.xpath("//meta[@http-equiv='Content-Security-Policy']")
    addresses = tree.xpath("//@src") + tree.xpath("//link/@href")
    assert not addresses
    assert tree.xpath("//header//a[@id='forlat']") and tree.xpath("//section[@id='hjelp']")
    links = set(tree.xpath("//section[@id='om']//a/@href"))
    assert {"../ut/publikasjon/index.html", "index.html", "senter-s07.pdf"} <= links
    assert set(tree.xpath("//section[@id='kommuner']//a/@href")) == {f"{ark}.html" for ark in MUNICIPALITIES}
    assert "2020" in tree.xpath("string(//section[@id='om'])") and "statistikk@example.org" in side


def test_the_print_edition_names_full_addresses_and_has_no_links_to_files_beside_it(nb):
    trykk = prove.make(nb, OSLO, [*both(), *sharing()]).trykk
    hrefs = lxml_html.fromstring(trykk).xpath("//main//a/@href")
    assert "https://example.org/krisesenterstatistikk/2020/publikasjon/index.html" in hrefs
    assert all(h.startswith(("https:", "mailto:")) for h in hrefs)
    assert "Trenger du hjelp?" in trykk.split("<main>")[0]


def test_only_reconstructed_numbers_bring_the_notice(nb):
    rows = [*both(), *sharing()]
    assert "Rekonstruerte eksempeldata" in prove.make(nb, CENTRE, rows).trykk
    received = [row | {"opphav": "mottatt"} for row in rows]
    maker = new_maker()
    public = {"opphav": "publisert"}
    rows_of = {n: {c: [row | public for row in own] for c, own in at.items()} for n, at in maker.rows.items()}
    real = replace(maker, rows=rows_of)
    sheet = prove.make(real, CENTRE | {"opphav": "mottatt"}, received)
    assert "Rekonstruerte" not in sheet.trykk and "ksempeldata" not in sheet.side
    assert "Rekonstruerte eksempeldata" in prove.make(real, CENTRE, received).trykk, "who belongs where is a number too"


def test_the_figure_has_its_finding_and_its_table(nb):
    sheet = prove.make(nb, CENTRE, [*service("kvinner", ALL_YES | {"nav": "nei"}), *service("menn"), *sharing()])
    page = lxml_html.fromstring(sheet.side)
    (svg,) = page.xpath("//section[@id='instanser']//*[local-name()='svg']")
    desc = " ".join(svg.xpath("string(*[local-name()='desc'])").split())
    assert "Tilbudet til kvinner samarbeidet med 8 av 9 instanser. Tilbudet til menn samarbeidet med 9 av 9" in desc
    (alt,) = lxml_html.fromstring(sheet.trykk).xpath("//figure//img/@alt")
    assert "8\u00a0av\u00a09 instanser" in alt
    rows = page.xpath("//table[@id='tabell-instanser']/tbody/tr")
    assert [c.text_content().replace("\u00a0", " ") for c in rows[0]] == [
        "NAV",
        "Nei",
        "7 av 8",
        "43 av 43",
        "Ja",
        "7 av 8",
        "39 av 39",
    ]
    forms = page.xpath("//table[@id='tabell-former']/tbody/tr")
    assert len(forms) == 9 and forms[0][0].text_content() == "NAV" and len(forms[0]) == 9
    at = {
        name: [float(t.get("y")) for t in svg.xpath(f".//*[local-name()='text' and contains(@class, '{name}')]")]
        for name in ("gruppe", "navn", "akse")
    }
    assert max(at["gruppe"]) + 10 < min(at["navn"]) and max(at["navn"]) + 10 < min(at["akse"]), "rows lie between"
    answers = svg.xpath(".//*[local-name()='text' and contains(@class, 'verdi')]")
    assert sorted(t.text for t in answers) == ["Ja"] * 17 + ["Nei"]


def test_a_figure_is_drawn_once_for_all_who_show_it(nb):
    maker = new_maker()
    for enhet in (CENTRE, *MUNICIPALITIES.values()):
        prove.make(maker, enhet, [*both(), *sharing()])
    assert maker.draws.svg.cache_info().misses == 1
    assert maker.draws.svg.cache_info().hits == 3


def test_a_sheet_is_the_same_whatever_was_made_before(nb):
    rows = [*both(ALL_YES | {"nav": "ubesvart"}), *sharing(), *persons(1, None)]
    alone = prove.make(new_maker(), CENTRE, rows)
    prove.make(nb, OSLO, [*service("kvinner", NOBODY), *sharing(1), *agreement((1, 2), (3, 4))])
    assert prove.make(nb, CENTRE, list(reversed(rows))) == alone


def test_an_edition_without_a_collection_does_not_speak_of_agreements():
    sheet = prove.make(new_maker(collections=False), OSLO, [*both(), *sharing()])
    assert 'id="avtale"' not in sheet.side and "#avtale" not in sheet.side


def test_a_name_is_text_whatever_it_holds(nb):
    hostile = CENTRE | {"navn": '<script>alert(1)</script> & "Co"'}
    sheet = prove.make(nb, hostile, [*both(), *sharing()])
    assert "<script>alert" not in sheet.side + sheet.trykk
    assert lxml_html.fromstring(sheet.side).xpath("string(//h1)").startswith('<script>alert(1)</script> & "Co"')


def test_an_earlier_edition_has_its_own_sheets():
    maker = new_maker(aar=2016)
    rows = [*both(years=(2015, 2016)), *sharing()]
    told = prove.told(prove.make(maker, CENTRE, rows).side)
    assert "Senter 07 Faktaark 2016" in told and "2020" not in told.replace("20. ", "")
