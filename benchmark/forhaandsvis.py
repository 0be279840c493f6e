"""How soon a saved sentence is seen in the preview: wall seconds from the file is saved to the open page is told, as a
reader of the events meets it. Prints JSON. Run in a built project."""

import json
import statistics
import sys
import threading
import time
from pathlib import Path
from queue import Queue

sys.path[:0] = ["scripts", "."]

ROUNDS = 7
TEXT = Path("templates/samarbeid/nb/tekst.html.j2")


def main() -> None:
    """Save a sentence several times, and wait for each to be built."""
    from tools.forhaandsvis import Preview

    preview = Preview(cores=2, key="")
    assert not preview.build([])
    told: Queue = Queue()
    preview.listeners.append(told)
    threading.Thread(target=preview.watch, daemon=True).start()
    before, waits = TEXT.read_text(encoding="utf-8"), []
    for number in range(ROUNDS):
        time.sleep(0.5)
        TEXT.write_text(f"{before}{{# {number} #}}\n", encoding="utf-8")
        start = time.perf_counter()
        while not (event := told.get(timeout=60))["last"]:
            assert not event["feil"], event
        waits.append(time.perf_counter() - start)
    TEXT.write_text(before, encoding="utf-8")
    print(json.dumps({"sekunder": statistics.median(waits), "lengst": max(waits)}))


main()
