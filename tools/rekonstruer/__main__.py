"""Make the reconstructed raw files again: `python -m tools.rekonstruer [--til FOLDER]`, from the project's folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.rekonstruer.aarganger import write_all
from tools.rekonstruer.personer import write_persons

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.rekonstruer", description=__doc__)
    parser.add_argument("--til", type=Path, default=Path("data/raw"), help="mappen som årsmappene skrives i")
    folder = parser.parse_args().til
    write_all(folder)
    write_persons(folder)
