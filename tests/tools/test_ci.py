"""CI for users of the project: the files keep the schemas of the two systems, and the scripts that they call work."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from benchmark.utgave import change_cell
from tests.support.comparison import kinds, report_of
from tests.support.project import PROJECT, commit, git
from tests.support.workflow import copy_project

WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
GITLAB = PROJECT / ".gitlab-ci.yml"
SCRIPTS = sorted((PROJECT / "tools" / "ci").glob("*.sh"))
COMMENT = PROJECT / "tools" / "ci" / "kommentar.py"
LEAST = {"PATH": os.environ["PATH"]}


@pytest.fixture
def files(tmp_path) -> Path:
    """The files of the two systems, with the script that looks at them, in a folder of their own."""
    for path in (*WORKFLOWS, GITLAB, PROJECT / "tools/ci/lint.sh"):
        (tmp_path / path.relative_to(PROJECT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(PROJECT))
    (tmp_path / ".venv").symlink_to(PROJECT / ".venv")
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(["bash", "tools/ci/lint.sh"], cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.mark.thorough
def test_the_files_keep_the_schemas_of_the_two_systems_and_the_linter_finds_nothing(files):
    done = lint(files)
    assert done.returncode == 0, done.stdout


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (".github/workflows/hovedgren.yml", "runs-on:", "runs-onn:"),
        (".gitlab-ci.yml", "when: always", "when: alltid"),
        (".github/workflows/hovedgren.yml", "steps.pages.outputs", "steps.sider.outputs"),
    ],
)
def test_a_fault_in_a_file_is_found(files, name, old, new):
    text = (files / name).read_text(encoding="utf-8")
    assert old in text
    (files / name).write_text(text.replace(old, new), encoding="utf-8")
    assert lint(files).returncode != 0


@pytest.mark.parametrize("path", [*WORKFLOWS, GITLAB], ids=lambda path: path.name)
def test_a_file_calls_scripts_that_are_there_and_pins_its_actions(path):
    text = path.read_text(encoding="utf-8")
    called = re.findall(r"(?:bash|python3\.11) (tools/[^\s;]+)", text)
    called += [f"{name.replace('.', '/')}.py" for name in re.findall(r"python3\.11 -m (tools[\w.]+)", text)]
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


def changes(folder: Path, base: str, head: str = "HEAD") -> subprocess.CompletedProcess:
    command = ["bash", "tools/ci/endringer.sh", base, head, "ut"]
    env = LEAST | {"HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=1200)


@pytest.fixture
def repository(tmp_path) -> Path:
    """A small repository with the script."""
    (tmp_path / "tools/ci").mkdir(parents=True)
    shutil.copy(PROJECT / "tools/ci/endringer.sh", tmp_path / "tools/ci")
    (tmp_path / "config.yaml").write_text("aar: 2020\n", encoding="utf-8")
    commit(tmp_path)
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
    commit(folder)
    project.edit("templates/samarbeid/nb/tekst.html.j2", lambda text: text.replace("fora i kommunen.", "fora.", 1))
    change_cell(project.root)
    git(folder, "commit", "-q", "-a", "-m", "y")
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    os.utime(folder / "requirements.lock", (0, 0))
    done = changes(folder, "HEAD~1")
    assert done.returncode == 0, done.stderr[-4000:]
    made = {path.relative_to(folder / "ut").as_posix() for path in (folder / "ut").rglob("*")}
    assert {"kommentar.md", "endringer/endringer.html", "utgave/publikasjon/publikasjon.pdf"} <= made
    assert "Ingen data er tapt. 1 av" in done.stdout
    assert "i kommunen" in (folder / "ut/kommentar.md").read_text(encoding="utf-8")
    report = report_of(project)
    assert {kind for entry in report["paastander"] for kind in kinds(report, entry)} == {"raarad", "mal"}
    assert {kind for entry in report["tekst"] for kind in kinds(report, entry)} == {"raarad", "mal"}
    assert report["ikke_avgjort"] == [] and report["uten_virkning"] == []
    command = ["bash", "tools/ci/hovedgren.sh", "hoved", "ut/kontrollsummer.txt"]
    done = subprocess.run(command, cwd=folder, env=LEAST | {"HOME": str(folder)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    assert re.search(r"^Hver byte i 1\d\d filer er den samme som da pull requesten ble bygget\.$", done.stdout, re.M)
    assert sorted(path.name for path in (folder / "hoved").iterdir()) == [
        *("kontrollsummer.txt", "manifest.json", "sammenligning.txt", "ut")
    ]
    assert (folder / "hoved/ut/publikasjon/publikasjon.pdf").is_file()
    assert len(git(folder, "worktree", "list").splitlines()) == 1, "no worktree is left behind"


def entries(tree: str, **digests: str) -> str:
    return "".join([f"tre {tree}\n", *(f"{sign * 64}  ./{name}\n" for name, sign in digests.items())])


@pytest.mark.parametrize(
    ("before", "code", "told"),
    [
        (entries("1", a="1", b="2"), 0, "Hver byte i 2 filer er den samme"),
        (entries("1", a="1", b="3", c="4"), 1, "men disse filene er det ikke:\n  ./b\n  ./c\n"),
        (entries("1", a="1"), 1, "men disse filene er det ikke:\n  ./b\n"),
        (entries("2", a="1", b="2"), 0, "Grenen hadde flyttet seg"),
        ("", 0, "Ingen bygging av en pull request ble funnet"),
        (None, 0, "Ingen bygging av en pull request ble funnet"),
    ],
)
def test_the_main_branch_is_held_against_the_build_of_the_same_tree(tmp_path, before, code, told):
    if before is not None:
        (tmp_path / "for.txt").write_text(before, encoding="utf-8")
    (tmp_path / "egen.txt").write_text(entries("1", a="1", b="2"), encoding="utf-8")
    command = ["bash", str(PROJECT / "tools/ci/samme.sh"), "for.txt", "egen.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (code, "") and told in done.stdout


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


class _Host(BaseHTTPRequestHandler):
    """Answers as it is told to, with a status and JSON, bytes or another address, and remembers what it was asked."""

    answers: dict[str, tuple[int, object]]
    asked: list[tuple[str, dict[str, str], bytes]]

    def _answer(self) -> None:
        said = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((f"{self.command} {self.path}", dict(self.headers), said))
        status, content = self.answers.get(f"{self.command} {self.path}", (404, {}))
        data = content if isinstance(content, bytes) else json.dumps(content).encode("utf-8")
        self.send_response(status)
        if status == 302:
            self.send_header("Location", str(content))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = _answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host():
    """A server on this machine; gives its address, its answers and what it was asked."""
    handler = type("Host", (_Host,), {"answers": {}, "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler.answers, handler.asked
        server.shutdown()


def ask(module: str, *words: str, **env: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", f"tools.ci.{module}", *words]
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=120)


def surroundings(system: str, address: str) -> dict[str, str]:
    if system == "github":
        return {"GITHUB_API_URL": address, "GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": "hemmelig", "GITHUB_SHA": "c0"}
    return {
        **{"CI_API_V4_URL": address, "CI_PROJECT_ID": "1", "CI_JOB_TOKEN": "hemmelig"},
        **{"KOMMENTAR_TOKEN": "hemmelig", "CI_COMMIT_SHA": "c0"},
    }


@pytest.fixture
def laid_out(tmp_path) -> Path:
    for name, data in {"tekst.md": "Ingen rettelser.\n", "a.pdf": "pdf", "b.zip": "zip"}.items():
        (tmp_path / name).write_text(data, encoding="utf-8")
    return tmp_path


def test_a_release_has_the_text_and_the_files_and_is_made_once_on_github(host, laid_out):
    address, answers, asked = host
    uploads = f"{address}/uploads/1/assets"
    made = {"upload_url": f"{uploads}{{?name,label}}", "assets": []}
    answers["POST /repos/a/b/releases"] = (201, made)
    answers |= {f"POST /uploads/1/assets?name={name}": (201, {}) for name in ("a.pdf", "b.zip")}
    env = surroundings("github", address)
    done = ask("utgivelse", "github", "utgave-2020", str(laid_out), **env)
    assert (done.returncode, done.stdout) == (0, "Utgivelsen utgave-2020 er laget.\n"), done.stderr
    assert [line for line, *_ in asked] == ["GET /repos/a/b/releases/tags/utgave-2020", *answers]
    assert json.loads(asked[1][2]) == {"tag_name": "utgave-2020", "name": "utgave-2020", "body": "Ingen rettelser.\n"}
    assert [said for *_, said in asked[2:]] == [b"pdf", b"zip"]
    assert {headers["Authorization"] for _, headers, _ in asked} == {"Bearer hemmelig"}
    answers["GET /repos/a/b/releases/tags/utgave-2020"] = (200, made | {"assets": [{"name": "a.pdf"}]})
    asked.clear()
    assert "er der fra før" in ask("utgivelse", "github", "utgave-2020", str(laid_out), **env).stdout
    assert [line.split("=")[-1] for line, *_ in asked[1:]] == ["b.zip"], "what was not attached the last time is"


def test_a_release_has_the_text_and_the_files_and_is_made_once_on_gitlab(host, laid_out):
    address, answers, asked = host
    kept = "/projects/1/packages/generic/utgave/utgave-2020"
    answers |= {f"PUT {kept}/{name}": (201, {}) for name in ("a.pdf", "b.zip")}
    answers["POST /projects/1/releases"] = (201, {})
    env = surroundings("gitlab", address)
    assert "er laget" in ask("utgivelse", "gitlab", "utgave-2020", str(laid_out), **env).stdout
    assert [line for line, *_ in asked] == ["GET /projects/1/releases/utgave-2020", *answers]
    content = json.loads(asked[-1][2])
    assert content["description"] == "Ingen rettelser.\n" and content["assets"]["links"] == [
        {"name": name, "url": f"{address}{kept}/{name}"} for name in ("a.pdf", "b.zip")
    ]
    answers["GET /projects/1/releases/utgave-2020"] = (200, {})
    asked.clear()
    assert "er der fra før" in ask("utgivelse", "gitlab", "utgave-2020", str(laid_out), **env).stdout
    assert len(asked) == 1


def zipped(name: str, text: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, text)
    return data.getvalue()


def test_the_list_of_the_pull_request_is_found_from_the_commit_that_it_became(host, tmp_path):
    address, answers, asked = host
    artifact = {"archive_download_url": f"{address}/arkiv", "expired": False}
    answers["GET /repos/a/b/commits/c0/pulls"] = (200, [{"head": {"sha": "f1"}}])
    answers["GET /repos/a/b/actions/artifacts?name=kontrollsummer-f1"] = (200, {"artifacts": [artifact]})
    answers["GET /arkiv"] = (302, f"{address}/lager")
    answers["GET /lager"] = (200, zipped("kontrollsummer.txt", "tre 1\n"))
    done = ask("forrige", "github", str(tmp_path / "github"), **surroundings("github", address))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert [line for line, *_ in asked] == [*answers] and "Authorization" not in asked[-1][1]
    answers["GET /projects/1/repository/commits/c0/merge_requests"] = (200, [{"iid": 7}])
    raw = "/projects/1/jobs/artifacts/refs%2Fmerge-requests%2F7%2Fhead/raw/ut/kontrollsummer.txt?job=publikasjon"
    answers[f"GET {raw}"] = (200, b"tre 1\n")
    done = ask("forrige", "gitlab", str(tmp_path / "gitlab"), **surroundings("gitlab", address))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert {(tmp_path / name).read_bytes() for name in ("github", "gitlab")} == {b"tre 1\n"}


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_a_commit_without_a_pull_request_has_no_list_and_that_is_no_fault(system, host, tmp_path):
    address, answers, _ = host
    env = surroundings(system, address)
    none = {"GET /repos/a/b/commits/c0/pulls", "GET /projects/1/repository/commits/c0/merge_requests"}
    without = {name: value for name, value in env.items() if value != "hemmelig"}
    for known, told, there in (
        (env, "404", {}),
        (env, "kommer ikke fra en pull request", dict.fromkeys(none, (200, []))),
        (without, "_TOKEN er ikke satt", {}),
    ):
        answers |= there
        done = ask("forrige", system, str(tmp_path / "liste"), **known)
        assert (done.returncode, done.stderr) == (0, "") and told in done.stdout
    assert not (tmp_path / "liste").exists()
