"""The same work as the workflow, done by one Python process: the yardstick that the workflow is measured against.

Run in a copy of the project in which `tools.steps.write_steps` has left what the rules say, as
`python benchmark/one_process.py [STAGE …]`. Prints CPU seconds per stage as JSON, imports apart.
"""

import json
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT / "scripts"), str(PROJECT)]

# Every stage of the edition and of the reports beside it, in order. The manifest is left out: it speaks of the run and
# not of the edition.
STAGES = (
    *("clean", "agreements", "compute", "draw", "package", "render", "prove", "typeset", "checklist"),
    *("forms", "reports", "audit"),
)
seconds: dict[str, float] = {}


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Note the CPU time of a piece of work."""
    start = time.process_time()
    yield
    seconds[name] = round(time.process_time() - start, 3)


def work(name: str) -> Callable[[], object]:
    """What a stage does in the folder that one stands in, with its module loaded."""
    from tools.steps import FILE, bind

    return bind(name, pickle.loads(FILE.read_bytes())[name])


def main() -> None:
    """Do the work."""
    with timed("import"):
        works = {name: work(name) for name in sys.argv[1:] or STAGES}
    for name, run in works.items():
        with timed(name):
            run()
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
