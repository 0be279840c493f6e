# The numbers of the fact sheets → a batch of them, each as a page and a PDF, made in one process. What could not be made
# is told in the batch. A batch is taken away before it is made again: it is no reader's file, and none may be old.
rule sheets:
    input:
        enheter=rules.sheet_data.output.enheter,
        tall=rules.sheet_data.output.tall,
        utdata=rules.compute.output.utdata,
        declared=EDITION.sheet_declarations,
        policy="data/raw/codebooks/konfidensialitet.yaml",
        templates=EDITION.sheet_templates,
        fonts=FONTS,
        modules=modules("sheets"),
        lock="requirements.lock",
    output:
        bunt=f"{EDITION.sheet_work}/.bunter/bunt-{{bunt}}.zip",
    wildcard_constraints:
        bunt=r"\d+",
    params:
        config=EDITION.config,
        publikasjon=EDITION.page_from_sheets,
        size=EDITION.sheet_settings["bunt"],
        utvalg=EDITION.sheet_settings["utvalg"],
    resources:
        mem_mb=1500,
        runtime=20,
    log:
        "logs/sheets-{bunt}.log",
    script:
        "../../scripts/sheets.py"
