"""The versions of all that is measured."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from importlib.metadata import version

from benchmark.peers.contenders import TOOLS

_COMMANDS = {
    "GNU make": ["make", "--version"],
    "R": ["R", "--version"],
    "pandoc": ["pandoc", "--version"],
    "Chromium": ["chromium", "--version", "--no-sandbox"],
    "Quarto": ["quarto", "--version"],
}
_PEERS = ("doit", "papermill", "nbconvert", "typst")
_R_PACKAGES = ("rmarkdown", "knitr", "ggplot2")


def versions() -> dict[str, str]:
    """Names and versions of the tools that the machine has."""
    found = {
        "Python": platform.python_version(),
        "Snakemake": version("snakemake"),
        "WeasyPrint": version("weasyprint"),
    }
    for name, command in _COMMANDS.items():
        if shutil.which(command[0]):
            first = subprocess.run(command, capture_output=True, text=True).stdout.split("\n")[0]
            number = re.search(r"\d+(\.\d+)+", first)
            found[name] = number[0] if number else first
    if (TOOLS / "python").exists():
        code = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
        told = subprocess.run([str(TOOLS / "python"), "-c", code, *_PEERS], capture_output=True, text=True, check=True)
        found |= dict(zip(_PEERS, told.stdout.split(), strict=True))
    if "R" in found:
        code = "for (p in commandArgs(TRUE)) cat(p, as.character(packageVersion(p)), '\\n')"
        told = subprocess.run(["Rscript", "-e", code, *_R_PACKAGES], capture_output=True, text=True)
        found |= dict(line.split() for line in told.stdout.splitlines())
    return found
