# Evidence + klargjort + inndata → every statement counted again down to file and line, for the reviewer.
rule prove:
    input:
        belegg=rules.render.output.belegg,
        side=rules.render.output.side,
        bevis=rules.render.output.bevis,
        kvalitet=[rules.compute.output.kvalitet, made("agreements", "kontroller")],
        signaturer="data/signaturer.yaml",
        svar=rules.clean.output.svar,
        enheter=rules.clean.output.enheter,
        tabeller=rules.clean.output.tabeller,
        inndata=rules.clean.output.inndata,
        avtaler=[made("agreements", "avtaler")],
        avtalepunkter=[made("agreements", "punkter")],
        avtaleinndata=made("agreements", "inndata"),
        skjemaer=collected_inputs(EDITION.collections),
        manifests=[str(source.manifest) for source in [*EDITION.sources, *EDITION.finished.values()]],
        codebooks=EDITION.columns,
        declared=EDITION.declarations,
        lists=EDITION.checklist if EDITION.with_agreements else [],
        templates=EDITION.templates,
        fonts=FONTS,
        modules=modules("prove"),
        lock="requirements.lock",
    output:
        paastander=update(f"{R}/{layout.PROOF}"),
        index=update(f"{R}/etterproving/index.html"),
        kvalitetsside=update(f"{R}/etterproving/kvalitet.html"),
    params:
        aar=EDITION.years,
        config=EDITION.config,
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/prove.log",
    script:
        "../../scripts/stage.py"
