"""What it costs to read and check 400 filled forms, a hundred in each format, and each format by itself.

Run in the project's folder, as `python benchmark/avtaler.py`. Makes a collection in a folder of its own from the
reconstructed examples. Prints CPU seconds beyond imports, the process that reads PDF included, as JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT / "scripts"), str(PROJECT)]
FORMS = 400


def seconds() -> float:
    """CPU time so far, of this process and of those that it has ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def make(folder: Path) -> list:
    """Write the forms, each of parties of its own, and return what is known of each file."""
    import yaml

    from krisestat.agreements.collections import Skjemafil
    from krisestat.agreements.municipalities import load_kommuner
    from tools.rekonstruer_avtaler.__main__ import DECLARED, filled_form
    from tools.rekonstruer_avtaler.filer import WRITERS

    book = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))
    numbers = sorted(load_kommuner().in_year(2020))
    examples = [one for one in book["avtaler"] if 2020 in one["aar"] and one["aar"][2020]["versjon"] == 3]
    files = []
    for number in range(FORMS):
        format = sorted(WRITERS)[number % len(WRITERS)]
        parties = [numbers[number % len(numbers)], numbers[(number + 1 + number // len(numbers)) % len(numbers)]]
        own = {"parter": parties, "vertskommune": parties[0], "signert": "2020-03-01", "sist_evaluert": ""}
        form = filled_form(
            examples[number % len(examples)] | own, {"format": format, "versjon": 3, "varer_til": ""}, book
        )
        data, path = WRITERS[format](form), folder / f"a{number + 1:03}.{format}"
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        files.append(Skjemafil(path.stem, path, format, "2021-03-01", digest, "rekonstruert", {}))
    return files


def main() -> None:
    """Make, read, check and print."""
    os.chdir(PROJECT)
    with tempfile.TemporaryDirectory() as folder:
        files = make(Path(folder))
        import pypdf  # noqa: F401
        import python_calamine  # noqa: F401

        from krisestat.agreements.check import load_oppslag
        from krisestat.agreements.collections import Innsamling
        from krisestat.stages.agreements import receive_skjemaer

        oppslag = load_oppslag(Path("data/raw/codebooks"), Path("data/raw/register"), Path("templates"))

        def cost(some: list) -> float:
            before = seconds()
            collection = Innsamling(2020, Path("kilde.yaml"), tuple(some))
            got = receive_skjemaer(collection, ((one, one.path.read_bytes()) for one in some), oppslag)
            if len(got.avtaler) != len(some):
                raise RuntimeError(f"{len(got.avtaler)} of {len(some)} forms were used")
            return round(seconds() - before, 3)

        print(
            json.dumps(
                {"skjemaer": len(files), "sekunder": cost(files)}
                | {
                    f"per_{kind}": cost([f for f in files if f.format == kind])
                    for kind in ("csv", "json", "pdf", "xlsx")
                }
            )
        )


main()
