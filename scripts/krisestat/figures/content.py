"""What each figure shows: its rows, names, words and title. Pure, and free of the drawing library.

`content()` gathers everything that a drawing depends on into one plain structure. `figures.charts` draws from that
alone, so that two equal contents are the same drawing, and the store of drawings can be keyed by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import SIGNS, capitalised, year_range
from krisestat.base.errors import ProblemList, did_you_mean
from krisestat.base.kept_tables import valid_in
from krisestat.base.layout import NUMBERS

Selector = Callable[[list[Row], int, tuple[int, int]], list[Row]]

SHOWN = ("gruppe", "instans", "samarbeidsform", "aar", "antall", "base", "status")
"""The columns that a drawing shows. A change in another column of the same row changes no drawing."""

ORD: dict[str, dict[str, str]] = {
    "nb": {
        "av": "av",
        "tilbud": "tilbud",
        "antall": "antall",
        "antall_tilbud": "Antall tilbud",
        "ikke_spurt": "ikke spurt",
        "kilde": "Kilde",
    },
    "nn": {
        "av": "av",
        "tilbud": "tilbod",
        "antall": "tal",
        "antall_tilbud": "Talet på tilbod",
        "ikke_spurt": "ikkje spurt",
        "kilde": "Kjelde",
    },
}
"""Words that stand in the figures, by written standard; «ikke spurt» rather than its sign, for there is room."""


@dataclass(frozen=True)
class FigureSpec:
    """One figure.

    Parameters: `select`, the rows it shows (rows, edition year, first and last year of the series) -> rows; `kilde`,
    the source of the partners whose names it uses; `tabell`, id of the table with the same numbers, whose bases, source
    and origin are the figure's too; `titler`, its statistical title by written standard, with `{aar}` for the period
    that is shown; `slag`, the kind of drawing, which is the figure's own where no two are alike.
    """

    select: Selector
    kilde: str
    tabell: str
    titler: dict[str, str]
    slag: str = ""


def _in_year(indikator: str) -> Selector:
    return lambda rows, aar, serie: [r for r in rows if r["indikator"] == indikator and r["aar"] == aar]


def _in_series(indikator: str, samarbeidsform: str = "") -> Selector:
    def select(rows: list[Row], aar: int, serie: tuple[int, int]) -> list[Row]:
        return [
            r
            for r in rows
            if r["indikator"] == indikator
            and (r["samarbeidsform"] or "") == samarbeidsform
            and serie[0] <= r["aar"] <= min(serie[1], aar)
        ]

    return select


FIGURES: dict[str, FigureSpec] = {
    "samarbeid-etter-instans": FigureSpec(
        _in_year("samarbeid"),
        "samarbeid",
        "instanser",
        {
            "nb": "Krisesentertilbud i samarbeid med andre instanser, etter instans. {aar}. Antall og prosent",
            "nn": "Krisesentertilbod i samarbeid med andre instansar, etter instans. {aar}. Tal og prosent",
        },
    ),
    "samarbeidsformer-etter-instans": FigureSpec(
        _in_year("samarbeidsform"),
        "samarbeid",
        "samarbeidsformer",
        {
            "nb": "Krisesentertilbud med ulike former for samarbeid, etter instans. {aar}. Antall og prosent",
            "nn": "Krisesentertilbod med ulike former for samarbeid, etter instans. {aar}. Tal og prosent",
        },
    ),
    "deltakelse-i-fora": FigureSpec(
        _in_series("forum"),
        "samarbeid",
        "samarbeidsfora",
        {
            "nb": "Krisesentertilbud med deltakelse i etablerte samarbeidsfora. {aar}. Prosent",
            "nn": "Krisesentertilbod med deltaking i etablerte samarbeidsfora. {aar}. Prosent",
        },
    ),
    "skriftlige-avtaler": FigureSpec(
        _in_series("samarbeidsform", "skriftlig_avtale"),
        "samarbeid",
        "skriftlige-avtaler",
        {
            "nb": "Krisesentertilbud med skriftlig samarbeidsavtale, etter instans. {aar}. Prosent",
            "nn": "Krisesentertilbod med skriftleg samarbeidsavtale, etter instans. {aar}. Prosent",
        },
    ),
}
"""The figures of the answers, by file stem, in the order of the publication."""


def figure_specs(codebook: Any) -> dict[str, FigureSpec]:
    """Every figure: those of `FIGURES`, and one for each finished table with a `figur` in `indikatorer.yaml`."""
    declared = sorted(getattr(codebook, "aggregerte", {}).items())
    return FIGURES | {
        (fid := name.replace("_", "-")): FigureSpec(_in_series(name), one["kilde"], fid, one["figur"], "ferdig_tabell")
        for name, one in declared
        if "figur" in one
    }


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


CODE_LISTS = {"gruppe": "grupper.csv", "instans": "instanser.csv", "samarbeidsform": "samarbeidsformer.csv"}


def _names(
    rows: Iterable[Row], column: str, label: str, wanted: set[str], aar: int, problems: ProblemList
) -> dict[str, str]:
    """Code -> name in the codebook's order, for the codes that are shown; the name is the one that held in `aar`."""
    ordered = sorted(rows, key=lambda r: (int(r.get("rekkefolge") or 0), "gyldig_fra" in r and not valid_in(r, aar)))
    names: dict[str, str] = {}
    for row in ordered:
        if row[column] in wanted and (row[label] or "").strip():
            names.setdefault(row[column], capitalised(row[label].strip()))
    for code in sorted(wanted - set(names)):
        hint = did_you_mean(code, (r[column] for r in ordered))
        problems.add(
            f"data/raw/codebooks/{CODE_LISTS[column]}",
            f"kolonne {column}",
            f"{code} uten {label}",
            "et navn for hver kode som vises",
            hint or "Legg til raden.",
        )
    return names


def content(
    fid: str, rows: Iterable[Row], codebook: Any, language: str, aar: int, serie: tuple[int, int]
) -> dict[str, Any]:
    """Everything that the drawing `fid` depends on, as plain data.

    Parameters: `rows`, utdata as in the contract UTDATA; `codebook`, with the row lists `instanser`,
    `samarbeidsformer` and `grupper`; `language`, `nb` or `nn`; `aar`, the edition; `serie`, first and last year of the
    time series.
    Returns: `figur`, `slag`, `tittel`, `rader` (columns SHOWN, sorted), `aar` (every year of the period, gaps too),
    `navn` (code -> name for `gruppe`, `instans`, `samarbeidsform`, each in display order), `ord`.
    Raises: Problems when no row is shown, or a code has no name.
    """
    spec = figure_specs(codebook)[fid]
    problems = ProblemList()
    chosen = spec.select(list(rows), aar, serie)
    shown = [{c: (r[c] if r[c] is not None or c in ("antall", "base") else "") for c in SHOWN} for r in chosen]
    shown.sort(key=lambda r: (r["gruppe"], r["instans"], r["samarbeidsform"], r["aar"]))
    if not shown:
        problems.add(
            NUMBERS,
            f"figur {fid}",
            "ingen rader",
            f"tall for {year_range([serie[0], aar])}",
            "Se om årene i config.yaml stemmer.",
        )
        problems.raise_if_any()
    years = [int(r["aar"]) for r in shown]

    def used(column: str) -> set[str]:
        return {r[column] for r in shown} - {""}

    last = max(years)
    instanser = [r for r in codebook.instanser if r["kilde"] == spec.kilde]
    names = {
        "gruppe": _names(codebook.grupper, "gruppe", f"kort_{language}", used("gruppe"), last, problems),
        "instans": _names(instanser, "instans", f"navn_{language}", used("instans"), last, problems),
        "samarbeidsform": _names(
            codebook.samarbeidsformer, "samarbeidsform", f"navn_{language}", used("samarbeidsform"), last, problems
        ),
    }
    problems.raise_if_any()
    return {
        "figur": fid,
        "slag": spec.slag or fid,
        "tittel": spec.titler[language].format(aar=year_range(years)),
        "rader": shown,
        "aar": list(range(min(years), last + 1)),
        "navn": names,
        "ord": ORD[language]
        | {"": SIGNS["mangler"], "finnes_ikke": SIGNS["ikke_spurt"]}
        | {status: SIGNS[status] for status in ("mangler", "undertrykt")},
    }
