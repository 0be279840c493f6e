# The print editions of the checklist → PDF: one to read, one to fill in.
rule forms:
    input:
        lesing=rules.checklist.output.lesing,
        skjema=rules.checklist.output.skjema,
        fonts=FONTS,
        modules=modules("forms"),
        lock="requirements.lock",
    output:
        sjekkliste_pdf=update(f"{R}/{layout.CHECKLIST}/sjekkliste.pdf"),
        skjema_pdf=update(f"{R}/{layout.CHECKLIST}/skjema.pdf"),
    resources:
        mem_mb=1000,
        runtime=5,
    log:
        "logs/forms.log",
    script:
        "../../scripts/stage.py"
