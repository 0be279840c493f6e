# utdata + figures + templates → the page, the print edition, the accessibility statement, headline points and the evidence of every statement.
rule render:
    input:
        utdata=rules.compute.output.utdata,
        policy="data/raw/codebooks/konfidensialitet.yaml",
        kvalitet=rules.compute.output.kvalitet,
        publisert=published_files(workflow.basedir),
        rettelser="data/rettelser-publisert.yaml",
        statistikk=EDITION.declarations,
        figures=EDITION.drawings,
        nedlasting=rules.package.output.liste,
        tilgjengelighet="data/tilgjengelighet.yaml",
        signaturer="data/signaturer.yaml",
        declared=EDITION.declarations,
        lists=EDITION.checklist if EDITION.with_agreements else [],
        templates=EDITION.page_templates,
        fonts=FONTS,
        modules=modules("render"),
        lock="requirements.lock",
    output:
        side=update(f"{R}/{layout.PAGE}"),
        trykk=update(f"{R}/{layout.PRINTED}"),
        figursider=update(EDITION.figure_pages),
        bevis=update(f"{R}/{layout.PROOFS}"),
        erklaering=update(f"{R}/{layout.ACCESSIBILITY}"),
        hovedpunkter=update(f"{R}/{layout.HEADLINES}"),
        belegg=update(f"{R}/{layout.EVIDENCE}"),
        config_ut=update(f"{R}/{layout.CONFIG}"),
    params:
        config=EDITION.config,
        faktaark=EDITION.with_sheets,
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/render.log",
    script:
        "../../scripts/stage.py"
