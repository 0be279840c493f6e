# The batches of fact sheets → loose files, a page to find them on, all of them in one file, and a list.
rule sheet_index:
    input:
        bunter=EDITION.sheet_batches,
        enheter=rules.sheet_data.output.enheter,
        kart="data/raw/register/fylkeskart.csv",
        templates=EDITION.sheet_index_templates,
        ark=EDITION.sheet_templates,
        fonts=FONTS,
        signaturer="data/signaturer.yaml",
        modules=modules("sheet_index"),
        lock="requirements.lock",
    output:
        side=update(f"{EDITION.sheets}/index.html"),
        pakke=update(f"{EDITION.sheets}/faktaark_p{EDITION.aar}.zip"),
        liste=update(f"{EDITION.sheets}/faktaark.json"),
    params:
        config=EDITION.config,
        publikasjon=EDITION.page_from_sheets,
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/sheet_index.log",
    script:
        "../../scripts/sheet_index.py"
