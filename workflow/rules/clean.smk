# Raw files → inndata (as received) → klargjort (the codebooks' codes, one answer a row).
rule clean:
    input:
        raw=raw_inputs([*EDITION.sources, *EDITION.aggregated]),
        codebooks=[*map(str, codebook_files()), *EDITION.columns],
        register=[str(path) for path in register_files()],
        rettelser="data/rettelser.yaml",
        modules=modules("clean"),
        lock="requirements.lock",
    output:
        inndata=update([f"{R}/inndata/{source.path.stem}.csv" for source in [*EDITION.sources, *EDITION.aggregated]]),
        svar=update([f"{R}/klargjort/samarbeid_p{aar}.csv" for aar in EDITION.years]),
        tilbud=update(f"{R}/klargjort/tilbud_{EDITION.period}.csv"),
        aggregerte=update([f"{R}/klargjort/{source.path.stem}.csv" for source in EDITION.aggregated]),
        kontroller=update(f"{R}/klargjort/kontroller_{EDITION.period}.csv"),
    params:
        aar=EDITION.years,
    resources:
        mem_mb=1500,
        runtime=10,
    log:
        "logs/clean.log",
    script:
        "../../scripts/clean.py"
