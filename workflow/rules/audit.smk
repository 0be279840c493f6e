# The finished files → the report that nothing in them reveals what must be hidden. Fails if anything does.
rule audit:
    input:
        rules.compute.output,
        rules.persons.output,
        rules.agreements.output,
        rules.draw.output,
        rules.package.output,
        rules.render.output,
        rules.prove.output,
        rules.typeset.output,
        rules.checklist.output,
        rules.forms.output,
        statistikk=rules.persons.output.statistikk,
        published="data/publisert/personer.csv",
        editions=published_tables(workflow.basedir),
        policy="data/raw/codebooks/konfidensialitet.yaml",
        modules=modules("audit"),
        lock="requirements.lock",
    output:
        revisjon=update(f"{R}/etterproving/revisjon.json"),
    params:
        config=EDITION.config,
        results=R,
    log:
        "logs/audit.log",
    script:
        "../../scripts/audit.py"
