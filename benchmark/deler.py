"""The parts of the benchmark: what each measures in a round, and what is promised of it.

Most run a script of this folder, which does the work in a process of its own and tells what it found as JSON in its
last line; here that becomes rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmark import utgave
from benchmark.maaling import PROJECT, Rad, Verksted, measure, python


@dataclass(frozen=True)
class Del:
    """One part. Parameters: `tittel`, in Norwegian; `maal`, measures one round; `sekunder`, about how long a round
    takes, for the time left; `runder`, the most rounds it is worth, when it holds medians of its own; `bygd`, whether
    it looks at a built edition."""

    tittel: str
    maal: Callable[[Verksted], list[Rad]]
    sekunder: int
    runder: int = 99
    bygd: bool = False


def paastander(verksted: Verksted) -> list[Rad]:
    """The statements of the page, and ten thousand in one text."""
    run = measure(python("benchmark/statements.py"), verksted.bygd).told
    pace = verksted.maalestokk()
    return [
        Rad(
            "paastander.side",
            "påstandene på siden vurdert og kontrollert, utover import",
            run["side_sekunder"],
            "sekunder",
            1,
            forhold=run["side_sekunder"] / pace,
            omfang=f"{run['side']} påstander",
        ),
        Rad(
            "paastander.mange",
            "hver påstand i en lang tekst mot en i en tekst som er en tidel så lang",
            run["forhold"],
            grense=1.5,
            omfang=f"{run['mange']} påstander",
        ),
    ]


def sammenligning(verksted: Verksted) -> list[Rad]:
    """Two runs compared that differ in nearly everything."""
    run = measure(python("benchmark/compare.py"), verksted.bygd).told
    return [
        Rad(
            "sammenligning.alt",
            "to kjøringer sammenlignet når nesten alt er endret",
            run["sekunder"],
            "sekunder",
            3 + 0.05 * run["figurer"],
            forhold=run["sekunder"] / verksted.maalestokk(),
            omfang=f"{run['tall']} tall, {run['setninger']} setninger og {run['figurer']} figurer",
        )
    ]


def rapporter(verksted: Verksted) -> list[Rad]:
    """The reports on many agreements, and the PDFs of some of them."""
    run = measure(python("benchmark/rapporter.py"), verksted.bygd).told
    pace = verksted.maalestokk()
    return [
        Rad(
            "rapporter.sider",
            "rapporter om avtaler, utover lesing",
            run["sekunder"],
            "sekunder",
            10,
            forhold=run["sekunder"] / pace,
            omfang=f"{run['rapporter']} rapporter",
        ),
        Rad(
            "rapporter.pdf",
            "rapporter som PDF i én prosess",
            run["pdf_sekunder"],
            "sekunder",
            forhold=run["pdf_sekunder"] / pace,
            omfang=f"{run['pdf']} rapporter",
        ),
    ]


def forhaandsvisning(verksted: Verksted) -> list[Rad]:
    """How soon a saved sentence is seen in the preview; wall time, for it is a person who waits."""
    run = measure(python("benchmark/forhaandsvis.py"), verksted.bygd).told
    seconds = run["sekunder"]
    return [
        Rad(
            "forhaandsvisning.setning",
            "ventetid fra en setning er lagret til den er vist",
            seconds,
            "sekunder",
            2,
            forhold=seconds / verksted.maalestokk(),
        )
    ]


def innlesing(verksted: Verksted) -> list[Rad]:
    """How fast a large survey goes from CSV to utdata."""
    cost = measure(python("benchmark/intake.py"), PROJECT)
    run = cost.told
    each = 1e6 / run["per_sekund"]
    size = f"{run['svar']} svar"
    return [
        Rad(
            "innlesing.svar",
            "CPU-tid for hvert svar fra CSV til utdata, utover import",
            each,
            "mikrosekunder",
            5,
            forhold=run["sekunder"] / verksted.maalestokk(),
            omfang=size,
        ),
        Rad("innlesing.minne", "mest minne", cost.memory, "MB", 1000, omfang=size),
    ]


def skjemaer(verksted: Verksted) -> list[Rad]:
    """Many filled forms read and checked, and each format by itself."""
    run = measure(python("benchmark/avtaler.py"), PROJECT).told
    pace = verksted.maalestokk()
    size = f"{run['skjemaer']} skjemaer"
    rows = [("alle", "skjemaer om avtaler lest og kontrollert", run["sekunder"], 10.0)]
    rows += [
        (
            kind.removeprefix("per_"),
            f"en firedel av skjemaene, alle som {kind.removeprefix('per_').upper()}",
            run[kind],
            None,
        )
        for kind in sorted(run)
        if kind.startswith("per_")
    ]
    return [
        Rad(f"skjemaer.{name}", told, seconds, "sekunder", limit, forhold=seconds / pace, omfang=size)
        for name, told, seconds, limit in rows
    ]


def stordata(verksted: Verksted) -> list[Rad]:
    """Millions of answers from raw files to statements, and how the cost grows with years and with services."""
    # few years of the full width: what an answer costs hangs on how many there are in a year
    run = measure(python("benchmark/stordata.py", "--aar", "6", "--tilbud", "2000"), PROJECT).told
    each, pace = run["mikrosekunder"], verksted.maalestokk()
    size = f"{run['svar']} svar"
    stages = ", ".join(run["per_steg"])
    return [
        Rad(
            "stordata.svar",
            f"CPU-tid for hvert svar fra rådata til påstander ({stages}), utover import",
            each,
            "mikrosekunder",
            3,
            forhold=each / pace,
            omfang=size,
        ),
        Rad("stordata.minne", "mest minne i ett steg", run["minne"], "MB", 1500, omfang=size),
        Rad(
            "stordata.stigning-aar",
            "et svar til når årene blir ti ganger så mange, mot et svar i snitt",
            run["stigning_aar"] / each,
            grense=1.15,
            omfang=size,
        ),
        Rad(
            "stordata.stigning-tilbud",
            "et svar til når tilbudene blir ti ganger så mange, mot et svar i snitt",
            run["stigning_tilbud"] / each,
            grense=1.15,
            omfang=size,
        ),
    ]


def faktaark(verksted: Verksted) -> list[Rad]:
    """Fact sheets in a warm process: against what WeasyPrint and matplotlib need, and many against few."""
    run = measure(python("benchmark/faktaark.py", "--ark", "40"), verksted.bygd).told
    many = measure(python("benchmark/faktaark.py", "--ark", "400", "--sider"), verksted.bygd).told
    pace = verksted.maalestokk()
    size, longer = f"{run['ark']} ark med PDF", f"{many['ark']} ark uten PDF"
    return [
        Rad(
            "faktaark.forhold",
            "et faktaark mot WeasyPrints og matplotlibs egen tid for det",
            run["forhold"],
            grense=1.15,
            omfang=size,
        ),
        Rad(
            "faktaark.ark",
            "hvert faktaark i en varm prosess",
            run["ms_per_ark"] / 1000,
            "sekunder",
            forhold=run["ms_per_ark"] / 1000 / pace,
            omfang=size,
        ),
        Rad(
            "faktaark.stigning",
            "et faktaark i den siste firedelen mot et i den første",
            many["siste_mot_foerste"],
            grense=1.15,
            omfang=longer,
        ),
        Rad(
            "faktaark.minne-vekst",
            "minnet har vokst fra den første firedelen til den siste",
            many["minne_vekst_mb"],
            "MB",
            20,
            omfang=longer,
        ),
        Rad("faktaark.minne", "mest minne", run["minne_mb"], "MB", 400, omfang=size),
    ]


def dag(verksted: Verksted) -> list[Rad]:
    """Snakemake's own planning of many jobs, against that of a few."""
    run = measure(python("benchmark/dag.py", "--jobber", "10", "1000"), PROJECT).told["dag"]
    few, many = run["10"], run["1000"]
    return [
        Rad("dag.tid", "planlegging av 1 000 jobber mot planlegging av 10", many["cpu_s"] / few["cpu_s"]),
        Rad("dag.minne", "mest minne ved planlegging av 1 000 jobber", many["minne_mb"], "MB"),
    ]


DELER = {
    "utgave": Del("utgaven med Snakemake", utgave.maal, 120),
    "paastander": Del("påstander", paastander, 8, bygd=True),
    "sammenligning": Del("sammenligning av to kjøringer", sammenligning, 5, bygd=True),
    "rapporter": Del("rapporter om avtaler", rapporter, 28, bygd=True),
    "forhaandsvisning": Del("forhåndsvisningen", forhaandsvisning, 20, runder=1, bygd=True),
    "innlesing": Del("innlesing av svar", innlesing, 14),
    "skjemaer": Del("utfylte skjemaer", skjemaer, 10),
    "stordata": Del("svar i store mengder", stordata, 20),
    "faktaark": Del("faktaark", faktaark, 40, bygd=True),
    "dag": Del("planlegging av mange jobber", dag, 8),
}
