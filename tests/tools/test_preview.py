"""The editors' preview, in a real browser: a saved sentence is seen, a false one is told with its place, and what is
served is what a build makes."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.support.browser import open_page
from tests.support.workflow import Project

pytestmark = [pytest.mark.workflow, pytest.mark.browser]

TEXT = "templates/samarbeid/nb/tekst.html.j2"
SENTENCE = "i etablerte samarbeidsfora i kommunen"
# A file of the edition that is shown, and that the preview does not make by itself.
LINKED = "ut/nedlasting/tabeller_p2020.xlsx"
MORE_THAN_A_SOCKET_HOLDS = 16_000_000
NEW = "i samarbeidsfora i kommunen"


def wait_for(log: Path, pattern: str, running: subprocess.Popen | None = None) -> re.Match[str]:
    """Wait until a log says something, two minutes at the most. Parameters: `running`, whose end ends the wait."""
    for _ in range(1200):
        found = re.search(pattern, log.read_text("utf-8"))
        if found or (running and running.poll() is not None):
            break
        time.sleep(0.1)
    assert found, log.read_text("utf-8")
    return found


@contextmanager
def preview(project: Project) -> Iterator[tuple[int, str]]:
    """The running command in a project; yields its port and its key."""
    command = [sys.executable, "-m", "tools.forhaandsvis", "--port", "0", "--kjerner", "2"]
    env = os.environ | {"PYTHONPATH": "scripts"}  # as in the Makefile
    with (project / "forhaandsvis.log").open("wb") as told:
        running = subprocess.Popen(command, cwd=project.root, env=env, stdout=told, stderr=told)
        try:
            found = wait_for(project / "forhaandsvis.log", r"http://127\.0\.0\.1:(\d+)/\?nokkel=([\w-]+)", running)
            yield int(found[1]), found[2]
        finally:
            running.terminate()
            running.wait()


def fetch(port: int, path: str, key: str = "", host: str = "127.0.0.1") -> tuple[int, bytes]:
    """Status and content of an address, asked for under a host's name, with the cookie that a key gives."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        headers = {"Host": f"{host}:{port}", "Cookie": f"annet=1; forhaandsvisning{port}={key}"}
        connection.putrequest("GET", path, skip_host=True)
        for header, value in headers.items():
            connection.putheader(header, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextmanager
def slow_reader(port: int, path: str, key: str) -> Iterator[Callable[[], bytes]]:
    """Ask for a page, take in its beginning and stop there; yields what reads the rest."""
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(20)
        reader.connect(("127.0.0.1", port))
        cookie = f"Cookie: forhaandsvisning{port}={key}"
        asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookie}\r\nConnection: close\r\n\r\n"
        reader.sendall(asked.encode())
        reader.recv(100)
        yield lambda: b"".join(iter(lambda: reader.recv(65536), b""))


def only_what_is_shown_is_served(project: Project, port: int, key: str) -> None:
    """Served is what is shown and linked to, to the one who has the key and comes by the right name; nothing else."""
    page = "/ut/publikasjon/index.html"
    assert [fetch(port, path, key)[0] for path in ("/", page, "/ut/sjekkliste/index.html")] == [200] * 3
    for wrong in ("", "x", key[:-1], f"{key}x"):
        assert {fetch(port, path, wrong)[0] for path in ("/", page, "/hendelser", f"/?nokkel={wrong}")} == {403}
    for host in ("naturligvis.example", "127.0.0.1.example", "[::1]", ""):
        assert fetch(port, page, key, host)[0] == fetch(port, f"/?nokkel={key}", "", host)[0] == 403
    linked = project / "results/2020/ut/nedlasting/datakatalog_p2020.ttl"
    aside = linked.rename(linked.with_suffix(".vekk"))
    linked.symlink_to(project / "data/raw/2020/samarbeid_p2020.csv")
    (project / "results/2020/.hemmelig").write_text("x", encoding="utf-8")
    paths = ["/ut/nedlasting/datakatalog_p2020.ttl", "/.hemmelig", "/config.yaml", "/klargjort/tilbud_p2015-2020.csv"]
    paths += ["/trykk/trykk.html", "/trykk/lesing.html", "/ut/publikasjon/", f"{page}/", "/../.lager"]
    ups = ("/../../", "/%2e%2e/%2e%2e/", "/ut/publikasjon/../../../", "//", "/..%2f..%2f")
    paths += [f"{up}config.yaml" for up in ups]
    paths += [f"{page}%00", "/%00", f"/.{page}", f"/ut/publikasjon/.{page}", f"/{project.root}{page}", "/%ff"]
    paths += [f"/../.forhaandsvis{page}", "/ut/publikasjon%5cindex.html", "http://[", f"/x/..{page}"]
    assert {path: fetch(port, path, key)[0] for path in paths} == dict.fromkeys(paths, 404)
    aside.replace(linked)


def test_a_saved_sentence_is_seen_and_a_false_one_is_told(built, tmp_path, nettleser):
    project = built.copied(tmp_path)
    with preview(project) as (port, key), open_page(nettleser, f"http://127.0.0.1:{port}/?nokkel={key}") as page:
        inside, told = page.frame_locator("#side"), page.locator("#feil")
        inside.get_by_text(SENTENCE).first.wait_for()

        project.edit(TEXT, lambda t: t.replace(SENTENCE, NEW))
        inside.get_by_text(NEW).first.wait_for()
        assert "Bygd på" in page.locator("#tilstand").inner_text()
        served = fetch(port, "/ut/publikasjon/index.html", key)[1]
        only_what_is_shown_is_served(project, port, key)

        project.edit(TEXT, lambda t: t.replace(f"{NEW}.", f"{NEW} på 32 måter."))
        told.get_by_text("på 32 måter").first.wait_for()
        line = (project / TEXT).read_text("utf-8").partition("på 32")[0].count("\n") + 1
        assert f"{TEXT}, linje {line}" in told.inner_text() and "Gjør:" in told.inner_text()
        assert inside.get_by_text(NEW).first.is_visible()

        project.edit(TEXT, lambda t: t.replace(" på 32 måter", ""))
        told.wait_for(state="hidden")

        # Settings are built by Snakemake, and the preview goes on with them. Who is reading when it starts anew, gets
        # the whole of what was begun.
        more = project / "results/2020" / LINKED
        more.write_bytes(bytes(MORE_THAN_A_SOCKET_HOLDS) + b"slutt")
        with slow_reader(port, f"/{LINKED}", key) as rest:
            project.edit("config.yaml", lambda t: t.replace("2026-11-21", "2026-11-22"))
            wait_for(project / "forhaandsvis.log", "config.yaml: bygd på")
            assert rest().endswith(b"\0slutt")
        inside.get_by_text("22. november 2026").locator("visible=true").first.wait_for(timeout=60_000)
        assert fetch(port, "/ut/publikasjon/index.html", key)[0] == 200, "the same key after a restart"
    project.edit("config.yaml", lambda t: t.replace("2026-11-22", "2026-11-21"))
    project.snakemake("results/2020/ut/publikasjon/index.html")
    assert (project / "results/2020/ut/publikasjon/index.html").read_bytes() == served
