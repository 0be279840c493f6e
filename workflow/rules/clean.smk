# Raw files → inndata (as received) → klargjort (the declared codes, one answer, or one number of a finished table, a row).
rule clean:
    input:
        raw=raw_inputs([*EDITION.sources, *EDITION.finished.values()]),
        codebooks=EDITION.columns,
        statistikk=EDITION.declarations,
        register=[str(path) for path in register_files()] if EDITION.with_survey else [],
        rettelser="data/rettelser.yaml",
        modules=modules("clean"),
        lock="requirements.lock",
    output:
        inndata=update([f"{R}/inndata/{path.stem}.csv" for path in EDITION.received]),
        svar=update([f"{R}/klargjort/{SURVEY}_p{source.aar}.csv" for source in EDITION.sources]),
        enheter=update([f"{R}/klargjort/{SURVEY}-enheter.csv"] if EDITION.with_survey else []),
        tabeller=update([f"{R}/klargjort/{name}.csv" for name in EDITION.from_tables]),
        kontroller=update(f"{R}/klargjort/kontroller.csv"),
    params:
        aar=EDITION.years,
        kapitler=EDITION.config["kapitler"],
    resources:
        mem_mb=1500,
        runtime=10,
    log:
        "logs/clean.log",
    script:
        "../../scripts/stage.py"
