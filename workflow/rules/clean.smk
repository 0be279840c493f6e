# Raw files → inndata (as received) → klargjort (the declared codes, one answer, or one number of a finished table, a row).
rule clean:
    input:
        raw=raw_inputs([*EDITION.sources, *EDITION.finished.values()]),
        codebooks=[str(ANSWERS), *EDITION.columns],
        statistikk=EDITION.declarations,
        register=[str(path) for path in register_files()],
        rettelser="data/rettelser.yaml",
        modules=modules("clean"),
        lock="requirements.lock",
    output:
        inndata=update([f"{R}/inndata/{path.stem}.csv" for path in EDITION.received]),
        svar=update([f"{R}/klargjort/{SURVEY}_p{aar}.csv" for aar in EDITION.years]),
        enheter=update(f"{R}/klargjort/{SURVEY}-enheter.csv"),
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
        "../../scripts/clean.py"
