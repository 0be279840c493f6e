# utdata → its tables as CSV and the other files for download in every form, their descriptions, and the list that the page shows.
rule package:
    input:
        utdata=rules.compute.output.utdata,
        declared=EDITION.declarations,
        texts=EDITION.words,
        words=f"templates/{EDITION.config['spraak']}/nedlasting.yaml",
        modules=modules("package"),
        lock="requirements.lock",
    output:
        **{what: update(files) for what, files in EDITION.downloads._asdict().items()},
    params:
        publikasjon=EDITION.config["publikasjon"],
        spraak=EDITION.config["spraak"],
        aar=EDITION.aar,
        kapitler=EDITION.config["kapitler"],
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/package.log",
    script:
        "../../scripts/stage.py"
