"""What has been published stays as it was published, or the change is explained to the reader.

`publisert/<aar>/` holds the record of an edition that was published. A build whose numbers are others is refused unless
`data/rettelser-publisert.yaml` explains each of them; the publication prints the explanations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from krisestat.codebooks import Codebook
from krisestat.contracts import PANEL, UTDATA, Row, read_rows
from krisestat.display import NBSP, number
from krisestat.errors import ProblemList, did_you_mean
from krisestat.yamlfiles import check_schema, load_yaml

FOLDER = Path("publisert")
NUMBERS = "tall.csv"
CORRECTIONS = Path("data/rettelser-publisert.yaml")
SCHEMA = Path("workflow/schemas/rettelser-publisert.schema.yaml")

_KEY = ("indikator", "gruppe", "instans", "samarbeidsform", "aar")
_FIELDS = ("antall", "base", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
_ABSENT = "finnes ikke"

Numbers = dict[str, "int | str"]


def load_corrections(path: Path = CORRECTIONS, root: Path = Path()) -> list[dict]:
    """Read the corrections of what has been published.

    Raises `Problems` with every fault: unknown keys, an id twice, a number that is corrected to what it was.
    """
    data, lines = load_yaml(root / path)
    check_schema(data, load_yaml(root / SCHEMA)[0], str(path), lines)
    problems = ProblemList()
    first: dict[str, int] = {}
    for n, entry in enumerate(data["rettelser"]):
        line = lines[("rettelser", n)][0]
        if entry["id"] in first:
            problems.add(
                path,
                f"linje {line}",
                f"id-en «{entry['id']}» en gang til (linje {first[entry['id']]})",
                "en egen id for hver",
                "Gi den et nytt nummer.",
            )
        first.setdefault(entry["id"], line)
        for k, change in enumerate(entry["tall"]):
            if change["fra"].keys() != change["til"].keys() or change["fra"] == change["til"]:
                problems.add(
                    path,
                    f"linje {lines[('rettelser', n, 'tall', k)][0]} ({entry['id']})",
                    f"fra {_told(change['fra'])} til {_told(change['til'])}",
                    "de samme tallene i «fra» og «til», og minst ett som er endret",
                    "Skriv hvert tall slik det sto og slik det er nå.",
                )
    problems.raise_if_any()
    return data["rettelser"]


def run(
    rows: Sequence[Row], serie: tuple[int, int], published: Iterable[Path], corrections: Sequence[Mapping[str, Any]]
) -> int:
    """Hold the numbers of an edition against those that have been published.

    Parameters: `rows` of `utdata`; `serie`, first and last year; `published`, the `tall.csv` of each published edition;
    `corrections`, as read. Returns how many published numbers the edition repeats. Raises `Problems` with every number
    that differs unexplained, and every correction of what was never published.
    """
    editions = {int(path.parent.name): read_rows(path, UTDATA) for path in published}
    check(rows, serie, editions, corrections).raise_if_any()
    return len({cell(row) for old in editions.values() for row in old if serie[0] <= row["aar"] <= serie[1]})


def cell(row: Row) -> str:
    """The name of a cell, as in the evidence."""
    return "/".join(str(row[name]) for name in _KEY)


def numbers(row: Row) -> Numbers:
    """What a cell says: its numbers, or in their place the word for why there is none."""
    if row["antall"] is None:
        return {"antall": str(row["status"])}
    return {name: row[name] for name in _FIELDS if row[name] is not None}


def check(
    rows: Sequence[Row],
    serie: tuple[int, int],
    editions: Mapping[int, Sequence[Row]],
    corrections: Sequence[Mapping[str, Any]],
) -> ProblemList:
    """What `run` raises. Parameters: `editions`, rows of `utdata` by the year of the edition; the rest as there.

    Cells outside the series are not looked at. Cells of the panel are those of an edition of the same year alone: who
    answered every year is another question with another last year.
    """
    now = {cell(row): numbers(row) for row in rows}
    problems = ProblemList()
    known = set(now)
    for edition, old in sorted(editions.items()):
        for row in old:
            if not serie[0] <= row["aar"] <= serie[1] or (str(row["gruppe"]).endswith(PANEL) and edition != serie[1]):
                continue
            name, was = cell(row), numbers(row)
            known.add(name)
            is_now = now.get(name, {"antall": _ABSENT})
            expected = explained(name, was, corrections)
            if expected != is_now:
                before, after = _changed(expected, is_now)
                problems.add(
                    FOLDER / str(edition) / NUMBERS,
                    name,
                    f"{_told(after)} i denne byggingen",
                    f"{_told(before)}, som er publisert" + (" med rettelsene" if expected != was else ""),
                    f"Er det nye riktig, forklar det i {CORRECTIONS}: "
                    f"{{celle: {name}, fra: {_yaml(before)}, til: {_yaml(after)}}}. Ellers er noe galt i dataene.",
                )
    for entry in corrections:
        for change in entry["tall"]:
            name = change["celle"]
            year = name.rsplit("/", 1)[1]
            if serie[0] <= int(year) <= serie[1] and name not in known:
                hint = did_you_mean(name, known)
                problems.add(
                    CORRECTIONS,
                    entry["id"],
                    f"cellen «{name}»" + (f" – {hint}" if hint else ""),
                    "en celle som er publisert",
                    "Rett «celle:».",
                )
    return problems


def explained(name: str, was: Numbers, corrections: Iterable[Mapping[str, Any]]) -> Numbers:
    """What a published cell has become by the corrections, in the order in which they stand."""
    value = dict(was)
    for change in (change for entry in corrections for change in entry["tall"] if change["celle"] == name):
        if all(value.get(field, _ABSENT) == number for field, number in change["fra"].items()):
            value |= change["til"]
            if isinstance(value.get("antall"), str):
                value = {"antall": value["antall"]}
            value = {field: number for field, number in value.items() if field == "antall" or number != _ABSENT}
    return value


def _changed(was: Numbers, is_now: Numbers) -> tuple[Numbers, Numbers]:
    """The numbers of a cell that differ, before and after."""
    names = [name for name in _FIELDS if was.get(name, _ABSENT) != is_now.get(name, _ABSENT)]
    return {n: was.get(n, _ABSENT) for n in names}, {n: is_now.get(n, _ABSENT) for n in names}


def _told(values: Numbers) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items()) or "ingen tall"


def _yaml(values: Numbers) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


def correction_log(
    corrections: Iterable[Mapping[str, Any]],
    serie: tuple[int, int],
    published: int,
    codebook: Codebook,
    words: Mapping[str, Any],
    spraak: str,
) -> dict[str, Any]:
    """What the publication prints of the corrections of its years, as texts.

    Parameters: `serie`, first and last year; `published`, how many published numbers the edition repeats; `codebook`,
    for names; `words` with `felt` (name of each number) and `uten_tall` (what stands where there is none); `spraak`,
    «nb». Returns `poster`, each with its texts and `tall` (cell, number, before, after, change), and the size of the
    revision: `celler` corrected, of `publisert`, and the `storste` change. Everything has a `bound` for its element.
    """
    groups = {row["gruppe"]: row[f"navn_{spraak}"] for row in codebook.grupper}
    forms = {row["samarbeidsform"]: row[f"navn_{spraak}"] for row in codebook.samarbeidsformer}
    partners = {(row["kilde"], row["instans"]): row[f"navn_{spraak}"] for row in codebook.instanser}
    declared = {**codebook.indikatorer, **codebook.aggregerte}
    posts, changes, cells = [], [], set()
    for entry in corrections:
        lines = []
        for change in entry["tall"]:
            indicator, group, partner, form, year = change["celle"].split("/")
            if not serie[0] <= int(year) <= serie[1]:
                continue
            partner = partners.get((codebook.source_of(indicator), partner))
            where = [groups.get(group, group), partner, forms.get(form)]
            about = f"{declared.get(indicator, {}).get('beskrivelse', indicator)}: "
            for field, old in change["fra"].items():
                new = change["til"][field]
                both = isinstance(old, int) and isinstance(new, int)
                changes += [abs(new - old)] if both else []
                lines.append(
                    {
                        "celle": about + ", ".join([*filter(None, where), year]),
                        "felt": words["felt"][field],
                        "fra": _shown(old, words),
                        "til": _shown(new, words),
                        "endring": ("+" if new > old else "") + number(new - old) if both else "",
                    }
                )
            cells.add(change["celle"])
        if lines:
            texts = {key: entry[key] for key in ("id", "hva", "hvorfor", "alvorlighet", "dato")}
            bound = [*texts.values(), *(text for line in lines for text in line.values())]
            posts.append({**texts, "tall": lines, "bound": bound})
    size = {"celler": number(len(cells)), "publisert": number(published), "storste": number(max(changes, default=0))}
    return {"poster": posts, **size, "bound": list(size.values())}


def _shown(value: int | str, words: Mapping[str, Any]) -> str:
    return number(value) if isinstance(value, int) else words["uten_tall"][value].replace(" ", NBSP)
