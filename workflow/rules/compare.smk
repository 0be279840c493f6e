# The edition and another run (`--config mot=<folder>`) → what differs between them, and why. For the target `endringer`.
rule compare:
    input:
        edition=rules.manifest.output.manifest,
        earlier=EDITION.earlier,
        review=review_files(workflow.basedir),
        declared=EDITION.declarations,
        templates=EDITION.templates,
        fonts=FONTS,
        modules=modules("compare"),
        lock="requirements.lock",
    output:
        side=update("results/endringer/endringer.html"),
        tekst=update("results/endringer/endringer.md"),
        data=update("results/endringer/endringer.json"),
    params:
        gammel=EDITION.against,
        ny=R,
    resources:
        mem_mb=1500,
        runtime=10,
    log:
        "logs/compare.log",
    script:
        "../../scripts/compare.py"
