# Krisestat: from the crisis shelters' yearly answers to the publication. Rules are in workflow/rules, one file a stage;
# all logic is in scripts/krisestat.
import gc
import logging
import os
import shlex
import sys

# What Snakemake has loaded stays until the end, and so does the graph of jobs: to go through it for garbage again and
# again, and once more at the end, costs as much as the graph itself.
gc.freeze()
gc.set_threshold(100_000)
# That there is no room for Snakemake's own log is told when a build begins, and not by a traceback for each line.
logging.raiseExceptions = False

# Snakemake calls the interpreter without quotation marks. Where its path needs them, it is called by its name.
if shlex.quote(sys.executable) != sys.executable:
    os.environ["PATH"] = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    sys.executable = os.path.basename(sys.executable)

sys.path.insert(0, f"{workflow.basedir}/scripts")
# Snakemake loads pandas at every start where it is installed, to ask of each parameter whether it is a frame. None is.
sys.modules.setdefault("pandas", None)

from krisestat.agreements.collections import collected_inputs
from krisestat.figures.design import font_files
from krisestat.build.edition import failure, open_edition, tell_results
from krisestat.base.errors import told
from krisestat.intake.sources import SURVEY
from krisestat.model.marks import published_files as printed_files
from krisestat.model.register import register_files
from krisestat.sheets.membership import MEMBERSHIP
from krisestat.build.hold import hold, let_go
from krisestat.build.inventory import edition_files, published_files, published_tables, review_files
from krisestat.base import layout
from krisestat.base.modules import modules
from krisestat.base.records import by_content, clear, digest
from krisestat.build.rights import check_fonts, check_rights
from krisestat.intake.sources import raw_inputs
from krisestat.build.job import tell_faults_once
from krisestat.build.progress import tell_progress
from snakemake.dag import DAG
from snakemake.io import _IOFile
from snakemake.logging import logger as terminal

tell_faults_once(terminal)
tell_progress(terminal)
by_content(DAG, _IOFile)
with told("Snakefile"):
    EDITION = open_edition(workflow.basedir, config)
R = EDITION.results


def made(stage, name):
    """The outputs of a rule by their name, or none where the edition does not have it."""
    return getattr(getattr(rules, stage).output, name) if stage in EDITION.stages else []


FONTS = [f"templates/fonts/{file}" for file in font_files()]


with told("Snakefile"):
    for stage in EDITION.stages:
        include: f"workflow/rules/{stage}.smk"

    if workflow.is_main_process:  # and not in a job on a node
        check_rights(workflow.basedir, edition_files(workflow.rules, workflow.basedir))


rule publication:
    default_target: True
    input:
        list(FILES.outputs),
        rules.manifest.output,


if EDITION.with_agreements:

    rule sjekkliste:
        input:
            rules.checklist.output,
            rules.forms.output,

    rule avtaler:
        input:
            rules.agreements.output,
            rules.reports.output,


if EDITION.with_survey:

    rule faktaark:
        input:
            rules.sheet_index.output,
            rules.sheet_audit.output,


rule endringer:
    input:
        rules.compare.output,


onstart:
    with told("Snakefile"):
        check_fonts(FONTS, Path("templates/fonts"))
    hold(workflow.basedir)
    clear(R, [file for rule in workflow.rules for file in rule.output], EDITION.sheet_folders)


onsuccess:
    let_go()
    tell_results(EDITION, {job.rule.name for job in workflow.dag.jobs})


onerror:
    let_go()
    failure(EDITION)
