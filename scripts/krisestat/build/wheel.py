"""Where in the year's wheel the repository is, and what is next: `make neste`. The reasons are in docs/aarshjul.md.

What is done is seen in the files, and nothing is kept of how far somebody has come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from krisestat.agreements.lists import READERS
from krisestat.base.errors import Problems
from krisestat.base.layout import CONFIG, RESULTS
from krisestat.base.yaml_files import load_yaml
from krisestat.intake.sources import DRAFT, OPEN, RAW, SURVEY, load_source
from krisestat.model.config import edition_name, load_config
from krisestat.model.load import load_model
from krisestat.model.register import REGISTER
from krisestat.model.signatures import FILE, Signatures, load_signatures, received
from krisestat.release import history, publish, verify
from krisestat.release.manifest import NAME
from krisestat.release.published import CORRECTIONS, EDITIONS
from krisestat.statements.signing import Edition, hold
from krisestat.statements.sources import units_of

_ACCESSIBILITY = "data/tilgjengelighet.yaml"
# More than this at a time, nobody does.
_SHOWN = 3


@dataclass(frozen=True)
class Wheel:
    """A repository in its year: its folder, what `config.yaml` says, and the `aar` that is worked on."""

    root: Path
    config: Mapping[str, Any]
    aar: int

    @cached_property
    def names(self) -> dict[str, str]:
        """The editions of the year, each with its written standard, the main one first."""
        main = self.config["spraak"]
        standards = sorted(self.config.get("maalformer", [main]), key=lambda one: one != main)
        said = [{**self.config, "aar": self.aar, "spraak": one} for one in standards]
        return {edition_name(one, self.config): one["spraak"] for one in said}

    @cached_property
    def before(self) -> str:
        """The last edition of an earlier year that is frozen, in the main standard; «» when none is."""
        found = [one.parent.name for one in sorted((self.root / EDITIONS).glob(f"20[0-9][0-9]/{NAME}"))]
        return max((name for name in found if int(name) < self.aar), default="")

    @cached_property
    def asks(self) -> bool:
        """Whether the numbers are counted of answers to the yearly survey, and not taken from tables alone."""
        return SURVEY in load_model(self.config["kapitler"], READERS, self.root).kilder

    def received(self) -> list[str]:
        """The year's answers are taken in."""
        if not self.asks:
            return []
        folder, register = RAW / str(self.aar), f'make mottak AAR={self.aar} MOTTATT=… AV="…"'
        draft, manifest = folder / DRAFT, folder / "kilde.yaml"
        if (self.root / draft).is_file():
            count = len(_said(self.root / draft).get(OPEN) or ())
            asked = f"Avgjør det som står under «{OPEN}» i {draft} ({count}), og slett hver linje som er avgjort."
            return [asked, register] if count else [register]
        if not (self.root / manifest).is_file():
            return [f"make ny-kilde FIL=… AAR={self.aar}"]
        try:
            load_source(manifest, self.root)
        except Problems:
            return [register]
        return []

    def year_set(self) -> list[str]:
        """The settings are of the year, and what grows old was looked up since the last edition."""
        found = []
        if self.config["aar"] < self.aar:
            found.append(f"Skriv «aar: {self.aar}» i config.yaml.")
        if not self.before:
            return found
        old = _said(self.root / EDITIONS / self.before / CONFIG)
        for keys, why in (
            (("publikasjon", "sist_oppdatert"), "dagen utgaven er oppdatert"),
            (("publikasjon", "neste_oppdatering"), "når neste utgave kommer"),
            (("hjelp", "kontrollert"), "dagen du slo opp hjelpetelefonene"),
        ):
            was, is_now = (one.get(keys[0], {}).get(keys[1]) for one in (old, self.config))
            if is_now is not None and str(was) == str(is_now):
                found.append(f"Skriv {why} i config.yaml, «{': '.join(keys)}»: {is_now} er fra {self.before}.")
        path, last = self.root / _ACCESSIBILITY, str(old.get("publikasjon", {}).get("sist_oppdatert", ""))
        if path.is_file() and str(_said(path).get("vurdert", "")) <= last:
            found.append(f"Vurder tilgjengeligheten på nytt, og skriv det i {_ACCESSIBILITY}.")
        return found

    def registers(self) -> list[str]:
        """The lists that say until when they hold, hold for the year."""
        found = []
        for path in sorted((self.root / REGISTER).glob("*-kilde.yaml")):
            said = _said(path)
            if (until := str(said.get("gjelder_til") or "9999")) < f"{self.aar}-12-31":
                files = " og ".join(said.get("filer", ()))
                at = f"{path.relative_to(self.root)} sier at den gjelder til {until}"
                found.append(f"Oppdater {files} for {self.aar}, og skriv ny «gjelder_til» ({at}).")
        return found

    def signed(self) -> list[str]:
        """Somebody stands for every text of the edition whose turn it is."""
        register, name = load_signatures(self.root / FILE, self.root) or Signatures(), self.turn[0]
        said = {"aar": self.aar, "spraak": self.names[name]}
        config = load_config(self.root / "config.yaml", self.root, said)
        units = units_of(self.root, self.root / "templates", config)
        barred = register.eksempel if received(self.root, name) else ()
        left = sum(one.entry is None for one in hold(units, register, Edition.of(config), barred=barred))
        texts = f"{left} {'tekst' if left == 1 else 'tekster'}"
        return [f"make signer AAR={name}   ({texts} uten signatur)"] if left else []

    def published(self) -> list[str]:
        """Each edition is built, looked at, frozen and committed, one at a time."""
        return [self.turn[1], self.around()[-1]] if self.turn[1] else []

    @cached_property
    def turn(self) -> tuple[str, str]:
        """The first edition of the year that is not published as it is now, and what is next for it; the last and «»
        when all are."""
        for name in self.names:
            made, kept = (self.root / folder / name / NAME for folder in (RESULTS, EDITIONS))
            if not made.is_file():
                if not kept.is_file():
                    return name, publish.build_command(name, self.root)
            elif not kept.is_file() or made.read_bytes() != kept.read_bytes():
                return name, publish.next_command(name, self.root)
            elif self._changed(name):
                return name, publish.build_command(name, self.root)
            elif any(file.startswith(f"{EDITIONS}/{name}/") for file in history.uncommitted(self.root) or ()):
                return name, f"git add {EDITIONS}/{name} && git commit"
        return name, ""

    def _changed(self, name: str) -> bool:
        """Whether what a frozen edition is built of has changed, and it is being corrected.

        What was signed or frozen of others since is no correction.
        """
        inputs = verify.standing(name, self.root).inputs
        return any(file != str(FILE) and not file.startswith(f"{EDITIONS}/") for file in inputs)

    def around(self) -> list[str]:
        """All is done: what comes after."""
        then, tables = self.aar + 1, "legg dem i tabellene i data/raw/, registrer dem (make mottak AAR=…)"
        more = f"make ny-kilde FIL=… AAR={then}" if self.asks else f"{tables}, og skriv «aar: {then}» i config.yaml"
        return [
            "make nettsted DAG=…   (nettstedet av de frosne utgavene, docs/publisere.md)",
            f"Er et publisert tall galt: rett dataene, og forklar det i {CORRECTIONS}.",
            f"Når tallene for {then} kommer: {more}",
        ]


def _said(path: Path) -> Mapping[str, Any]:
    """What a YAML file says by its keys; nothing where it has none. Raises `Problems` if it cannot be read."""
    data, _ = load_yaml(path)
    return data if isinstance(data, Mapping) else {}


# By number in docs/aarshjul.md: the heading there, and what finds what is left of it.
STEPS: tuple[tuple[str, Callable[[Wheel], list[str]]], ...] = (
    ("Ta imot svarene", Wheel.received),
    ("Sett året", Wheel.year_set),
    ("Oppdater registrene", Wheel.registers),
    ("Signer teksten", Wheel.signed),
    ("Bygg, les og publiser", Wheel.published),
    ("Etterpå", Wheel.around),
)


def wheel_of(root: Path) -> Wheel:
    """The repository in the year that is worked on: the newest that answers came for, or that of `config.yaml`.

    Parameters: `root`, the project's folder. Raises `Problems` if the settings are wrong.
    """
    config = load_config(root / "config.yaml", root)
    received = [int(path.name) for path in (root / RAW).glob("20[0-9][0-9]") if path.is_dir()]
    return Wheel(root, config, max([config["aar"], *received]))


def run(root: Path) -> str:
    """Where one is, and the next one to three things to do, each with its command.

    Parameters: `root`, the project's folder. Raises `Problems` if what says so cannot be read.
    """
    wheel = wheel_of(root)
    number, left = next((n, left) for n, (_, find) in enumerate(STEPS, 1) if (left := find(wheel)))
    done, title = STEPS[: number - 1], STEPS[number - 1][0]
    lines = [f"{wheel.aar}, steg {number} av {len(STEPS)}: {title}"]
    lines += [f"Gjort: {', '.join(name for name, _ in done)}."] if done else []
    lines += ["Neste:", *(f"  {one}" for one in left[:_SHOWN])]
    lines += [f"  … og {len(left) - _SHOWN} til."] if len(left) > _SHOWN else []
    return "\n".join([*lines, f"Hvorfor: docs/aarshjul.md, punkt {number}."])
