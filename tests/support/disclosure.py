"""The policy of confidentiality, and counts of centres to hide and to find."""

from krisestat.base.yaml_files import load_yaml
from tests.support.project import PROJECT

POLICY = load_yaml(PROJECT / "data/raw/codebooks/konfidensialitet.yaml")[0]


def row(aar, senter, gruppe, beboere, opphold):
    place = {"aar": aar, "senter_id": senter, "gruppe": gruppe, "beboere": beboere, "opphold": opphold}
    return place | {"senter": f"Senter {senter[1:]}", "opphav": "rekonstruert", "fil": "f.csv", "linje": 2}


def centres(*counts):
    """Rows of one year: for each centre (women's residents and stays, men's residents and stays)."""
    rows = []
    for n, (kb, ko, mb, mo) in enumerate(counts, 1):
        rows += [row(2020, f"S{n:02}", "kvinner", kb, ko), row(2020, f"S{n:02}", "menn", mb, mo)]
        rows.append(row(2020, f"S{n:02}", "ikke_registrert", 0, 0))
    return rows
