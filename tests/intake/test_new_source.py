"""`make ny-kilde`: a new file is recognised, its drafts can never build, and what a person must decide is listed."""

import csv
import shutil
from pathlib import Path

import pytest
import yaml

from krisestat.base.errors import Problems
from krisestat.intake.new_source import match, run

DRAFT = "data/raw/codebooks/samarbeid_p2021.utkast.csv"
MANIFEST = "data/raw/2021/kilde.utkast.yaml"


def take_in(workspace, name: str) -> str:
    file = workspace / f"mottatt/{name}"
    file.parent.mkdir(exist_ok=True)
    shutil.copyfile(next((workspace / "data/raw" / name[:4]).glob("samarbeid_*")), file)
    return run(file, 2021, workspace.root)


def keys(workspace) -> dict:
    return yaml.safe_load((workspace / MANIFEST).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["2020 svar.csv", "2018 (1).CSV", "2015 Svar æøå.dat", "2019.sav"])
def test_each_format_is_recognised_by_its_content(workspace, name):
    year = name[:4]
    take_in(workspace, name)
    declared = yaml.safe_load((workspace / f"data/raw/{year}/kilde.yaml").read_text(encoding="utf-8"))
    told = keys(workspace)
    # The header rows of 2015 are not those of 2020, so its draft leaves them to be decided.
    for key in {"format", "tegnsett", "skilletegn", "ark", "sha256"} & set(declared):
        assert told[key] == declared[key], key
    raw = workspace / f"data/raw/2021/samarbeid_p2021.{declared['format']}"
    assert raw.read_bytes() == next((workspace / f"data/raw/{year}").glob("samarbeid_*")).read_bytes()


def test_the_same_columns_are_taken_over_and_only_facts_about_the_delivery_are_open(workspace):
    text = take_in(workspace, "2020.csv")
    with (workspace / DRAFT).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    with (workspace / "data/raw/codebooks/samarbeid_p2020.csv").open(encoding="utf-8", newline="") as handle:
        assert [{k: v for k, v in r.items() if k != "maa_avgjores"} for r in rows] == list(csv.DictReader(handle))
    assert not any(r["maa_avgjores"] for r in rows)
    assert "Avgjør i data/raw/2021/kilde.utkast.yaml" in text and "opphav" in text
    assert DRAFT + ":" not in text


def test_a_renamed_a_new_and_a_missing_column_are_left_to_a_person(workspace):
    workspace.edit(
        "data/raw/2020/samarbeid_p2020.csv",
        lambda t: t.replace(",kv_politi,", ",kv_politiet,").replace(",kv_barnehus,", ",helt_noe_annet,"),
        "utf-8-sig",
    )
    text = take_in(workspace, "2020.csv")
    with (workspace / DRAFT).open(encoding="utf-8", newline="") as handle:
        rows = {r["kolonne"]: r for r in csv.DictReader(handle)}
    assert rows["kv_politiet"]["instans"] == "politi"
    assert rows["kv_politiet"]["maa_avgjores"].startswith("ligner «kv_politi» i fjor (")
    assert rows["helt_noe_annet"]["maa_avgjores"] and not rows["helt_noe_annet"]["variabel"]
    assert "kolonnen «kv_barnehus» fra 2020 er ikke i filen" in text


def test_unknown_centres_and_answers_are_listed(workspace):
    workspace.edit(
        "data/raw/2020/samarbeid_p2020.csv",
        lambda t: t.replace("Senter 04,Ja,", "Senter fire,JA,"),
        "utf-8-sig",
    )
    text = take_in(workspace, "2020.csv")
    assert "senteret «Senter fire» står ikke i registeret for 2021" in text
    assert "svaret «JA» står ikke i svarkoder.csv for 2021 (kolonnen kv_har_tilbud)" in text


@pytest.mark.parametrize("renamed", [False, True])
def test_a_draft_never_builds(workspace, renamed):
    take_in(workspace, "2020.csv")
    if renamed:
        (workspace / MANIFEST).rename(workspace / "data/raw/2021/kilde.yaml")
        (workspace / DRAFT).rename(workspace / "data/raw/codebooks/samarbeid_p2021.csv")
    assert workspace.clean([2021])
    if renamed:
        assert "maa_avgjores" in workspace.clean([2021])


def test_the_decided_drafts_build(workspace):
    take_in(workspace, "2020.csv")
    told = keys(workspace)
    del told["maa_avgjores"]
    told |= {"opphav": "rekonstruert", "om": "institusjon"}
    (workspace / "data/raw/2021/kilde.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    (workspace / MANIFEST).unlink()
    text = (workspace / DRAFT).read_text(encoding="utf-8").replace(",maa_avgjores\n", "\n").replace(",\n", "\n")
    (workspace / "data/raw/codebooks/samarbeid_p2021.csv").write_text(text, encoding="utf-8")
    (workspace / DRAFT).unlink()
    workspace.register("2021")
    received = ("samarbeid_p2021", "kostra_p2017-2019", "personer_p2019-2020")
    given = {
        "svar": [Path("results/klargjort/samarbeid_p2021.csv")],
        "inndata": [Path(f"results/inndata/{name}.csv") for name in received],
    }
    assert workspace.clean([2021], **given) == ""


def test_nothing_is_overwritten_and_nothing_is_written_for_a_file_that_cannot_be_read(workspace):
    file = workspace / "svar.pdf"
    file.write_bytes(b"%PDF-1.7")
    with pytest.raises(Problems, match="en PDF-fil"):
        run(file, 2021, workspace.root)
    assert not (workspace / "data/raw/2021").exists()
    take_in(workspace, "2020.csv")
    with pytest.raises(Problems, match="allerede tatt inn"):
        take_in(workspace, "2020.csv")
    with pytest.raises(Problems, match="allerede tatt inn"):
        run(workspace / "mottatt/2020.csv", 2020, workspace.root)


def test_two_columns_never_take_the_same_meaning_by_likeness():
    columns = ("kolonne", "variabel", "tilbud", "instans", "samarbeidsform")
    rows = [("nav_kvinner", "samarbeid", "kvinner", "nav", ""), ("nav_menn", "samarbeid", "menn", "nav", "")]
    before = [dict(zip(columns, row, strict=True)) for row in rows]
    rows, gone = match(["nav_kvinne", "nav_kvinnene"], before)
    assert [r["tilbud"] for r in rows] == ["kvinner", ""]
    assert gone == ["nav_menn"]
