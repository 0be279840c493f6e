# Every file of the rules above → the report that nothing in them reveals what must be hidden. Fails if anything does.
rule audit:
    input:
        utgave=[*edition_files(workflow.rules, workflow.basedir).outputs],
        statistikk=rules.compute.output.statistikk,
        published=[str(path) for path in printed_files(EDITION.model)],
        declared=EDITION.declarations,
        editions=published_tables(workflow.basedir),
        rettelser="data/rettelser-publisert.yaml",
        policy="data/raw/codebooks/konfidensialitet.yaml",
        modules=modules("audit"),
        lock="requirements.lock",
    output:
        revisjon=update(f"{R}/etterproving/revisjon.json"),
    params:
        config=EDITION.config,
        results=R,
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/audit.log",
    script:
        "../../scripts/stage.py"
