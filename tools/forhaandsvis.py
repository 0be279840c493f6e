"""`make forhaandsvis`: the publications in the browser on this machine, made anew when a file that they come from is
saved; what is wrong is shown on the page in the build's own words.

A saved sentence is seen within a second or two because the stages that fill in text run in a warm process: this one
has imported them, and each run is a fork of it, so that nothing of one run is left in the next. They write to a folder
of their own, which is served on top of `results/<year>`; Snakemake's outputs are touched by Snakemake alone. Whatever
else is saved (data, settings, code) is built by Snakemake first.

Served are the pages that are shown and the outputs that they link to, to whoever has the key that stands in the address
that is printed: other users of the machine, and pages of other sites, do not.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import posixpath
import queue
import re
import runpy
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

from krisestat.base.errors import one_problem, told
from tools.steps import Named, parsed, plain

# The stages that run warm: they fill in text, and import nothing heavy.
WARM = ("render", "checklist")
WATCHED = ("config.yaml", "Snakefile", "data", "scripts", "templates", "workflow", "requirements.lock")
_POLL = 0.15
# Seconds that the next process waits for answers that are being sent.
_PATIENCE = 5.0
# What the key is called in the environment of the next process, which other users cannot see.
_KEY = "KRISESTAT_FORHAANDSVISNING"
_LINK = re.compile(r'\b(?:href|src)="([^"#?:]+)"')
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
}
SHELL = Path(__file__).with_suffix(".html")


@dataclass(frozen=True)
class Stage:
    """A stage as its rule names it: script, inputs, outputs and parameters."""

    name: str
    input: Named
    output: Named
    params: Mapping[str, Any]

    def reads(self, path: str) -> bool:
        """Whether a file of the project is one of its texts: what an editor writes, not code or data."""
        return path in self.input and path.startswith("templates/")

    def elsewhere(self, results: str, folder: str) -> SimpleNamespace:
        """What its script binds to, with outputs under another folder than `results/<year>`."""

        def moved(path: Any) -> Any:
            return [moved(one) for one in path] if isinstance(path, list) else str(path).replace(results, folder, 1)

        names = {name: moved(path) for name, path in self.output.items()}
        return SimpleNamespace(
            rule=self.name,
            input=self.input,
            output=Named(moved(list(self.output)), names),
            params=self.params,
            log=[f"{folder}/{self.name}.log"],
        )


def stages() -> tuple[str, dict[str, Stage], set[str]]:
    """The folder of the edition, the warm stages, and every output by its path in that folder, as the Snakefile here
    says now.

    Ends the program, as Snakemake does, when the configuration is wrong.
    """
    with parsed() as workflow:
        found, results = {}, workflow.globals["R"]
        made = {str(file).removeprefix(f"{results}/") for rule in workflow.rules for file in rule.output}
        for rule in workflow.rules:
            if rule.name in WARM:
                inputs, outputs = (
                    Named(map(str, files), {name: plain(value) for name, value in files.items()})
                    for files in (rule.input, rule.output)
                )
                found[rule.name] = Stage(rule.name, inputs, outputs, dict(rule.params.items()))
    return results, found, made


def files(roots: Iterable[str] = WATCHED) -> Iterator[Path]:
    """Every file that an edition may come from."""
    for root in map(Path, roots):
        if root.is_dir():
            yield from (path for path in sorted(root.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
        elif root.exists():
            yield root


def snapshot() -> dict[str, tuple[int, int]]:
    """Time and size of every watched file; temporary files of editors come and go and are left out."""
    seen = {}
    for path in files():
        if path.name.startswith(".") or path.name.endswith(("~", ".swp", ".ny")):
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        seen[path.as_posix()] = (stat.st_mtime_ns, stat.st_size)
    return seen


def run_warm(stage: Stage, results: str, folder: str) -> str:
    """Run a stage's script in a fork of this process; returns what it printed if it failed, «» if not."""
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.dup2(told.fileno(), 1)
                os.dup2(told.fileno(), 2)
                runpy.run_path("scripts/stage.py", {"snakemake": stage.elsewhere(results, folder)})
                status = 0
            except SystemExit as end:
                status = int(bool(end.code))
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        told.seek(0)
        text = told.read().decode("utf-8", "replace")
    return text.strip() if status else ""


def run_snakemake(targets: Iterable[str], cores: int) -> str:
    """Build targets; returns what was printed if it failed, «» if not."""
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--quiet", "all", "--", *targets]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    return explained(done.stdout + done.stderr) if done.returncode else ""


def explained(text: str) -> str:
    """The five-part errors of a build's output, without Snakemake's own lines; all of it when there are none."""
    start, end = text.find("Fant "), text.rfind("Detaljer står i")
    return text[start:end].strip() if 0 <= start < end else text.strip()


class Preview:
    """Builds what a saved file touches, and tells those who listen.

    Parameters: `cores`, for Snakemake; `key`, what the browser must know; `folder`, where warm stages write.
    """

    def __init__(self, cores: int, key: str, folder: str = "results/.forhaandsvis"):
        self.cores, self.key, self.folder = cores, key, folder
        self.results, self.stages, self.made = stages()
        self.listeners: list[queue.Queue] = []
        self.answering, self.answered = 0, threading.Condition()
        self.last = {"tilstand": "Venter på endringer", "feil": "", "last": False}
        for stage in self.stages:
            # Imported once here, so that no fork pays for it again.
            __import__(f"krisestat.stages.{stage}")

    @property
    def targets(self) -> list[str]:
        """What Snakemake must have made before the warm stages can take over."""
        return [path for stage in self.stages.values() for path in stage.output]

    @property
    def pages(self) -> list[str]:
        """The pages that one goes to from the frame, by their path in the edition."""
        made = [path.removeprefix(f"{self.results}/") for path in self.targets]
        return [path for path in made if posixpath.basename(path) == "index.html"]

    def shown(self) -> set[str]:
        """The outputs that may be seen: the pages and what they link to, and what the pages among those link to."""
        found, waiting = set(), list(self.pages)
        while waiting:
            name = waiting.pop()
            if name in self.made and name not in found:
                found.add(name)
                text = self.read(name).decode("utf-8") if name.endswith(".html") else ""
                links = (html.unescape(link) for link in _LINK.findall(text))
                waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(name), link)) for link in links]
        return found

    def read(self, name: str) -> bytes:
        """An output: what a warm stage wrote, else what Snakemake made; empty when neither did. A link that lies in its
        place is not followed. Parameters: `name`, its path in the edition, one of `made`."""
        for root in (Path(self.folder), Path(self.results)):
            path = root / name
            if path.is_file() and path.resolve() == root.resolve() / name:
                return path.read_bytes()
        return b""

    def build(self, changed: Iterable[str]) -> str:
        """Make what the changed files touch; returns the errors."""
        changed = list(changed)
        touched = [s for s in self.stages.values() if any(s.reads(path) for path in changed)]
        if changed and all(any(s.reads(path) for s in touched) for path in changed):
            return "\n\n".join(filter(None, (run_warm(stage, self.results, self.folder) for stage in touched)))
        errors = run_snakemake(self.targets, self.cores)
        if not errors:
            shutil.rmtree(self.folder, ignore_errors=True)
        return errors

    def stale(self, changed: Iterable[str]) -> bool:
        """Whether this process no longer knows the edition: something else than texts has changed."""
        return not all(any(stage.reads(path) for stage in self.stages.values()) for path in changed)

    def tell(self, **event: Any) -> None:
        """Send an event to every open page."""
        self.last = event
        for listener in list(self.listeners):
            listener.put(event)

    @contextmanager
    def answers(self) -> Iterator[None]:
        """While an answer is being sent."""
        with self.answered:
            self.answering += 1
        try:
            yield
        finally:
            with self.answered:
                self.answering -= 1
                self.answered.notify_all()

    def finish_answers(self) -> None:
        """Wait until no page is in the middle of being read, but not for a reader who has stopped reading."""
        with self.answered:
            self.answered.wait_for(lambda: not self.answering, timeout=_PATIENCE)

    def saved(self, changed: list[str]) -> bool:
        """What to do when files have been saved; returns whether all is well."""
        start = time.monotonic()
        self.tell(tilstand=f"Bygger etter endring i {', '.join(changed[:2])} …", feil="", last=False)
        errors = self.build(changed)
        seconds = f"{time.monotonic() - start:.1f}".replace(".", ",")
        state = "Noe må rettes; siden under er den forrige" if errors else f"Bygd på {seconds} s"
        # A page that is to be served by the next process is read when that one is there.
        self.tell(tilstand=state, feil=errors, last=not errors and not self.stale(changed))
        print(f"  {', '.join(changed[:3])}: {state.lower()}", file=sys.stderr)
        if errors:
            print(f"\n{errors}\n", file=sys.stderr)
        return not errors

    def watch(self) -> None:
        """Look for saved files until something else than a text has been saved and built."""
        before = snapshot()
        while True:
            time.sleep(_POLL)
            now = snapshot()
            changed = sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
            before = now
            if changed and self.saved(changed) and self.stale(changed):
                return


class Handler(BaseHTTPRequestHandler):
    """Serves what is shown of the edition, to who has its key on this machine."""

    protocol_version = "HTTP/1.1"

    def __init__(self, preview: Preview, *arguments: Any):
        self.preview = preview
        super().__init__(*arguments)

    def log_message(self, *_: Any) -> None:
        """Requests are not told: the terminal is for the builds."""

    def do_GET(self) -> None:
        """A page, a file, or the stream of events."""
        path, _, query = self.path.partition("?")
        path, port = unquote(path), self.connection.getsockname()[1]
        cookie, given = f"forhaandsvisning{port}={self.preview.key}", self.headers.get("Cookie", "").split("; ")
        # Another site's page may know the port, but not make the browser say this name.
        if self.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            self.reply(403, b"", "text/plain")
        elif secrets.compare_digest(query.encode(), f"nokkel={self.preview.key}".encode()):
            self.reply(303, b"", "text/plain", {"Location": "/", "Set-Cookie": f"{cookie}; HttpOnly; SameSite=Strict"})
        elif not any(secrets.compare_digest(one.encode(), cookie.encode()) for one in given):
            self.reply(403, "Åpne adressen som står i terminalen.".encode(), "text/plain; charset=utf-8")
        elif path == "/":
            self.reply(200, self.shell().encode("utf-8"), _TYPES[".html"])
        elif path == "/hendelser":
            self.events()
        elif path[1:] in self.preview.shown() and (data := self.preview.read(path[1:])):
            self.reply(200, data, _TYPES.get(posixpath.splitext(path)[1], "application/octet-stream"))
        else:
            self.reply(404, b"Finnes ikke.", "text/plain; charset=utf-8")

    def shell(self) -> str:
        """The frame around the page: what happens, what is wrong, and links to the pages."""
        places = [f"/{path}" for path in self.preview.pages]
        links = "".join(f'<a href="{html.escape(p)}" target="side">{html.escape(p.split("/")[-2])}</a>' for p in places)
        return SHELL.read_text(encoding="utf-8").replace("__SIDER__", links).replace("__FOERSTE__", places[0])

    def reply(self, status: int, data: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
        """Send a whole answer."""
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(data)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        for header, value in (headers | dict(more or {})).items():
            self.send_header(header, value)
        with self.preview.answers():
            self.end_headers()
            self.wfile.write(data)

    def events(self) -> None:
        """Tell the page what happens, for as long as it is open."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        waiting: queue.Queue = queue.Queue()
        self.preview.listeners.append(waiting)
        try:
            event = self.preview.last | {"last": False}
            while True:
                self.wfile.write(f"retry: 300\ndata: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()
                event = waiting.get()
        except (BrokenPipeError, ConnectionResetError):
            self.preview.listeners.remove(waiting)


class Server(ThreadingHTTPServer):
    """A server that says nothing of readers who went away."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serve(preview: Preview, port: int, listening: int | None = None) -> Server:
    """A server on loopback.

    Parameters: `port`, 0 for any free one; `listening`, the descriptor of the socket that the program before this one
    listened to: it is kept, so that an open page waits and is not refused.
    """
    server = Server(("127.0.0.1", port), partial(Handler, preview), bind_and_activate=listening is None)
    if listening is not None:
        server.socket.close()
        server.socket = socket.socket(fileno=listening)
        server.server_address = server.socket.getsockname()
        server.server_port = server.server_address[1]
    return server


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make forhaandsvis", description="Vis publikasjonen mens du redigerer.")
    parser.add_argument("--port", type=int, default=8020)
    parser.add_argument("--kjerner", type=int, default=4)
    parser.add_argument("--lytter", type=int, help=argparse.SUPPRESS)
    with told("forhaandsvis"):
        said, code = run(parser.parse_args())
    print(said)
    return code


def run(arguments: argparse.Namespace) -> tuple[str, int]:
    """Build and serve until it is stopped. Parameters: `arguments`, the command line's. Returns what to say at the end
    and the exit code. Raises `Problems` when the port is taken."""
    print("Bygger det som mangler …", file=sys.stderr)
    key = os.environ.pop(_KEY, "") or secrets.token_urlsafe(16)
    preview = Preview(arguments.kjerner, key)
    if errors := preview.build([]):
        print(f"\n{errors}", file=sys.stderr)
        return "", 1
    try:
        server = serve(preview, arguments.port, arguments.lytter)
    except (OSError, OverflowError) as error:
        place, fix = f"PORT={arguments.port}", "Skriv et annet tall, for eksempel PORT=8021."
        raise one_problem("make forhaandsvis", place, str(error), "en ledig port", fix) from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    where = f"http://127.0.0.1:{server.server_port}/?nokkel={key}"
    print(f"Forhåndsvisning: {where}  (stopp med Ctrl+C)", file=sys.stderr)
    try:
        preview.watch()
    except KeyboardInterrupt:
        return "\nStoppet.", 0
    # Start anew on the same port, with the edition as it is now. Who asks meanwhile waits for the next process.
    server.shutdown()
    preview.finish_answers()
    server.socket.set_inheritable(True)
    again = ["--lytter", str(server.fileno()), "--kjerner", str(arguments.kjerner)]
    os.execve(sys.executable, [sys.executable, "-m", "tools.forhaandsvis", *again], os.environ | {_KEY: key})


if __name__ == "__main__":
    sys.exit(main())
