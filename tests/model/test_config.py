"""The configuration is strict: unknown keys, wrong types and YAML's traps are told all at once, with their lines."""

from pathlib import Path

import pytest

from krisestat.base.errors import Problems
from krisestat.model.config import config_text, load_config, merge, period, settings_of, years
from tests.support.project import PROJECT

TEXT = (PROJECT / "config.yaml").read_text(encoding="utf-8")


def problems(tmp_path: Path, text: str, **overrides) -> list:
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as error:
        load_config(tmp_path / "config.yaml", PROJECT, overrides)
    return error.value.problems


def test_the_projects_own_configuration_is_valid_and_survives_being_written(tmp_path):
    config = load_config(PROJECT / "config.yaml", PROJECT)
    (tmp_path / "config.yaml").write_text(config_text(config), encoding="utf-8")
    assert load_config(tmp_path / "config.yaml", PROJECT) == config
    assert (years(config), period(config)) == ([2015, 2016, 2017, 2018, 2019, 2020], "p2015-2020")


def test_all_faults_come_at_once_with_their_lines(tmp_path):
    text = TEXT.replace("hovedpunkter:", "hovdpunkter:").replace("lenke: https", "lenke: http")
    found = problems(tmp_path, text.replace("foerste_aar: 2015", "foerste_aar: 1700"))
    assert {p.sted.split(",")[-1].strip() for p in found} >= {
        "nøkkelen «foerste_aar»",
        "nøkkelen «publikasjon.lisens.lenke»",
    }
    assert any("mente du «hovedpunkter»?" in p.fant for p in found)
    assert any(p.fant == "ingen nøkkel «hovedpunkter»" for p in found)
    assert all(p.sted.startswith("linje ") for p in found)


@pytest.mark.parametrize("word", ["NO", "no", "On", "yes"])
def test_yamls_words_for_true_and_false_are_explained(tmp_path, word):
    (found,) = problems(tmp_path, TEXT.replace("spraak: nb", f"spraak: {word}"))
    assert f"{word} uten anførselstegn, som YAML leser som" in found.fant
    assert "en av nb" in found.ventet


def test_a_trap_in_a_text_is_answered_with_quotation_marks(tmp_path):
    (found,) = problems(tmp_path, TEXT.replace("nb: Krisestat (eksempelutgave)", "nb: No"))
    assert found.tiltak == 'Skriv "No" i anførselstegn.'


def test_a_phone_number_without_quotation_marks_is_refused(tmp_path):
    (found,) = problems(tmp_path, TEXT.replace('politi_nod: "112"', "politi_nod: 112"))
    assert "anførselstegn" in found.ventet


def test_a_key_that_stands_twice_is_refused(tmp_path):
    (found,) = problems(tmp_path, TEXT + "\naar: 2021\n")
    assert "en gang til" in found.fant


def test_what_the_command_line_adds_is_checked_too(tmp_path):
    (found,) = problems(tmp_path, TEXT, aarr=2019)
    assert "mente du «aar»?" in found.fant
    (found,) = problems(tmp_path, TEXT, aar=2014)
    assert "foerste_aar 2015 etter aar 2014" in found.fant


@pytest.mark.parametrize("text", ["aar: [", "aar: 2020\n\tb: 1", "&a [*a", ""])
def test_what_is_not_yaml_or_is_empty_is_refused_without_a_traceback(tmp_path, text):
    assert problems(tmp_path, text)


@pytest.mark.parametrize("day", ["2026-13-01", "1. desember", "2026-12"])
def test_the_day_that_an_edition_goes_out_is_a_day(tmp_path, day):
    (found,) = problems(tmp_path, TEXT.replace("  sist_oppdatert:", f"  publiseres: {day}\n  sist_oppdatert:"))
    assert (found.fil, day in found.fant) == ("config.yaml", True) and "publiseres" in found.sted


def test_merging_goes_level_by_level():
    assert merge({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 4}}) == {"a": {"b": 4, "c": 2}, "d": 3}


def test_texts_may_be_given_in_both_written_standards(tmp_path):
    """The configuration that the stages get has the edition's own; another shape is a fault."""
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": "nn"})
    assert config["publikasjon"]["tittel"].startswith("Samarbeidet mellom krisesentertilboda")
    assert "krisesentertilbud" not in str(config["publikasjon"]["tittel"]).lower()
    assert config["publikasjon"]["utgave"] == "2020-nn", "the standard that the file names is the main one"
    text = (PROJECT / "config.yaml").read_text(encoding="utf-8").replace("    nn: Samarbeidet", "    en: Samarbeidet")
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match=r"den ukjente nøkkelen «publikasjon\.tittel\.en»") as error:
        load_config(tmp_path / "config.yaml", PROJECT)
    assert "ingen nøkkel «nn»" in str(error.value)


@pytest.mark.parametrize(
    ("year", "found", "fix"),
    [
        ("2020.0", "«2020.0»", "Rett verdien."),
        ('"2020"', "teksten «2020»", "Ta bort anførselstegnene."),
        ("0", "«0»", "Rett verdien."),
        ('!!int "x"', "en merkelapp (!navn)", "Se etter innrykk"),
        ("9" * 5000, "noe som ikke er gyldig YAML", "Se etter innrykk"),
    ],
)
def test_a_year_is_a_whole_number_and_nothing_that_looks_like_it(tmp_path, year, found, fix):
    (problem, *_) = problems(tmp_path, TEXT.replace("aar: 2020 ", f"aar: {year} ", 1))
    assert found in problem.fant and problem.tiltak.startswith(fix)


def test_what_cannot_be_read_is_told_in_five_parts(tmp_path):
    (tmp_path / "config.yaml").mkdir()
    with pytest.raises(Problems, match="en mappe, ikke en fil"):
        load_config(tmp_path / "config.yaml", PROJECT)


def test_another_publication_is_declared_and_its_editions_have_its_name(tmp_path):
    config = load_config(PROJECT / "config.yaml", PROJECT, {"publikasjon": "beboere", "aar": 2023, "spraak": "nn"})
    assert (config["kapitler"], config["foerste_aar"]) == (["beboere_landet", "barn"], 2016)
    assert config["publikasjon"]["utgave"] == "beboere-2023-nn" and "publikasjoner" not in config
    assert settings_of("beboere-2023-nn") == {"publikasjon": "beboere", "aar": 2023, "spraak": "nn"}
    (found,) = problems(tmp_path, TEXT, publikasjon="bebuarar")
    assert "som ikke er erklært" in found.fant and "en av beboere" in found.ventet
    (found,) = problems(tmp_path, TEXT.replace("maalformer: [nb, nn]", "maalformer: [nn]", 1))
    assert found.fant == "målformen «nb»"
