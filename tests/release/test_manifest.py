"""The manifest: what it says of files and versions, and what `make kontroller` finds against it."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from krisestat.base import records
from krisestat.base.errors import Problems
from krisestat.build.inventory import edition_files
from krisestat.release import manifest, verify
from tests.support.project import PROJECT, Workspace
from tests.support.stages import run

LOCK = PROJECT / "requirements.lock"
CONFIG = {"aar": 2020, "spraak": "nb"}
OUTPUTS = {"results/2020/ut/utdata/forum.csv": "compute", "results/2020/ut/publikasjon/index.html": "render"}


@pytest.fixture
def edition(workspace) -> Workspace:
    """A small results folder with its manifest."""
    (workspace / "config.yaml").write_bytes((PROJECT / "config.yaml").read_bytes())
    for file in OUTPUTS:
        (workspace / file).parent.mkdir(parents=True, exist_ok=True)
        (workspace / file).write_text(f"{file}\n", encoding="utf-8")
    write(OUTPUTS)
    return workspace


def write(outputs: dict[str, str], status: str = "", **recorded) -> None:
    files = [*outputs, *recorded.get("ved_siden", {})]
    made = {"bygget": {file: manifest.digest(Path(file).read_bytes()) for file in files}, "ved_siden": {}, "lest": {}}
    made["innstillinger"] = manifest.digest(Path("config.yaml").read_bytes())
    inputs = ["data/rettelser.yaml", "data/raw/2020/kilde.yaml", "config.yaml"]
    given = {"inndata": inputs, "modules": [], "lock": LOCK, "utdata": outputs, "config": CONFIG}
    run("manifest", Path("results/2020"), git_status=status, **given, **(made | recorded))


def faults(root: Path) -> str:
    with pytest.raises(Problems) as caught:
        verify.run("2020", root)
    return str(caught.value)


def test_a_manifest_keeps_its_schema_and_names_no_place_host_or_time(edition):
    text = (edition / "results/2020/manifest.json").read_text(encoding="utf-8")
    content = json.loads(text)
    jsonschema.validate(content, json.loads((PROJECT / manifest.SCHEMA).read_text(encoding="utf-8")))
    assert [entry["fil"] for entry in content["utdata"]] == ["ut/publikasjon/index.html", "ut/utdata/forum.csv"]
    assert [(entry["fil"], entry["slag"]) for entry in content["inndata"]] == [
        ("config.yaml", "innstillinger"),
        ("data/raw/2020/kilde.yaml", "kildeopplysning"),
        ("data/rettelser.yaml", "rettelser"),
    ]
    assert str(edition.root) not in text and str(Path.home()) not in text
    assert all(content["versjoner"][name] for name in ("python", "pandas", "weasyprint", "pango", "harfbuzz"))
    assert all(content["versjoner"][name] for name in ("fontconfig", "zlib", "freetype"))
    assert "pytest" not in content["versjoner"], "what does not shape an edition is not of its manifest"
    assert content["kode"] == {"commit": None, "ren": None}


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("data/raw/2018/samarbeid_p2018.csv", "raadata"),
        ("data/raw/kostra/kilde.yaml", "kildeopplysning"),
        ("data/raw/codebooks/svarkoder.csv", "kodebok"),
        ("data/raw/register/sentre.csv", "register"),
        ("data/rettelser.yaml", "rettelser"),
        ("data/publisert/samarbeid_2020.csv", "publisert"),
        ("templates/leksikon/nb.yaml", "leksikon"),
        ("templates/nb/publikasjon.html.j2", "mal"),
        ("templates/felles/side.css", "stil"),
        ("templates/fonts/SourceSans3-Bold.ttf", "skrift"),
        ("scripts/krisestat/intake/survey.py", "kode"),
        ("workflow/rules/clean.smk", "kode"),
        ("config.yaml", "innstillinger"),
        ("requirements.lock", "laas"),
    ],
)
def test_every_file_has_a_kind(file, kind):
    assert manifest.kind(file) == kind


def test_git_is_asked_and_not_needed(tmp_path):
    commit = "a" * 40
    clean = f"# branch.oid {commit}\n# branch.head main\n"
    assert manifest.code_state(clean) == {"commit": commit, "ren": True}
    assert manifest.code_state(clean + "? data/raw/2021/\n") == {"commit": commit, "ren": False}
    assert manifest.code_state("# branch.oid (initial)\n# branch.head main\n") == {"commit": None, "ren": None}
    assert manifest.code_state("") == {"commit": None, "ren": None}
    asked = (PROJECT / "scripts" / "manifest.py").read_text(encoding="utf-8").split('GIT = "')[1].split('"\n')[0]
    done = subprocess.run(["sh", "-c", asked], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", ""), "outside a repository: nothing, and no message"


@pytest.mark.thorough
def test_matplotlib_works_after_its_freetype_was_asked_alone():
    code = "from krisestat.release.manifest import freetype; v = freetype(); from matplotlib import ft2font, pyplot; "
    code += "assert v == ft2font.__freetype_version__ == freetype()"
    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(PROJECT / "scripts")}, check=True)


def test_the_inventory_is_what_the_rules_name(tmp_path):
    (tmp_path / "config.yaml").touch()
    rules = [
        SimpleNamespace(name="compute", input=["results/1.csv", "b.csv"], output=["results/2.csv"]),
        SimpleNamespace(name="clean", input=["a.csv"], output=["results/1.csv"]),
    ]
    files = edition_files(rules, str(tmp_path))
    assert files.inputs == ["a.csv", "b.csv", "config.yaml"]
    assert files.outputs == {"results/1.csv": "clean", "results/2.csv": "compute"}


def test_nothing_is_certified_that_was_not_built_or_not_from_these_inputs(edition):
    before, file = (edition / "results/2020/manifest.json").read_bytes(), "results/2020/ut/utdata/forum.csv"
    for recorded, told in (
        ({"bygget": {}}, "forum.csv\n  Fant:   noe annet enn det regelen «compute» skrev"),
        ({"bygget": {file: "0" * 64}}, "noe annet enn det regelen «compute» skrev"),
        (
            {"lest": {"data/rettelser.yaml": {"0" * 64}}},
            "rettelser.yaml\n  Fant:   noe annet enn det utgaven er bygget av",
        ),
        ({"innstillinger": "0" * 64}, "config.yaml\n  Fant:   noe annet enn det utgaven er bygget av"),
    ):
        with pytest.raises(Problems, match=told):
            write(OUTPUTS, **recorded)
    assert (edition / "results/2020/manifest.json").read_bytes() == before


def test_what_is_as_it_was_built(edition):
    assert verify.run("2020", edition.root) == "results/2020: alle 2 filer er slik de ble bygget."
    edition.edit("config.yaml", lambda t: t + "# en kommentar\n")
    assert "Endret siden bygget, og ikke med i det: config.yaml." in verify.run("2020", edition.root)


def test_an_altered_output_one_made_anew_and_an_edited_input_are_told_apart(edition):
    for name in ("config.yaml", "results/2020/ut/utdata/forum.csv", "results/2020/ut/publikasjon/index.html"):
        edition.edit(name, lambda t: t + "# mer\n")
    with records.recorded([], ["results/2020/ut/publikasjon/index.html"]):
        pass
    told = faults(edition.root)
    assert "results/2020/ut/utdata/forum.csv\n  Fant:   ikke slik den ble bygget" in told
    assert "results/2020/ut/publikasjon/index.html\n  Fant:   laget på nytt etter at manifestet ble skrevet" in told
    assert "config.yaml\n  Fant:   endret siden bygget" in told


def test_what_lies_beside_the_edition_is_no_part_of_it(edition):
    for name in ("avtaler/a001.html", "faktaark/index.html"):
        (edition / "results/2020" / name).parent.mkdir()
        (edition / "results/2020" / name).write_text("som den var\n", encoding="utf-8")
    assert "alle 2 filer" in verify.run("2020", edition.root)


def test_one_manifest_covers_the_fact_sheets_of_an_edition_that_has_them(edition):
    """Each of them, which are no outputs but what their rule recorded, and what they are made of."""
    sheets, work = edition / "results/2020/ut/faktaark", "results/2020/faktaark/utdata/faktaark-tall.csv"
    for path in (*(sheets / f"senter-s01.{kind}" for kind in ("html", "pdf")), edition / work):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("som det var\n", encoding="utf-8")
    liste = "results/2020/ut/faktaark/index.html"
    (edition / liste).write_text("oversikten\n", encoding="utf-8")
    beside = {f"results/2020/ut/faktaark/senter-s01.{kind}": liste for kind in ("html", "pdf")}
    write(OUTPUTS | {liste: "sheet_index", work: "sheet_data"}, ved_siden=beside)
    assert "alle 6 filer" in verify.run("2020", edition.root)
    (sheets / "senter-s01.pdf").write_text("noe annet\n", encoding="utf-8")
    (edition / work).unlink()
    told = faults(edition.root)
    assert (
        "senter-s01.pdf\n  Fant:   ikke slik den ble bygget" in told and f"{work}\n  Fant:   filen finnes ikke" in told
    )


def test_nothing_lies_in_the_folder_that_goes_out_but_what_the_rules_wrote(edition):
    (edition / "results/2020/ut/notat.txt").write_text("til meg selv\n", encoding="utf-8")
    (edition / "results/2020/ut/faktaark").mkdir()
    for name in ("index.html", "senter-s01.html"):
        (edition / "results/2020/ut/faktaark" / name).touch()
    with pytest.raises(Problems) as caught:
        write(OUTPUTS)
    found = [(problem.fil, problem.fant) for problem in caught.value.problems]
    assert found == [
        ("results/2020/ut/faktaark/", "2 filer som bygget ikke skrev"),
        ("results/2020/ut/notat.txt", "en fil som bygget ikke skrev"),
    ]
    told = faults(edition.root)
    assert "results/2020/ut/faktaark/\n  Fant:   2 filer som bygget ikke skrev" in told and told.count("Fant:") == 2


def test_files_changed_missing_and_extra_are_told_together(edition):
    edition.edit("results/2020/ut/utdata/forum.csv", lambda t: t + "tuklet\n")
    (edition / "results/2020/ut/publikasjon/index.html").unlink()
    (edition / "results/2020/notat.txt").touch()
    told = faults(edition.root)
    assert told.startswith("Fant 3 feil:")
    assert "results/2020/notat.txt\n  Fant:   en fil som bygget ikke skrev" in told
    assert "results/2020/ut/publikasjon/index.html\n  Fant:   filen finnes ikke" in told
    assert "results/2020/ut/utdata/forum.csv\n  Fant:   ikke slik den ble bygget" in told


def test_a_manifest_edited_by_hand_is_told(edition):
    edition.edit("results/2020/manifest.json", lambda t: t.replace('"byte": ', '"byte": 1', 1))
    assert "Manifestet er endret for hånd" in faults(edition.root)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "noe som ikke er JSON"),
        ("[" * 100_000, "noe som ikke er JSON"),
        ("[]", "«None»"),
        ('{"skjema": "krisestat-manifest-0"}', "en annen versjon av Krisestat"),
        ('{"skjema": "krisestat-manifest-1"}', "ingen nøkkel «utdata»"),
    ],
)
def test_a_manifest_that_is_none(edition, text, told):
    (edition / "results/2020/manifest.json").write_text(text, encoding="utf-8")
    assert told in faults(edition.root)


def test_a_manifest_that_names_less_than_the_rule_wrote_is_told_though_its_checksum_is_right(edition):
    path = edition / "results/2020/manifest.json"
    with records.recorded([], ["results/2020/manifest.json"]):
        pass
    assert "alle 2 filer" in verify.run("2020", edition.root)
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["kontrollsum"]
    (edition / "results/2020" / content["utdata"].pop()["fil"]).unlink()
    path.write_text(manifest.manifest_text(content), encoding="utf-8")
    assert "results/2020/manifest.json\n  Fant:   ikke slik det ble bygget" in faults(edition.root)


def test_paths_out_of_the_folder_are_refused(edition):
    path = edition / "results/2020/manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for file in ("/etc/passwd", "../2019/forum.csv", "utdata/../../x", "utdata/.."):
        content["utdata"][0]["fil"] = file
        path.write_text(manifest.manifest_text(content), encoding="utf-8")
        assert "en sti uten «..»" in faults(edition.root), file


def test_a_folder_of_another_year_or_none(edition):
    (edition / "results/2019").mkdir()
    (edition / "results/2019/manifest.json").write_bytes((edition / "results/2020/manifest.json").read_bytes())
    with pytest.raises(Problems, match=r"utgaven 2020\n.*2019, som mappen heter"):
        verify.run("2019", edition.root)
    with pytest.raises(Problems, match="filen finnes ikke"):
        verify.run("2018", edition.root)
    (edition / "results/2020/config.yaml").write_text("aar: 2020\nspraak: nn\n", encoding="utf-8")
    with pytest.raises(Problems, match=r"utgaven 2020-nn\n.*2020, som mappen heter"):
        verify.run("2020", edition.root)


def test_the_command_exits_with_1_and_five_parts(edition):
    command = [sys.executable, "-m", "krisestat", "kontroller"]
    env = {"PYTHONPATH": str(PROJECT / "scripts")}
    assert subprocess.run(command, cwd=edition.root, env=env, capture_output=True).returncode == 0
    (edition / "results/2020/ut/utdata/forum.csv").unlink()
    done = subprocess.run([*command, "2020"], cwd=edition.root, env=env, capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == "" and "Traceback" not in done.stderr
    assert all(part in done.stderr for part in ("forum.csv", "Fant:", "Ventet:", "Gjør:"))
