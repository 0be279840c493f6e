# The coded answers of the newest collection → a report on each agreement to its parties, and lists of them. Not published;
# for the target `avtaler`. Fails if they reveal what must be hidden.
rule reports:
    input:
        avtaler=rules.agreements.output.avtaler,
        punkter=rules.agreements.output.punkter,
        karantene=rules.agreements.output.karantene,
        statistikk=rules.compute.output.statistikk,
        utdata=rules.compute.output.utdata,
        declared=EDITION.declarations,
        policy="data/raw/codebooks/konfidensialitet.yaml",
        lists=EDITION.checklist,
        templates=EDITION.report_templates,
        fonts=FONTS,
        signaturer="data/signaturer.yaml",
        modules=modules("reports"),
        lock="requirements.lock",
    output:
        rapporter=update(EDITION.report_files),
    params:
        innsamling=EDITION.collections[-1].aar if EDITION.collections else 0,
        skjemaer=EDITION.assessed,
        config=EDITION.report_config,
    resources:
        mem_mb=1500,
        runtime=15,
    log:
        "logs/reports.log",
    script:
        "../../scripts/stage.py"
