"""The same work as the workflow, done by one Python process: the yardstick that the workflow is measured against.

Run in a copy of the project, as `python benchmark/one_process.py`. Prints CPU seconds per stage as JSON, imports apart.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

sys.path.insert(0, "scripts")
seconds: dict[str, float] = {}


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Note the CPU time of a piece of work."""
    start = time.process_time()
    yield
    seconds[name] = round(time.process_time() - start, 3)


def stage(name: str) -> Callable[..., object]:
    """What a stage does, with its module loaded."""
    return import_module(f"krisestat.stages.{name}").run


def stages() -> dict[str, Callable[[], object]]:
    """Every stage of the edition and of the reports beside it, in order, with the arguments that its rule gives it. The
    manifest is left out: it speaks of the run and not of the edition. One piece: a list, read beside the rules in the
    order of their files."""
    from krisestat.base import layout
    from krisestat.build.edition import open_edition
    from krisestat.build.inventory import published_files, published_tables

    edition = open_edition(".", {})
    raw, results, kept = Path("data/raw"), Path(edition.results), Path("results/.lager")
    codebooks, fonts, templates = raw / "codebooks", Path("templates/fonts"), Path("templates")
    language, texts = edition.config["spraak"], Path(f"templates/{edition.config['spraak']}/tabeller.yaml")
    policy = codebooks / "konfidensialitet.yaml"
    drawings = {Path(p).name: Path(p) for p in edition.drawings}
    sources = [*edition.sources, *edition.aggregated]
    svar = [results / f"klargjort/samarbeid_p{aar}.csv" for aar in edition.years]
    tilbud = results / f"klargjort/tilbud_{edition.period}.csv"
    aggregerte = [results / f"klargjort/{source.path.stem}.csv" for source in edition.aggregated]
    kvalitet, tables = results / "etterproving/kvalitet.csv", results / layout.TABLES
    person_file = edition.persons.path.stem
    checklist, printed = results / layout.CHECKLIST, results / layout.PRINT
    side, trykk = results / layout.PAGE, results / layout.PRINTED
    return {
        "clean": lambda: stage("clean")(
            aar=edition.years,
            codebooks=codebooks,
            register=raw / "register",
            inndata=results / "inndata",
            klargjort=results / "klargjort",
            period=edition.period,
        ),
        "persons": lambda: stage("persons")(
            manifest=edition.persons.manifest,
            policy=policy,
            published=Path("data/publisert/personer.csv"),
            texts=texts,
            register=raw / "register",
            aar=edition.aar,
            inndata=results / f"inndata/{person_file}.csv",
            klargjort=results / f"klargjort/{person_file}.csv",
            statistikk=results / "statistikk/personer.csv",
            utdata=results / layout.PERSONS,
            tables=tables,
        ),
        "agreements": lambda: stage("agreements")(
            codebooks=codebooks,
            register=raw / "register",
            policy=policy,
            texts=texts,
            inndata=[results / f"inndata/avtaler_p{one.aar}.csv" for one in edition.collections],
            avtaler=results / "klargjort/avtaler.csv",
            punkter=results / "klargjort/avtalepunkter.csv",
            karantene=results / "klargjort/avtaler-karantene.csv",
            kontroller=results / "klargjort/avtaler-kontroller.csv",
            statistikk=results / "statistikk/avtaler.csv",
            utdata=results / layout.AGREEMENTS,
            tables=tables,
            aar=edition.aar,
            vurdert=edition.config["avtaler"]["vurdert"],
            tillegg=edition.config["avtaler"]["tillegg"],
            language=language,
        ),
        "compute": lambda: stage("compute")(
            svar=svar,
            tilbud=tilbud,
            aggregerte=aggregerte,
            kontroller=results / f"klargjort/kontroller_{edition.period}.csv",
            published=Path("data/publisert/samarbeid_2020.csv"),
            codebooks=codebooks,
            texts=texts,
            statistikk=results / "statistikk/tall.csv",
            utdata=results / layout.NUMBERS,
            kvalitet=kvalitet,
            tables=tables,
            aar=edition.aar,
            language=language,
        ),
        "draw": lambda: stage("draw")(
            utdata=results / layout.NUMBERS,
            codebooks=codebooks,
            texts=texts,
            fonts=fonts,
            store=kept / "tegninger",
            figures=drawings | {Path(p).name: Path(p) for p in edition.figure_files},
            language=language,
            aar=edition.aar,
            serie=(edition.years[0], edition.years[-1]),
        ),
        "package": lambda: stage("package")(
            utdata=results / layout.NUMBERS,
            personer=results / layout.PERSONS,
            avtaler=results / layout.AGREEMENTS,
            tables=[Path(p) for p in [*edition.tables, *edition.person_tables, *edition.agreement_tables]],
            codebooks=codebooks,
            texts=texts,
            words=templates / language / "nedlasting.yaml",
            publikasjon=edition.config["publikasjon"],
            spraak=language,
            aar=edition.aar,
            results=results,
        ),
        "render": lambda: stage("render")(
            utdata=results / layout.NUMBERS,
            personer=results / layout.PERSONS,
            avtaler=results / layout.AGREEMENTS,
            kvalitet=kvalitet,
            publisert=[Path(p) for p in published_files(".")],
            rettelser=Path("data/rettelser-publisert.yaml"),
            nedlasting=Path(edition.downloads.liste),
            tilgjengelighet=Path("data/tilgjengelighet.yaml"),
            codebooks=codebooks,
            templates=templates,
            figures=drawings,
            config=edition.config,
            store=kept / "skrifter",
            side=side,
            trykk=trykk,
            erklaering=results / layout.ACCESSIBILITY,
            hovedpunkter=results / layout.HEADLINES,
            belegg=results / layout.EVIDENCE,
            config_ut=results / layout.CONFIG,
        ),
        "prove": lambda: stage("prove")(
            belegg=results / layout.EVIDENCE,
            side=side,
            kvalitet=[kvalitet, results / "klargjort/avtaler-kontroller.csv"],
            svar=svar,
            tilbud=tilbud,
            aggregerte=aggregerte,
            personer=results / f"klargjort/{person_file}.csv",
            inndata=[results / f"inndata/{source.path.stem}.csv" for source in sources],
            avtaler=results / "klargjort/avtaler.csv",
            avtalepunkter=results / "klargjort/avtalepunkter.csv",
            avtaleinndata=[results / f"inndata/avtaler_p{one.aar}.csv" for one in edition.collections],
            codebooks=codebooks,
            templates=templates,
            store=kept / "skrifter",
            aar=edition.years,
            config=edition.config,
            paastander=results / layout.PROOF,
            index=results / "etterproving/index.html",
            kvalitetsside=results / "etterproving/kvalitet.html",
        ),
        "typeset": lambda: stage("typeset")(html=trykk, pdf=results / layout.PDF, fonts=fonts),
        "checklist": lambda: stage("checklist")(
            root=Path(),
            config=edition.checklist_config,
            store=kept / "skrifter",
            side=checklist / "index.html",
            lesing=printed / "lesing.html",
            skjema=printed / "skjema.html",
            skjema_csv=checklist / "skjema.csv",
            skjema_xlsx=checklist / "skjema.xlsx",
            data=checklist / "sjekkliste.json",
        ),
        "forms": lambda: stage("forms")(
            lesing=printed / "lesing.html",
            skjema=printed / "skjema.html",
            sjekkliste_pdf=checklist / "sjekkliste.pdf",
            skjema_pdf=checklist / "skjema.pdf",
            fonts=fonts,
        ),
        "reports": lambda: stage("reports")(
            avtaler=results / "klargjort/avtaler.csv",
            punkter=results / "klargjort/avtalepunkter.csv",
            karantene=results / "klargjort/avtaler-karantene.csv",
            statistikk=results / "statistikk/personer.csv",
            personer=results / layout.PERSONS,
            policy=policy,
            innsamling=edition.collections[-1].aar,
            skjemaer=edition.assessed,
            root=Path(),
            config=edition.report_config,
            store=kept,
            ut=results / "avtaler",
        ),
        "audit": lambda: stage("audit")(
            statistikk=results / "statistikk/personer.csv",
            published=Path("data/publisert/personer.csv"),
            editions=[Path(p) for p in published_tables(".")],
            policy=policy,
            results=results,
            config=edition.config,
            revisjon=results / "etterproving/revisjon.json",
        ),
    }


def main() -> None:
    """Do the work."""
    with timed("import"):
        work = stages()
        for name in work:
            stage(name)
    for name, run in work.items():
        with timed(name):
            run()
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
