"""The text of an edition holds for every year, without an editor touching it: what cannot be said is left out."""

import csv
import hashlib
import io
import re
from itertools import product

import pytest

from krisestat.base.files import Files
from krisestat.model.config import load_config
from krisestat.pages.publication import page_values
from krisestat.pages.trying import Edition, open_edition
from krisestat.statements.headlines import choose, load_candidates
from tests.support.edition import make
from tests.support.project import PROJECT
from tests.support.shared import once
from tests.support.stages import bound

MADE_UP = 2021
RESULTS = {"hovedpunkter", "fora", "instanser", "former", "avtaler", "kommuner", "personer", "samarbeidsavtaler"}
NEW, GONE = "overgrepsmottak", "fast_kontakt"
# Tried all the time: the year that no editor has seen, and the other standard.
QUICK = {("nb", MADE_UP), ("nn", 2020)}


@pytest.fixture(scope="module", name="inn")
def inn_fixture(tmp_path_factory):
    folder = once(tmp_path_factory, "utgave", lambda folder: make(folder / "ut")) / "ut"
    return bound("render", folder, PROJECT, kvalitet=PROJECT / "tests" / "eksempel" / "kvalitet.csv").inn


def made_up(inn: Files, folder) -> Files:
    """The same with a year more: a third of its answers differ, a partner is new, and a question is gone."""
    paths = []
    for path in inn.many("utdata"):
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        if rows and "nevner" in rows[0] and "tilbud" in rows[0]:
            rows = [one for row in rows for one in ([row, other(row)] if row["aar"] == "2020" else [row])]
            for row in rows:
                if (row.get("instans") == NEW and row["aar"] != str(MADE_UP)) or (
                    row.get("samarbeidsform") == GONE and row["aar"] == str(MADE_UP)
                ):
                    row |= dict.fromkeys(set(row) & {"verdi", "nei", "vet_ikke", "ubesvart"}, "")
                    row |= {"status": "ikke_spurt", "ikke_spurt": row["nevner"]}
        told = io.StringIO()
        writer = csv.DictWriter(told, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / path.name).write_text(told.getvalue(), encoding="utf-8")
        paths.append(folder / path.name)
    return Files({**inn, "utdata": paths})


def other(row: dict) -> dict:
    """A row a year later; of a third of them, another number."""
    key = hashlib.sha256(str([*row.values()]).encode()).digest()
    asked = int(row["nevner"]) - sum(int(row[name] or 0) for name in ("vet_ikke", "ubesvart", "ikke_spurt"))
    count = (int(row["verdi"]) + 1 + key[1]) % (asked + 1) if key[0] % 3 == 0 else int(row["verdi"])
    return row | {"aar": str(MADE_UP), "verdi": str(count), "nei": str(asked - count)}


@pytest.mark.parametrize(
    ("spraak", "aar"),
    [
        pytest.param(*one, marks=() if one in QUICK else pytest.mark.thorough)
        for one in product(("nb", "nn"), (2018, 2019, 2020, MADE_UP))
    ],
)
def test_the_text_holds_for_every_year(inn, spraak, aar, tmp_path):
    main = load_config(PROJECT / "config.yaml", PROJECT)
    drawn = Edition(open_edition(inn, main), None).figures
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": spraak, "aar": aar})
    edition = Edition(open_edition(made_up(inn, tmp_path) if aar == MADE_UP else inn, config), drawn)
    book, env, values = edition.opened.book, edition.opened.env, edition.opened.values
    files = [PROJECT / "templates" / kapittel / spraak / "hovedpunkter.yaml" for kapittel in config["kapitler"]]
    candidates = [one for path in files if path.is_file() for one in load_candidates(path)]
    chosen = choose(book, env, candidates, config["hovedpunkter"]["antall"], **values)
    values["hovedpunkter"] = [headline.text for headline in chosen]
    html = book.render(env, f"{spraak}/utgave.html.j2", **page_values("side", values, "", ""))
    page = book.finish(html, "index.html")
    in_results = {place["setning"] for one in book.evidence() for place in one["steder"] if place["seksjon"] in RESULTS}
    assert len(in_results) > 20 and not [text for text in book.unproven if text in in_results]
    assert bool(re.search("hadde\\s+fast kontaktperson hos", page)) == (aar not in (MADE_UP, 2015, 2016))
