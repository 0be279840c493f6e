"""The same work as the workflow, done by one Python process: the yardstick that the workflow is measured against.

Run in a copy of the project, as `python benchmark/one_process.py`. Prints CPU seconds per stage as JSON, imports apart.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, "scripts")
seconds: dict[str, float] = {}


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Note the CPU time of a piece of work."""
    start = time.process_time()
    yield
    seconds[name] = round(time.process_time() - start, 3)


def stages() -> dict[str, Callable[[], object]]:
    """Every stage of the edition, in order, with the arguments that its rule gives it."""
    from krisestat import clean, compute, draw, prove, render, typeset
    from krisestat.edition import open_edition

    edition = open_edition(".", {})
    results, language = Path(edition.results), edition.config["spraak"]
    codebooks, fonts, kept = Path("data/raw/codebooks"), Path("templates/fonts"), Path("results/.lager")
    figures = {Path(p).stem: Path(p) for p in edition.figures}
    side, trykk = results / "publikasjon/index.html", results / "publikasjon/trykk.html"
    return {
        "clean": lambda: clean.run(
            edition.years,
            codebooks,
            Path("data/raw/register"),
            results / "inndata",
            results / "klargjort",
            edition.period,
        ),
        "compute": lambda: compute.run(
            [results / f"klargjort/samarbeid_p{aar}.csv" for aar in edition.years],
            results / f"klargjort/tilbud_{edition.period}.csv",
            [results / f"klargjort/{source.path.stem}.csv" for source in edition.aggregated],
            results / f"klargjort/kontroller_{edition.period}.csv",
            Path("data/publisert/samarbeid_2020.csv"),
            codebooks,
            Path(f"templates/{language}/tabeller.yaml"),
            results / "statistikk/tall.csv",
            results / "utdata/tall.csv",
            results / "etterproving/kvalitet.csv",
            results / "utdata/tabeller",
            edition.aar,
            language,
        ),
        "draw": lambda: draw.run(
            results / "utdata/tall.csv",
            codebooks,
            fonts,
            kept / "tegninger",
            figures,
            language,
            edition.aar,
            (edition.years[0], edition.years[-1]),
        ),
        "render": lambda: render.run(
            results / "utdata/tall.csv",
            results / "etterproving/kvalitet.csv",
            [],
            Path("data/rettelser-publisert.yaml"),
            codebooks,
            Path("templates"),
            figures,
            edition.config,
            kept / "skrifter",
            side,
            trykk,
            results / "hovedpunkter.json",
            results / "etterproving/belegg.json",
            results / "config.yaml",
        ),
        "prove": lambda: prove.run(
            results / "etterproving/belegg.json",
            side,
            results / "etterproving/kvalitet.csv",
            [results / f"klargjort/samarbeid_p{aar}.csv" for aar in edition.years],
            results / f"klargjort/tilbud_{edition.period}.csv",
            [results / f"klargjort/{source.path.stem}.csv" for source in edition.aggregated],
            [results / f"inndata/{source.path.stem}.csv" for source in [*edition.sources, *edition.aggregated]],
            edition.years,
            codebooks,
            Path("templates"),
            edition.config,
            kept / "skrifter",
            results / "etterproving/paastander.json",
            results / "etterproving/index.html",
            results / "etterproving/kvalitet.html",
        ),
        "typeset": lambda: typeset.run(trykk, results / "publikasjon/publikasjon.pdf", fonts),
    }


def main() -> None:
    """Do the work."""
    with timed("import"):
        work = stages()
    for name, run in work.items():
        with timed(name):
            run()
    print(json.dumps(seconds))


main()
