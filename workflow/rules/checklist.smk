# The checklist for agreements as data → its page, its two print editions, and the form for spreadsheets. Reads no answers.
rule checklist:
    input:
        lists=EDITION.checklist,
        templates=EDITION.checklist_templates,
        fonts=FONTS,
        signaturer="data/signaturer.yaml",
        modules=modules("checklist"),
        lock="requirements.lock",
    output:
        side=update(f"{R}/{layout.CHECKLIST_PAGE}"),
        lesing=update(f"{R}/{layout.PRINT}/lesing.html"),
        skjema=update(f"{R}/{layout.PRINT}/skjema.html"),
        skjema_csv=update(f"{R}/{layout.CHECKLIST}/skjema.csv"),
        skjema_xlsx=update(f"{R}/{layout.CHECKLIST}/skjema.xlsx"),
        data=update(f"{R}/{layout.CHECKLIST}/sjekkliste.json"),
    params:
        config=EDITION.checklist_config,
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/checklist.log",
    script:
        "../../scripts/stage.py"
