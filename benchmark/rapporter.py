"""What the reports on 400 agreements cost, and the PDFs of 25 set in one process.

Run in a project whose edition is built. The agreements are those of the edition, again and again under new ids. Prints
CPU seconds as JSON: for the reports with their pages for counties and for all, beyond imports and reading, and for the
PDFs, beyond the start of the typesetter.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

REPORTS, PDFS = 400, 25


def main() -> None:
    """Measure and print."""
    sys.path.insert(0, "scripts")
    from krisestat.agreements.assess import assessment_day
    from krisestat.agreements.report import collect, earlier
    from krisestat.base.contracts import read_rows
    from krisestat.build.edition import open_edition
    from krisestat.model.contracts import AVTALEPUNKTER, AVTALER
    from krisestat.pages.pdf import typeset_all
    from krisestat.stages import reports

    edition = open_edition(".", {})
    coded = Path(edition.results, "klargjort")
    years = collect(read_rows(coded / "avtaler.csv", AVTALER), read_rows(coded / "avtalepunkter.csv", AVTALEPUNKTER))
    newest = max(years)
    again = [(f"b{n:03}", one) for n, one in enumerate(islice(cycle(years[newest].values()), REPORTS), 1)]
    before = {id: earlier(years, one.rad) for id, one in again}
    many = {id: replace(one, rad=one.rad | {"avtale_id": id}) for id, one in again}
    by = reports.load_grunnlag(Path(), edition.config, assessment_day(newest))
    maker = reports.load_report_maker(Path(), edition.config, newest, by)
    start = time.process_time()
    made = {id: maker.report(one, before[id]) for id, one in many.items()}
    reports.lists(maker, many, [], {"rekonstruert"})
    pages = time.process_time() - start
    prints = {id: one["trykk"] for id, one in islice(made.items(), PDFS + 1)}
    first = next(iter(prints))
    typeset_all({first: prints.pop(first)}, Path("templates/fonts"))
    start = time.process_time()
    typeset_all(prints, Path("templates/fonts"))
    seconds = {"sekunder": round(pages, 2), "pdf_sekunder": round(time.process_time() - start, 2)}
    print(json.dumps({"rapporter": len(made), "pdf": len(prints), **seconds}))


main()
