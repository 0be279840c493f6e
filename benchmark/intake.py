"""How many answers per CPU second the way from CSV to utdata takes: 10 years × 500 centres × 300 columns.

Generates the survey in a folder of its own, with the project's own codebooks widened to as many partners, and runs the
stages `clean` and `compute`'s counting in this process. Prints JSON: answers, CPU seconds beyond imports, peak memory.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT / "scripts")]

FORMS = ("enkeltsaker", "fast_kontakt", "skriftlig_avtale", "ikke_skriftlig_avtale")


def write_table(path: Path, header: list[str], rows: list[list[object]], delimiter: str = ",") -> None:
    """Write one CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def columns_of(wanted: int) -> list[list[str]]:
    """Codebook rows of a survey with about as many columns: the centre, and five questions a partner and service."""
    rows = [["senter", "senter", "", "", ""]]
    for number in range((wanted - 1) // 10):
        for tilbud in ("kvinner", "menn"):
            rows.append([f"{tilbud}_p{number}", "samarbeid", tilbud, f"p{number}", ""])
            rows += [[f"{tilbud}_p{number}_{f}", "samarbeidsform", tilbud, f"p{number}", f] for f in FORMS]
    return rows


def generate(root: Path, years: range, centres: int, columns: int) -> int:
    """Write codebooks, register and raw files. Returns the number of answers."""
    import hashlib
    import shutil

    import yaml

    books, register = root / "data/raw/codebooks", root / "data/raw/register"
    shutil.copytree(PROJECT / "data", root / "data")
    shutil.copytree(PROJECT / "workflow/schemas", root / "workflow/schemas")
    for path in (root / "data/raw").glob("20*"):
        shutil.rmtree(path)
    rows = columns_of(columns)
    partners = sorted({r[3] for r in rows if r[3]}, key=lambda p: int(p[1:]))
    header = (books / "instanser.csv").read_text(encoding="utf-8").splitlines()
    kept = [next(csv.reader([line])) for line in header[1:] if line.startswith("kostra")]
    names = header[0].split(",")
    new = [
        {"kilde": "samarbeid", "instans": p, "rekkefolge": n + 1}
        | {k: f"{p} {k}" for k in ("navn_nb", "bestemt_nb", "navn_nn", "bestemt_nn")}
        for n, p in enumerate(partners)
    ]
    write_table(books / "instanser.csv", names, [*([r.get(k, "") for k in names] for r in new), *kept])
    forms = (books / "samarbeidsformer.csv").read_text(encoding="utf-8").splitlines()
    names = forms[0].split(",")
    table = [dict(zip(names, next(csv.reader([line])), strict=True)) for line in forms[1:]]
    write_table(books / "samarbeidsformer.csv", names, [[*(r | {"gyldig_fra": ""}).values()] for r in table])
    write_table(books / "svarkoder.csv", ["gyldig_fra", "gyldig_til", "verdi", "svar"], [
        ["", "", "Ja", "ja"], ["", "", "Nei", "nei"], ["", "", "Vet ikke", "vet_ikke"],
    ])  # fmt: skip
    ids = [f"S{n:03}" for n in range(centres)]
    write_table(
        register / "sentre.csv",
        ["senter_id", "navn", "gyldig_fra", "gyldig_til"],
        [[i, f"Senter {i}", "", ""] for i in ids],
    )
    write_table(
        register / "tilbud.csv",
        ["senter_id", "tilbud", "gyldig_fra", "gyldig_til"],
        [[i, t, "", ""] for i in ids for t in ("kvinner", "menn")],
    )
    for path in (register / "avdelinger.csv", register / "hendelser.csv"):
        if path.is_file():
            path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    for year in years:
        write_table(
            books / f"samarbeid_p{year}.csv", ["kolonne", "variabel", "tilbud", "instans", "samarbeidsform"], rows
        )
        answers = [
            [
                f"Senter {i}",
                *(
                    ("Ja", "Nei", "Ja", "Vet ikke", "")[(n * 7 + k // 5 + year) % 5 if k % 5 else 0]
                    for k in range(len(rows) - 1)
                ),
            ]
            for n, i in enumerate(ids)
        ]
        raw = root / f"data/raw/{year}/samarbeid_p{year}.csv"
        write_table(raw, [r[0] for r in rows], answers, ";")
        manifest = {"aar": year, "fil": raw.name, "format": "csv", "tegnsett": "utf-8", "skilletegn": ";"}
        manifest |= {"mottatt": f"{year + 1}-02-01", "mottatt_av": "målingen", "opphav": "rekonstruert"}
        manifest |= {"sha256": hashlib.sha256(raw.read_bytes()).hexdigest()}
        raw.with_name("kilde.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
    return len(years) * centres * (len(rows) - 1)


def main() -> None:
    """Generate, run and print."""
    parser = argparse.ArgumentParser(description="Mål hvor fort svar leses og telles.")
    parser.add_argument("--aar", type=int, default=10)
    parser.add_argument("--sentre", type=int, default=500)
    parser.add_argument("--kolonner", type=int, default=300)
    parser.add_argument("--profil", action="store_true", help="vis hvor tiden går")
    args = parser.parse_args()
    years = range(2015, 2015 + args.aar)
    with tempfile.TemporaryDirectory() as folder:
        answers = generate(Path(folder), years, args.sentre, args.kolonner)
        os.chdir(folder)
        import logging

        from krisestat import clean, compute
        from krisestat.codebooks import load_codebook
        from krisestat.contracts import KLARGJORT, TILBUD_PER_AAR, UTDATA, table_text
        from krisestat.frames import read_frame
        from krisestat.yamlfiles import load_yaml

        logging.disable(logging.WARNING)
        books, period = Path("data/raw/codebooks"), f"p{years[0]}-{years[-1]}"
        profile = None
        if args.profil:
            import cProfile

            profile = cProfile.Profile()
            profile.enable()
        start = time.process_time()
        clean.run(list(years), books, Path("data/raw/register"), Path("inndata"), Path("klargjort"), period)
        middle = time.process_time()
        book = load_codebook(books)
        paths = [Path("klargjort", f"samarbeid_p{year}.csv") for year in years]
        svar = compute.of_all_years([read_frame(path, KLARGJORT) for path in paths])
        tilbud = read_frame(Path("klargjort", f"tilbud_{period}.csv"), TILBUD_PER_AAR)
        rows = [r for n, d in book.indikatorer.items() for r in compute.count_indicator(svar, tilbud, n, d)]
        policy = load_yaml(books / "konfidensialitet.yaml")[0]
        public = compute.disclose(rows, {**book.indikatorer, **book.aggregerte}, policy)
        table_text(public, UTDATA, "utdata")
        seconds = time.process_time() - start
        if profile:
            import pstats

            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        os.chdir(PROJECT)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "svar": answers,
                "lesing": middle - start,
                "sekunder": seconds,
                "per_sekund": answers / seconds,
                "memory": memory,
            }
        )
    )


if __name__ == "__main__":
    main()
