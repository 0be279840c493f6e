"""What it costs to compare two runs when very much differs: every answer of a year, every number, sentence and figure.

Run in a built copy of the project, as `python benchmark/compare.py`. Prints CPU seconds, imports included, and the
number of figures that differ, as JSON.
"""

import json
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, "scripts")
# The first number after the year and the codes of an observation of 2020 becomes 1.
NUMBER = (r"((?:^|,)2020,(?:(?:[^\W\d][\w-]*)?,)*)\d+", r"\g<1>1")
# What is changed in the other run, by file: enough that all parts of the comparison have much to do.
CHANGES = (
    ("klargjort/samarbeid_p2020.csv", r",ja,", ",nei,"),
    ("inndata/samarbeid_p2020.csv", r",Ja$", ",Nei"),
    ("statistikk/*.csv", *NUMBER),
    ("ut/utdata/*.csv", *NUMBER),
    ("ut/utdata/tabeller/*-maskin_p2020.csv", *NUMBER),
    ("etterproving/paastander.json", r"samarbeid", "virke"),
    ("ut/publikasjon/index.html", r"samarbeid", "virke"),
    ("figurer/*.svg", r'font-size="9', 'font-size="8'),
)


def main() -> None:
    """Measure."""
    from krisestat.stages import compare

    new = Path("results/2020")
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder, "2020")
        shutil.copytree(new, old)
        (old / "manifest.json").unlink(missing_ok=True)
        for pattern, found, instead in CHANGES:
            for path in old.glob(pattern):
                text = path.read_text(encoding="utf-8")
                path.write_text(re.sub(found, instead, text, flags=re.MULTILINE), encoding="utf-8")
        before = time.process_time()
        compare.run(old, new, Path(folder, "ut"))
        after = time.process_time()
        report = json.loads(Path(folder, "ut/endringer.json").read_text(encoding="utf-8"))
        cost = {"sekunder": after, "arbeid": after - before}
        counts = {
            "figurer": len(report["figurer"]),
            "tall": report["antall"]["tall"],
            "setninger": len(report["paastander"]),
            "grense": 3 + 0.05 * len(report["figurer"]),
        }
        print(json.dumps({name: round(value, 3) for name, value in cost.items()} | counts))


main()
