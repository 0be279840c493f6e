# The print edition → PDF, and what figures find → the pictures beside links to them.
rule typeset:
    input:
        html=rules.render.output.trykk,
        deling=rules.render.output.deling,
        fonts=FONTS,
        modules=modules("typeset"),
        lock="requirements.lock",
    output:
        pdf=update(f"{R}/{layout.PDF}"),
        figurer=update(EDITION.shared_pictures),
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/typeset.log",
    script:
        "../../scripts/stage.py"
