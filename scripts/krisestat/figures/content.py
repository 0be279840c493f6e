"""What each figure shows: its numbers, names, words and title. Pure, and free of the drawing library.

`content()` gathers everything that a drawing depends on into one plain structure. `figures.charts` draws from that
alone, so that two equal contents are the same drawing, and the store of drawings can be keyed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import MARKS, SIGNS, capitalised, round_half_away, year_range
from krisestat.base.errors import ProblemList
from krisestat.figures.design import SERIER
from krisestat.model.declared import ROLES, YEAR, CodeList, Cubes, FigureSpec

RENDERINGS = {
    "bred": "{fid}.svg",
    "smal": "{fid}-smal.svg",
    "svg": "{fid}_p{aar}.svg",
    "png": "{fid}_p{aar}.png",
    "deling": "{fid}-deling_p{aar}.png",
}
"""The renderings of a figure and the names of their files: wide and narrow for the page, SVG and PNG to take away, and
the picture that others show beside a link to the page."""

ON_PAGE, TO_TAKE, TO_SHARE = ("bred", "smal"), ("svg", "png"), "deling"


def file_name(fid: str, rendering: str, aar: int) -> str:
    """The name of the file with one rendering of a figure in the edition of a year."""
    return RENDERINGS[rendering].format(fid=fid, aar=aar)


def shown_rows(spec: FigureSpec, cubes: Cubes, aar: int, serie: tuple[int, int]) -> list[Row]:
    """The observations that a figure shows: of the last year, or of every year of a series; the parts of what it tells
    apart, and the whole of the rest.

    Parameters: `cubes`, what may be published; `aar`, the edition; `serie`, first and last year of the time series.
    """
    found = [
        row
        for row in cubes.get(spec.av.id, ())
        if serie[0] <= row[YEAR] <= min(serie[1], aar)
        and all(
            row[name] == spec.der[name] if name in spec.der else (row[name] == codes.total) != (name in told)
            for told in [set(spec.roller.values())]
            for name, codes in spec.av.per.items()
        )
    ]
    last = max((row[YEAR] for row in found), default=aar)
    return [row for row in found if row[YEAR] == last] if spec.kind.ett_aar else found


def content(
    spec: FigureSpec, cubes: Cubes, texts: Mapping[str, Any], language: str, aar: int, serie: tuple[int, int]
) -> dict[str, Any]:
    """Everything that a drawing depends on, as plain data.

    Parameters: `cubes`, `aar` and `serie`, as `shown_rows`; `texts`, of `tables.words`; `language`, `nb` or
    `nn`.
    Returns: `figur`, `slag`, `tittel`; `rader`, the numbers by their code in each of `ROLES` («» where the figure has
    no such role) and year; `aar` (every year of the period, gaps too); `navn` (role -> code -> name, in display
    order); `korte`, names for narrow columns; `farger` (series -> role of colour); `ord`; `valg`, what a reader may
    choose among; `brudd`, the years from which it is counted otherwise; `hendelser`, what happened, by year.
    Raises: Problems when no row is shown.
    """
    chosen = shown_rows(spec, cubes, aar, serie)
    if not chosen:
        problems, wanted = ProblemList(), f"tall for {year_range([serie[0], aar])}"
        fix = "Se om årene i config.yaml stemmer."
        problems.add(f"data/statistikk/{spec.kapittel}.yaml", f"figur {spec.id}", "ingen rader", wanted, fix)
        problems.raise_if_any()
    years = [int(row[YEAR]) for row in chosen]
    broken = [year for year in spec.av.breaks if min(years) < year]  # which drawings show, so that no mark has to
    names = {role: _names(spec, role, chosen, language, max(years)) for role in ROLES}
    # What stands alone is called by what its numbers are, and has a colour of its own.
    alone = {} if names["serier"] else {SERIER[-1]: capitalised(_measured(spec, texts["felles"]["maal"], language))}
    numbers = [
        {
            role: row[spec.roller[role]] if role in spec.roller else next(iter(alone), "") * (role == "serier")
            for role in ROLES
        }
        | {YEAR: row[YEAR], "verdi": row["verdi"], "nevner": row.get("nevner"), "status": row["status"]}
        | ({"merke": MARKS[mark]} if (mark := spec.av.mark(row)) and row[YEAR] not in broken else {})
        | _beside(spec, row)
        for row in chosen
    ]
    return {
        "figur": spec.id,
        "slag": spec.slag,
        "tittel": spec.tittel[language].format(aar=year_range(years)),
        "rader": sorted(numbers, key=lambda row: (*(row[role] for role in ROLES), row[YEAR])),
        "aar": list(range(min(years), max(years) + 1)),
        "navn": names | ({"serier": alone} if alone else {}),
        "korte": texts["kapitler"].get(spec.kapittel, {}).get("korte", {}) if spec.slag == "varme" else {},
        "type": spec.av.type,
        "desimaler": spec.av.desimaler,
        "farger": {code: code for code in alone}
        or _colours(names["serier"], spec.av.per.get(spec.roller.get("serier", ""))),
        "ord": _words(spec, texts, language),
        "svar": _answers(spec, chosen, texts["felles"]["figur"], language) if spec.slag == "gap" else {},
        "deler": _parts(spec, names["kolonner"]) if spec.slag == "stablet" else {},
        "brudd": broken,
        "hendelser": [one for one in spec.av.events(language) if one[0] in years],
    }


def lacking(row: Row) -> tuple[int, int, int]:
    """How many of the base are not counted in a row: all, those that are sure, and those that are not."""
    every = row["nevner"] - row["verdi"]
    unsure = min(row["usikre"], every)
    return every, every - unsure, unsure


def changes(shown: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """By row and series, by how many percentage points the percentages as shown have changed from the first year to the
    last; none over a break, nor where there is no share."""
    first, last = shown["aar"][0], shown["aar"][-1]
    if shown["slag"] != "linjer_per_rad" or any(first < year <= last for year in shown["brudd"]):
        return {}
    ends: dict[tuple[str, str], dict[int, int]] = {}
    for row in shown["rader"]:
        if row[YEAR] in (first, last) and row["verdi"] is not None and row["nevner"] is not None:
            share = round_half_away(Fraction(100 * row["verdi"], row["nevner"] or 1))
            ends.setdefault((row["rader"], row["serier"]), {})[row[YEAR]] = int(share)
    return {key: found[last] - found[first] for key, found in ends.items() if len(found) > 1}


def wholes(shown: Mapping[str, Any]) -> dict[str, int | Fraction | None]:
    """By row, what the parts of a whole are together: their base, or their sum; None when one of them has no number."""
    if shown["slag"] != "stablet":
        return {}
    found: dict[str, int | Fraction | None] = {}
    for code in shown["navn"]["rader"]:
        rows = [row for row in shown["rader"] if row["rader"] == code and row["kolonner"] in shown["deler"]]
        values, bases = [row["verdi"] for row in rows], {row["nevner"] for row in rows}
        told = None not in values and len(values) == len(shown["deler"])
        found[code] = None if not told else sum(values) if len(bases) > 1 or None in bases else bases.pop()
    return found


def _names(spec: FigureSpec, role: str, rows: Sequence[Row], language: str, aar: int) -> dict[str, str]:
    """Code -> name in the order of its list, for the codes that are shown; the name is the one that held in `aar`."""
    if role not in spec.roller:
        return {}
    codes = spec.av.per[spec.roller[role]]
    used = {row[spec.roller[role]] for row in rows}
    return {code: capitalised(codes.heading(code, language, aar)) for code in codes.in_order(used)}


def _measured(spec: FigureSpec, said: Mapping[str, str], language: str) -> str:
    """What the numbers are: the unit that they are told in, or what is counted; money is not the number of those who
    had it."""
    if spec.av.maaleenhet:
        return spec.av.maaleenhet[language].heading
    return spec.av.enhet.forms[language][2] if spec.av.type == "antall" else said[spec.av.type]


def _beside(spec: FigureSpec, row: Row) -> dict[str, int | Fraction]:
    """What a kind shows of an observation beside its number: how many of the others are not sure, and how many there
    were as it was counted before a break."""
    if spec.slag == "gap" and row["verdi"] is not None:
        unsure = spec.av.answers.unsure if spec.av.answers else ()
        return {"usikre": sum(row[code] or 0 for code in spec.av.others if code in unsure)}
    return (
        {"for_brudd": row["for_brudd"]}
        if spec.slag == "serie" and None not in (row["verdi"], row.get("for_brudd"))
        else {}
    )


def _answers(spec: FigureSpec, rows: Sequence[Row], said: Mapping[str, str], language: str) -> dict[str, str]:
    """What the answer that is counted is called, and the others: those that are sure, and those that are not."""
    codes = spec.av.answers
    if not codes or not spec.av.others:
        return {"teller": spec.av.navn[language].heading, "sikre": said["resten"], "usikre": ""}
    given = [code for code in spec.av.others if any(row[code] for row in rows)]
    parts = [[c for c in given if (c in codes.unsure) == unsure] for unsure in (False, True)]
    named = [[codes.heading(code, language) for code in part] for part in parts]
    sure, unsure = (f" {said['eller']} ".join([*part[:1], *map(str.lower, part[1:])]) for part in named)
    return {"teller": codes.heading(spec.av.svar["teller"], language), "sikre": sure, "usikre": unsure}


def _parts(spec: FigureSpec, names: Mapping[str, str]) -> dict[str, str]:
    """How each part of a whole is drawn: the first is filled, the second lighter, the others open, and silence dotted.
    Those that it is not a whole of are left out."""
    roles = spec.av.per[spec.roller["kolonner"]].roller
    looks, found = iter(("fylt", "delvis")), {}
    for code in names:
        role = roles.get(code, "")
        if role in ("", "taus"):
            found[code] = "taus" if role else next(looks, "aapen")
    return found


def code_colour(lists: Mapping[str, CodeList], codes: Mapping[str, str]) -> str:
    """The role of colour of what has these codes: a code of a short list keeps the colour of its place there through
    the whole publication. Parameters: `lists`, the code list of each dimension; `codes`, the code in each."""
    short = (lists[name].place.get(code, len(SERIER)) for name, code in codes.items() if _short(lists[name]))
    return next((SERIER[place] for place in short if place < len(SERIER)), "blekk")


def _short(listed: CodeList) -> bool:
    return len(listed.koder) <= len(SERIER)


def _colours(series: Iterable[str], listed: CodeList | None) -> dict[str, str]:
    """The role of colour of each series, by its place in a short list, else in turn."""
    return {code: SERIER[listed.place[code] if listed and _short(listed) else turn] for turn, code in enumerate(series)}


def _words(spec: FigureSpec, texts: Mapping[str, Any], language: str) -> dict[str, str]:
    """Words that stand in a figure; «ikke spurt» rather than its sign, for there is room."""
    shared, unit = texts["felles"], spec.av.enhet
    own = {"enhet": unit.forms[language][2], **texts["enheter"].get(unit.id, {}).get("figur", {})}
    read = {f"lest_{SIGNS[status]}": word for status in SIGNS if (word := shared["tegn_lest"].get(SIGNS[status]))}
    told = {**shared["figur"], **read, "av": shared["av"], "enhet": own["enhet"]}
    told["antall_i_alt"] = own.get("antall") or shared["figur"]["antall_i_alt"].format(enhet=own["enhet"])
    return {"": SIGNS["mangler"], "finnes_ikke": SIGNS["ikke_spurt"]} | SIGNS | told
