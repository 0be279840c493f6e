# Filled forms on agreements between municipalities → checked → counted → utdata. A way of its own.
rule agreements:
    input:
        raw=collected_inputs(EDITION.collections),
        codebooks=[str(path) for path in name_files()],
        kommuner=[str(path) for path in MUNICIPALITIES],
        policy="data/raw/codebooks/konfidensialitet.yaml",
        modules=modules("agreements"),
        lock="requirements.lock",
    output:
        inndata=update([f"{R}/inndata/avtaler_p{one.aar}.csv" for one in EDITION.collections]),
        avtaler=update(f"{R}/klargjort/avtaler.csv"),
        punkter=update(f"{R}/klargjort/avtalepunkter.csv"),
        karantene=update(f"{R}/klargjort/avtaler-karantene.csv"),
        kontroller=update(f"{R}/klargjort/avtaler-kontroller.csv"),
        statistikk=update(f"{R}/statistikk/avtaler.csv"),
        utdata=update(f"{R}/{layout.AGREEMENTS}"),
    params:
        aar=EDITION.aar,
        vurdert=EDITION.config["avtaler"]["vurdert"],
        tillegg=EDITION.config["avtaler"]["tillegg"],
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/agreements.log",
    script:
        "../../scripts/agreements.py"
