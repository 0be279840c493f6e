# The print edition → PDF.
rule typeset:
    input:
        html=rules.render.output.trykk,
        fonts=FONTS,
        modules=modules("typeset"),
        lock="requirements.lock",
    output:
        pdf=update(f"{R}/{layout.PDF}"),
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/typeset.log",
    script:
        "../../scripts/stage.py"
