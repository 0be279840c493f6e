"""The words of the chapters: what the folder of each says beside its text, `templates/<chapter>/<standard>/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList, Problems, nearest
from krisestat.base.yaml_files import check_schema, load_words, load_yaml
from krisestat.model.declared import TableSpec, Unit

SCHEMA = Path("workflow/schemas/kapittel.schema.yaml")
# What a chapter's folder must hold: its text, what it says of itself on the front page and in «Om statistikken», and
# its other words; and what it may hold beside them.
TEXT, ABOUT, WORDS, POINTS = "tekst.html.j2", "om.html.j2", "ord.yaml", "hovedpunkter.yaml"
# Under which of them stand the words that sentences are held against: no text that goes out.
SENTENCES = "setninger"
# The words that every table has: its own, those of what it counts, or those that all tables share.
OF_TABLE = ("hva", "inndeling", "enhet", "sporsmaal", "kilde")


def word_files(kapitler: Iterable[str], spraak: str, folder: Path = Path("templates")) -> list[Path]:
    """The files that `load_texts` reads."""
    return [folder / spraak / "tabeller.yaml", *(folder / name / spraak / WORDS for name in kapitler)]


def load_texts(folder: Path, spraak: str, kapitler: Sequence[str]) -> dict[str, Any]:
    """The words of all tables of an edition, and what each chapter is called.

    Parameters: `folder`, that of the templates. Returns those that tables share, with `enheter` and `tabeller` of every
    chapter, and `kapitler`, the words of each. Raises `Problems` as `load_words`.
    """
    shared, *own = map(load_words, word_files(kapitler, spraak, folder))
    chapters = dict(zip(kapitler, own, strict=True))
    found = {key: {k: v for words in own for k, v in words.get(key, {}).items()} for key in ("enheter", "tabeller")}
    return {**shared, **found, "kapitler": chapters}


def download_words(path: Path, texts: Mapping[str, Any]) -> dict[str, Any]:
    """The words of the files for download, with what the chapters say that the numbers are and can be found by.
    Parameters: `path`, nedlasting.yaml; `texts`, of `load_texts`."""
    words, own = load_words(path), texts["kapitler"].values()
    told = " ".join([*(one["beskrivelse"].strip() for one in own), words["beskrivelse"].strip()])
    found = dict.fromkeys(word for one in own for word in one.get("emneord", ()))
    return {**words, "beskrivelse": told, "emneord": list(found)}


def levels(texts: Mapping[str, Any], table: str, unit: str) -> list[Mapping[str, Any]]:
    """Where the words of a table stand, the first first: its own, those of what it counts, and those of all."""
    return [texts["tabeller"].get(table, {}), texts["enheter"].get(unit, {}), texts["felles"]]


def check_words(
    root: Path, kapitler: Sequence[str], standards: Iterable[str], tables: Mapping[str, tuple[TableSpec, Unit]]
) -> None:
    """Hold that every chapter has its texts and words in each of the written standards.

    Parameters: `root`, the project's folder; `tables`, what is declared, with what each counts. Raises `Problems` with
    all that lacks.
    """
    problems = ProblemList()
    listed: dict[str, dict[str, list[str]]] = {name: {} for name in kapitler}
    for spraak in standards:
        whole = True
        for name in kapitler:
            folder = Path("templates") / name / spraak
            for file in (TEXT, ABOUT, WORDS):
                if not (root / folder / file).is_file():
                    found, fix = f"ingen fil med kapittelets ord på målformen «{spraak}»", "Skriv filen."
                    problems.add(folder / file, "", found, f"{TEXT}, {ABOUT} og {WORDS} på hver målform", fix)
            if not (root / folder / WORDS).is_file():
                whole = False
                continue
            try:
                said, lines = load_yaml(root / folder / WORDS)
                check_schema(said or {}, root / SCHEMA, str(folder / WORDS), lines)
                listed[name][spraak] = [*said["innhold"]]
            except Problems as error:
                problems.extend(error)
                whole = False
        if whole:
            _check_tables(load_texts(root / "templates", spraak, kapitler), spraak, tables, problems)
    for name, by_standard in listed.items():
        for spraak, ids in by_standard.items():
            if lacking := sorted({one for others in by_standard.values() for one in others} - {*ids}):
                what = f"ingen linje for {', '.join(f'«{one}»' for one in lacking)}"
                wanted = "de samme id-ene på hver målform"
                place = Path("templates") / name / spraak / WORDS
                problems.add(place, "nøkkelen «innhold»", what, wanted, "Skriv linjen, eller ta den bort begge steder.")
    problems.raise_if_any()


def _check_tables(
    texts: Mapping[str, Any], spraak: str, tables: Mapping[str, tuple[TableSpec, Unit]], problems: ProblemList
) -> None:
    for name, (spec, unit) in tables.items():
        if missing := lacking_words(texts, name, unit.id):
            problems.add(*told_lacking(spec.kapittel, spraak, name, missing))
    for chapter, words in texts["kapitler"].items():
        for key in ("tabeller", "flere"):
            for name in (one for one in words.get(key, {}) if one not in tables):
                found = f"tabellen «{name}», som ikke er erklært{nearest(name, tables)}"
                place = Path("templates") / chapter / spraak / WORDS
                problems.add(place, f"nøkkelen «{key}»", found, "en tabell i data/statistikk", "Rett navnet.")


def lacking_words(texts: Mapping[str, Any], table: str, unit: str) -> list[str]:
    """The words that a table needs and does not have. Parameters: as `levels`."""
    return [one for one in OF_TABLE if not any(one in level for level in levels(texts, table, unit))]


def told_lacking(chapter: str, spraak: str, table: str, names: Iterable[str]) -> tuple[str, str, str, str, str]:
    """What to say of words that a table of a chapter lacks, as `ProblemList.add` takes it."""
    told = ", ".join(f"«{one}»" for one in names)
    return (
        f"templates/{chapter}/{spraak}/{WORDS}",
        "nøkkelen «tabeller»",
        f"ingen ord for tabellen «{table}»: {told}",
        "hva, inndeling, enhet, sporsmaal og kilde for hver tabell",
        f"Legg til {told} for «{table}» under «tabeller:», slik de andre tabellene har det.",
    )
