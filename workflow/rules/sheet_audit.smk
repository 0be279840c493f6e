# The finished fact sheets → the report that nothing in them reveals what must be hidden. Fails if anything does, and if a
# sheet could not be made.
rule sheet_audit:
    input:
        liste=rules.sheet_index.output.liste,
        bunter=EDITION.sheet_batches,
        enheter=rules.sheet_data.output.enheter,
        statistikk=rules.compute.output.statistikk,
        utdata=rules.compute.output.utdata,
        svar=[made("agreements", "svar")],
        declared=EDITION.declarations,
        policy="data/raw/codebooks/konfidensialitet.yaml",
        modules=modules("sheet_audit"),
        lock="requirements.lock",
    output:
        revisjon=update(f"{EDITION.sheet_work}/.bunter/revisjon.json"),
    params:
        config=EDITION.config,
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/sheet_audit.log",
    script:
        "../../scripts/stage.py"
