# Residents and stays per centre → utdata with what must be hidden hidden. A way of its own, apart from the answers.
PERSONS = EDITION.persons


rule persons:
    input:
        raw=PERSONS.path,
        manifest=PERSONS.manifest,
        register=[str(path) for path in register_files()],
        policy="data/raw/codebooks/konfidensialitet.yaml",
        published="data/publisert/personer.csv",
        modules=modules("persons"),
        lock="requirements.lock",
    output:
        inndata=update(f"{R}/inndata/{PERSONS.path.stem}.csv"),
        klargjort=update(f"{R}/klargjort/{PERSONS.path.stem}.csv"),
        statistikk=update(f"{R}/statistikk/personer.csv"),
        utdata=update(f"{R}/{layout.PERSONS}"),
    params:
        aar=EDITION.aar,
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/persons.log",
    script:
        "../../scripts/persons.py"
