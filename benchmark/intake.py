"""How many answers per CPU second the way from CSV to utdata takes: 10 years × 500 centres × 300 columns.

Generates the survey in a folder of its own (`generert`), and runs the stages `clean` and `compute`'s counting in this
process. Prints JSON: answers, CPU seconds beyond imports and µs of each answer, peak memory.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import logging
import os
import pstats
import resource
import tempfile
import time
from pathlib import Path

from generert import CHAPTER, LAST_YEAR, PROJECT, Size, generate
from one_process import work

from tools.steps import write_steps

FORMS = 4


def main() -> None:
    """Generate, run and print."""
    parser = argparse.ArgumentParser(description="Mål hvor fort svar leses og telles.")
    parser.add_argument("--aar", type=int, default=10)
    parser.add_argument("--sentre", type=int, default=500)
    parser.add_argument("--kolonner", type=int, default=300)
    parser.add_argument("--profil", action="store_true", help="vis hvor tiden går")
    args = parser.parse_args()
    # Two services, each with a question on the forum, and for each partner one on cooperation and one on each form.
    size = Size(args.aar, 2 * args.sentre, (args.kolonner - 3) // (2 * (1 + FORMS)), FORMS)
    answers = size.aar * size.tilbud * (1 + size.instanser * (1 + FORMS))
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), size)
        write_steps(Path(folder))
        os.chdir(folder)
        from krisestat.agreements.lists import READERS
        from krisestat.base.frames import read_frame
        from krisestat.base.yaml_files import load_words
        from krisestat.intake.sources import SURVEY
        from krisestat.model.count import count
        from krisestat.model.cubes import cube_files
        from krisestat.model.disclosure import disclose
        from krisestat.model.load import load_model

        profile = cProfile.Profile()
        if args.profil:
            profile.enable()
        clean, klargjort = work("clean"), Path(f"results/{LAST_YEAR}/klargjort")
        start = time.process_time()
        clean()
        middle = time.process_time()
        model = load_model([CHAPTER], READERS)
        asked = model.kilder[SURVEY]
        years = (read_frame(klargjort / f"{SURVEY}_p{year}.csv", asked.contract) for year in size.years)
        services = read_frame(klargjort / f"{SURVEY}-enheter.csv", asked.units)
        cubes = count(model.of_source(SURVEY), asked, years, services).cubes
        public = disclose(model, cubes, load_words(Path("data/raw/codebooks/konfidensialitet.yaml")))
        cube_files(model, public, [Path(f"{name}.csv") for name in public])
        seconds = time.process_time() - start
        profile.disable()
        os.chdir(PROJECT)
    if args.profil:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    result = {"svar": answers, "lesing": middle - start, "sekunder": seconds, "mikrosekunder": seconds / answers * 1e6}
    print(json.dumps(result | {"minne": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
