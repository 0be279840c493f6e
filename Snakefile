# Krisestat: from the crisis shelters' yearly answers to the publication. Rules are in workflow/rules, one file a stage;
# all logic is in scripts/krisestat.
import gc
import sys

# What Snakemake has loaded stays until the end, and so does the graph of jobs: to go through it for garbage again and
# again, and once more at the end, costs as much as the graph itself.
gc.freeze()
gc.set_threshold(100_000)

sys.path.insert(0, f"{workflow.basedir}/scripts")
# Snakemake loads pandas at every start where it is installed, to ask of each parameter whether it is a frame. None is.
sys.modules.setdefault("pandas", None)

from krisestat.avtaler.innsamling import collected_inputs
from krisestat.avtaler.kommuner import MUNICIPALITIES
from krisestat.avtaler.navn import name_files
from krisestat.design import SKRIFTFILER
from krisestat.edition import failure, open_edition, tell_results
from krisestat.codebooks import codebook_files, register_files
from krisestat.faktaark.tilhorighet import MEMBERSHIP
from krisestat.hold import hold, let_go
from krisestat.inventory import edition_files, published_files, published_tables, review_files
from krisestat.modules import modules
from krisestat.records import by_content, digest
from krisestat.sources import raw_inputs
from snakemake.dag import DAG
from snakemake.io import _IOFile

by_content(DAG, _IOFile)
EDITION = open_edition(workflow.basedir, config)
R = EDITION.results
FONTS = [f"templates/fonts/{file}" for *_, file in SKRIFTFILER]


include: "workflow/rules/clean.smk"
include: "workflow/rules/compute.smk"
include: "workflow/rules/persons.smk"
include: "workflow/rules/agreements.smk"
include: "workflow/rules/draw.smk"
include: "workflow/rules/package.smk"
include: "workflow/rules/render.smk"
include: "workflow/rules/prove.smk"
include: "workflow/rules/typeset.smk"
include: "workflow/rules/checklist.smk"
include: "workflow/rules/forms.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/manifest.smk"
include: "workflow/rules/compare.smk"
include: "workflow/rules/reports.smk"
include: "workflow/rules/sheet_data.smk"
include: "workflow/rules/sheets.smk"
include: "workflow/rules/sheet_index.smk"
include: "workflow/rules/sheet_audit.smk"


rule publication:
    default_target: True
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
        rules.audit.output,
        rules.manifest.output,


rule sjekkliste:
    input:
        rules.checklist.output,
        rules.forms.output,


rule avtaler:
    input:
        rules.agreements.output,
        rules.reports.output,


rule faktaark:
    input:
        rules.sheet_index.output,
        rules.sheet_audit.output,


rule endringer:
    input:
        rules.compare.output,


onstart:
    hold(workflow.basedir)


onsuccess:
    let_go()
    tell_results(EDITION, {job.rule.name for job in workflow.dag.jobs})


onerror:
    let_go()
    failure(EDITION)
