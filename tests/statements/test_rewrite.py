"""Calls of the editors' functions from before the declared model are written anew, and all else is left alone."""

import re

import pytest

from krisestat.base.errors import Problems
from krisestat.statements.rewrite import rewritten, run
from tests.support.project import PROJECT
from tests.support.statement_pages import book, environment

GUIDE = (PROJECT / "docs" / "funksjoner-gammel-til-ny.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", GUIDE, re.MULTILINE)
SAME = [
    'av("samarbeid", "kvinner", "politi")',
    'mengde("samarbeid", begge, ["nav", "barneverntjenesten"], hva="tilbudene (alle)")',
    'vanlighet("samarbeidsform", begge, "nav", form="skriftlig_avtale", fra=foerste_aar)',
    'superlativ("samarbeidsform", "kvinner", "nav", over="form", er="enkeltsaker")',
    'periode("samarbeidsform", "kvinner", form="fast_kontakt")',
    'base("kvinner")',
    'navn(topp, "kommunalt_samarbeid")',
    'av("avtale_dekket", gruppen, "bolig")',
    'av("samarbeid" ~ x, "avtaler", "bolig")',
    'antall("forum", *koder)',
    'antall("forum", "kvinner"',
    'navn_paa(c, "avtaler")',
    "«av (samarbeid» og antall(",
]
MORE = [
    ('antall("forum", "kvinner", None, None, 2019)', 'antall("forum", "kvinner", aar=2019)'),
    (
        "av('avtale_dekket', 'avtaler', 'bolig', 'iks', siste)",
        "av(\"avtalepunkt\", 'bolig', lovgrunnlag='iks', dekning=\"dekket\", aar=siste)",
    ),
    ('mengde(x, hva=navn("bolig", "avtale_dekket"))', 'mengde(x, hva=navn("bolig", "avtalepunkt"))'),
    ('base("kvinner", 2019)', 'base("kvinner", aar=2019)'),
    ('antall(åpen antall("opphold", "personer"))', 'antall(åpen antall("opphold"))'),
    (
        'gjelder("avtale_dekket", gruppe="avtaler", instans=["bolig", "skole"], ord="få")',
        'gjelder("avtalepunkt", punkt=["bolig", "skole"], dekning="dekket", ord="få")',
    ),
]  # fmt: skip


def test_the_table_tells_every_group_and_indicator_that_went():
    told = " ".join(before for before, _ in TABLE)
    gone = [
        "kommuner",
        "avtaler",
        "personer",
        "personer_kvinner",
        "kvinner_panel",
        "avtale_dekket",
        "avtale_underpunkt",
    ]
    assert all(f'"{name}"' in told for name in gone) and len(TABLE) >= 25


@pytest.mark.parametrize(("before", "after"), TABLE)
def test_a_call_is_written_as_the_table_says(before, after):
    assert rewritten(before) == (after, 1)
    assert rewritten(after) == (after, 0)


@pytest.mark.parametrize(("before", "after"), TABLE, ids=[after for _, after in TABLE])
def test_what_is_written_can_be_asked(before, after):
    """The model knows the statistic, the dimensions and the codes of every new call."""
    own = book()
    asked = after.replace('"S07"', '"landet"')
    environment(own).from_string(f"{{{{ {asked} }}}}").render()
    faults = [r.problem.fant for r in own.records if r.problem and r.problem.query]
    assert all("undertrykt" in fault for fault in faults), faults


@pytest.mark.parametrize("text", SAME)
def test_all_else_is_left_alone(text):
    assert rewritten(text) == (text, 0)


@pytest.mark.parametrize(("before", "after"), MORE)
def test_a_call_in_another_form_is_written_too(before, after):
    assert rewritten(before) == (after, 1)


def test_a_list_of_sentences_keeps_all_but_its_calls(tmp_path):
    line = "s{n}\tnb\tavsnitt\t{{{{ {call} }}}} av «samarbeidsavtalene»; base(x\r\n"
    calls = [*TABLE, *((same, same) for same in SAME[:8])]
    before, after = ("".join(line.format(n=n, call=c[i]) for n, c in enumerate(calls)) for i in (0, 1))
    (tmp_path / "setninger.tsv").write_bytes(f"\ufeffid\tmaalform\r\n{before}".encode())
    assert run("setninger.tsv", tmp_path) == f"{len(TABLE)} kall skrevet om i setninger.tsv"
    assert (tmp_path / "setninger.tsv").read_bytes() == f"\ufeffid\tmaalform\r\n{after}".encode()
    assert run("setninger.tsv", tmp_path).startswith("0 kall")


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "latin.tsv").write_bytes("æ".encode("latin-1"))
    for name, found in (("borte.tsv", "ingen slik fil"), ("latin.tsv", "noe annet enn UTF-8")):
        with pytest.raises(Problems, match=found):
            run(name, tmp_path)
