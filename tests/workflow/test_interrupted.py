"""Builds that are stopped: killed, out of disk, without rights, or two at once. What was complete stays complete, and
the next build puts the rest right."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.workflow import EVERY, WHOLE, Project, change_2018_cell
from tools.reproduser import AS_NOBODY, NOBODY, may_be_nobody

pytestmark = pytest.mark.workflow
INTERRUPTED = "Forrige bygging ble avbrutt. Det som ikke ble ferdig, lages nå på nytt."


@pytest.fixture(scope="module")
def new(with_reports, tmp_path_factory) -> Project:
    """The complete edition after one raw cell has changed."""
    project = with_reports.copied(tmp_path_factory.mktemp("ny"))
    change_2018_cell(project)
    project.build(*WHOLE)
    return project


@pytest.fixture
def project(with_reports, tmp_path) -> Project:
    """The old edition, with the raw cell changed and not built."""
    project = with_reports.copied(tmp_path)
    change_2018_cell(project)
    return project


@contextmanager
def started(project: Project, *rules: str) -> Iterator[subprocess.Popen]:
    """Snakemake, as far as the start of one of the rules; `rule` and `told` are which, and what was said until then."""
    env = {"PATH": os.environ["PATH"], "HOME": str(project.root)}
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *WHOLE]
    options = {"stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen(command, cwd=project.root, env=env, **options) as process:
        process.told = ""
        for line in process.stderr:
            process.told += line
            process.rule = line.removeprefix("localrule ").rstrip(":\n")
            if line.startswith("localrule ") and process.rule in rules:
                break
        yield process


def whole(project: Project, *editions: Project) -> bool:
    """Whether every output is whole: as in one of the complete editions."""
    allowed = [edition.digests() for edition in editions]
    now = {name: sha for name, sha in project.digests().items() if not name.endswith(".ny")}
    return now.keys() == allowed[0].keys() and all(any(sha == one[n] for one in allowed) for n, sha in now.items())


# What makes the stages run that no answer of a centre touches.
APART = ("konfidensialitet.yaml", "sjekkliste/lovgrunnlag.yaml", "sjekkliste/regler.yaml")


def test_killed_in_every_stage(project, with_reports, new):
    """In each as it starts for the first time; the next build goes on from there, and is killed in the next."""
    for name in APART:
        project.edit(f"data/raw/codebooks/{name}", lambda t: t + "# en kommentar\n")
    project.edit("scripts/krisestat/stages/forms.py", lambda t: t + "# en kommentar\n")
    left = set(EVERY)
    while left:
        with started(project, *left) as process:
            os.killpg(process.pid, signal.SIGKILL)
        assert process.told.count(INTERRUPTED) == (len(left) < len(EVERY))
        left.remove(process.rule)
        assert whole(project, with_reports, new)
    healed = project.snakemake(*WHOLE)
    assert healed.returncode == 0, healed.stderr[-4000:]
    assert healed.stderr.count(INTERRUPTED) == 1
    assert project.changed(new.digests()) == {"manifest.json"}, "which holds the checksums of the comments"
    assert project.build(*WHOLE) == []
    assert not list((project / "results").rglob(".*.ny"))


def test_what_is_altered_between_two_stages_goes_no_further(project, new):
    with started(project, "draw") as process:
        project.edit("results/2020/ut/utdata/samarbeid.csv", lambda text: text.replace(",42,43,", ",41,43,", 1))
        told = process.stderr.read()
    assert "utdata/samarbeid.csv\n  Fant:   ikke slik den ble bygget: endret" in told and process.returncode == 1
    healed = project.snakemake()
    assert "  results/2020/ut/utdata/samarbeid.csv: endret\n" in healed.stderr
    assert healed.returncode == 0 and project.digests() == new.digests()


def test_two_builds_at_once_after_one_that_was_killed(project, new):
    """The first clears what that left half written, and the second is refused."""
    (project / "results/2020/ut/utdata/.samarbeid.csv.ny").write_text("hal", encoding="utf-8")
    (project / ".snakemake/krisestat.lock").write_text("en bygging er i gang\n", encoding="utf-8")
    with started(project, "clean") as first:
        second = project.snakemake()
        assert second.returncode == 1
        for part in ("en annen bygging som er i gang i denne mappen", "Ventet:", "Gjør:"):
            assert part in second.stderr
        assert "Traceback" not in second.stderr
        first.communicate(timeout=200)
    assert first.returncode == 0 and INTERRUPTED in first.told
    assert project.digests() == new.digests()


@contextmanager
def small_disk(project: Project, size: str) -> Iterator[list[str]]:
    """A disk of a given size under the results; where none may be mounted, no file may be large. Gives the words that
    go before the command."""
    kept = project / "kopi-av-results"
    shutil.copytree(project / "results", kept)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(project / "results")]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
    try:
        if mounted:
            shutil.copytree(kept, project / "results", dirs_exist_ok=True)
        yield [] if mounted else ["sh", "-c", 'ulimit -f 200; exec "$@"', "sh"]
        if mounted:
            shutil.rmtree(kept)
            shutil.copytree(project / "results", kept)
    finally:
        if mounted:
            subprocess.run(["umount", str(project / "results")], check=True)
            shutil.copytree(kept, project / "results", dirs_exist_ok=True)
        shutil.rmtree(kept)


def test_a_full_disk(project, with_reports, new):
    pages = sum(-(-path.stat().st_size // 4096) for path in (project / "results").rglob("*") if path.is_file())
    with small_disk(project, f"{pages * 4 + 100}k") as before:
        command = [*before, sys.executable, "-m", "snakemake", "--cores", "1"]
        env = {"PATH": os.environ["PATH"], "HOME": str(project.root)}
        stopped = subprocess.run(command, cwd=project.root, env=env, capture_output=True, text=True)
        assert stopped.returncode == 1
        assert "disken er full" in stopped.stderr or "en fil som er større enn systemet tillater" in stopped.stderr
        assert "Gjør:   Gjør plass" in stopped.stderr
        assert whole(project, with_reports, new)
    project.build()
    assert project.digests() == new.digests()


def test_results_that_may_not_be_written(project, with_reports):
    folders = [p for p in [project / "results", *(project / "results").rglob("*")] if p.is_dir()]
    before = AS_NOBODY if may_be_nobody() else []
    if before:
        for path in [project.root, *project.root.rglob("*")]:
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    for folder in folders:
        folder.chmod(0o555)
    env = {"PATH": os.environ["PATH"], "HOME": str(project.root)}
    command = [*before, sys.executable, "-m", "snakemake", "--cores", "1"]
    stopped = subprocess.run(command, cwd=project.root, env=env, capture_output=True, text=True)
    assert stopped.returncode == 1
    assert "ingen tilgang" in stopped.stderr and "Gjør:" in stopped.stderr
    for folder in folders:
        folder.chmod(0o755)
    assert project.digests() == with_reports.digests()


def test_a_fault_that_is_still_there_stops_the_next_build_too(with_reports, tmp_path):
    project = with_reports.copied(tmp_path)
    false = '<p>{{ mengde("samarbeid", "kvinner", "politi", ord="alle") }} samarbeidet med politiet.</p>'
    project.edit("templates/samarbeid/nb/tekst.html.j2", lambda text: text.replace("</p>", f"</p>\n{false}", 1))
    for _ in range(2):
        stopped = project.snakemake()
        assert stopped.returncode == 1 and "nesten alle" in stopped.stderr
        assert "42 av 43" in stopped.stderr.replace("\u00a0", " ")
        assert project.digests() == with_reports.digests()
    project.edit("templates/samarbeid/nb/tekst.html.j2", lambda text: text.replace(f"\n{false}", ""))
    assert project.build() == ["render", "prove", "typeset", "audit", "manifest"]
    assert project.digests() == with_reports.digests()
