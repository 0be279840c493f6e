"""What a fact sheet costs beside what WeasyPrint and matplotlib need for it, and whether many cost as much each as few.

Run in a project whose edition is built: `python benchmark/faktaark.py --ark 40`. The sheets are those of the edition,
again and again under new ids, made by the stages' own functions in one warm process. With `--sider` the PDFs are left
out. Prints JSON in its last line; seconds are of CPU.

`forhold` is the whole cost of a sheet against WeasyPrint's own time in the same warm process and matplotlib's for the
figure. WeasyPrint's is that of `HTML(…).write_pdf(…)` with its own settings of garbage collection and without what the
project does to the file, for every fourth sheet, right after the batch that it is in. `siste_mot_foerste` is the
cost of a sheet in the last quarter against the first, and `minne_vekst_mb` how much the process grew between them, so
that a slope or a leak shows.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

WARM = 3  # sheets made before anything is measured
EVERY = 4  # of so many sheets one is set by WeasyPrint alone too


class Clock:
    """CPU seconds of pieces of work, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add the CPU time of a piece of work."""
        start = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - start

    def watch(self, owner: Any, method: str, name: str) -> None:
        """Time every call of a method from now on."""
        plain: Callable[..., Any] = getattr(owner, method)

        def watched(*args: Any, **kwargs: Any) -> Any:
            with self.timed(name):
                return plain(*args, **kwargs)

        setattr(owner, method, watched)


class Plain:
    """WeasyPrint alone: sets what it is given, and counts the seconds. Parameters: `fonts`, the folder of TTF files."""

    def __init__(self, fonts: Path) -> None:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration

        from krisestat.pages.pdf import _fetcher

        self._html, self._fonts = HTML, FontConfiguration()
        self._fetcher = _fetcher({path.name: path.read_bytes() for path in sorted(fonts.glob("*.ttf"))})
        self.seconds: list[float] = []

    def set(self, text: str) -> None:
        """Set a document as a plain program would."""
        gc.enable()
        start = time.process_time()
        document = self._html(string=text, base_url="publikasjon:/", url_fetcher=self._fetcher)
        document.write_pdf(font_config=self._fonts, pdf_tags=True, pdf_variant="pdf/a-2a")
        del document
        self.seconds.append(time.process_time() - start)
        gc.disable()


def memory() -> float:
    """Peak resident memory of the process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def data_of(rules: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The tables of `sheet_data`, made anew in a folder, by their names in the rule."""
    from tools.steps import bind

    tall = [folder / Path(path).name for path in rules["sheet_data"]["output"][1]["tall"]]
    made = {"enheter": folder / "enheter.csv", "tall": tall}
    bind("sheet_data", rules["sheet_data"], **made)()
    return made


def again(enheter: list[dict], sheets: int) -> list[dict]:
    """So many units: those that there are, in turn a centre and nine municipalities as in the country, under new
    ids."""
    kinds = {slag: cycle([row for row in enheter if row["slag"] == slag]) for slag in ("senter", "kommune")}
    found = []
    for n in islice(count(), sheets):
        row = next(kinds["kommune" if n % 10 else "senter"])
        found.append(row | {"ark": f"{row['ark']}-{n:05}"})
    return found


def summary(
    sheets: int,
    whole: float,
    costs: Sequence[float],
    grown: Sequence[float],
    layouts: Sequence[float],
    spent: Mapping[str, float],
) -> dict[str, Any]:
    """What is told of the sheets. Parameters: how many; seconds of them all; seconds of each in every batch, and memory
    after it in MB; seconds of single layouts by WeasyPrint alone, none where no PDF was made; seconds by part."""
    each = sum(layouts) / len(layouts) if layouts else 0.0
    theirs = each + spent["matplotlib"] / sheets
    part = max(1, len(costs) // 4)
    return {
        "start_sekunder": round(spent["start"], 2),
        "sekunder": round(whole, 2),
        "ms_per_ark": round(1000 * whole / sheets, 1),
        "sekunder_per_ark": round(whole / sheets, 4),
        "ms": {
            "weasyprint": round(1000 * each, 1),
            **{name: round(1000 * spent[name] / sheets, 1) for name in ("matplotlib", "ferdiggjoering")},
        },
        "forhold": round(whole / sheets / theirs, 3) if layouts else None,
        "siste_mot_foerste": round(sum(costs[-part:]) / sum(costs[:part]), 3),
        "minne_mb": round(grown[-1]),
        "minne_vekst_mb": round(grown[-part] - grown[part - 1], 1),
    }


def watch_what_uses_others(clock: Clock) -> None:
    """Watch the drawing and the finishing of PDFs. They are bound when what uses them is made: call it before that."""
    from krisestat.pages import pdf_finish
    from krisestat.sheets.figure import Tegner

    clock.watch(pdf_finish, "finish", "ferdiggjoering")
    clock.watch(Tegner, "_draw", "matplotlib")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmark/faktaark.py", description="Mål hva faktaark koster.")
    parser.add_argument("--ark", type=int, default=40, help="hvor mange faktaark som lages")
    parser.add_argument("--sider", action="store_true", help="bare nettsidene, ikke PDF-ene")
    asked = parser.parse_args()
    sys.path[:0] = ["scripts", "."]
    clock = Clock()
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        from krisestat.base.contracts import read_rows
        from krisestat.build.edition import open_edition
        from krisestat.sheets.batch import write_batch
        from krisestat.sheets.contracts import ENHETER
        from krisestat.sheets.units import batch, batch_count
        from krisestat.stages import sheets as stage
        from tools.steps import bind, steps

        edition = open_edition(".", {})
        size = edition.sheet_settings["bunt"]
        rules = steps(Path.cwd())
        tables = data_of(rules, folder)
        watch_what_uses_others(clock)
        with clock.timed("start"):
            known = read_rows(tables["enheter"], ENHETER)
            units = again(known, asked.ark)
            given_files = bind("sheets", rules["sheets"], bunt=folder / "bunt.zip", **tables).inn
            maker = stage.sheet_maker(given_files, edition.config, edition.page_from_sheets, [*known, *units])
            one = stage.Typesetter(Path("templates/fonts"), folder / "lager", stack)
            given: list[str] = []

            def pdf(ark: str, text: str) -> bytes:
                given.append(text)
                return b"%PDF-1.7\n%%EOF\n" if asked.sider else one.pdf(ark, text)

            stage.make_batch(known[:WARM], maker, pdf)
        clock.seconds |= {"ferdiggjoering": 0.0, "matplotlib": 0.0}
        plain = Plain(Path("templates/fonts"))
        if not asked.sider:
            plain.set(given[0])
            plain.seconds.clear()
        costs, grown = [], []
        for number in range(1, batch_count(asked.ark, size) + 1):
            mine, start = batch(units, number, size), time.process_time()
            given.clear()
            made = stage.make_batch(mine, maker, pdf)
            if made.failures:
                raise SystemExit(f"{len(made.failures)} faktaark ble ikke laget: {next(iter(made.failures.values()))}")
            write_batch(folder / f"bunt-{number:03}.zip", made)
            costs.append((time.process_time() - start) / len(mine))
            grown.append(memory())
            for text in given[::EVERY] if not asked.sider else ():
                plain.set(text)
    whole = sum(cost * len(batch(units, n, size)) for n, cost in enumerate(costs, 1))
    told = {"ark": asked.ark, "pdf": not asked.sider, "bunt": size}
    told |= summary(asked.ark, whole, costs, grown, plain.seconds, clock.seconds)
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
