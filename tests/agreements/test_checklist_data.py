"""The checklist and the legal basis as data: what is in them, and what is told when they are broken."""

import copy
import re
import shutil
from pathlib import Path

import pytest
import yaml

from krisestat.agreements.assess import RULEBOOK
from krisestat.agreements.checklist import LIST, Punkt, fingerprint, load_sjekkliste
from krisestat.agreements.legal_basis import LAWS, load_endringer, load_lovgrunnlag
from krisestat.agreements.skjema import FELT, pdf_field, table_ids
from krisestat.base.errors import Problems
from tests.support.project import PROJECT

LISTE, LOVER = load_sjekkliste(), load_lovgrunnlag()
SEED = PROJECT / "tests/agreements/kilde.txt"
CONDITIONAL = ["lovhjemmel-krav", "lovhjemmel-representasjon", "lovhjemmel-budsjett"]
ADDITIONS = [
    "samarbeid-enkeltsaker-politi",
    "samarbeid-enkeltsaker-familievern",
    "samarbeid-enkeltsaker-barnehus",
    "samarbeid-enkeltsaker-overgrepsmottak",
    "personopplysninger",
    "uenighet",
]
# Those that came with version 4, by the heading that they stand under.
NEW = {
    "lovhjemmel": ["opploesning", "eierandel", "laan", "rapportering", "overfoering", "underretning", "medlemmer"],
    "saerlige-behov": ["tolk", "flytting"],
    "vilkaar": ["ikraft", "endring"],
}
NEWEST = [f"{above}-{name}" for above, names in NEW.items() for name in names]
MOVED = [
    "lovhjemmel-hjemmel",
    "finansiering-prinsipp",
    "senteret-informerer-om",
    "senteret-informerer-hvordan",
    "kommunen-informerer-innbyggere",
    "samarbeid-enkeltsaker-skole",
    "vilkaar-varighet",
]
# Words of one written standard that are wrong in the other. Quotations («…») are left out: they are the source's words.
BOKMAL = """
    ikke hva hvem hvordan hvor hvilken hvilket hvilke hvis hver hvert noe noen fra et ett dem deres være ble
    gjør gjøre gjort tjeneste tjenester tjenestene bolig skole skolen skoleskyss vold volden voldsutsatte ansatte
    uenighet enige kommunene kommuner innbyggere innbyggerne myndighet penger trenger sammen fortelle partene selv
    bare mye mens sørger kilden oppgaver opplysninger vedtatt sier egne tidlig særlige finnes åpent skriftlig
    midlertidig behandlingsansvarlig imens eksempel oppsigelse
"""
NYNORSK = """
    ikkje kva kven korleis kor kvar kvart dersom noko nokon nokre frå ein ei eit éin vere blei gjer gjere gjord
    teneste tenester tenestene bustad skule skulen skuleskyss vald valden valdsutsette tilsette usemje samde
    kommunane kommunar innbyggjarar innbyggjarane myndigheit pengar treng saman fortelje partane sjølv berre mykje
    medan sørgjer kjelda oppgåver opplysningar vedteke seier eigne tidleg særlege dei finst ope skriftleg
    mellombels behandlingsansvarleg døme oppseiing
"""


def texts() -> list[tuple[str, str, str]]:
    """Every text of the three files: where it stands, its written standard and the text."""
    found: list[tuple[str, str, str]] = []

    def visit(value, place: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("nb", "nn"):
                    found.append((place, key, inner))
                else:
                    visit(inner, f"{place}.{key}")
        elif isinstance(value, list):
            for inner in value:
                name = inner.get("id", inner.get("kode", "")) if isinstance(inner, dict) else ""
                visit(inner, f"{place}.{name}")

    for path in (LIST, LAWS, RULEBOOK):
        visit(yaml.safe_load((PROJECT / path).read_text(encoding="utf-8")), path.stem)
    return found


def told(path: Path, **options) -> list:
    """The problems that loading a list gives."""
    with pytest.raises(Problems) as error:
        load_sjekkliste(path, **options)
    problems = error.value.problems
    assert all(p.fil and p.sted and p.fant and p.ventet and p.tiltak for p in problems)
    return problems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in (LIST, LAWS):
        shutil.copy(PROJECT / path, tmp_path)
    return tmp_path


def test_eleven_points_of_the_source_and_two_additions():
    assert [p.nummer for p in LISTE.punkter] == [str(n) for n in range(1, 14)]
    assert [p.id for p in LISTE.punkter if p.opphav == "tillegg"] == ["personopplysninger", "uenighet"]
    assert len(LISTE.leaves) == 45


def test_versions_grow_and_older_ones_are_still_read():
    leaves = {v: [leaf.id for leaf in load_sjekkliste(versjon=v).leaves] for v in LISTE.versjoner}
    assert {v: len(ids) for v, ids in leaves.items()} == {1: 27, 2: 28, 3: 34, 4: 45}
    assert set(leaves[2]) - set(leaves[1]) == {"lovhjemmel-hjemmel"}
    assert [one for one in leaves[3] if one not in leaves[2]] == ADDITIONS
    assert [one for one in leaves[4] if one not in leaves[3]] == NEWEST
    assert set(leaves[1]) < set(leaves[2]) < set(leaves[3]) < set(leaves[4])


def test_additions_are_marked_and_can_be_left_out():
    without = load_sjekkliste(tillegg=False)
    added = [leaf.id for leaf in LISTE.leaves if leaf.opphav == "tillegg"]
    assert sorted(added) == sorted(ADDITIONS + NEWEST)
    assert [leaf.id for leaf in without.leaves] == [leaf.id for leaf in LISTE.leaves if leaf.id not in added]
    assert len(without.punkter) == 11
    assert {p.id: p.nummer for p in without.by_id.values()}.items() <= {
        p.id: p.nummer for p in LISTE.by_id.values()
    }.items()


def test_three_points_depend_on_the_legal_basis():
    assert [leaf.id for leaf in LISTE.leaves if leaf.lovgrunnlag] == CONDITIONAL + NEWEST[:7]
    for kode in ["", *LOVER]:
        asked = [leaf.id for leaf in LISTE.leaves if leaf.asked_under(kode)]
        assert [one for one in CONDITIONAL if one in asked] == ([] if kode == "avtale" else CONDITIONAL), kode


def test_every_point_says_what_the_source_says_or_that_it_is_ours():
    """Every line of the source stands at a point, in its own words, and every point has a text to put in."""
    source = [line.strip(" •\t") for line in SEED.read_text(encoding="utf-8").splitlines()[4:]]
    told = " ".join(punkt.kilde for punkt in LISTE.by_id.values())
    assert [line for line in source if line.rstrip(":") and line.rstrip(":") not in told] == []
    for leaf in LISTE.leaves:
        assert bool(leaf.kilde) == (leaf.opphav == "kilden"), leaf.id
        for kode in LOVER:
            text = leaf.clause(kode)
            assert "[" in text["nb"] and "[" in text["nn"], (leaf.id, kode)
            assert all("Avtalen sier" not in t and "Avtalen seier" not in t for t in text.values())


def test_what_is_put_right_against_the_source_is_told():
    assert [p.id for p in LISTE.by_id.values() if p.flyttet] == MOVED
    tops = [LISTE.top_of(one).nummer for one in MOVED]
    assert tops == ["2", "3", "4", "4", "5", "6", "11"]


def test_every_leaf_has_all_its_texts():
    for leaf in LISTE.leaves:
        assert all(getattr(leaf, part)[s] for part in ("tittel", "hvorfor", "godt") for s in ("nb", "nn")), leaf.id


@pytest.mark.parametrize("standard, wrong", [("nn", BOKMAL), ("nb", NYNORSK)])
def test_no_word_of_the_other_written_standard(standard, wrong):
    pattern = re.compile(rf"\b({'|'.join(wrong.split())})\b", re.IGNORECASE)
    found = [
        (place, match[0])
        for place, key, text in texts()
        if key == standard
        for match in pattern.finditer(re.sub(r"«[^»]*»", "", text))
    ]
    assert not found


def test_texts_are_whole_and_short():
    for place, standard, text in texts():
        assert text == " ".join(text.split()) and "UTKAST" not in text, (place, standard)
        if place.endswith((".hvorfor", ".godt")):
            assert text.endswith(".") and len(text) <= 260, (place, standard, len(text))
            assert max(len(s.split()) for s in re.split(r"[.:] ", text)) <= 40, (place, standard)


def test_titles_are_told_apart():
    for s in ("nb", "nn"):
        titles = [leaf.tittel[s] for leaf in LISTE.leaves]
        assert len(titles) == len(set(titles))


def test_ids_fit_the_names_of_form_fields():
    fields = [pdf_field("avtale", felt.id) for felt in FELT]
    fields += [pdf_field(leaf.id, part) for leaf in LISTE.leaves for part in ("svar", "henvisning", "merknad")]
    assert len(fields) == len(set(fields)) == len(FELT) + 3 * 45
    ids = table_ids(LISTE)
    assert len(ids) == len(set(ids)) == 2 + len(FELT) + 45


# Words that tell what an answer answers; the explanations may be written better at any time.
@pytest.mark.parametrize(
    ("old", "new", "versions"),
    [
        ("nb: Barnevernet\n", "nb: Barneverntjenesten\n", [1, 2, 3, 4]),
        ("- id: uenighet\n", "- id: strid\n", [3, 4]),
        (
            "  - id: lovhjemmel-hjemmel\n    vekt: 3\n    fra_versjon: 2\n",
            "  - id: lovhjemmel-hjemmel\n    vekt: 3\n",
            [1],
        ),
        ("- id: skole\n", "- id: skole\n  til_versjon: 2\n", [3, 4]),
        ("- id: skole\n", "- id: skole\n  opphav: tillegg\n", [1, 2, 3, 4]),
        ("- id: skole\n", "- id: skole\n  lovgrunnlag: [iks]\n", [1, 2, 3, 4]),
        ("nb: Formålet er det partene tolker", "nb: Formålet er det vi tolker", []),
        ("- id: skole\n  ansvar: kommunen\n  vekt: 3\n", "- id: skole\n  ansvar: begge\n  vekt: 2\n", []),
    ],
)
def test_a_change_of_the_points_is_a_change_of_version(folder, old, new, versions):
    path = folder / LIST.name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if not versions:
        assert load_sjekkliste(path, root=PROJECT).leaves
        return
    problems = told(path, root=PROJECT)
    assert [p.sted.split("versjon ")[1] for p in problems] == [str(v) for v in versions]
    assert all("ny versjon" in p.tiltak for p in problems)


def test_a_new_version_leaves_the_older_ones_as_they_were(folder):
    """A point that is asked in another way is a new point; the one before it ends with the version before."""
    path = folder / LIST.name
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    old = next(one for one in data["punkter"] if one["id"] == "skole")
    new = {
        **copy.deepcopy(old),
        "id": "skole-og-skyss",
        "fra_versjon": 5,
        "tittel": {"nb": "Skole og skyss", "nn": "Skule og skyss"},
    }
    data["punkter"].insert(data["punkter"].index(old) + 1, new)
    old["til_versjon"] = 4
    data["versjoner"][5] = {"fra_aar": 2030, "avtrykk": "0" * 16, "nytt": {"nb": "Nytt.", "nn": "Nytt."}}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    [problem] = told(path, root=PROJECT)
    data["versjoner"][5]["avtrykk"] = problem.fant.split()[-1]
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    newest = load_sjekkliste(path, root=PROJECT)
    assert newest.versjon == 5 and newest.by_id["skole-og-skyss"].nummer == "8" and "skole" not in newest.by_id
    for number in LISTE.versjoner:
        before = load_sjekkliste(path, versjon=number, root=PROJECT)
        assert fingerprint(before.punkter) == LISTE.versjoner[number]["avtrykk"]
        assert [p.id for p in before.leaves] == [p.id for p in load_sjekkliste(versjon=number).leaves]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("- id: uenighet\n", "- id: formaal\n", "id-en «formaal» en gang til"),
        ("- id: uenighet\n", "- id: Uenighet\n", "«Uenighet»"),
        (
            "    - vertskommune_nemnd\n",
            "    - vertskommune_nemd\n",
            "«vertskommune_nemd» – mente du «vertskommune_nemnd»?",
        ),
        ("  fra_versjon: 3\n  ansvar: kommunen\n", "  fra_versjon: 7\n  ansvar: kommunen\n", "med «fra_versjon» 7"),
        ("ansvar: krisesenteret", "ansvar: senteret", "«senteret»"),
        ("vekt: 3", "vekt: 9", "9"),
        ("opphav: tillegg", "opphav: tilegg", "«tilegg» – mente du «tillegg»?"),
        ("fra_aar: 2020", "fra_aar: 2016", "fra_aar 2016"),
        ("    nb: Oppsigelse av avtalen\n", "", "ingen nøkkel «nb»"),
        ("hvorfor:\n    nb: Formålet", "hvorfr:\n    nb: Formålet", "hvorfr"),
        ("punkter:\n", "punkt:\n", "punkt"),
        ("versjoner:\n", "versjoner: [\n", "YAML"),
        ("- kode: samkommune\n", "- kode: iks\n", "koden «iks» flere ganger"),
        (
            "erstattet_av: [kommunalt_oppgavefellesskap,",
            "erstattet_av: [oppgavefellesskap,",
            "erstattet av «oppgavefellesskap»",
        ),
        ('gyldig_fra: "1993-01-01"', 'gyldig_fra: "1993"', "1993"),
        ('overgang_til: "2019-12-31"', 'overgang_til: "2019-02-30"', "2019-02-30"),
        ('overgang_til: "2019-12-31"', 'overgang_til: "2016-01-01"', "overgang_til 2016-01-01"),
        ('gyldig_fra: "1993-01-01"', 'gyldig_fra: "2021-01-01"', "2021-01-01"),
        ("    merke: veileder\n", "    merke: hørt\n", "hørt"),
    ],
)
def test_a_broken_list_or_legal_basis_is_told(folder, old, new, found):
    (path,) = (path for path in (folder / LIST.name, folder / LAWS.name) if old in path.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert any(found in p.fant for p in told(folder / LIST.name, root=PROJECT))


def test_faults_are_told_all_at_once(folder):
    path = folder / LIST.name
    text = path.read_text(encoding="utf-8")
    text = (
        text.replace("fra_aar: 2020", "fra_aar: 2011")
        .replace("- id: uenighet\n", "- id: formaal\n")
        .replace("- iks\n", "- isk\n", 3)
    )
    path.write_text(text, encoding="utf-8")
    found = [p.fant for p in told(path, root=PROJECT)]
    assert (
        sum("«isk»" in f for f in found) == 3 and any("formaal" in f for f in found) and any("2011" in f for f in found)
    )


def test_a_version_that_never_was():
    assert [p.fant for p in told(LIST, versjon=9)] == ["versjon 9"]


# A legal basis on days: whether a new one could be made, and whether one that was there could stand.
DAYS = [
    ("interkommunalt_styre_1992", "2019-10-31", True, True),
    ("interkommunalt_styre_1992", "2020-12-31", False, True),
    ("interkommunalt_styre_1992", "2023-11-01", False, True),
    ("interkommunalt_styre_1992", "2023-12-31", False, False),
    ("vertskommune_1992", "2019-10-31", True, True),
    ("vertskommune_1992", "2026-11-30", False, True),
    ("samkommune", "2016-04-24", True, True),
    ("samkommune", "2019-12-31", False, True),
    ("samkommune", "2020-01-01", False, False),
    ("iks", "2026-11-30", True, True),
]


@pytest.mark.parametrize(("kode", "dag", "nye", "staar"), DAYS)
def test_new_ones_those_that_stand_and_those_that_go_on_are_three_things(kode, dag, nye, staar):
    lov = LOVER[kode]
    assert (not lov.closed(dag), not lov.ended(dag)) == (nye, staar)


def test_the_law_says_what_a_form_became():
    assert LOVER["interkommunalt_styre_1992"].erstattet_av and not LOVER["samkommune"].erstattet_av
    goes_on = LOVER["vertskommune_1992"]
    assert goes_on.viderefoert_i == ("vertskommune_administrativ", "vertskommune_nemnd") and not goes_on.erstattet_av


def test_the_content_that_the_law_asks_for_is_there_letter_by_letter():
    for kode, section, letters in (
        ("interkommunalt_politisk_raad", "§ 18-4 fjerde ledd bokstav", "abcdefgh"),
        ("kommunalt_oppgavefellesskap", "§ 19-4 fjerde ledd bokstav", "abcdefghij"),
        ("vertskommune_administrativ", "§ 20-4 tredje ledd bokstav", "abcdefghi"),
        ("vertskommune_nemnd", "§ 20-4 tredje ledd bokstav", "abcdefghi"),
        ("iks", "§ 4 tredje ledd nr.", "123456789"),
        ("interkommunalt_styre_1992", "§ 27 nr. 2 bokstav", "abcde"),
    ):
        told = " ".join(krav.hjemmel for krav in LOVER[kode].krav)
        assert [letter for letter in letters if f"{section} {letter}" not in told] == [], kode


def test_changes_of_the_acts_are_of_points_there_are(tmp_path):
    assert [one.fra for one in load_endringer(LISTE.by_id)] == sorted(one.fra for one in load_endringer(LISTE.by_id))
    for path in (LAWS, Path("workflow/schemas/lovgrunnlag.schema.yaml")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        text = (PROJECT / path).read_text(encoding="utf-8").replace("[bolig-plikt]", "[bolig-plikter]")
        (tmp_path / path).write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match="mente du «bolig-plikt»"):
        load_endringer(LISTE.by_id, tmp_path)


def test_points_are_walked_in_order():
    walked: list[Punkt] = [p for top in LISTE.punkter for p in top.walk()]
    assert list(LISTE.by_id.values()) == walked
    assert [p for p in walked if not p.underpunkter] == list(LISTE.leaves)
