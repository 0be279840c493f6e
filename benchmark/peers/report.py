"""What was measured, as tables and a figure: `python -m benchmark.peers.report` makes them anew from the numbers."""

from __future__ import annotations

import json
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from benchmark.maaling import PROJECT, put_between
from benchmark.peers.contenders import PEERS

RESULT = PEERS / "resultat.json"
PAGE = Path("docs/ytelse.md")
FIGURE = Path("docs/bilder/ytelse-andre-verktoy.svg")
BEGIN, END = "<!-- maalt mot andre: start -->", "<!-- maalt mot andre: slutt -->"
ENOUGH = 5  # rounds, for medians that can be trusted
OURS = "krisestat"
WHOLE = "krisestat-hele"
SCENARIOS = {
    "tomt": "Fra tomt",
    "uendret": "Ingenting endret",
    "celle": "Én celle endret",
    "setning": "Én setning endret",
}
ENGINES = {"weasyprint": "WeasyPrint (Krisestat)", "typst": "Typst"}


def tables(found: dict) -> str:
    """Everything that was measured, as Markdown."""
    everyone = found["deltakere"]
    ours = next(one for one in everyone if one["id"] == OURS)
    others = [one for one in everyone if one["id"] not in (OURS, WHOLE)]

    def ahead(kind: str, scenario: str) -> list[str]:
        """Who used less than Krisestat."""
        base = _median(ours, scenario, kind)
        return [one["navn"] for one in others if _median(one, scenario, kind) < base]

    environment = Environment(undefined=StrictUndefined)
    environment.filters["tall"] = number
    template = environment.from_string((PROJECT / PEERS / "tabeller.md.j2").read_text(encoding="utf-8"))
    said = {"f": found, "vaar": ours, "foran": ahead, "scenarier": SCENARIOS, "motorer": ENGINES, "nok": ENOUGH}
    return template.render(said).rstrip()


def number(value: float, decimals: int = 1) -> str:
    """A number with a decimal comma."""
    return f"{value:.{decimals}f}".replace(".", ",")


def _median(one: dict, scenario: str, kind: str) -> float:
    return one["scenarier"][scenario][kind]["median"]


def figure(found: dict, fonts: Path) -> bytes:
    """The times of every contender, a panel a scenario: bars for CPU seconds, dots for seconds on the clock.

    Parameters: `fonts`, the folder of TTF files. The same numbers give the same bytes.
    """
    import io

    import matplotlib

    matplotlib.use("svg")
    from matplotlib import font_manager
    from matplotlib import pyplot as plt
    from matplotlib.ticker import MaxNLocator

    for file in ("SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf"):
        font_manager.fontManager.addfont(fonts / file)
    style = {"font.family": "Source Sans 3", "font.size": 9, "svg.hashsalt": "ytelse", "svg.fonttype": "path"}
    style |= {"axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False}
    everyone = found["deltakere"][::-1]
    with plt.rc_context(style):
        drawing, axes = plt.subplots(2, 2, figsize=(8.4, 5.6), layout="constrained", sharey=True)
        for axis, (name, title) in zip(axes.flat, SCENARIOS.items(), strict=True):
            cpu = [_median(one, name, "cpu") for one in everyone]
            wall = [_median(one, name, "vegg") for one in everyone]
            colours = ["#0B4F6C" if one["id"] in (OURS, WHOLE) else "#7A8894" for one in everyone]
            axis.barh([one["navn"] for one in everyone], cpu, color=colours, height=0.62)
            for place, pair in enumerate(zip(cpu, wall, strict=True)):
                told = f"{number(pair[0])} / {number(pair[1])}"
                axis.annotate(told, (max(pair), place), (6, 0), textcoords="offset points", va="center", fontsize=8)
            axis.plot(wall, range(len(everyone)), "o", color="#B5500B", markersize=4.5)
            axis.set_title(title, loc="left", weight=600)
            axis.set_xlim(0, 1.3 * max(*cpu, *wall))
            axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            axis.tick_params(axis="y", length=0)
        legend = "Søyle og første tall: CPU-sekunder. Prikk og andre tall: sekunder på klokken."
        drawing.supxlabel(legend, fontsize=9, x=0.02, ha="left")
        out = io.BytesIO()
        drawing.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(drawing)
    return out.getvalue()


def write(found: dict, project: Path) -> None:
    """Write the numbers, the figure, and the tables where they stand in the documentation."""
    put_between(project / PAGE, BEGIN, END, tables(found))
    (project / RESULT).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (project / FIGURE).write_bytes(figure(found, project / "templates/fonts"))


if __name__ == "__main__":
    write(json.loads((PROJECT / RESULT).read_text(encoding="utf-8")), PROJECT)
