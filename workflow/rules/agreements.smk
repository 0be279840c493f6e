# Filled forms on agreements between municipalities → checked → coded answers, which are counted with all others.
rule agreements:
    input:
        raw=collected_inputs(EDITION.collections),
        declared=EDITION.declarations,
        lists=EDITION.checklist,
        words=EDITION.checklist_words,
        modules=modules("agreements"),
        lock="requirements.lock",
    output:
        inndata=update([f"{R}/inndata/avtaler_p{one.aar}.csv" for one in EDITION.collections]),
        svar=update([f"{R}/klargjort/avtaler_p{one.aar}.csv" for one in EDITION.collections]),
        enheter=update(f"{R}/klargjort/avtaler-enheter.csv"),
        avtaler=update(f"{R}/klargjort/avtaler.csv"),
        punkter=update(f"{R}/klargjort/avtalepunkter.csv"),
        karantene=update(f"{R}/klargjort/avtaler-karantene.csv"),
        kontroller=update(f"{R}/klargjort/avtaler-kontroller.csv"),
    params:
        aar=EDITION.aar,
        tillegg=EDITION.config["avtaler"]["tillegg"],
        kapitler=EDITION.config["kapitler"],
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/agreements.log",
    script:
        "../../scripts/stage.py"
