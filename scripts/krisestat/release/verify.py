"""Holds a results folder against its manifest: files changed by hand, missing, or not from the build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList
from krisestat.base.layout import CONFIG, RESULTS, is_part, lying, strangers
from krisestat.base.records import read
from krisestat.base.yaml_files import load_yaml
from krisestat.model.config import edition_name, load_config, settings_of
from krisestat.release.manifest import NAME, digest, not_built, read_manifest


def differences(
    manifest: Mapping[str, Any], found: Mapping[str, str], recorded: Mapping[str, str], folder: str
) -> ProblemList:
    """A problem for each output that is not as the manifest says.

    Parameters: `manifest`, as read; `found`, sha256 by path in the folder, of all that lies there but the manifest, «»
    of what is no file; `recorded`, the sha256 that the rule recorded when it last wrote each of them, «» when it is not
    known; `folder`, what it is called in the problems.
    """
    problems = ProblemList()
    made = {entry["fil"]: entry for entry in manifest["utdata"]}
    for place, count in strangers(found, made).items():
        problems.add(f"{folder}/{place}", "", not_built(count), "bare filene i manifestet", "Flytt eller slett det.")
    for file in sorted(made):
        place, fix = f"{folder}/{file}", "Bygg på nytt: da lages filen på nytt. Rett kilden, ikke resultatet."
        if file not in found:
            written = f"filen som regelen «{made[file]['regel']}» skrev ({made[file]['byte']} byte)"
            problems.add(place, "", "filen finnes ikke", written, fix)
        elif {found[file], recorded.get(file) or found[file]} != {expected := made[file]["sha256"]}:
            what = f"kontrollsum {found[file][:12]}…" if found[file] else "en lenke, eller noe annet som ikke er en fil"
            if found[file] == recorded.get(file):
                what, fix = f"laget på nytt etter at manifestet ble skrevet: {what}", "Bygg ferdig: «make publication»."
            else:
                what = f"ikke slik den ble bygget: {what}"
            problems.add(place, "", what, f"{expected[:12]}…, slik regelen «{made[file]['regel']}» skrev det", fix)
    return problems


@dataclass(frozen=True)
class Standing:
    """How an edition's results stand: `folder`, theirs; `manifest`; `count`, how many outputs lie there; `outputs`, the
    problems of those that are not as they were built; `inputs`, those that have changed since."""

    folder: str
    manifest: Mapping[str, Any]
    count: int
    outputs: ProblemList
    inputs: list[str]

    def problems(self) -> ProblemList:
        """Of outputs and inputs."""
        found = ProblemList()
        found.problems += self.outputs.problems
        for file in self.inputs:
            found.add(file, "", "endret siden bygget", "filen som utgaven er bygget av", "Bygg på nytt med den.")
        return found


def misnamed(name: str, names: Iterable[str], folder: str) -> ProblemList:
    """The problem of an edition that lies under the name of another. Parameters: `name`, of its folder; `names`, what
    it may be called; `folder`, what the folder is called in the problem."""
    problems, called = ProblemList(), sorted(names)
    if name not in called:
        fix = "Flytt mappen til sitt navn, eller bygg på nytt."
        problems.add(f"{folder}/{NAME}", "", f"utgaven {' eller '.join(called)}", f"{name}, som mappen heter", fix)
    return problems


def standing(name: str, root: Path) -> Standing:
    """Hold the results of an edition against their manifest. Parameters and errors of the manifest: as `run`."""
    folder = f"{RESULTS}/{name}"
    manifest = read_manifest(root / folder / NAME, root)
    own, file = (load_yaml(one / CONFIG)[0] if (one / CONFIG).is_file() else {} for one in (root / folder, root))
    said = settings_of(name)
    spraak = own.get("spraak", said.get("spraak", file.get("spraak")))
    publication = own.get("publikasjon", {}).get("id", said.get("publikasjon", ""))
    edition = {"aar": manifest["aar"], "spraak": spraak, "publikasjon": {"id": publication}}
    misnamed(name, {edition_name(edition, main) for main in ([file] if file else [edition, {}])}, folder).raise_if_any()
    named = {entry["fil"] for entry in manifest["utdata"]}
    found = {
        name: digest(path.read_bytes()) if path.is_file() and not path.is_symlink() else ""
        for name, path in lying(root / folder).items()
        if name != NAME and (is_part(name) or name in named)
    }
    inputs = {entry["fil"]: entry["sha256"] for entry in manifest["inndata"]}
    now = {file: digest((root / file).read_bytes()) for file in inputs if (root / file).is_file()}
    recorded = {file: read(f"{folder}/{file}", root).get("sha256", "") for file in found}
    outputs, place = differences(manifest, found, recorded, folder), f"{folder}/{NAME}"
    if read(place, root).get("sha256") not in (None, digest((root / place).read_bytes())):
        wanted, fix = "manifestet slik det ble skrevet", "Bygg på nytt: da lages det på nytt."
        outputs.add(place, "", "ikke slik det ble bygget", wanted, fix)
    return Standing(folder, manifest, len(found), outputs, [file for file in inputs if now.get(file) != inputs[file]])


def run(name: str, root: Path) -> str:
    """Verify the results of one edition.

    Parameters: `name`, the edition's, that of `config.yaml` when «»; `root`, the project's folder. Returns a
    Norwegian text that says that all is well, and which inputs have changed since. Raises `Problems` with every output
    that is not as it was built, and then with the changed inputs too.
    """
    found = standing(name or load_config(root / "config.yaml", root)["publikasjon"]["utgave"], root)
    if found.outputs.problems:
        found.problems().raise_if_any()
    text = f"{found.folder}: alle {found.count} filer er slik de ble bygget."
    if found.inputs:
        text += f"\nEndret siden bygget, og ikke med i det: {', '.join(found.inputs)}. «make publication» tar det med."
    return text
