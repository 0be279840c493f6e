"""What WeasyPrint itself needs for the print edition: its layout and writing in a warm process, in CPU seconds.

Run in a project whose edition is built, as `python benchmark/oppsett.py`. The document is set once to warm up, and
once to be measured. Prints JSON.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, "scripts")


def main() -> None:
    """Set the print edition twice."""
    from krisestat.pages.pdf import typesetter

    trykk = next(Path("results").glob("20*/trykk/trykk.html"))
    text = trykk.read_text(encoding="utf-8")
    with typesetter(Path("templates/fonts")) as one:
        one(text, trykk.name)
        start = time.process_time()
        one(text, trykk.name)
        print(json.dumps({"sekunder": round(time.process_time() - start, 3)}))


main()
