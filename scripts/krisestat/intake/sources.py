"""Which raw files there are, and what came with each: `data/raw/<name>/kilde.yaml`.

Light enough for the Snakefile to call when it names the inputs of a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from krisestat.base.errors import ProblemList, Problems
from krisestat.base.yaml_files import check_schema, load_yaml

SCHEMA = Path("workflow/schemas/kilde.schema.yaml")
RAW = Path("data/raw")
# The source of answers whose files lie in a folder a year.
SURVEY = "samarbeid"
# The drafts of a year that is taken in, and the key that says what must be decided before they are more than that.
DRAFT, PROPOSED, OPEN = "kilde.utkast.yaml", "rettelser.utkast.yaml", "maa_avgjores"
# As in the schema: no folders, and no names that a shell or a web server could read otherwise.
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.(csv|xlsx|sav)")
# The largest survey that is foreseen is a tenth of this.
MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class Source:
    """A raw file as received: where it lies (`path`), how to read it, where it comes from (`opphav`), and what kind of
    thing it is about (`om`), which says how it is protected."""

    path: Path
    manifest: Path
    format: str
    encoding: str
    delimiter: str
    sheet: str
    header_rows: int
    sha256: str
    opphav: str
    aar: int | None
    om: str = ""

    @property
    def period(self) -> tuple[int, int] | None:
        """First and last year that the name of a finished table says: «_p2017-2019», «_p2020»; None where it says
        none."""
        named = re.search(r"_p(\d{4})(?:-(\d{4}))?$", self.path.stem)
        return (int(named[1]), int(named[2] or named[1])) if named else None


def load_source(manifest: Path, root: Path = Path()) -> Source:
    """Read one `kilde.yaml`.

    Parameters: `manifest`, its path; `root`, the project's folder. Raises `Problems` if it is missing or wrong, or if
    the raw file that it names is not there, is a link, or is far larger than a survey.
    """
    data, lines = load_yaml(root / manifest)
    check_schema(data, root / SCHEMA, str(manifest), lines)
    path = manifest.with_name(data["fil"])
    problems = ProblemList()
    for part in (path, manifest, manifest.parent):
        if (root / part).is_symlink():
            problems.add(
                part,
                "",
                "en lenke til et annet sted",
                "selve filen, slik at den følger med i lageret",
                "Legg en kopi av filen på plass i stedet for lenken.",
            )
    problems.raise_if_any()
    if not (root / path).is_file():
        problems.add(
            path,
            "",
            "filen finnes ikke",
            f"rådatafilen som {manifest} nevner",
            "Legg filen på plass, eller rett «fil:» i kilde.yaml.",
        )
    elif (size := (root / path).stat().st_size) > MAX_BYTES:
        problems.add(
            path,
            "",
            f"{size / 1e6:.0f} MB",
            f"høyst {MAX_BYTES // 1_000_000} MB",
            "Se om det er riktig fil, og be avsenderen om en fil med bare svarene.",
        )
    problems.raise_if_any()
    return Source(
        path=path,
        manifest=manifest,
        format=data["format"],
        encoding=data.get("tegnsett", ""),
        delimiter=data.get("skilletegn", ""),
        sheet=data.get("ark", ""),
        header_rows=data.get("overskriftsrader", 1),
        sha256=data["sha256"],
        opphav=data["opphav"],
        aar=data.get("aar"),
        om=data["om"],
    )


def load_sources(names: Iterable[object], root: Path = Path()) -> list[Source]:
    """The sources of the named folders of `data/raw`, in order. Raises `Problems` with the faults of all of them."""
    problems, sources = ProblemList(), []
    for name in names:
        folder = RAW / str(name)
        if not (root / folder).is_dir():
            found = sorted(p.name for p in (root / RAW).iterdir() if p.name.isdigit())
            problems.add(
                folder,
                "",
                f"ingen mappe for {name} (finnes: {', '.join(found)})",
                "rådata for hvert år fra «foerste_aar» til «aar» i config.yaml",
                f"Legg filen for {name} i {folder} sammen med kilde.yaml, eller endre årene i config.yaml.",
            )
            continue
        try:
            source = load_source(folder / "kilde.yaml", root)
        except Problems as error:
            problems.extend(error)
            continue
        if isinstance(name, int) and source.aar != name:
            problems.add(
                source.manifest,
                "nøkkelen «aar»",
                f"«{source.aar}»",
                f"{name}, som er mappens år",
                "Rett året i kilde.yaml, eller flytt filen til mappen for sitt år.",
            )
        sources.append(source)
    problems.raise_if_any()
    return sources


def raw_inputs(sources: Iterable[Source]) -> list[str]:
    """Paths of the raw files and their manifests, as inputs of a rule."""
    return [str(p) for s in sources for p in (s.path, s.manifest)]
