# klargjort → statistikk (every statistic counted) → utdata (what may be published), a file a statistic.
rule compute:
    input:
        svar=[rules.clean.output.svar, made("agreements", "svar")],
        enheter=[rules.clean.output.enheter, made("agreements", "enheter")],
        tabeller=rules.clean.output.tabeller,
        kontroller=rules.clean.output.kontroller,
        published=[str(path) for path in printed_files(EDITION.model)],
        editions=published_tables(workflow.basedir),
        rettelser="data/rettelser-publisert.yaml",
        policy="data/raw/codebooks/konfidensialitet.yaml",
        declared=EDITION.declarations,
        modules=modules("compute"),
        lock="requirements.lock",
    output:
        statistikk=update([f"{R}/statistikk/{name}.csv" for name in EDITION.statistics]),
        utdata=update([f"{R}/{layout.DATA}/{name}.csv" for name in EDITION.statistics]),
        kvalitet=update(f"{R}/etterproving/kvalitet.csv"),
    params:
        kapitler=EDITION.config["kapitler"],
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/compute.log",
    script:
        "../../scripts/stage.py"
