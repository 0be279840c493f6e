"""The policy of confidentiality, and counts of residents and stays at centres, to hide and to find."""

from collections.abc import Iterable
from itertools import product

from krisestat.base.contracts import Row
from krisestat.base.yaml_files import load_yaml
from krisestat.model.count import wholes
from krisestat.model.disclosure import Persons, persons
from tests.support.model import edition_model
from tests.support.project import PROJECT

POLICY = load_yaml(PROJECT / "data/raw/codebooks/konfidensialitet.yaml")[0]
MODEL = edition_model()
SEXES = ("kvinner", "menn", "ikke_registrert")


def centres(*counts: tuple[int, ...], printed: Iterable[str] = ()) -> dict[str, list[Row]]:
    """The true numbers of one year: for each centre, residents and stays of women, men and those not registered (none
    unless given). Parameters: `printed`, ids of cells that others have printed."""
    found = {}
    for place, name in enumerate(("beboere", "opphold")):
        rows = []
        for (n, given), (k, sex) in product(enumerate(counts, 1), enumerate(SEXES)):
            value = (*given, 0, 0, 0, 0)[2 * k + place]
            row = {"aar": 2020, "senter": f"S{n:02}", "kjonn": sex, "verdi": value, "status": ""}
            rows.append(row | {"opphav": "rekonstruert"})
        found[name] = [
            row | {"opphav": "publisert"} if MODEL[name].cell(row) in printed else row
            for row in wholes(MODEL[name], rows)
        ]
    return found


def of_year(cubes: dict[str, list[Row]]) -> Persons:
    """The numbers as the protection sees them."""
    return persons(MODEL, cubes)[2020]
