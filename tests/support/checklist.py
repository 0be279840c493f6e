"""The checklist's page and forms, made once for the tests that look at them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from krisestat.model.config import load_config
from tests.support.edition import FONTS
from tests.support.project import PROJECT
from tests.support.shared import once


@dataclass(frozen=True)
class Sjekklisten:
    """Where the files are."""

    folder: Path

    @property
    def side(self) -> Path:
        return self.folder / "index.html"

    @property
    def pdf(self) -> Path:
        return self.folder / "sjekkliste.pdf"

    @property
    def skjema(self) -> Path:
        return self.folder / "skjema.pdf"


def make(folder: Path, store: Path, root: Path = PROJECT, pdf: bool = False, **settings: Any) -> Sjekklisten:
    """Make the page and the forms into `folder`, and the PDFs if asked for. Parameters: `store`, for web fonts; `root`,
    the project's folder; `settings`, laid over `config.yaml`."""
    from krisestat.stages import checklist

    checklist.run(
        root=root,
        config=load_config(root / "config.yaml", root, settings),
        store=store,
        side=folder / "index.html",
        lesing=folder / "lesing.html",
        skjema=folder / "skjema.html",
        skjema_csv=folder / "skjema.csv",
        skjema_xlsx=folder / "skjema.xlsx",
        data=folder / "sjekkliste.json",
    )
    made = Sjekklisten(folder)
    if pdf:
        from krisestat.stages import forms

        forms.run(folder / "lesing.html", folder / "skjema.html", made.pdf, made.skjema, root / "templates" / "fonts")
    return made


@pytest.fixture(scope="session", name="lager")
def store_fixture() -> Path:
    """Web fonts."""
    return FONTS


@pytest.fixture(scope="session", name="sjekklisten")
def checklist_fixture(tmp_path_factory, lager) -> Sjekklisten:
    """The page and the forms for spreadsheets."""
    return Sjekklisten(once(tmp_path_factory, "sjekkliste", lambda folder: make(folder, lager)))


@pytest.fixture(scope="session", name="sjekklisten_pdf")
def checklist_pdf_fixture(tmp_path_factory, lager) -> Sjekklisten:
    """The same with both PDFs."""
    return Sjekklisten(once(tmp_path_factory, "sjekkliste-pdf", lambda folder: make(folder, lager, pdf=True)))
