# Everything that went in and came out → the manifest. The last of all: it names every file of the rules above.
FILES = edition_files(workflow.rules, workflow.basedir)


rule manifest:
    input:
        utdata=list(FILES.outputs),
        inndata=FILES.inputs,
        modules=modules("manifest"),
        lock="requirements.lock",
    output:
        manifest=update(f"{R}/manifest.json"),
    params:
        aar=EDITION.aar,
        config=EDITION.config,
        innstillinger=digest(f"{workflow.basedir}/config.yaml"),
        results=R,
        utdata=FILES.outputs,
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/manifest.log",
    script:
        "../../scripts/manifest.py"
