"""The site of frozen editions: what the day allows and nothing else, whole, followed link by link, with a feed."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml
from lxml import etree
from lxml import html as lxml_html

from krisestat.base.errors import Problems
from krisestat.pages import site
from krisestat.release import freeze, manifest
from tests.support.crawl import crawl
from tests.support.judges import libreoffice, output
from tests.support.project import PROJECT, Workspace, git

pytestmark = pytest.mark.workflow
HOME = "https://example.org/krisesenterstatistikk/"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
CORRECTION = {
    "id": "P1",
    "hva": "Samarbeid med politiet & andre",
    "hvorfor": "Senteret rettet <svaret> sitt.",
    "alvorlighet": "mindre alvorlig",
    "dato": "2026-11-25",
    "bestemt_av": "Kari Nordmann",
    "tall": [{"celle": "samarbeid/kvinner/politi//2020", "fra": {"antall": 42}, "til": {"antall": 41}}],
}


@pytest.fixture
def frozen(built, workspace) -> Callable[..., Workspace]:
    """Freezes the built edition under a name, with settings of the publication and corrections of its own."""
    shutil.copytree(PROJECT / "templates", workspace / "templates")

    def freeze_as(name: str, corrections: tuple[dict, ...] = (), **publikasjon: str) -> Workspace:
        results = workspace / "results" / name
        shutil.copytree(built / "results/2020", results, dirs_exist_ok=True)
        config = yaml.safe_load((results / "config.yaml").read_text(encoding="utf-8"))
        config |= {"aar": int(name[:4]), "spraak": name[5:] or "nb"}
        config["publikasjon"] |= {"sist_oppdatert": "2026-11-21", **publikasjon}
        text = yaml.safe_dump(config, allow_unicode=True)
        register = yaml.safe_dump({"rettelser": list(corrections)}, allow_unicode=True)
        (results / "config.yaml").write_text(text, encoding="utf-8")
        (workspace / "data/rettelser-publisert.yaml").write_text(register, encoding="utf-8")
        content = json.loads((results / manifest.NAME).read_text(encoding="utf-8")) | {"aar": config["aar"]}
        now = {"config.yaml": text, "data/rettelser-publisert.yaml": register}
        for entry in (*content["utdata"], *(one for one in content["inndata"] if one["fil"] != "config.yaml")):
            if entry["fil"] in now:
                data = now[entry["fil"]].encode("utf-8")
                entry |= {"sha256": manifest.digest(data), "byte": len(data)}
        (results / manifest.NAME).write_text(manifest.manifest_text(content), encoding="utf-8")
        freeze.run(name, workspace.root)
        return workspace

    return freeze_as


def files(root: Path) -> dict[str, Path]:
    folder = root / "results/nettsted"
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def listed(root: Path) -> list[str]:
    page = lxml_html.fromstring((root / "results/nettsted/index.html").read_bytes())
    return [link.split("/")[0] for link in page.xpath("//section[@id='utgaver']//a[contains(@href, '.html')]/@href")]


def feed(root: Path) -> list[etree._Element]:
    """The entries of the feed, which has what Atom requires."""
    tree = etree.parse(root / "results/nettsted/utgaver.xml").getroot()
    assert tree.tag == f"{{{ATOM['a']}}}feed" and tree.xpath("count(a:author/a:name)=1", namespaces=ATOM)
    entries = tree.xpath("a:entry", namespaces=ATOM)
    for one in (tree, *entries):
        for required in ("id", "title", "updated"):
            assert len(one.xpath(f"a:{required}[normalize-space()]", namespaces=ATOM)) == 1
        assert one.xpath("a:link[@rel='alternate']/@href", namespaces=ATOM)[0].startswith(HOME)
    ids, dates = ([e.findtext(f"a:{name}", namespaces=ATOM) for e in entries] for name in ("id", "updated"))
    assert len({*ids}) == len(ids) and dates == sorted(dates, reverse=True)
    assert tree.findtext("a:updated", namespaces=ATOM) == dates[0] and all(d.endswith("T00:00:00Z") for d in dates)
    return entries


def told(root: Path) -> list[tuple[str, str]]:
    """What each entry is of, and its day."""
    parts = [[e.findtext(f"a:{name}", namespaces=ATOM) for name in ("id", "updated")] for e in feed(root)]
    return [(id.removeprefix(HOME), updated[:10]) for id, updated in parts]


def test_the_site_is_whole_and_every_link_leads_to_a_place_on_it(frozen):
    frozen("2019", publiseres="2026-11-22")
    frozen("2020-nn", (CORRECTION,))
    root = frozen("2020", (CORRECTION,)).root
    assert site.run("2026-12-01", root) == "results/nettsted: 2019, 2020, 2020-nn, slik det er ute 2026-12-01."
    found = files(root)
    followed, wrong = crawl(found, HOME)
    # The edition of 2019 is that of 2020 by another name: its pages lead to 2020, which is there.
    assert not wrong and followed > 600
    assert listed(root) == ["2020-nn", "2020", "2019"]
    for name in ("2019", "2020", "2020-nn"):
        out = root / "results" / name / "ut"
        sent = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
        assert all(found[f"{name}/{file}"].read_bytes() == path.read_bytes() for file, path in sent.items())
    own = {"index.html", "utgaver.xml", "tall.html", *(f"{name}/index.html" for name in ("2019", "2020", "2020-nn"))}
    assert len(found) == 3 * len(sent) + len(own) and own <= found.keys()
    assert {path.stat().st_mode & 0o777 for path in found.values()} == {0o644}
    assert told(root) == [
        ("#P1", "2026-11-25"),
        ("2019/", "2026-11-22"),
        ("2020/", "2026-11-21"),
        ("2020-nn/", "2026-11-21"),
    ]
    correction = etree.tostring(feed(root)[0], encoding="unicode", method="text")
    assert CORRECTION["hva"] in correction and CORRECTION["hvorfor"] in correction
    assert not any("Kari Nordmann" in path.read_text(encoding="utf-8", errors="ignore") for path in found.values())
    before = {name: path.read_bytes() for name, path in found.items()}
    site.run("2031-01-01", root)
    assert {name: path.read_bytes() for name, path in files(root).items()} == before, "the day says what is out, alone"


def test_what_is_new_and_the_address_of_every_table_are_on_the_site(frozen):
    root = frozen("2020", (CORRECTION,)).root
    site.run("2026-12-01", root)
    folder = root / "results/nettsted"
    front, page = (lxml_html.fromstring((folder / name).read_bytes()) for name in ("index.html", "tall.html"))
    news = [" ".join(line.text_content().split()) for line in front.xpath("//section[@id='nytt']//li")]
    assert len(news) == 2 and news[0].endswith(CORRECTION["hva"]) and news[1].endswith("2020 (bokmål)")
    links = page.xpath("//section[@id='adresser']//li/a/@href")
    assert len(links) == 2 * len(list((folder / "2020/utdata/tabeller").glob("*-maskin_*.csv"))) > 20


@pytest.fixture
def served(frozen) -> Iterator[tuple[Path, str]]:
    """The folder of a site, and its address on this machine."""
    root = frozen("2020").root
    site.run("2026-12-01", root)
    folder = root / "results/nettsted"
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def lines_for(tool: str, folder: Path, address: str) -> tuple[list[str], str]:
    """What the page says of a tool, line by line, and what stands there as code, with the address it is served at."""
    part = lxml_html.fromstring((folder / "tall.html").read_bytes()).get_element_by_id(tool)
    code = part.xpath("string(.//code)")
    assert code.count(HOME) == 1
    return [line.text_content() for line in part.xpath(".//li")] or code.splitlines(), code.replace(HOME, address)


@pytest.mark.parametrize(
    ("tool", "program", "read"),
    [
        ("python", (sys.executable, "-c"), "print(len(tall), *tall, int(tall.verdi.sum()))"),
        ("r", ("Rscript", "-e"), "cat(nrow(tall), names(tall), sum(tall$verdi, na.rm = TRUE))"),
    ],
)
def test_the_lines_for_a_program_give_the_numbers(served, tool, program, read):
    folder, address = served
    lines, code = lines_for(tool, folder, address)
    assert len(lines) == 3 and lines[2] == "print(tall)"
    file = folder / code.split(address)[1].split('"')[0]
    table = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    total = sum(int(row["verdi"] or 0) for row in table)
    assert output(*program, code.replace(lines[2], read)).split() == [str(len(table)), *table[0], str(total)]


def test_the_lines_for_a_spreadsheet_lead_to_the_tables(served, tmp_path):
    folder, address = served
    lines, book = lines_for("excel", folder, address)
    assert len(lines) == 3
    contents = re.search("«(.+?)»", lines[2])[1]
    # Every sheet as CSV, as it is shown, beside the others.
    libreoffice(tmp_path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", book)
    texts = {path.stem.partition("-")[2]: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.csv")}
    sheets = {name: list(csv.reader(text.splitlines())) for name, text in texts.items()}
    titles = {name: rows[0][0] for name, rows in sheets.items() if name not in (contents, "Tegn")}
    assert {name: title for name, title in sheets[contents] if name in titles} == titles


@pytest.mark.parametrize(("day", "out"), [("2026-11-30", ["2019"]), ("2026-12-01", ["2020", "2019"])])
def test_nothing_of_an_edition_is_there_before_its_day(frozen, day, out):
    frozen("2019")
    root = frozen("2020", (CORRECTION,), tittel="Hemmelig til dagen", publiseres="2026-12-01").root
    site.run("2026-12-01", root)
    said = site.run(day, root)
    assert listed(root) == out and ("2020 venter til 2026-12-01." in said) == (out == ["2019"])
    assert {name.split("/")[0] for name in files(root)} == {*out, "index.html", "utgaver.xml", "tall.html"}
    secret = [name for name, path in files(root).items() if b"Hemmelig til dagen" in path.read_bytes()]
    assert bool(secret) == ("2020" in out)
    assert {name for name, _ in told(root)} == ({"2019/"} if out == ["2019"] else {"2019/", "2020/", "#P1"})
    released = site.release("2020", day, root)
    assert released == ("2020 går ut 2026-12-01, og ingenting av den før det.", 3) or CORRECTION["hva"] in released


def test_a_site_with_no_edition_that_is_out_is_no_site(frozen):
    root = frozen("2020", publiseres="2026-12-01").root
    site.run("2026-12-01", root)
    assert "Ingen frossen utgave er ute 2026-11-30" in site.run("2026-11-30", root)
    assert not (root / "results/nettsted").exists()


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.yaml", lambda path: path.write_text(path.read_text() + "publiseres: 2020-01-01\n")),
        ("ut/utdata/samarbeid.csv", lambda path: path.write_text(path.read_text().replace(",42,", ",41,"))),
        ("ut/notat.txt", lambda path: path.touch()),
        ("ut/datapackage.json", Path.unlink),
        ("rettelser-publisert.yaml", lambda path: path.write_text("rettelser: []\n# ny\n")),
    ],
)
def test_an_edition_that_is_not_as_it_was_frozen_is_refused(frozen, file, change):
    root = frozen("2020").root
    change(root / "publisert/2020" / file)
    with pytest.raises(Problems) as caught:
        site.run("2026-12-01", root)
    assert [problem.fil for problem in caught.value.problems] == [f"publisert/2020/{file}"]
    assert not (root / "results/nettsted").exists()


def test_nothing_is_written_through_a_link_and_an_edition_goes_by_its_own_name_alone(frozen):
    root = frozen("2020").root
    site.run("2026-12-01", root)
    (root / "results/nettsted/2020").rename(root / "bort")
    (root / "bort/index.html").write_text("som det var", encoding="utf-8")
    (root / "results/nettsted/2020").symlink_to(root / "bort")
    site.run("2026-12-01", root)
    assert not (root / "results/nettsted/2020").is_symlink() and "2020/utdata/samarbeid.csv" in files(root)
    assert (root / "bort/index.html").read_text(encoding="utf-8") == "som det var"
    (root / "publisert/2020").rename(root / "publisert/2021")
    with pytest.raises(Problems, match=r"utgaven 2020 eller 2020-nb\n.*2021, som mappen heter"):
        site.run("2026-12-01", root)


def test_an_edition_is_not_frozen_with_another_register_than_it_was_built_with(frozen):
    root = frozen("2020").root
    (root / "data/rettelser-publisert.yaml").write_text("rettelser: []\n# ny\n", encoding="utf-8")
    with pytest.raises(Problems, match=r"publisert/2020/rettelser-publisert\.yaml"):
        freeze.run("2020", root)


def commit(root: Path, *paths: str) -> str:
    git(root, "add", *paths)
    git(root, "commit", "-q", "-m", "x")
    return git(root, "rev-parse", "HEAD")


def release(root: Path, name: str, day: str = "2026-12-01") -> subprocess.CompletedProcess:
    env = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["bash", "tools/ci/utgivelse.sh", name, day]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=300)


@pytest.fixture
def repository(frozen) -> Path:
    """A repository with the scripts and a frozen edition, and a server beside it."""
    root = frozen("2020", publiseres="2026-12-01").root
    shutil.copytree(PROJECT / "tools/ci", root / "tools/ci")
    for name in ("scripts", ".venv", "requirements.lock"):
        (root / name).symlink_to(PROJECT / name)
    git(root, "init", "-q", "-b", "main")
    git(root, "init", "-q", "--bare", "server")
    git(root, "remote", "add", "origin", str(root / "server"))
    return root


def test_a_frozen_edition_is_tagged_where_it_was_frozen_and_its_release_laid_out(repository, frozen):
    first = commit(repository, "publisert")
    commit(repository, "data/rettelser.yaml")
    early = release(repository, "alle", "2026-11-30")
    assert early.returncode == 0, early.stderr
    assert "2020 går ut 2026-12-01" in early.stdout and not git(repository, "tag")
    for again in (False, True):
        done = release(repository, "alle")
        assert done.returncode == 0 and done.stdout.startswith(f"utgave-2020: commit {first[:12]}"), done.stderr
        assert git(repository, "tag") == git(repository / "server", "tag") == "utgave-2020", again
    assert git(repository, "cat-file", "-t", "utgave-2020") == "tag"
    assert git(repository, "rev-list", "-n1", "utgave-2020") == first
    made = repository / "results/utgivelse/utgave-2020"
    assert sorted(path.name for path in made.iterdir()) == ["publikasjon-2020.pdf", "tekst.md", "utgave-2020.zip"]
    out = repository / "results/2020/ut"
    with zipfile.ZipFile(made / "utgave-2020.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    sent = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert inside == sent and (made / "publikasjon-2020.pdf").read_bytes() == sent["publikasjon/publikasjon.pdf"]
    assert "Ingen publiserte tall er rettet." in (made / "tekst.md").read_text(encoding="utf-8")
    frozen("2020", sist_oppdatert="2026-12-02")
    refused = release(repository, "2020")
    assert refused.returncode == 1 and "ikke er lagt inn i git" in refused.stderr
    second = commit(repository, "publisert")
    assert release(repository, "2020").stdout.startswith(f"utgave-2020.2: commit {second[:12]}")
    text = (repository / "results/utgivelse/utgave-2020.2/tekst.md").read_text(encoding="utf-8")
    assert "sist oppdatert 2026-12-02" in text
    assert git(repository, "tag", "--list", "--format=%(contents)", "utgave-2020.2").strip() == text.strip()


def test_a_server_that_does_not_take_the_tag_is_told_of(repository):
    commit(repository, "publisert")
    hook = repository / "server/hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    done = release(repository, "2020")
    assert done.returncode == 1 and all(part in done.stderr for part in ("«utgave-2020»", "Fant:", "Ventet:", "Gjør:"))
    unknown = release(repository, "2031")
    assert unknown.returncode == 1 and "publisert/2031" in unknown.stderr and "Gjør:" in unknown.stderr
