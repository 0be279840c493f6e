"""What the way from raw files to statements costs for many answers: 30 years × 2 000 services × 20 partners × 10 forms.

Generates surveys in a temporary folder and runs the stages `clean` and `compute` and a page of statements, each in a
process of its own, as the workflow does. Three sizes: a tenth of the years, a tenth of the services, and all of it. The
last line is JSON: per stage µs of CPU for each answer beyond imports and peak memory of the process; and how cost and
memory grow. With `--alene` one size is measured, without the page. Twelve million answers take a little more than a
minute, and 2.5 GB of temporary files.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from generert import CHAPTER, LAST_YEAR, Size, generate
from one_process import work

from tools.steps import write_steps

STATEMENTS = "paastander"
STAGES = ("clean", "compute", STATEMENTS)
RESULTS = Path(f"results/{LAST_YEAR}")


def page() -> str:
    """A text with the longest lists and every cell of the last year: what a page of the largest kind would say."""
    lists = """{% for g in begge %}<p>{{ opplisting("samarbeid", g) }} av {{ base(g) }} tilbud i {{ aarstall() }}.</p>
<p>{{ superlativ("samarbeid", g, instans="alle", over="instans", er=hoyest("samarbeid", g).koder) }} samarbeid.</p>
{% for f in former %}<p>{{ opplisting("samarbeidsform", g, form=f) }}.</p>
{% endfor %}{% endfor %}"""
    table = """<table>{% for g in begge %}{% for i in instanser_ %}<tr>
<td>{{ av("samarbeid", g, i) }}, {{ prosent("samarbeid", g, i) }}, {{ endring("samarbeid", g, i) }}</td>
<td>{% if gjelder("samarbeid", g, i, ord="økende") %}{{ trend("samarbeid", g, i, ord="økende") }}{% endif %}</td>
{% for f in former %}<td>{{ av("samarbeidsform", g, i, f) }}, {{ endring("samarbeidsform", g, i, f) }}</td>
{% endfor %}</tr>
{% endfor %}{% endfor %}</table>"""
    return lists + table


def statements(size: Size) -> None:
    """Statements, evaluated and checked."""
    from krisestat.agreements.lists import READERS
    from krisestat.model.cubes import read_cubes
    from krisestat.model.load import load_model
    from krisestat.pages.frame import environment
    from krisestat.statements.book import Statements
    from krisestat.statements.lexicon import load_lexicon

    with measured():
        model = load_model([CHAPTER], READERS)
        cubes = read_cubes(model, (RESULTS / "ut/utdata").glob("*.csv"))
        lexicon = load_lexicon(Path("templates/leksikon/nb.yaml"))
        book = Statements(model, cubes, lexicon, size.years[-1])
        lists = {"instanser_": "instans", "former": "samarbeidsform"}
        known = {name: list(model.kodelister[CHAPTER, list_].koder) for name, list_ in lists.items()}
        book.finish(book.install(environment(Path("templates"), "nb")).from_string(page()).render(known), "side.html")
    if len(book.records) < 2 * size.instanser * size.former:
        raise RuntimeError(f"{len(book.records)} påstander")


def run(stage: str, size: Size) -> None:
    """One of `STAGES`, in the generated project that one stands in."""
    if stage == STATEMENTS:
        statements(size)
        return
    bound = work(stage)
    with measured():
        bound()


@contextmanager
def measured() -> Iterator[None]:
    """Prints the CPU seconds of what is done within, and the peak memory of the process in MB."""
    start = time.process_time()
    yield
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": time.process_time() - start, "minne": memory}))


def measure(size: Size, stages: Sequence[str] = STAGES) -> tuple[dict[str, dict[str, float]], float]:
    """Each stage in a process of its own, on a survey generated for it; and the MB that they wrote.

    Raises `CalledProcessError` if a stage fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), size)
        write_steps(Path(folder))
        command = [sys.executable, __file__, *(f"--{name}={value}" for name, value in asdict(size).items())]
        costs = {stage: _stage([*command, f"--steg={stage}"], folder) for stage in stages}
        written = (p for name in ("inndata", "klargjort") for p in Path(folder, RESULTS, name).iterdir())
        return costs, sum(path.stat().st_size for path in written) / 1e6


def _stage(command: list[str], folder: str) -> dict[str, float]:
    """What a process measured of itself."""
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def summary(sizes: list[Size], costs: list[dict[str, dict[str, float]]], disk: float) -> dict[str, object]:
    """What the last line says: of the largest size, and how it differs from the two smaller ones.

    `stigning_…` is what one more answer costs when years or services grow tenfold, against one in the mean: more than 1
    only if cost grows faster than the answers.
    """
    total = [sum(stage["cpu"] for stage in cost.values()) for cost in costs]
    memory = [max(stage["minne"] for stage in cost.values()) for cost in costs]
    most = sizes[-1].svar
    each = total[-1] / most
    few_years, few_services = ((total[-1] - cpu) / (most - s.svar) for cpu, s in zip(total, sizes[:-1], strict=False))
    return asdict(sizes[-1]) | {
        "svar": most,
        "mikrosekunder": round(each * 1e6, 3),
        "per_steg": {name: round(stage["cpu"] / most * 1e6, 3) for name, stage in costs[-1].items()},
        "minne": round(memory[-1]),
        "minne_per_steg": {name: round(stage["minne"]) for name, stage in costs[-1].items()},
        "disk": round(disk),
        "stigning_aar": round(few_years / each, 3),
        "stigning_tilbud": round(few_services / each, 3),
        "minne_tidel_aar": round(memory[0]),
        "minne_tidel_tilbud": round(memory[1]),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Mål hva svar i store mengder koster fra rådata til påstander.")
    parser.add_argument("--aar", type=int, default=30)
    parser.add_argument("--tilbud", type=int, default=2000)
    parser.add_argument("--instanser", type=int, default=20)
    parser.add_argument("--former", type=int, default=10)
    parser.add_argument("--alene", action="store_true", help="bare denne størrelsen, fra rådata til utdata")
    parser.add_argument("--steg", choices=STAGES, help="ett steg i mappen du står i, slik målingen selv kjører det")
    args = vars(parser.parse_args())
    stage, alone = args.pop("steg"), args.pop("alene")
    size = Size(**args)
    if alone:
        costs = measure(size, STAGES[:2])[0].values()
        each = sum(cost["cpu"] for cost in costs) / size.svar * 1e6
        print(json.dumps({"svar": size.svar, "mikrosekunder": each, "minne": max(cost["minne"] for cost in costs)}))
        return
    if stage:
        logging.disable(logging.WARNING)
        run(stage, size)
        return
    sizes = [replace(size, aar=max(size.aar // 10, 2)), replace(size, tilbud=max(size.tilbud // 10, 2)), size]
    costs = []
    for one in sizes:
        print(f"{one.svar} svar: {one.aar} år og {one.tilbud} tilbud …", file=sys.stderr)
        measured_costs, disk = measure(one)
        costs.append(measured_costs)
    print(json.dumps(summary(sizes, costs, disk)))


if __name__ == "__main__":
    main()
