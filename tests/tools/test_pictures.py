"""The pictures in the README: they are there, small, and made by a command that tells what it lacks."""

import os
import re
import subprocess
import sys

import pytest
from PIL import Image

from krisestat.base.errors import Problems
from tests.support.project import PROJECT
from tools import bilder

NAMES = {f"{name}.png" for name in (*bilder.LOOKS, *(name for name, _ in bilder.PRINTED))}


def test_every_picture_is_in_the_readme_and_small():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in bilder.FOLDER.glob("*.png")} == NAMES
    assert set(re.findall(r'(?:\(|src=")docs/bilder/([\w-]+\.png)', text)) == NAMES
    assert all(path.stat().st_size <= bilder.LARGEST for path in bilder.FOLDER.iterdir())


def test_an_edition_that_is_not_built_is_told(tmp_path):
    with pytest.raises(Problems, match=r"index\.html[\s\S]*publikasjon\.pdf"):
        bilder.run(tmp_path / "results", tmp_path / "bilder")
    assert not (tmp_path / "bilder").exists()


@pytest.mark.browser
def test_pictures_show_the_page_and_the_pdf(trykt, tmp_path):
    results = tmp_path / "results" / "ut" / "publikasjon"
    results.mkdir(parents=True)
    (results / "index.html").write_bytes(trykt.side.read_bytes())
    (results / "publikasjon.pdf").write_bytes(trykt.pdf.read_bytes())
    # In a process of its own: playwright runs once in each, and the run of tests may have a browser open.
    program = (
        "import sys; from pathlib import Path; from tools import bilder; print(bilder.run(*map(Path, sys.argv[1:])))"
    )
    command = [sys.executable, "-c", program, tmp_path / "results", tmp_path / "bilder"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(str(PROJECT / folder) for folder in ("scripts", "."))}
    told = subprocess.run(command, cwd=PROJECT, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert {line.split(" (")[0] for line in told.splitlines()} == {str(tmp_path / "bilder" / name) for name in NAMES}
    corners = {}
    for path in (tmp_path / "bilder").iterdir():
        with Image.open(path) as image:
            assert len(set(image.convert("L").tobytes())) > 20 and path.stat().st_size <= bilder.LARGEST
            corners[path.stem] = image.convert("L").getpixel((2, image.height - 2))
    assert corners["side-moerk"] < 40 < 240 < corners["side-bred"] and corners["pdf-omslag"] < 100
