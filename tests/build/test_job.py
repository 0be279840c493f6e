"""What a build tells before it begins, and what a job tells on the terminal and in its log."""

import shutil
import subprocess
import sys

import pytest

from krisestat.base.errors import Problems
from krisestat.build.inventory import Inventory
from krisestat.build.rights import check_fonts, check_rights
from krisestat.figures.design import font_files
from tests.support.project import PROJECT


def test_what_is_gone_or_in_the_way_is_told_at_once(tmp_path):
    (tmp_path / "her.csv").touch()
    (tmp_path / "results/mappe.csv").mkdir(parents=True)
    check_rights(str(tmp_path), Inventory(["her.csv"], {"results/ny.csv": "clean"}))
    with pytest.raises(Problems) as error:
        check_rights(str(tmp_path), Inventory(["borte.csv", "her.csv"], {"results/mappe.csv": "clean"}))
    told = [(one.fil, one.fant) for one in error.value.problems]
    assert told == [("borte.csv", "filen finnes ikke"), ("results/mappe.csv", "en mappe")]


def test_a_font_that_is_damaged_is_told(tmp_path):
    fonts = PROJECT / "templates/fonts"
    check_fonts([str(fonts / file) for file in font_files()], fonts)
    for name in ("SourceSans3-It.ttf", "nett/SourceSans3-Regular.woff2"):
        shutil.copytree(fonts, tmp_path / "fonts", dirs_exist_ok=True)
        damaged = tmp_path / "fonts" / name
        data = bytearray(damaged.read_bytes())
        data[len(data) // 2] ^= 1
        damaged.write_bytes(data)
        with pytest.raises(Problems, match="en skriftfil som er skadet") as error:
            check_fonts([str(tmp_path / "fonts" / file) for file in font_files()], tmp_path / "fonts")
        assert [one.fil for one in error.value.problems] == [str(damaged)]
        damaged.write_bytes((fonts / name).read_bytes())


def test_a_job_tells_its_warnings_on_the_terminal_and_everything_in_its_log(tmp_path):
    code = (
        "import logging\nfrom types import SimpleNamespace\nfrom krisestat.build.job import job\n"
        "with job(SimpleNamespace(rule='clean', input={}, output={}, log=['logs/clean.log'])):\n"
        "    logging.getLogger('krisestat.a').info('7 filer lest')\n"
        "    logging.getLogger('krisestat.a').warning('se her')\n"
        "    logging.getLogger('annet').info('støy')\n"
    )
    env = {"PYTHONPATH": str(PROJECT / "scripts")}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "  clean: 7 filer lest\n  clean: ADVARSEL: se her\n")
    log = (tmp_path / "logs/clean.log").read_text(encoding="utf-8").splitlines()
    assert log == ["INFO krisestat.a: 7 filer lest", "WARNING krisestat.a: se her", "INFO annet: støy"]
