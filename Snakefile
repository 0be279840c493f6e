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
from krisestat.errors import told
from krisestat.codebooks import codebook_files, register_files
from krisestat.faktaark.tilhorighet import MEMBERSHIP
from krisestat.hold import hold, let_go
from krisestat.inventory import edition_files, published_files, published_tables, review_files
from krisestat.modules import modules
from krisestat.records import by_content, digest
from krisestat.rights import check_rights
from krisestat.sources import raw_inputs
from snakemake.dag import DAG
from snakemake.io import _IOFile

by_content(DAG, _IOFile)
with told("Snakefile"):
    EDITION = open_edition(workflow.basedir, config)
R = EDITION.results
FONTS = [f"templates/fonts/{file}" for *_, file in SKRIFTFILER]


with told("Snakefile"):
    for stage in (
        *("clean", "compute", "persons", "agreements", "draw", "package", "render", "prove", "typeset", "checklist", "forms"),
        *("audit", "manifest", "compare", "reports", "sheet_data", "sheets", "sheet_index", "sheet_audit"),
    ):
        include: f"workflow/rules/{stage}.smk"

    if workflow.is_main_process:  # and not in a job on a node
        check_rights(workflow.basedir, edition_files(workflow.rules, workflow.basedir))


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
