"""CI for users of the project: the files keep the schemas of the two systems, and the scripts that they call work."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.support.comparison import RAW, kinds, one_more_forum, report_of
from tests.support.project import PROJECT
from tests.support.workflow import copy_project

WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
GITLAB = PROJECT / ".gitlab-ci.yml"
SCRIPTS = sorted((PROJECT / "tools" / "ci").glob("*.sh"))
COMMENT = PROJECT / "tools" / "ci" / "kommentar.py"


@pytest.mark.parametrize("path", [*WORKFLOWS, GITLAB], ids=lambda path: path.name)
def test_a_file_keeps_the_schema_of_its_system(path):
    schema = "vendor.gitlab-ci" if path == GITLAB else "vendor.github-workflows"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [*WORKFLOWS, GITLAB], ids=lambda path: path.name)
def test_a_file_calls_scripts_that_are_there_and_pins_its_actions(path):
    text = path.read_text(encoding="utf-8")
    called = re.findall(r"(?:bash|python3\.11) (tools/[^\s;]+)", text)
    assert called and all((PROJECT / script).is_file() for script in called)
    assert all(re.search(r"@v\d+$", action) for action in re.findall(r"uses: (\S+)", text))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_least_rights_and_puts_no_foreign_text_into_a_shell(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"]["contents"] == "read"
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 45
        assert not [step for step in job["steps"] if "${{" in step.get("run", "")]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_shell_and_stops_at_the_first_fault(path):
    assert subprocess.run(["bash", "-n", str(path)]).returncode == 0
    assert "set -euo pipefail" in path.read_text(encoding="utf-8")


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def changes(folder: Path, base: str, head: str = "HEAD") -> subprocess.CompletedProcess:
    command = ["bash", "tools/ci/endringer.sh", base, head, "ut"]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=1200)


@pytest.fixture
def repository(tmp_path) -> Path:
    """A small repository with the script."""
    (tmp_path / "tools/ci").mkdir(parents=True)
    shutil.copy(PROJECT / "tools/ci/endringer.sh", tmp_path / "tools/ci")
    (tmp_path / "config.yaml").write_text("aar: 2020\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    return tmp_path


def test_nothing_is_built_when_no_input_changed(repository):
    (repository / "README.md").write_text("Ny\n", encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "y")
    done = changes(repository, "HEAD~1")
    assert done.returncode == 0, done.stderr
    assert "Ingen inndata er endret; ingenting bygges." in done.stderr
    text = (repository / "ut/kommentar.md").read_text(encoding="utf-8")
    assert text.startswith("<!-- krisestat-endringer -->\n") and "ble ikke bygget" in text


def test_a_revision_that_is_not_there(repository):
    done = changes(repository, "finnes-ikke")
    assert done.returncode == 2
    assert all(part in done.stderr for part in ("«finnes-ikke»", "Fant:", "Ventet:", "Gjør:"))


@pytest.fixture
def kept(tmp_path) -> Path:
    """A checkout with a kept measurement, and the repository that it is pushed to beside it."""
    folder = tmp_path / "lager"
    (folder / "tools/ci").mkdir(parents=True)
    shutil.copy(PROJECT / "tools/ci/behold.sh", folder / "tools/ci")
    (folder / "siste.json").write_text("1\n", encoding="utf-8")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    git(tmp_path, "clone", "-q", "--bare", "lager", "server")
    git(folder, "remote", "add", "origin", str(tmp_path / "server"))
    return folder


def keep(folder: Path) -> subprocess.CompletedProcess:
    command = ["bash", "tools/ci/behold.sh", "siste.json", "main"]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def test_a_new_measurement_is_kept_on_top_of_what_others_have_pushed(kept):
    server = kept.parent / "server"
    assert "som før" in keep(kept).stdout
    assert git(server, "log", "--format=%s", "main") == "x"
    git(kept.parent, "clone", "-q", "server", "annen")
    other = kept.parent / "annen"
    (other / "ny.txt").write_text("ny\n", encoding="utf-8")
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "y")
    git(other, "push", "-q", "origin", "HEAD:main")
    (kept / "siste.json").write_text("2\n", encoding="utf-8")
    (kept / "annet.txt").write_text("not to be committed\n", encoding="utf-8")
    done = keep(kept)
    assert done.returncode == 0, done.stderr
    assert git(server, "log", "--format=%s", "main").splitlines() == ["Ytelsen som den er målt nå", "y", "x"]
    assert git(server, "show", "main:siste.json") == "2"
    assert git(server, "ls-tree", "--name-only", "main").split() == ["ny.txt", "siste.json", "tools"]


def test_a_server_that_refuses_is_a_fault(kept):
    hook = kept.parent / "server/hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    (kept / "siste.json").write_text("2\n", encoding="utf-8")
    done = keep(kept)
    assert done.returncode == 1 and "ikke lagt i «main»" in done.stderr


@pytest.mark.workflow
def test_a_changed_answer_and_a_changed_sentence_are_built_compared_and_collected(tmp_path):
    project = copy_project(tmp_path / "lager")
    folder = project.root
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    project.edit("templates/nb/publikasjon.html.j2", lambda text: text.replace("</p>", " Slik er det.</p>", 1))
    project.edit(RAW, one_more_forum, register="2020")
    git(folder, "commit", "-q", "-a", "-m", "y")
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    os.utime(folder / "requirements.lock", (0, 0))
    done = changes(folder, "HEAD~1")
    assert done.returncode == 0, done.stderr[-4000:]
    made = {path.relative_to(folder / "ut").as_posix() for path in (folder / "ut").rglob("*")}
    assert {"kommentar.md", "endringer/endringer.html", "utgave/publikasjon/publikasjon.pdf"} <= made
    assert "Ingen data er tapt. 1 av" in done.stdout
    assert "Slik er det." in (folder / "ut/kommentar.md").read_text(encoding="utf-8")
    report = report_of(project)
    assert {kind for entry in report["paastander"] for kind in kinds(report, entry)} == {"raarad"}
    assert {kind for entry in report["tekst"] for kind in kinds(report, entry)} == {"raarad", "mal"}
    assert report["ikke_avgjort"] == [] and report["uten_virkning"] == []
    assert len(git(folder, "worktree", "list").splitlines()) == 1, "no worktree is left behind"


class _Api(BaseHTTPRequestHandler):
    """The part of the two systems' interfaces that the comment needs."""

    comments: list[dict]

    def _answer(self, content: object) -> None:
        data = json.dumps(content).encode("utf-8")
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> str:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

    def do_GET(self) -> None:
        page = int(re.search(r"[?&]page=(\d+)", self.path)[1])
        self._answer(self.comments[(page - 1) * 100 : page * 100])

    def do_POST(self) -> None:
        self.comments.append({"id": len(self.comments), "body": self._body()})
        self._answer(self.comments[-1])

    def _edit(self) -> None:
        comment = self.comments[int(self.path.rsplit("/", 1)[1])]
        comment["body"] = self._body()
        self._answer(comment)

    do_PATCH = do_PUT = _edit

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def api():
    """A server on this machine that keeps comments; gives its address and the comments."""
    handler = type("Api", (_Api,), {"comments": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler.comments
        server.shutdown()


def write(system: str, address: str, file: Path, **more: str) -> subprocess.CompletedProcess:
    env = {
        "github": {"GITHUB_API_URL": address, "GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": "x", "KOMMENTAR_NUMMER": "7"},
        "gitlab": {
            "CI_API_V4_URL": address,
            "CI_PROJECT_ID": "1",
            "CI_MERGE_REQUEST_IID": "7",
            "KOMMENTAR_TOKEN": "x",
        },
    }[system]
    command = [sys.executable, str(COMMENT), system, str(file)]
    return subprocess.run(command, env=env | more, capture_output=True, text=True)


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_one_comment_is_updated_and_not_repeated(system, api, tmp_path):
    address, comments = api
    comments += [{"id": n, "body": "noe annet"} for n in range(100)]
    file = tmp_path / "kommentar.md"
    file.write_text("<!-- krisestat-endringer -->\nFørste.\n", encoding="utf-8")
    assert "skrevet" in write(system, address, file).stdout
    file.write_text("<!-- krisestat-endringer -->\nAndre.\n" + f"{'x' * 99}\n" * 700, encoding="utf-8")
    assert "oppdatert" in write(system, address, file).stdout
    file.write_text("<!-- krisestat-ytelse -->\nEn annen.\n", encoding="utf-8")
    assert "skrevet" in write(system, address, file).stdout, "another mark, another comment"
    assert len(comments) == 102
    kept = comments[100]["body"]
    assert "Andre." in kept and len(kept) < 65_200
    left = 700 - kept.count("x" * 99)
    assert f"{left} linjer til står i kommentar.md" in kept, "what is left out is counted"


def test_a_comment_that_cannot_be_written_is_told(tmp_path):
    file = tmp_path / "kommentar.md"
    file.write_text("x", encoding="utf-8")
    done = write("github", "http://127.0.0.1:9", file)
    assert done.returncode == 1 and "ikke et merke" in done.stderr, "no mark could be any comment's"
    file.write_text("<!-- krisestat-ytelse -->\nx", encoding="utf-8")
    done = write("github", "http://127.0.0.1:9", file)
    assert done.returncode == 1 and "Kommentaren ble ikke skrevet" in done.stderr and "Traceback" not in done.stderr
    command = [sys.executable, str(COMMENT), "gitlab", str(file)]
    done = subprocess.run(command, env={}, capture_output=True, text=True)
    assert done.returncode == 1 and "variabelen CI_API_V4_URL er ikke satt" in done.stderr
