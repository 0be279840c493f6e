"""The edition and a hundred fact sheets through a real SLURM of one node, in which a job is cancelled and the node
dies: the same bytes as on this machine alone. Needs root, Debian's slurm-wlm and munge, and `make setup-klynge`."""

import csv
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.project import PROJECT
from tests.support.workflow import Project, copy_project

PYTHON = PROJECT / ".venv-klynge" / "bin" / "python"
PROFILES = PROJECT / "workflow" / "profiles"
SLURM = ["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "2"]
SHEETS, BATCH = 100, 25
TARGETS = ("publication", "avtaler", "faktaark")
# Debian's daemons are no user's commands, and lie where not every PATH leads.
SYSTEM_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
# Seconds after which something is wrong, on however busy a machine.
LONG = 600


def why_not() -> str:
    """Why the tests cannot be run here; «» when they can."""
    missing = [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(name, path=SYSTEM_PATH)]
    if os.geteuid() != 0:
        return "SLURM på én node må startes som root"
    if missing:
        return f"mangler {', '.join(missing)}: «sudo apt-get install slurm-wlm munge»"
    if " is UP" in subprocess.run(["scontrol", "ping"], capture_output=True, text=True).stdout:
        return "maskinen har et SLURM fra før"
    return "" if PYTHON.exists() else "mangler .venv-klynge: «make setup-klynge»"


REASON = why_not()
on_cluster = [pytest.mark.workflow, pytest.mark.klynge, pytest.mark.skipif(bool(REASON), reason=REASON)]


def shell(*command: str | Path) -> str:
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout


class Run:
    """Snakemake as docs/klynge.md has it, started in a project's folder and killed when the `with` ends."""

    def __init__(self, project: Project, profile: str, *args: str):
        line = [PYTHON, "-m", "snakemake", "--profile", f"workflow/profiles/{profile}", *args]
        env = {"PATH": f"{PYTHON.parent}:/usr/bin:/bin:/usr/sbin", "HOME": str(project.root)}
        self._terminal = (project.root / "terminal.txt").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [str(c) for c in line], cwd=project.root, env=env, stdout=subprocess.DEVNULL, stderr=self._terminal
        )

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._terminal.close()

    @property
    def told(self) -> str:
        """What the terminal was told so far."""
        return Path(self._terminal.name).read_text(encoding="utf-8")

    def wait_for(self, found: Callable[[], str]) -> str:
        """What `found` finds, as soon as it does. Fails when it takes too long, or when the run is over."""
        end = time.monotonic() + LONG
        while not (what := found()):
            assert self._process.poll() is None, f"over before it happened: {self.told[-4000:]}"
            assert time.monotonic() < end, f"it did not happen in time: {self.told[-4000:]}"
            time.sleep(0.2)
        return what

    def end(self) -> int:
        """The exit code, when the run has come to its end."""
        return self._process.wait(timeout=LONG)


def running(rule: str) -> str:
    """The job of a rule that runs now; «» when none does."""
    jobs = shell("squeue", "--noheader", "--states=running", "--format=%i %k")
    found = re.search(rf"^(\d+) rule_{rule}(?:_wildcards_\S+)?$", jobs, re.MULTILINE)
    return found[1] if found else ""


def finished(folder: Path) -> list[str]:
    """How each job of SLURM ended, in the order that they did."""
    return re.findall(r"JobState=(\w+)", (folder / "jobber.txt").read_text(encoding="utf-8"))


def ask_for_sheets(project: Project) -> None:
    """Ask for fewer sheets than there are, in the project's own configuration."""
    with (project / "data/raw/register/kommuner.csv").open(encoding="utf-8", newline="") as table:
        valid = [r for r in csv.DictReader(table) if (r["gyldig_fra"] or "0") <= "2020" <= (r["gyldig_til"] or "9999")]
    municipalities = [f"kommune-{row['kommunenr']}" for row in valid]
    wanted = ", ".join(municipalities[:SHEETS])
    project.edit("config.yaml", lambda text: re.sub(r"(?m)^  utvalg: .*", f"  utvalg: [{wanted}]", text))


@pytest.fixture(scope="module")
def slurm(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("slurm")
    shell("bash", PROJECT / "tools/slurm-en-node.sh", "start", folder)
    yield folder
    shell("bash", PROJECT / "tools/slurm-en-node.sh", "stopp", folder)


@pytest.fixture(scope="module")
def alone(with_reports, tmp_path_factory) -> Project:
    """What this machine makes by itself."""
    project = with_reports.copied(tmp_path_factory.mktemp("alene"))
    ask_for_sheets(project)
    for target in TARGETS:
        done = project.snakemake(target)
        assert done.returncode == 0, done.stderr[-4000:]
    return project


@pytest.fixture(scope="module")
def together(slurm, tmp_path_factory) -> tuple[Project, str]:
    """What SLURM makes, while a job is cancelled and the node dies; and what the terminal was told."""
    project = copy_project(tmp_path_factory.mktemp("klynge"))
    ask_for_sheets(project)
    with Run(project, "slurm", *SLURM, "--retries", "3", *TARGETS) as run:
        shell("scancel", run.wait_for(lambda: running("reports")))
        run.wait_for(lambda: running("sheets"))
        time.sleep(3)
        shell("bash", PROJECT / "tools/slurm-en-node.sh", "drep", slurm)
        assert run.end() == 0, run.told[-6000:]
        return project, run.told


class TestThroughSlurm:
    pytestmark = on_cluster

    def test_the_same_bytes_as_on_this_machine(self, together, alone):
        project, _ = together
        assert project.digests() == alone.digests()
        sheets = list((project / "results/2020/faktaark-utvalg").glob("kommune-*.pdf"))
        assert len(sheets) == SHEETS

    def test_what_was_killed_was_made_again(self, together, slurm):
        _, told = together
        states = finished(slurm)
        assert "CANCELLED" in states and "NODE_FAIL" in states, states
        assert len(re.findall(r"Trying to restart job", told)) >= 2
        assert states.count("COMPLETED") >= SHEETS // BATCH + 4

    def test_small_stages_share_a_job(self, together):
        submitted = re.findall(r"slurm_logs/(\w+?)/", together[1].replace("...", ""))
        groups = {name.split("_")[1] for name in submitted if name.startswith("group_")}
        assert {"tall", "side", "slutt"} <= groups
        assert not any(name.startswith("rule_compute") for name in submitted)

    def test_nothing_is_left_to_do_here_or_there(self, together):
        project, _ = together
        before = project.digests()
        here = project.snakemake(*TARGETS)
        assert "Nothing to be done" in here.stderr, here.stderr[-3000:]
        with Run(project, "slurm", *SLURM, *TARGETS) as run:
            assert run.end() == 0 and "Nothing to be done" in run.told, run.told[-3000:]
        assert project.digests() == before

    def test_a_fault_in_the_text_is_told_in_five_parts(self, together, tmp_path):
        project = Project(tmp_path / "kopi")
        shutil.copytree(together[0].root, project.root, symlinks=True)
        before = project.digests()
        false = '<p>{{ mengde("samarbeid", "kvinner", "politi", ord="alle") }} samarbeidet med politiet.</p>'
        project.edit("templates/samarbeid/nb/tekst.html.j2", lambda text: text.replace("</p>", f"</p>\n{false}", 1))
        with Run(project, "slurm", *SLURM, "--retries", "0", "results/2020/ut/publikasjon/index.html") as run:
            assert run.end() == 1
            assert all(part in run.told for part in ("nesten alle", "Ventet:", "Gjør:")), run.told[-4000:]
        assert project.digests() == before

    def test_another_queue_by_its_commands(self, slurm, alone, tmp_path):
        project = copy_project(tmp_path / "annet")
        with Run(project, "cluster-generic", "--seconds-between-status-checks", "1", "sjekkliste") as run:
            shell("scancel", run.wait_for(lambda: shell("squeue", "-h", "-t", "running", "-o", "%i").strip()))
            assert run.end() == 0 and "Trying to restart job" in run.told, run.told[-4000:]
        made = project.digests()
        assert any("/sjekkliste/" in name for name in made) and made.items() <= alone.digests().items()


def profile(name: str) -> dict:
    return yaml.safe_load((PROFILES / name / "config.yaml").read_text(encoding="utf-8"))


def test_the_profiles_say_the_same_of_jobs_and_groups():
    slurm, generic = profile("slurm"), profile("cluster-generic")
    own = {key for key in {*slurm, *generic} if key.startswith(("slurm-", "cluster-generic-"))}
    own |= {"executor", "max-status-checks-per-second"}
    assert {k: v for k, v in slurm.items() if k not in own} == {k: v for k, v in generic.items() if k not in own}


def test_groups_are_of_rules_that_exist():
    rules = {path.stem for path in (PROJECT / "workflow" / "rules").glob("*.smk")}
    assert {group.split("=")[0] for group in profile("slurm")["groups"]} <= rules


@pytest.mark.parametrize("rule", sorted((PROJECT / "workflow" / "rules").glob("*.smk")), ids=lambda path: path.stem)
def test_every_rule_says_what_it_needs(rule):
    text = rule.read_text(encoding="utf-8")
    assert re.search(r"^    resources:\n        mem_mb=\d+,\n        runtime=\d+,$", text, re.MULTILINE)
