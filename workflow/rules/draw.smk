# utdata → figures: two renderings for the page, and two files to take away. Drawings are kept in a store by content, so that only what shows a changed number is drawn again.
rule draw:
    input:
        utdata=rules.compute.output.utdata,
        declared=EDITION.declarations,
        texts=EDITION.words,
        fonts=FONTS,
        modules=modules("draw"),
        lock="requirements.lock",
    output:
        figurer=update([*EDITION.drawings, *EDITION.figure_files]),
    params:
        aar=EDITION.aar,
        serie=(EDITION.years[0], EDITION.years[-1]),
        language=EDITION.config["spraak"],
        kapitler=EDITION.config["kapitler"],
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/draw.log",
    script:
        "../../scripts/stage.py"
