# klargjort + registers + utdata → which fact sheets there are, and what each may tell. Confidentiality is applied here.
rule sheet_data:
    input:
        svar=rules.clean.output.svar,
        could=rules.clean.output.enheter,
        avtaler=[made("agreements", "avtaler")],
        punkter=[made("agreements", "punkter")],
        utdata=rules.compute.output.utdata,
        register=[str(path) for path in [*register_files(), *MEMBERSHIP]],
        lists=EDITION.checklist,
        declared=EDITION.sheet_declarations,
        policy="data/raw/codebooks/konfidensialitet.yaml",
        modules=modules("sheet_data"),
        lock="requirements.lock",
    output:
        enheter=update(f"{R}/{layout.SHEETS}/utdata/faktaark-enheter.csv"),
        tall=update([f"{R}/{layout.SHEETS}/utdata/{name}.csv" for name in EDITION.sheet_statistics]),
    params:
        years=EDITION.years,
        kapitler=EDITION.config["kapitler"],
        tillegg=EDITION.with_agreements and EDITION.config["avtaler"]["tillegg"],
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/sheet_data.log",
    script:
        "../../scripts/stage.py"
