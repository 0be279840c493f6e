"""Units of text at their sources, and who stands for them: what no function always proves is signed where it stands, by
place one by one or together, and a changed text is nobody's."""

from pathlib import Path

import pytest
from jinja2 import Environment

from krisestat.base.errors import Problems
from krisestat.model.config import load_config
from krisestat.model.signatures import FILE, Signatures, load_signatures, written
from krisestat.pages import signer
from krisestat.statements.signing import Edition, Held, hold, problems, unproven
from krisestat.statements.sources import PRODUCTS, units_of
from krisestat.statements.tags import VariantTag
from krisestat.statements.units import BY_ALL, BY_ONE, LABEL, LOOKED_UP, Unit, is_label, names_of, template_units
from tests.support.project import PROJECT
from tests.support.statement_pages import book, page

ENV = Environment(extensions=[VariantTag], trim_blocks=True, lstrip_blocks=True)
DECLARED = {"instanser.nav": "NAV", "sagt.nb.0": "deltok i samarbeidsfora", "kort.0": "tilbud"}
NAMES = names_of((Unit("a", 1, key, "nb", "tekst", LABEL, text) for key, text in DECLARED.items()), ["alle", "flere"])
IN_2020 = Edition(2020, "2026-11-21")
CLAIM = '{{ av("forum", "kvinner") }}'
# Text of a section, its id, and of each sentence that is not proven: how it is signed, and a word of what is at fault.
TEMPLATES = [
    (f"<p>Av tilbudene deltok {CLAIM}.</p>", "fora", []),
    ("<p>Alt går bra. Det er fint.</p>", "fora", [BY_ONE, BY_ONE]),
    ("<p>Alt går bra. Det er fint.</p>", "om", [BY_ALL]),
    (f"<p>{'Alt går bra som det er. ' * 60}</p>", "om", [BY_ALL, BY_ALL]),
    ("<h3>Alt går bra</h3>", "fora", [BY_ONE]),
    ('<img alt="Et kart.">', "om", [BY_ONE]),
    ('{% call figur("a") %}Et kart.{% endcall %}', "om", [BY_ONE]),
    (f"{{% if x %}}<p>Det er {CLAIM}.</p>{{% endif %}}", "fora", []),
    (f"<p>Alt går bra{{% if x %}}, som {CLAIM}{{% endif %}}.</p>", "fora", ["falle bort"]),
    (f"<p>{{% if x %}}{CLAIM} deltok{{% else %}}{CLAIM} lot være{{% endif %}} i år.</p>", "fora", []),
    ('{% if gjelder("forum", "kvinner") %}<p>Alt går bra.</p>{% endif %}', "fora", ["dataene velger"]),
    ('{% set a = av("forum", "kvinner") %}{% if a %}<p>Alt går bra.</p>{% endif %}', "fora", ["dataene velger"]),
    ('{% set a = av("forum", "kvinner") %}<p>Det er {{ a }}.</p>', "fora", []),
    ('{% variant "v" %}{% naar gjelder("forum") %}<p>Ja da.</p>{% ellers %}<p>Nei da.</p>{% endvariant %}', "om",
     ["dataene velger", "dataene velger"]),
    (f'{{% variant "v" %}}{{% naar sant %}}<h3>Der {CLAIM} deltok</h3>{{% endvariant %}}', "fora", []),
    (f'<h3>{{% variant "v" %}}{{% naar sant %}}{CLAIM}{{% ellers %}}Alt {CLAIM}{{% endvariant %}} i år</h3>', "om", []),
    ('{% variant "v" %}{% naar sant %}<p>Ja da.</p>{% ellers %}<p>Nei da.</p>{% endvariant %}', "om",
     ["dataene velger", "dataene velger"]),
    ("{% if medium == 'side' %}<p>Alt går bra.</p>{% endif %}", "fora", [BY_ONE]),
    ('<p>{{ "Alle" ~ " deltok" }}</p>', "fora", [BY_ONE, BY_ONE]),
    ('<p>{{ "Alle" }}</p>', "fora", [BY_ONE]),
    ('<p class="{{ "hel" }}"></p>', "fora", []),
    ("<p>Etter {{ config.lov.kortnavn }} § {{ aarstall() }} skal det være slik.</p>", "plikt", [BY_ALL]),
    ("<p>A&shy;lt går bra.</p>", "om", [BY_ALL]),
    ("<p>Alt g\u200bår bra.</p>", "om", ["ikke ses"]),
    (f"<p>{'Alt går bra ' * 100}</p>", "om", ["1199 tegn"]),
    ("<p>Dette er ikkje rett.</p>", "om", [BY_ONE]),
    ('{% set a = "Alle deltok" %}{{ a }}', "om", [BY_ONE]),
    ('{% with a = "Alle deltok" %}{{ a }}{% endwith %}', "om", [BY_ONE]),
    ('{{ knapp("Vis tilbud") }}{{ knapp("Alle tilbud deltok") }}', "fora", [BY_ALL, BY_ONE]),
    ('<p>{{ ["Alle", "en"][0] }}</p>', "fora", [BY_ONE, BY_ONE]),
    ("<p>100 %</p>", "fora", [BY_ONE]),
    ("<!-- Alt går bra --><p><b>Alt</b> går bra.</p>", "om", [BY_ALL]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "section", "wanted"), TEMPLATES)
def test_what_no_function_always_proves_is_a_unit(text, section, wanted):
    source = f'<section id="{section}">\n{text}\n</section>'
    found = [*template_units("templates/nb/utgave.html.j2", "nb", source, ENV, NAMES)]
    assert len(found) == len(wanted), found
    for unit, how in zip(found, wanted, strict=True):
        assert how == unit.signeres or how in unit.fault, unit
        assert unit.linje == 2


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Tilbud i alt", True),
        ("Krisesentertilbud med skriftlig avtale", True),
        ("Alt går bra.", False),
        ("Samarbeidet er godt", False),
        ("32 tilbud", False),
        ("ord " * 13, False),
        ("Spørsmål: svar", False),
        ("Tilbud som deltok i samarbeidsfora", True),
        ("Tilbudene deltok i samarbeidsfora", False),
        ("Alle tilbud hos NAV", False),
    ],
)
def test_a_label_is_a_name_and_no_sentence(text, label):
    assert is_label(text, NAMES) == label


@pytest.fixture(scope="module", params=["nb", "nn"])
def units(request):
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": request.param})
    return units_of(PROJECT, PROJECT / "templates", config)


def test_every_product_has_its_units_and_each_is_signed_in_this_repository(units):
    held = hold(units, load_signatures(PROJECT / FILE, PROJECT), IN_2020)
    assert [str(one) for one in problems(held, "2020")] == []
    names = {Path(unit.fil).name for unit in units}
    assert all(any(name.startswith(some) for name in names) for some in PRODUCTS.values())
    assert {"config.yaml", "tilgjengelighet.yaml", "sjekkliste.yaml", "samarbeid.yaml", "utgave.html.j2"} <= names
    assert {unit.signeres for unit in units} == {BY_ONE, BY_ALL, LABEL, LOOKED_UP}
    assert sum(unit.signeres == BY_ALL for unit in units) <= 400 and max(len(unit.tekst) for unit in units) <= 1000
    told = {unit.tekst for unit in units if unit.fil == "config.yaml"}
    assert {"hjelp.politi_nod: 112", "lov.paragraf: § 4"} <= told


LONG = "Her står det mye som er likt, og som ingen trenger å lese en gang til for å finne det som er endret, en gang."


def entry(unit, **more):
    head = {"fil": unit.fil, "spraak": unit.spraak, "signeres": unit.signeres, "av": "Kari", "dato": "2026-01-01"}
    return {**head, "grunn": "Derfor er det slik.", "setninger": {unit.hash: unit.tekst}, **more}


def one(text, section):
    source = f'<section id="{section}"><p>{text}</p></section>'
    (unit,) = template_units("templates/nb/utgave.html.j2", "nb", source, ENV, NAMES)
    return unit


@pytest.mark.parametrize(
    ("section", "more", "now", "told"),
    [
        ("fora", {"utgave": 2020}, "Alt går bra.", ""),
        ("fora", {"utgave": 2019}, "Alt går bra.", "signert for utgaven 2019"),
        ("om", {}, "Alt  går\nbra.", ""),
        ("om", {}, "Alt går dårlig.", "endret siden Kari signerte «Alt går bra.»"),
        ("om", {}, "Noe helt annet er tilfellet.", "ingen har signert"),
        (
            "om",
            {"setninger": {"0" * 12: f"{LONG} Det går bra."}},
            f"{LONG} Det går dårlig.",
            "signerte «… en gang. Det går bra.»",
        ),
    ],
)
def test_a_signature_is_of_a_text_and_one_by_one_of_an_edition(section, more, now, told):
    register = Signatures(signert=[entry(one("Alt går bra.", section), **more)])
    (held,) = hold([one(now, section)], register, IN_2020)
    assert told in held.why and (held.entry is None) == bool(told)
    found = problems([held], "2020")
    assert len(found) == bool(told) and all("make signer" in p.tiltak for p in found)


def test_a_text_signed_among_others_is_not_signed_where_each_is_signed_for_itself():
    """The same words, moved from the method to a result section."""
    register = Signatures(signert=[entry(one("Alt går bra.", "om"))])
    assert hold([one("Alt går bra.", "fora")], register, IN_2020)[0].entry is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Alt g\u200bår bra.", ("tegn som ikke ses: U+200B", "tegn som den som leser, ser", "Ta bort tegnet")),
        ("Alt går bra " * 100, ("for lang: 1199 tegn", "høyst 1000 tegn", "Del den")),
        ("Dette er ikkje rett.", ("og «ikkje» er nynorsk", "en signatur", "make signer")),
        (f"Alt går bra{{% if x %}}, som {CLAIM}{{% endif %}}.", ("falle bort", "uansett tall", "funksjon som alltid")),
    ],
)
def test_what_is_wrong_with_a_text_is_told_in_five_parts(text, parts):
    (told,) = problems(hold([one(text, "om")], Signatures(), IN_2020), "2020")
    assert told.fil == "templates/nb/utgave.html.j2" and told.sted == "linje 1"
    assert all(part in told_part for part, told_part in zip(parts, (told.fant, told.ventet, told.tiltak), strict=True))


def test_what_data_contradicts_is_nobodys_signature_or_not():
    unit = one("Alt går bra.", "om")
    (held,) = hold([unit], Signatures(signert=[entry(unit)]), IN_2020, lambda unit: "32 av 43")
    assert held.entry is None and "32 av 43" in held.why


@pytest.mark.parametrize(
    ("first", "second", "signed", "told"),
    [
        (" nå", "", False, 1),  # the second leans on the first: one cause
        (" nå", "", True, 1),  # somebody stands for the first, and nobody for what leaned on it
        (" nå", " nå", False, 2),
        ("", " nå", False, 1),
    ],
)
def test_a_sentence_that_leans_on_one_that_is_told_is_not_told_too(first, second, signed, told):
    own = book()
    page(
        f"""<p>Av tilbudene til kvinner deltok {CLAIM} i samarbeidsfora{first}.
        Det er {{{{ endring("forum", "kvinner") }}}}{second}.</p>""",
        statements=own,
    )
    units = {Unit("a", 1, "", "nb", "avsnitt", BY_ONE, text): why for text, why in own.unproven.items()}
    register = Signatures(signert=[entry(one, utgave=2020) for one in units if signed and "deltok" in one.tekst])
    assert len(unproven(hold(units, register, IN_2020), units, "2020")) == told


@pytest.fixture
def config_of(workspace, monkeypatch):
    """A project with a configuration alone, and what «make signer» says of it."""
    config = (PROJECT / "config.yaml").read_text(encoding="utf-8")
    (workspace / "config.yaml").write_text(config, encoding="utf-8")
    (workspace / FILE).write_text("# Registeret.\ngodkjent: []\nbekreftet: []\n", encoding="utf-8")

    def run(*given, **named):
        names = ("fil", "setning", "liste", "av", "dato", "grunn", "slaatt_opp")
        return signer.run("2020", *(named.get(name) for name in names), workspace.root)

    run.root = workspace.root
    return run


WHO = {"av": "Kari Nordmann", "dato": "2026-11-30"}


def test_numbers_of_help_are_signed_with_the_day_they_were_looked_up_and_asked_for_again(config_of):
    assert "config.yaml" in config_of() and "politi_nod" not in config_of(), "only counts, until a file is asked for"
    assert "hjelp.politi_nod: 112" in config_of(fil="config.yaml")
    with pytest.raises(Problems, match="dagen det ble slått opp"):
        config_of(fil="config.yaml", grunn="Slått opp hos politiet.", **WHO)
    config_of(fil="config.yaml", grunn="Slått opp hos politiet.", slaatt_opp="2026-01-01", **WHO)
    text = (config_of.root / FILE).read_text(encoding="utf-8")
    assert text.startswith("# Registeret.\n") and "slaatt_opp: 2026-01-01" in text
    left = config_of(fil="config.yaml")
    assert "hjelp.politi_nod" not in left and "publikasjon.tittel" in left
    path = config_of.root / "config.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("sist_oppdatert: 2026", "sist_oppdatert: 2027"), "utf-8")
    assert "sist slått opp 2026-01-01, mer enn ett år før utgaven" in config_of()
    path.write_text(path.read_text(encoding="utf-8").replace('politi_nod: "112"', 'politi_nod: "911"'), "utf-8")
    assert "endret siden Kari Nordmann signerte «hjelp.politi_nod: 112»" in config_of(fil="config.yaml")


def test_a_result_section_is_never_signed_in_bunch_and_each_takes_a_reason(config_of, monkeypatch):
    (title,) = (line.split()[0] for line in config_of(fil="config.yaml").splitlines() if "publikasjon.tittel»" in line)
    config_of(fil="config.yaml", grunn="Slått opp hos politiet.", slaatt_opp="2026-11-01", **WHO)
    for given, told in (
        ({"fil": "config.yaml", "grunn": "Den er slik vi vil."}, "signeres samlet"),
        ({"setning": title, "grunn": "Kort."}, "en grunn på minst ti tegn"),
        ({"setning": "0123456789ab", "grunn": "Den er slik vi vil."}, "uten signatur"),
    ):
        with pytest.raises(Problems, match=told):
            config_of(**given, **WHO)
    answer(monkeypatch, "Kort.", "Den er slik vi vil ha den.", "q")
    config_of(**WHO)
    assert "utgave: 2020" in (config_of.root / FILE).read_text(encoding="utf-8")
    # The year after, the same is offered with its reason, and signed anew by «j» alone.
    path = config_of.root / "config.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("aar: 2020 ", "aar: 2021 "), "utf-8")
    assert "før: Den er slik vi vil ha den. (Kari Nordmann, 2026-11-30)" in signer.run(
        "2021", "config.yaml", None, None, None, None, None, None, config_of.root
    )


def test_what_an_example_signed_is_signed_anew_for_received_numbers(config_of):
    more = {"fil": "config.yaml", "grunn": "Slått opp hos politiet.", "slaatt_opp": "2026-01-01"}
    config_of(**more, **WHO)
    path, data = config_of.root / FILE, config_of.root / "results/2020/ut/utdata/samarbeid.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("# Reg", "eksempel: [Kari Nordmann]\n# Reg"), "utf-8")
    data.parent.mkdir(parents=True)
    for opphav, told in (("rekonstruert", False), ("mottatt", True)):
        data.write_text(f"verdi,opphav\n1,{opphav}\n", encoding="utf-8")
        assert ("signert av Kari Nordmann, som er et eksempel" in config_of()) is told
    config_of(**more, **WHO | {"av": "Ola Hansen"})
    assert "som er et eksempel" not in config_of()
    assert {one["av"] for one in load_signatures(path, config_of.root).signert} == {"Ola Hansen"}


def test_who_is_asked_answers_file_by_file_and_loses_nothing_by_breaking_off(config_of, monkeypatch, capsys):
    def breaks_off():
        raise KeyboardInterrupt

    with pytest.raises(Problems, match="SLAATT_OPP"):
        config_of(**WHO)
    answer(monkeypatch, "v", "Slått opp hos politiet.", breaks_off)
    assert config_of(slaatt_opp="2026-11-01", **WHO).startswith("Signert av Kari Nordmann: ")
    asked = capsys.readouterr().out.partition("hjelp.politi_nod: 112")
    assert "som signeres samlet" in asked[0] and asked[1] and "publikasjon.tittel" in asked[2]
    assert "hjelp.politi_nod" not in config_of(fil="config.yaml")


def answer(monkeypatch, *answers):
    """Let somebody at the terminal answer so. Parameters: `answers`, each a line or what is done instead."""
    given = iter(answers)
    said = type("In", (), {"readline": lambda self: f"{one}\n" if isinstance(one := next(given), str) else one()})
    monkeypatch.setattr("sys.stdin", said())


def test_all_of_a_folder_is_signed_at_once():
    files = ("templates/nb/a.yaml", "templates/nb/b.yaml", "templates/nn/a.yaml", "templater/a.yaml")
    left = [Held(Unit(fil, 1, "", "nb", "tekst", BY_ALL, "Slik er det."), None, "") for fil in files]
    for given, count in (("templates", 3), ("templates/nb/", 2), ("templates/nn/a.yaml", 1), (".", 4)):
        found = [one.unit.fil for one in signer.chosen(left, given, "")]
        assert found == [fil for fil in files if fil.startswith(given.removeprefix("."))] and len(found) == count


def test_signed_twice_is_told_and_the_register_is_stable(config_of):
    config_of(fil="config.yaml", grunn="Slått opp hos politiet.", slaatt_opp="2026-01-01", **WHO)
    path = config_of.root / FILE
    text = path.read_text(encoding="utf-8")
    assert written(text, load_signatures(path, config_of.root).signert) == text
    path.write_text(text + text[text.index("- fil") :], encoding="utf-8")
    with pytest.raises(Problems, match="112» signert en gang til"):
        load_signatures(path, config_of.root)
