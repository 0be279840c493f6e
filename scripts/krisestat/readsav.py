"""SPSS files as received: codes as they are stored, user-missing codes kept apart from empty cells."""

from __future__ import annotations

import io

from krisestat.errors import ProblemList, shown
from krisestat.rawfile import MAX_CELLS, MAX_UNPACKED, Sheet, cell_text, one, some, too_large
from krisestat.sources import Source


def _multiple_response(source: Source, sets: dict, columns: dict[str, list[str]]) -> None:
    """Refuse multiple-response sets whose empty cells could mean «not chosen» as well as «not answered».

    Parameters: `sets`, as the file declares them; `columns`, name → cells.
    """
    problems = ProblemList()
    for name, declared in sorted(sets.items()):
        present = [c for c in declared["variable_list"] if c in columns]
        place = f"flersvarssettet {shown(name)}"
        if not declared["is_dichotomy"]:
            problems.add(
                source.path,
                place,
                f"svar lagret som kategorier i {some(present)}",
                "én kolonne per svaralternativ",
                "Be avsenderen om filen på nytt, med settet delt i én variabel per alternativ.",
            )
            continue
        half = [n for n, r in enumerate(zip(*(columns[c] for c in present), strict=True), 1) if any(r) and not all(r)]
        if half:
            problems.add(
                source.path,
                f"{place}, linje {some(half)}",
                "tomme felt ved siden av svar som er krysset av; de kan bety «ikke valgt» og «ikke besvart»",
                "en kode for hvert alternativ, også for det som ikke er valgt",
                "Be avsenderen om filen på nytt, med egen kode for «ikke valgt».",
            )
    problems.raise_if_any()


def read_sav(source: Source, data: bytes) -> Sheet:
    """Read an SPSS file. Raises `Problems` when it cannot be read, or when what is empty has more than one meaning."""
    import pyreadstat

    declared = {"encoding": source.encoding.removesuffix("-sig")} if source.encoding else {}
    try:
        _, meta = pyreadstat.read_sav(io.BytesIO(data), metadataonly=True, **declared)
        width = sum(meta.variable_storage_width.values())
        rows, columns = max(meta.number_rows or 0, 0), max(meta.number_columns or 0, 1)
        if rows * columns > MAX_CELLS or rows * width > MAX_UNPACKED:
            raise too_large(source, "hele filen", f"{rows} rader og {columns} kolonner")
        limit = min(MAX_CELLS // columns, MAX_UNPACKED // max(width, 1)) + 1
        # User-missing codes are answers of a kind and are kept; what they mean stands in the codebook.
        values, meta = pyreadstat.read_sav(
            io.BytesIO(data), user_missing=True, output_format="dict", row_limit=limit, **declared
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError, LookupError) as error:
        reason = cell_text(str(error))[:100]
        encoding = "convert" in reason or "decode" in reason
        raise one(
            source,
            "hele filen",
            f"ikke en lesbar SPSS-fil ({reason})",
            "en hel SAV-fil" + (", med tekst i tegnsettet som filen oppgir" if encoding else ""),
            f"Skriv «tegnsett: cp1252» i {source.manifest} hvis det er tegnsettet; ellers be om filen på nytt."
            if encoding
            else "Be avsenderen om filen på nytt.",
        ) from None
    names = [cell_text(name) for name in values]
    cells = [[cell_text(value) for value in column] for column in values.values()]
    records = [list(record) for record in zip(*cells, strict=True)]
    if len(records) >= limit:
        raise too_large(source, "hele filen", f"minst {limit} rader")
    _multiple_response(source, meta.mr_sets or {}, dict(zip(names, cells, strict=True)))
    labels = {
        cell_text(column): {cell_text(value): cell_text(label) for value, label in of_column.items()}
        for column, of_column in meta.variable_value_labels.items()
    }
    numbered = [(n, record) for n, record in enumerate(records, 1) if any(record)]
    return Sheet(names, [n for n, _ in numbered], [record for _, record in numbered], labels)
