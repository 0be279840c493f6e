"""The guard: what is slower in a new measurement than in the kept one, `python benchmark/vakt.py GAMMEL NY`.

A row is worse when its ratio has grown by more than 15 per cent beyond the measured spread: half the distance from the
lowest to the highest round, of the measurement where that is larger. On another machine ratios alone are compared. On
the same kind of machine memory is compared too, and a row in seconds must have grown in seconds as well. Nothing here
fails because something is slow: the exit code is 0 when the two could be compared, and 2 when one cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "scripts"))

from krisestat.base import errors  # noqa: E402
from krisestat.base.contracts import write_atomic  # noqa: E402
from krisestat.base.yaml_files import check_schema, load_yaml  # noqa: E402

LIMIT = 1.15
SCHEMA = PROJECT / "benchmark/siste.schema.yaml"
MARK = "<!-- krisestat-ytelse -->"
# In the order that they are told.
HEADINGS = {
    "verre": "Tregere eller større enn før",
    "mangler": "Målt før, men ikke nå",
    "omfang": "Målt på et annet omfang, og ikke sammenlignet",
    "bedre": "Raskere eller mindre enn før",
    "ny": "Ikke målt før",
}


@dataclass(frozen=True)
class Funn:
    """What is to be told of one row. Parameters: `slag`, a key of `HEADINGS`; `id`; `tekst`, in Norwegian."""

    slag: str
    id: str
    tekst: str


def number(value: float) -> str:
    """A measured number in Norwegian: three digits that count, comma."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}".replace(".", ",").replace("-", "−")


def load(path: Path) -> dict[str, Any]:
    """A measurement from its file. Raises `Problems` with every fault when it does not keep its schema."""
    data, lines = load_yaml(path)  # JSON is YAML too, and so the errors can name a line
    check_schema(data, SCHEMA, path.name, lines)
    return data


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Funn]:
    """What has changed from one measurement to another, the worst first; rows that are as before are not told.

    Parameters: `old` and `new`, as `load` gives them. Rows of parts that were not asked for in `new` are left out.
    """
    same = old["maskin"] == new["maskin"]
    before = {id: row for id, row in old["rader"].items() if id.partition(".")[0] in new["deler"]}
    after = new["rader"]
    found: list[tuple[float, Funn]] = []
    for id in sorted(before.keys() | after.keys()):
        if id not in after:
            found.append((0, Funn("mangler", id, before[id]["tekst"])))
        elif id not in before:
            found.append((0, Funn("ny", id, after[id]["tekst"])))
        elif before[id].get("omfang") != after[id].get("omfang"):
            sizes = f"{before[id].get('omfang', 'uten omfang')} → {after[id].get('omfang', 'uten omfang')}"
            found.append((0, Funn("omfang", id, f"{after[id]['tekst']}: {sizes}")))
        else:
            found += _judge(id, before[id], after[id], same)
    order = list(HEADINGS)
    return [one for _, one in sorted(found, key=lambda pair: (order.index(pair[1].slag), -pair[0], pair[1].id))]


def _judge(id: str, old: Mapping[str, Any], new: Mapping[str, Any], same: bool) -> list[tuple[float, Funn]]:
    """Whether a row is worse or better, and by how much."""
    sides = [(row["forhold"] if "forhold" in row else row if row["enhet"] == "ganger" else None) for row in (old, new)]
    # on the same machine seconds must have grown too: what they are held against has a mood of its own
    pairs = [sides] if None not in sides else []
    pairs += [[old, new]] if same and old["enhet"] != "ganger" else []
    pairs = [pair for pair in pairs if min(one["verdi"] for one in pair) > 0]
    if not pairs:
        return []
    one, other = pairs[0]
    share = other["verdi"] / one["verdi"] - 1
    told = (
        f"{new['tekst']}: {number(old['verdi'])} → {number(new['verdi'])} {new['enhet']}"
        f" (forholdet er {number(abs(share) * 100)} prosent {'høyere' if share > 0 else 'lavere'}"
        f"; spredning ± {number(_spread(one, other) / one['verdi'] * 100)} prosent)"
    )
    if all(_grown(before, after) for before, after in pairs):
        return [(share, Funn("verre", id, told))]
    if all(_grown(after, before) for before, after in pairs):
        return [(-share, Funn("bedre", id, told))]
    return []


def _spread(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Half the distance from the lowest to the highest round, of the measurement where that is larger."""
    return max((row["hoyest"] - row["lavest"]) / 2 for row in (one, other))


def _grown(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Whether the second is more than the limit above the first, beyond the spread."""
    return other["verdi"] > one["verdi"] * LIMIT + _spread(one, other)


def measured(id: str, row: Mapping[str, Any]) -> str:
    """A row in words: what it is, how much was measured, the median, what was promised, and the rounds."""
    size = f" ({row['omfang']})" if "omfang" in row else ""
    most = f"høyst {number(row['grense'])}; " if "grense" in row else ""
    rounds = "1 runde" if row["runder"] == 1 else f"{row['runder']} runder"
    between = f"{number(row['lavest'])}–{number(row['hoyest'])} i {rounds}"
    return f"{id}: {row['tekst']}{size}: {number(row['verdi'])} {row['enhet']} ({most}{between})"


def goals(new: Mapping[str, Any]) -> list[str]:
    """The rows that something was promised of, and whether it held."""
    return [
        f"{'HOLDT' if row['verdi'] <= row['grense'] else 'BRUTT'}  {measured(id, row)}"
        for id, row in new["rader"].items()
        if "grense" in row
    ]


def told(old: Mapping[str, Any], new: Mapping[str, Any], found: Sequence[Funn]) -> str:
    """The comparison in words, as Markdown that can be read in a terminal too."""
    worse = sum(one.slag == "verre" for one in found)
    lines = [
        "Ingen måling er mer enn 15 prosent dårligere enn sist."
        if not worse
        else f"{'Én måling' if worse == 1 else f'{worse} målinger'} er mer enn 15 prosent dårligere enn sist. "
        "Er det meningen, tar den som godkjenner endringen, inn den nye målingen (docs/ytelse.md, «Vakt»).",
        "",
    ]
    if old["maskin"] != new["maskin"]:
        lines += ["Målt på en annen maskin enn sist: bare forhold er sammenlignet.", ""]
    for slag, heading in HEADINGS.items():
        rows = [f"- {one.id}: {one.tekst}" for one in found if one.slag == slag]
        lines += [f"{heading}:", "", *rows, ""] if rows else []
    return "\n".join(lines)


def markdown(old: Mapping[str, Any], new: Mapping[str, Any], found: Sequence[Funn]) -> str:
    """The comparison as a comment on a change, with the mark by which it is found again, and what was promised."""
    promised = ["<details><summary>Målene</summary>", "", *(f"- {line}" for line in goals(new)), "", "</details>"]
    return "\n".join([MARK, "### Ytelse", "", told(old, new, found), *promised, ""])


def annotations(found: Sequence[Funn]) -> list[str]:
    """The warnings as GitHub's log reads them. Every text is kept to one line by the schema of a measurement."""
    told = [one for one in found if one.slag in ("verre", "mangler")]
    escaped = [(one, one.tekst.replace("%", "%25")) for one in told]
    return [f"::warning title=Ytelse: {one.id}::{HEADINGS[one.slag]}: {text}" for one, text in escaped]


def run(old: Path, new: Path, comment: Path | None, github: bool, keep: bool) -> str:
    """Compare two files; returns the text for the terminal.

    Parameters: `comment`, where the comparison is written as Markdown, or None; `github`, whether warnings are printed
    for GitHub's log; `keep`, whether `new` takes the place of `old` when nothing is worse and it has all of its parts.
    Raises `Problems`.
    """
    before, after = load(old), load(new)
    found = compare(before, after)
    if comment:
        write_atomic(comment, markdown(before, after, found))
    worse = [one for one in found if one.slag in ("verre", "mangler")]
    kept = []
    if keep and not worse and set(before["deler"]) <= set(after["deler"]):
        write_atomic(old, new.read_bytes())
        kept = [f"Den nye målingen er lagt i {old.name}."]
    elif keep:
        kept = [f"{old.name} er som før. Er det som er sagt over i orden, ta inn den nye målingen for hånd."]
    return "\n".join([*(annotations(found) if github else []), told(before, after, found), *kept])


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python benchmark/vakt.py", description="Hold en måling mot den forrige.")
    parser.add_argument("gammel", type=Path, metavar="GAMMEL", help="den forrige målingen")
    parser.add_argument("ny", type=Path, metavar="NY", help="den nye målingen")
    parser.add_argument("--kommentar", type=Path, metavar="FIL", help="skriv sammenligningen hit, som Markdown")
    parser.add_argument("--github", action="store_true", help="skriv advarsler slik loggen på GitHub leser dem")
    parser.add_argument("--behold", action="store_true", help="legg NY i stedet for GAMMEL når ingenting er verre")
    args = parser.parse_args()
    with errors.told("vakt", failed=2):
        print(run(args.gammel, args.ny, args.kommentar, args.github, args.behold))
    return 0


if __name__ == "__main__":
    sys.exit(main())
