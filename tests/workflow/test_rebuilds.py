"""Exact rebuilds: for each kind of change, the rules that run and the outputs that change, and nothing else."""

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch

import pytest

from krisestat.agreements import receive
from krisestat.base import records
from krisestat.base.errors import Problems
from krisestat.pages.signer import run
from krisestat.release import verify
from tests.support.project import commit
from tests.support.signed import sign_other_wording
from tests.support.workflow import ALL, EVERY, WHOLE, Project, change_2018_cell, copy_project
from tools import skrifter

pytestmark = pytest.mark.workflow

PAGE, PDF = "results/2020/ut/publikasjon/index.html", "results/2020/ut/publikasjon/publikasjon.pdf"
PAGES = ("ut/publikasjon/index.html", "ut/publikasjon/bevis.html", "trykk/trykk.html", "ut/publikasjon/publikasjon.pdf")
CHECKLIST_IN_PRINT = (
    *("trykk/lesing.html", "trykk/skjema.html", "ut/sjekkliste/sjekkliste.pdf", "ut/sjekkliste/skjema.pdf"),
)
REVIEWED = ("etterproving/paastander.json", "etterproving/index.html")
# What a changed number changes beside the files of its table.
DOWNLOADS = ("ut/datapackage.json", "ut/nedlasting/tabeller_*", "ut/nedlasting/datakatalog_*", "nedlasting.json")
FROM_RENDER = ("render", "prove", "typeset", "audit", "manifest")
FROM_DRAW = ("draw", *FROM_RENDER)
FROM_COMPUTE = ("compute", "package", *FROM_DRAW, "reports")
FROM_CLEAN = ("clean", *FROM_COMPUTE)
CHECKLIST = ("checklist", "forms")
FROM_AGREEMENTS = ("agreements", *FROM_COMPUTE)


@dataclass(frozen=True)
class Change:
    """A kind of change: what is done, the rules that then run, and the outputs that change (with `*`) beside the
    manifest; None when that does not change either."""

    name: str
    make: Callable[[Project], object]
    rules: tuple[str, ...]
    outputs: tuple[str, ...] | None


@dataclass(frozen=True)
class Edit:
    """A change of the text of one file."""

    file: str
    change: Callable[[str], str]

    def __call__(self, project: Project) -> None:
        project.edit(self.file, self.change)


@dataclass(frozen=True)
class Signed(Edit):
    """A change of a text that somebody then signs, as a new text must be."""

    def __call__(self, project: Project) -> None:
        super().__call__(project)
        day = "2026-11-30"
        run("2020", self.file, None, None, "prøven", day, "Det er en prøve.", day, project.root)


def replace(file: str, old: str, new: str, kind: type[Edit] = Edit) -> Edit:
    return kind(file, lambda text: text.replace(old, new, 1))


def comment(file: str, mark: str = "#") -> Edit:
    return Edit(file, lambda text: f"{text.rstrip()}\n{mark} En kommentar endrer ingen tall.\n")


def quote_cells(project: Project) -> None:
    """Quotation marks round the cells of a raw file: another file that says the same."""

    def quoted(text: str) -> str:
        lines = text.split("\r\n")
        lines[1] = ";".join(cell if cell.startswith('"') else f'"{cell}"' for cell in lines[1].split(";"))
        return "\r\n".join(lines)

    project.edit("data/raw/2018/samarbeid_p2018.csv", quoted, "cp1252", "2018")


def note_in_a_form(project: Project) -> None:
    """A form on an agreement that a municipality has sent anew, with another note."""
    project.edit(
        "data/raw/avtaler/2020/a002.json",
        lambda text: text.replace('"merknad": ""', '"merknad": "Er rettet opp."', 1),
    )
    receive.run(2020, "2021-03-01", "Statistikkseksjonen", project.root)


def correct(project: Project) -> None:
    """A correction of one answer of 2020: fast contact with the housing office, women's service."""
    name, column = "data/raw/2020/samarbeid_p2020.csv", "kv_boligkontor_fast_kontakt"
    rows = (project / name).read_text(encoding="utf-8-sig").splitlines()
    at = rows[0].split(",").index(column)
    line = next(n for n, row in enumerate(rows, 1) if n > 1 and row.split(",")[at] == "Nei")
    entry = (
        f"rettelser:\n  - {{id: R1, fil: {name}, linje: {line}, kolonne: {column}, fra: Nei, til: Ja, "
        "grunn: Senteret har bekreftet det., bestemt_av: Kari, dato: 2021-03-20}"
    )
    project.edit("data/rettelser.yaml", lambda text: text.replace("rettelser: []", entry))


def change_font(project: Project) -> None:
    """A new revision number in one font file."""
    from fontTools.ttLib import TTFont

    path = project / "templates/fonts/SourceSerif4-Semibold.ttf"
    face = TTFont(path, recalcTimestamp=False)
    face["head"].fontRevision += 1
    face.save(path)
    for name, data in skrifter.made(path.parent).items():
        (path.parent / name).write_bytes(data)


def touch_all(project: Project) -> None:
    """Every file has a new time, as after a clone, with the results of before restored over it."""
    for path in project.root.rglob("*"):
        if path.is_file() and not {"results", ".snakemake"} & set(path.relative_to(project.root).parts):
            path.touch()


def lose_drawing(project: Project) -> None:
    (project / "results/2020/figurer/deltakelse-i-fora.svg").unlink()


def cut_off(file: str) -> Callable[[Project], int]:
    return lambda project: (project / file).write_bytes((project / file).read_bytes()[:1000])


def freeze(project: Project) -> None:
    shutil.copytree(project / "results/2020/ut/utdata", project / "publisert/2020")
    shutil.copy(project / "results/2020/manifest.json", project / "publisert/2020")


CHANGES = [
    Change(
        "a raw cell of 2018",
        change_2018_cell,
        FROM_CLEAN,
        (
            *("inndata/samarbeid_p2018.csv", "klargjort/samarbeid_p2018.csv", "klargjort/kontroller.csv"),
            *("statistikk/samarbeidsform.csv", "ut/utdata/samarbeidsform.csv"),
            "ut/utdata/tabeller/faste-kontaktpersoner*.csv",
            *("etterproving/kvalitet.*", *REVIEWED, *PAGES, *DOWNLOADS, "ut/nedlasting/faste-kontaktpersoner_*"),
        ),
    ),
    Change(
        "a correction of 2020",
        correct,
        FROM_CLEAN,
        (
            *("klargjort/samarbeid_p2020.csv", "klargjort/kontroller.csv"),
            *("statistikk/samarbeidsform.csv", "ut/utdata/samarbeidsform.csv"),
            *("ut/utdata/tabeller/faste-kontaktpersoner*.csv", "ut/utdata/tabeller/samarbeidsformer*.csv"),
            *("*figurer/samarbeidsformer-etter-instans*", "etterproving/belegg.json", "etterproving/revisjon.json"),
            *("trykk/deling.json", "etterproving/kvalitet.*", *REVIEWED, *PAGES, *DOWNLOADS),
            *("ut/nedlasting/faste-kontaktpersoner_*", "ut/nedlasting/samarbeidsformer_*"),
        ),
    ),
    Change(
        "the name of a code",
        replace("data/statistikk/samarbeid.yaml", "Fast kontaktperson", "Fast kontakt", Signed),
        ("clean", *FROM_AGREEMENTS, *CHECKLIST),
        (
            *("ut/utdata/tabeller/samarbeidsformer_p2020.csv", "*figurer/samarbeidsformer-etter-instans*"),
            *("trykk/deling.json", "etterproving/index.html", *PAGES, *DOWNLOADS),
            *("ut/nedlasting/faste-kontaktpersoner_*", "ut/nedlasting/samarbeidsformer_*"),
        ),
    ),
    Change(
        "a setting",
        replace("config.yaml", "statistikk@example.org", "redaksjon@example.org", Signed),
        ("package", *FROM_RENDER, *CHECKLIST, "reports"),
        (
            *("config.yaml", "avtaler/*", "etterproving/belegg.json", "etterproving/revisjon.json"),
            *("ut/publikasjon/tilgjengelighet.html", "ut/sjekkliste/index.html", "trykk/lesing.html"),
            *("ut/sjekkliste/sjekkliste.pdf", *REVIEWED, *PAGES, *DOWNLOADS),
        ),
    ),
    Change(
        "a word of the downloads",
        replace("templates/nb/nedlasting.yaml", "base: Base", "base: Kilde"),
        ("package", *FROM_RENDER),
        (*DOWNLOADS, *PAGES[:2]),  # the checksums are on the page; the sizes in print are the same
    ),
    Change(
        "a sentence",
        replace("templates/samarbeid/nb/tekst.html.j2", "fora i kommunen.", "fora."),
        FROM_RENDER,
        ("etterproving/revisjon.json", "etterproving/belegg.json", *REVIEWED, *PAGES),
    ),
    Change(
        "the style of the page",
        Edit("templates/felles/side.css", lambda text: f"{text}p{{widows:3}}"),
        (*FROM_RENDER, *CHECKLIST, "reports"),
        (
            *(
                "ut/publikasjon/index.html",
                "ut/publikasjon/bevis.html",
                "etterproving/index.html",
                "etterproving/kvalitet.html",
            ),
            *("ut/sjekkliste/index.html", "ut/publikasjon/tilgjengelighet.html", "avtaler/*.html"),
        ),
    ),
    Change(
        "the style of the print edition",
        Edit("templates/felles/trykk.css", lambda text: f"{text}h1{{color:#123456}}"),
        (*FROM_RENDER, *CHECKLIST, "reports"),
        ("trykk/trykk.html", "ut/publikasjon/publikasjon.pdf", *CHECKLIST_IN_PRINT, "avtaler/*.pdf"),
    ),
    Change(
        "a font",
        change_font,
        (*FROM_DRAW, *CHECKLIST, "reports"),
        (
            "avtaler/*",
            *("ut/sjekkliste/index.html", "ut/sjekkliste/sjekkliste.pdf", "ut/sjekkliste/skjema.pdf"),
            *("ut/publikasjon/index.html", "ut/publikasjon/bevis.html", "ut/publikasjon/publikasjon.pdf"),
            "ut/publikasjon/tilgjengelighet.html",
            *("etterproving/index.html", "etterproving/kvalitet.html"),
        ),
    ),
    Change(
        "a point of the checklist",
        replace("data/raw/codebooks/sjekkliste/sjekkliste.yaml", "nb: Formålet er det", "nb: Formål er det", Signed),
        tuple(EVERY),
        ("ut/sjekkliste/*", "trykk/lesing.html", "trykk/skjema.html", "avtaler/*"),
    ),
]
# What is read of changes that are more than the edit of a text.
TOUCHED = {
    quote_cells: "data/raw/2018/samarbeid_p2018.csv",
    note_in_a_form: "data/raw/avtaler/2020/a002.json",
    freeze: "publisert/2020/manifest.json",
}
# Changes that one build can tell apart: by what each rule recorded that it read, and by the outputs.
TOGETHER = [
    (
        Change("a module that no rule uses", comment("scripts/krisestat/intake/receive.py"), (), None),
        Change("documentation", comment("README.md", ">"), (), None),
        Change("the time of every file", touch_all, (), None),
        Change("a commit", lambda project: commit(project.root), (), None),
    ),
    (
        Change("a comment in the settings", comment("config.yaml"), ("manifest",), ()),
        Change("a comment in a schema", comment("workflow/schemas/config.schema.yaml"), ("manifest",), ()),
        Change("a comment in a rule", comment("workflow/rules/clean.smk"), ("manifest",), ()),
    ),
    (
        Change("a comment in the lexicon", comment("templates/leksikon/nb.yaml"), FROM_RENDER, ()),
        Change("the module of the figures", comment("scripts/krisestat/figures/charts.py"), FROM_DRAW, ()),
        Change(
            "the module of the PDF",
            comment("scripts/krisestat/pages/pdf_finish.py"),
            ("typeset", "forms", "audit", "manifest", "reports"),
            (),
        ),
        Change("a published edition", freeze, FROM_RENDER, ()),
        Change("a comment on published numbers", comment("data/rettelser-publisert.yaml"), FROM_COMPUTE, ()),
    ),
    (
        Change("a shared module", comment("scripts/krisestat/base/errors.py"), tuple(EVERY), ()),
        Change("the lock file", comment("requirements.lock"), tuple(EVERY), ()),
        Change("the script that binds stages", comment("scripts/stage.py"), tuple(EVERY), ()),
    ),
    (
        Change(
            "the script of the checklist",
            Edit("templates/felles/sjekkliste.js", lambda text: f"{text}0;\n"),
            (*CHECKLIST, "audit", "manifest"),
            ("ut/sjekkliste/index.html",),
        ),
        Change(
            "a name in the register of signatures",
            replace("data/signaturer.yaml", "av: Statistikkseksjonen", "av: Kari Nordmann"),
            ("render", "prove", "checklist", "reports", "audit", "manifest"),
            ("etterproving/kvalitet.html",),
        ),
        Change("a PDF that was cut off", cut_off(PDF), ("typeset", "audit", "manifest"), None),
    ),
    (
        Change("a drawing that is gone", lose_drawing, FROM_DRAW, None),
        Change(
            "a number in the page, by hand",
            replace(PAGE, "32\u00a0av\u00a043", "41\u00a0av\u00a043"),
            FROM_RENDER,
            None,
        ),
    ),
    (
        Change("quotation marks in a raw file", quote_cells, FROM_CLEAN, REVIEWED),
        Change(
            "a note in a form",
            note_in_a_form,
            FROM_AGREEMENTS,
            (
                *(
                    "inndata/avtaler_p2020.csv",
                    "klargjort/avtaler.csv",
                    "klargjort/avtalepunkter.csv",
                    "avtaler/a002*",
                ),
                "klargjort/avtaler-enheter.csv",
                *REVIEWED,
            ),
        ),
    ),
]


@pytest.fixture
def project(with_reports, tmp_path) -> Project:
    return with_reports.copied(tmp_path)


def readers(project: Project, file: str) -> set[str]:
    """The rules whose records say that they read a file."""
    made = json.loads((project / "results/2020/manifest.json").read_text(encoding="utf-8"))["utdata"]
    rules = {f"results/2020/{entry['fil']}": entry["regel"] for entry in made}
    rules |= {"results/2020/manifest.json": "manifest"}
    # The reports lie beside the edition, and the manifest does not name them.
    return {
        rules.get(output, "reports")
        for output in project.digests()
        if file in records.read(output, project.root).get("inndata", ())
    }


@pytest.mark.parametrize(
    "changes", [*((change,) for change in CHANGES), *TOGETHER], ids=lambda changes: ", ".join(c.name for c in changes)
)
def test_exactly_these_rules_run_and_these_outputs_change(project, changes):
    before = project.digests()
    for change in changes:
        change.make(project)
    assert project.build(*WHOLE) == [rule for rule in EVERY if any(rule in change.rules for change in changes)]
    for change in changes if len(changes) > 1 else ():
        file = getattr(change.make, "file", TOUCHED.get(change.make))
        if file and file not in before:
            read = readers(project, file)
            assert read <= {*change.rules} and {*change.rules[:1]} <= read, change.name
    changed = project.changed(before)
    patterns = {name for change in changes if change.outputs is not None for name in ("manifest.json", *change.outputs)}
    unexpected = {name for name in changed if not any(fnmatch(name, pattern) for pattern in patterns)}
    assert unexpected == set()
    unchanged = {pattern for pattern in patterns if not any(fnmatch(name, pattern) for name in changed)}
    assert unchanged == set()


def test_an_edit_is_built_whatever_its_time(project):
    """With as many bytes as before. In the future lies everything, as after a clock that was wrong."""
    edited, words = project / "templates/nb/sjekkliste.yaml", ["Sjekkliste", "Huskeliste", "Sjekkliste", "Huskeliste"]
    page = "results/2020/ut/sjekkliste/index.html"
    sign_other_wording(project.root, "templates/nb/sjekkliste.yaml", *words[:2])
    assert project.build(page) == ["checklist"] and project.build(page) == []
    for moment, old, new in zip((16 * 10**17, edited.stat().st_mtime_ns, 4 * 10**18), words, words[1:], strict=False):
        if new == words[-1]:
            for path in project.root.rglob("*"):
                os.utime(path, ns=(moment, moment), follow_symlinks=False)
            assert project.build(page) == []
        project.edit("templates/nb/sjekkliste.yaml", lambda text, old=old, new=new: text.replace(old, new, 1))
        os.utime(edited, ns=(moment, moment))
        assert project.build(page) == ["checklist"]
        assert new in (project / page).read_text(encoding="utf-8")


def test_what_was_altered_is_named_made_anew_and_never_certified(project):
    """Every kind at once, and what is kept between builds with it. One digest is put right in what was recorded."""
    before, kept = project.digests(), project / "results/.lager"
    table = "results/2020/ut/utdata/tabeller/instanser_p2020.csv"
    cut_off(PDF)(project)
    replace(PAGE, "32\u00a0av\u00a043", "41\u00a0av\u00a043")(project)
    replace(table, "42", "41")(project)
    replace("results/2020/ut/utdata/samarbeid.csv", ",42,43,", ",41,43,")(project)
    replace("results/2020/manifest.json", before[PAGE], project.digests()[PAGE])(project)
    (project / "results/2020/inndata/samarbeid_p2016.csv").unlink()
    replace(f".snakemake/krisestat/{table}.json", before[table], project.digests()[table])(project)
    for folder in ("avtalerapporter", "tegninger", "gyldig"):
        path = min((kept / folder).iterdir())
        path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(Problems, match="endret for hånd"):
        verify.run("2020", project.root)
    told = project.snakemake("--forcerun", "reports", "draw", "checklist", "--", *WHOLE).stderr
    for file, what in {
        **{PDF: "endret", PAGE: "endret", "results/2020/ut/utdata/samarbeid.csv": "endret"},
        "results/2020/inndata/samarbeid_p2016.csv": "borte",
        table: "det som er registrert om filen, er endret",
    }.items():
        assert f"  {file}: {what}\n" in told
    assert told.count("Det som lå i lageret, er skadet og lages på nytt") == 2
    assert project.digests() == before and project.build(*WHOLE) == []
    assert verify.run("2020", project.root).endswith("filer er slik de ble bygget.")


def test_another_year_leaves_this_one_alone_and_needs_no_edit_of_code_or_text(project):
    before = project.digests()
    assert project.build("--config", "aar=2019") == ALL
    page = (project / "results/2019/ut/publikasjon/index.html").read_text(encoding="utf-8")
    assert "2019" in re.search(r"<title>(.*?)</title>", page).group(1)
    assert project.digests() == before
    assert project.build() == []


def test_a_clone_with_restored_results_ends_the_same(with_reports, tmp_path):
    """Results from elsewhere without Snakemake's own memory: whatever runs, what comes out is the same."""
    clone = copy_project(tmp_path / "klone")
    shutil.copytree(with_reports / "results", clone / "results")
    clone.build(*WHOLE)
    assert clone.digests() == with_reports.digests()


def test_a_commit_is_in_the_next_manifest(project):
    commit(project.root)
    project.edit("config.yaml", lambda text: f"{text}# en kommentar\n")
    assert project.build() == ["manifest"]
    text = (project / "results/2020/manifest.json").read_text(encoding="utf-8")
    assert re.search(r'"commit": "[0-9a-f]{40}",\s+"ren": false', text)
