# klargjort → statistikk (counts) → utdata (what may be published).
rule compute:
    input:
        svar=rules.clean.output.svar,
        policy="data/raw/codebooks/konfidensialitet.yaml",
        tilbud=rules.clean.output.tilbud,
        aggregerte=rules.clean.output.aggregerte,
        kontroller=rules.clean.output.kontroller,
        published="data/publisert/samarbeid_2020.csv",
        codebooks=[str(path) for path in codebook_files()],
        modules=modules("compute"),
        lock="requirements.lock",
    output:
        statistikk=update(f"{R}/statistikk/tall.csv"),
        utdata=update(f"{R}/{layout.NUMBERS}"),
        kvalitet=update(f"{R}/etterproving/kvalitet.csv"),
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/compute.log",
    script:
        "../../scripts/compute.py"
