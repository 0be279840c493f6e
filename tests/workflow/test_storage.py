"""What is built out of a store, without a folder that all machines see, as docs/klynge.md has it: the same bytes there
as in a folder. The store is a folder, through Snakemake's plugin for the file system. Needs `make setup-klynge`."""

import shutil
import subprocess

import pytest

from tests.support.project import PROJECT
from tests.support.signed import sign_other_wording
from tests.support.workflow import copy_project

PYTHON = PROJECT / ".venv-klynge" / "bin" / "python"
pytestmark = [
    pytest.mark.workflow,
    pytest.mark.skipif(not PYTHON.exists(), reason="mangler .venv-klynge: «make setup-klynge»"),
    pytest.mark.skipif(not shutil.which("rsync"), reason="mangler rsync: «sudo apt-get install rsync»"),
]
# Two ways through the stages: raw files with their origin, pages, PDFs, files for download.
TARGETS = ["sjekkliste", "results/2020/ut/datapackage.json"]


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A store with the project's files, and a working folder that lies where Snakemake has its copies of them."""
    folder = tmp_path_factory.mktemp("lager")
    store = copy_project(folder / "lager")
    work = folder / "arbeid" / "fs" / str(store.root).removeprefix("/")
    work.mkdir(parents=True)
    fetch = ["rsync", "-a", "--exclude=results", "--exclude=logs", f"{store.root}/", f"{work}/"]
    command = [
        *(PYTHON, "-m", "snakemake", "--cores", "2", "--keep-storage-local-copies"),
        *("--default-storage-provider", "fs", "--default-storage-prefix", store.root),
        *("--local-storage-prefix", folder / "arbeid"),
        *("--shared-fs-usage", "persistence", "software-deployment", "sources", "source-cache"),
        *("--", *TARGETS),
    ]
    env = {"PATH": f"{PYTHON.parent}:/usr/bin:/bin", "HOME": str(folder)}

    def build() -> str:
        subprocess.run(fetch, check=True)
        done = subprocess.run([str(c) for c in command], cwd=work, env=env, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stderr

    build()
    return store, build


def test_the_store_has_the_same_bytes_as_a_folder(stored, built):
    made = stored[0].digests()
    there = built.digests()
    assert len(made) > 60 and made.items() <= there.items()
    assert {name for name in there if "/ut/sjekkliste/" in name or "/ut/nedlasting/" in name} <= made.keys()


def test_nothing_is_left_to_do_until_the_store_changes(stored):
    store, build = stored
    assert "Nothing to be done" in build()
    sign_other_wording(store.root, "templates/nb/sjekkliste.yaml", "Sjekkliste", "Huskeliste")
    build()
    before = store.digests()
    store.edit("templates/nb/sjekkliste.yaml", lambda text: text.replace("Sjekkliste", "Huskeliste", 1))
    told = build()
    assert "rule checklist:" in told and "rule clean:" not in told
    after = store.digests()
    changed = {name for name in before if before[name] != after[name]}
    assert changed and all("/sjekkliste/" in name or "/trykk/" in name for name in changed)
