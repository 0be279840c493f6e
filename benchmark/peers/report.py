"""What was measured, as tables and a figure: `python -m benchmark.peers.report` makes them anew from the numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from benchmark.maaling import PROJECT
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
    machine, versions = found["maskin"], ", ".join(f"{name} {number}" for name, number in found["versjoner"].items())
    rounds = found["runder"]
    lines = [
        f"Median av {rounds} {'runde' if rounds == 1 else 'runder'}, lavest og høyest i parentes. Målt på "
        f"{machine['kjerner']} kjerner ({machine['prosessor']}), {machine['minne_gb']} GB minne, {machine['system']}. "
        f"{versions}.{'' if rounds >= ENOUGH else ' Med så få runder er tallene en prøve, ikke en måling.'}",
        "",
        "CPU-sekunder, og hvor mange ganger Krisestats:",
        "",
        *_times(found, "cpu"),
        "",
        "Sekunder på klokken, og hvor mange ganger Krisestats:",
        "",
        *_times(found, "vegg"),
        "",
        "Hva som kom ut:",
        "",
        *_properties(found["deltakere"]),
        "",
        *_ahead(found["deltakere"]),
        "",
        *(f"Ikke målt: {name}: {why}." for name, why in found["ikke_maalt"].items()),
        "",
        "PDF-en alene, av den samme trykkutgaven:",
        "",
        *_engines(found["pdf"]),
    ]
    return "\n".join(lines)


def number(value: float, decimals: int = 1) -> str:
    """A number with a decimal comma."""
    return f"{value:.{decimals}f}".replace(".", ",")


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _times(found: dict, kind: str) -> list[str]:
    """A table of one kind of time, by contender and scenario."""
    base = {name: _median(_ours(found["deltakere"]), name, kind) for name in SCENARIOS}
    rows = []
    for one in found["deltakere"]:
        cells = []
        for name in SCENARIOS:
            said = one["scenarier"][name][kind]
            spread = f" ({number(said['min'])}–{number(said['maks'])})" if found["runder"] > 1 else ""
            cells.append(f"{number(said['median'])}{spread}; {_ratio(said['median'], base[name])}")
        rows.append([one["navn"], *cells])
    return _table(["", *SCENARIOS.values()], rows)


def _ratio(value: float, base: float) -> str:
    return f"{number(value / base, 2)} ×"


def _properties(everyone: list[dict]) -> list[str]:
    head = ["", "Samme byte", "Celle vist", "Setning vist", "Tagget PDF", "Sider", "Mest minne i én prosess"]
    yes = {True: "ja", False: "**nei**"}
    rows = [
        [
            one["navn"],
            yes[one["like_bytes"]],
            yes[one["scenarier"]["celle"]["vist"]],
            yes[one["scenarier"]["setning"]["vist"]],
            yes[one["tagget"]],
            str(one["sider"]),
            f"{max(scenario['minne'] for scenario in one['scenarier'].values())} MB",
        ]
        for one in everyone
    ]
    return _table(head, rows)


def _ahead(everyone: list[dict]) -> list[str]:
    """Who used less than Krisestat, scenario by scenario."""
    lines = []
    for kind, said in (("cpu", "Mindre CPU-tid"), ("vegg", "Kortere tid på klokken")):
        for name, title in SCENARIOS.items():
            base = _median(_ours(everyone), name, kind)
            others = [one for one in everyone if one["id"] not in (OURS, WHOLE)]
            ahead = [one["navn"] for one in others if _median(one, name, kind) < base]
            lines.append(f"- {said} enn Krisestat, {title.lower()}: {', '.join(ahead) or 'ingen'}.")
    return lines


def _engines(engines: list[dict]) -> list[str]:
    head = [
        "",
        "CPU-sekunder",
        "Lasting",
        "Setting",
        "Sider",
        "Sider per CPU-sekund setting",
        "Minne",
        "Tagget",
    ]
    rows = [
        [
            ENGINES[one["id"]],
            number(one["cpu"]["median"], 2),
            number(one["deler"]["lasting"], 2),
            number(one["deler"]["setting"], 2),
            str(one["sider"]),
            number(one["sider"] / one["deler"]["setting"]),
            f"{one['minne']} MB",
            "ja" if one["tagget"] else "**nei**",
        ]
        for one in engines
    ]
    return _table(head, rows)


def _ours(everyone: list[dict]) -> dict:
    return next(one for one in everyone if one["id"] == OURS)


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
        drawing.supxlabel(
            "Søyle og første tall: CPU-sekunder. Prikk og andre tall: sekunder på klokken.",
            fontsize=9,
            x=0.02,
            ha="left",
        )
        out = io.BytesIO()
        drawing.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(drawing)
    return out.getvalue()


def write(found: dict, project: Path) -> None:
    """Write the numbers, the figure, and the tables where they stand in the documentation."""
    text = (project / PAGE).read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"{PAGE}: «{BEGIN}» og «{END}» skal stå én gang hver")
    before, rest = text.split(BEGIN)
    made = f"{before}{BEGIN}\n{tables(found)}\n{END}{rest.split(END)[1]}"
    (project / RESULT).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (project / FIGURE).write_bytes(figure(found, project / "templates/fonts"))
    (project / PAGE).write_text(made, encoding="utf-8")


if __name__ == "__main__":
    write(json.loads((PROJECT / RESULT).read_text(encoding="utf-8")), PROJECT)
