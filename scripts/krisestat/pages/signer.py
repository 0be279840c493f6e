"""Signing: what nobody stands for yet, with what the reader of text says of it, and signatures for it.

Texts of result sections are signed one by one, each with a reason and for one edition; others all of a file at a time.
What the data contradicts is never signed. The signatures of the year before are offered with their reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.base.errors import Problem, ProblemList, Problems, nearest, shown
from krisestat.model.config import load_config, settings_of
from krisestat.model.signatures import FILE, LEAST, Signatures, load_signatures, reason, received, said, written
from krisestat.pages.trying import read_lines, rendered
from krisestat.statements.signing import Edition, Held, hold
from krisestat.statements.sources import units_of
from krisestat.statements.units import BY_ONE, LABEL, LOOKED_UP, Unit

_COLUMNS = ("setning", "grunn")


@dataclass(frozen=True)
class Signer:
    """Who signs, and how: `av`, `dato`; `slaatt_opp`, the day when values of the configuration were looked up; `grunn`,
    why. Each may be «»."""

    av: str
    dato: str
    grunn: str
    slaatt_opp: str


def run(
    name: str,
    fil: str | None,
    setning: str | None,
    liste: Path | None,
    av: str | None,
    dato: str | None,
    grunn: str | None,
    slaatt_opp: str | None,
    root: Path,
) -> str:
    """Show what is unsigned in an edition, or sign.

    Parameters: `name`, the edition's; what to show or sign: all of a file or folder (`fil`), of which what stands in
    result sections is only shown, one text by its hash (`setning`), or those of a table with tabs, `liste`, with the
    columns `setning` and `grunn`; nothing of these and a name, to be asked for each; `root`, the project's folder.
    Raises `Problems` for what cannot be signed.
    """
    config = load_config(root / "config.yaml", root, settings_of(name))
    register = load_signatures(root / FILE, root) or Signatures()
    edition = Edition.of(config)
    loose, reader = rendered(root, config)
    barred = register.eksempel if received(root, name) else ()
    held = hold([*units_of(root, root / "templates", config), *loose], register, edition, reader, barred)
    order = {fil: number for number, fil in enumerate(dict.fromkeys(one.unit.fil for one in held))}
    left = [one for one in held if one.entry is None]
    left.sort(key=lambda one: (order[one.unit.fil], one.unit.signeres == BY_ONE))
    if not av:
        return told(chosen(left, fil or "", setning or ""), reader) if fil or setning else listing(left, name)
    undated = not (slaatt_opp or fil or setning or liste) and any(
        one.unit.signeres == LOOKED_UP and not one.before for one in left
    )
    for place, day in (("DATO", dato), ("SLAATT_OPP", not undated)):
        if not day:
            raise Problems([Problem("kommandolinjen", place, "ingenting", "dagen, som 2026-11-30", f"Skriv {place}.")])
    signer = Signer(av, dato or "", grunn or "", slaatt_opp or "")
    if not (fil or setning or liste):
        wanted = [*asked(left, signer, reader)]
    elif liste:
        wanted = from_list(left, liste, signer)
    else:
        wanted = [(one, signer) for one in together(chosen(left, fil or "", setning or ""), fil or "")]
    signed = sign(register.signert, wanted, edition, reader)
    path = root / FILE
    write_atomic(path, written(path.read_text(encoding="utf-8-sig") if path.exists() else "", signed))
    return f"Signert av {av}: {len(wanted)}. Igjen: {len(left) - len(wanted)}. Registeret er {FILE}."


def listing(left: Sequence[Held], name: str) -> str:
    """How much is unsigned in each file and why, and how it is signed. Parameters: `name`, the edition's."""
    lines = [f"Uten signatur i {name}: {len(left)}."]
    causes = Counter(one.why.partition(" «")[0] for one in left)
    lines += [f"  {count:5}  {why}" for why, count in causes.most_common()]
    files = Counter(one.unit.fil for one in left)
    alone = Counter(one.unit.fil for one in left if one.unit.signeres == BY_ONE)
    lines += ["", "  i alt  for seg  fil"] if left else []
    lines += [f"  {count:5}  {alone[fil] or '':>7}  {fil}" for fil, count in files.items()]
    if left:
        sign = f"make signer AAR={name}"
        lines += ["", f"Les dem:      {sign} FIL={left[0].unit.fil}"]
        lines += [f'Signer dem:   {sign} AV="Kari Nordmann" DATO=2026-11-30   (spør fil for fil)']
    return "\n".join(lines)


def told(left: Iterable[Held], reader: Callable[[Unit], str]) -> str:
    """What is unsigned, file by file, each text with its context and what the reader says."""
    lines = []
    for fil, of_file in groupby(left, lambda one: one.unit.fil):
        some = [*of_file]
        lines.append(f"{fil}: {len(some)}")
        for one in (one for one in some if one.unit.signeres != LABEL):
            lines += [f"  {one.unit.hash}  {one.unit.sted}, {one.unit.slag}, {one.unit.signeres}: {one.why}"]
            lines += [f"      {shown(one.unit.tekst, 300)}"]
            if one.before:
                lines.append(f"      før: {one.before['grunn']} ({one.before['av']}, {one.before['dato']})")
            if says := reader(one.unit):
                lines.append(f"      leseren: {says}")
        names = [shown(one.unit.tekst) for one in some if one.unit.signeres == LABEL]
        lines += [f"  navn: {', '.join(names)}"] if names else []
    return "\n".join(lines)


def chosen(left: Sequence[Held], fil: str, setning: str) -> list[Held]:
    """What a hash names, or a file or a folder. Raises `Problems` when that is nothing."""
    if setning:
        found = [one for one in left if one.unit.hash == setning]
        place, wanted, near = "SETNING", "en tekst uten signatur", [one.unit.hash for one in left]
    else:
        found = [one for one in left if Path(fil) in (Path(one.unit.fil), *Path(one.unit.fil).parents)]
        place, wanted, near = "FIL", "en fil eller en mappe med tekst uten signatur", [one.unit.fil for one in left]
    if not found:
        what = shown(setning or fil) + nearest(setning or fil, near)
        raise Problems([Problem("kommandolinjen", place, what, wanted, "Se «make signer».")])
    return found


def together(found: Sequence[Held], fil: str) -> list[Held]:
    """Those of a file that are signed together, or the one that was named («» for `fil`). Raises `Problems` when each
    is signed for itself."""
    some = [one for one in found if not fil or one.unit.signeres != BY_ONE]
    if not some:
        what, fix = (
            f"{shown(fil)}, der hver tekst signeres for seg",
            "Kjør kommandoen uten FIL, og svar for hver tekst.",
        )
        raise Problems([Problem("kommandolinjen", "FIL", what, "tekst som signeres samlet", fix)])
    return some


def from_list(left: Sequence[Held], path: Path, signer: Signer) -> list[tuple[Held, Signer]]:
    """What a table names, each with its reason. Raises `Problems` for a line that names nothing unsigned."""
    problems, by_hash, found = ProblemList(), {one.unit.hash: one for one in left}, []
    for number, row in read_lines(path, _COLUMNS):
        hash = row["setning"]
        if hash in by_hash:
            found.append((by_hash[hash], Signer(signer.av, signer.dato, row["grunn"].strip(), signer.slaatt_opp)))
        else:
            what = shown(hash) + nearest(hash, by_hash)
            problems.add(path, f"linje {number}", what, "en tekst uten signatur", "Se «make signer».")
    problems.raise_if_any()
    return found


def asked(left: Sequence[Held], signer: Signer, reader: Callable[[Unit], str]) -> Iterable[tuple[Held, Signer]]:
    """What somebody says yes to, file by file, and one by one what is signed so: an empty answer passes over, «v» shows
    the texts of a file, a reason signs."""
    able = [one for one in left if not (one.unit.fault or (one.unit.signeres != LABEL and reader(one.unit)))]
    for (fil, alone), group in groupby(able, lambda one: (one.unit.fil, one.unit.signeres == BY_ONE and one.unit.hash)):
        some = [*group]
        unit, before = some[0].unit, [str(one.before["grunn"]) for one in some if one.before]
        place = f"{fil}, {unit.sted} ({unit.slag}, {unit.signeres}): {some[0].why}"
        about = [place, f"  {unit.tekst}"] if alone else [f"{fil}: {len(some)} som signeres samlet"]
        offers = f"j for {' og '.join(f'«{one}»' for one in dict.fromkeys(before))}, " if before else ""
        offers += f"{'' if alone else 'v: vis dem, '}tom: ikke nå, q: slutt"
        while (answer := reason(about, offers, {"q", "v", *"j" * bool(before)})) == "v":
            about = [told(some, reader)]
        if answer == "q":
            return
        for one in some if answer else ():
            why = answer if answer != "j" else str(one.before["grunn"]) if one.before else before[0]
            yield one, Signer(signer.av, signer.dato, why, signer.slaatt_opp)


def sign(
    signed: Sequence[Mapping[str, Any]],
    wanted: Iterable[tuple[Held, Signer]],
    edition: Edition,
    reader: Callable[[Unit], str],
) -> list[dict[str, Any]]:
    """The signatures of a register with more of them; what they take the place of, an earlier wording, goes out.

    Raises `Problems` for each text that cannot be signed: contradicted, without a reason, or without the day when it
    was looked up, which is carried over from the signature before where there is one.
    """
    problems = ProblemList()
    entries = [{**one, **({"navn": [*one["navn"]]} if "navn" in one else {"setninger": {**one["setninger"]}})}
               for one in signed]  # fmt: skip
    for one, by in wanted:
        unit, before = one.unit, one.before or {}
        why = by.grunn or str(before.get("grunn", ""))
        looked_up = by.slaatt_opp or str(before.get("slaatt_opp", ""))
        against = unit.fault or (unit.signeres != LABEL and reader(unit))
        lacks = "en grunn på minst ti tegn" if len(why) < LEAST else ""
        lacks = lacks or ("dagen det ble slått opp" if unit.signeres == LOOKED_UP and not looked_up else "")
        if against or lacks:
            fix = "Skriv den om." if against else "Gi GRUNN." if "grunn" in lacks else "Gi SLAATT_OPP."
            found = f"{shown(unit.tekst, 200)}: {against}" if against else shown(unit.tekst, 200)
            wanted_text = lacks or "en tekst som dataene ikke sier noe annet enn"
            problems.add(unit.fil, unit.sted, found, wanted_text, fix)
            continue
        head: dict[str, Any] = {
            "fil": unit.fil,
            "spraak": unit.spraak,
            "signeres": unit.signeres,
            "grunn": why,
            "av": by.av,
            "dato": by.dato,
        }
        head |= {"utgave": edition.year} if unit.signeres == BY_ONE else {}
        head |= {"slaatt_opp": looked_up} if unit.signeres == LOOKED_UP else {}
        _drop(entries, one, head.get("utgave"))
        _add(entries, head, unit)
    problems.raise_if_any()
    return entries


def _drop(entries: list[dict[str, Any]], one: Held, utgave: Any) -> None:
    """Take out what signs an earlier wording of a text for the same edition, or the same text: before it was looked up
    again, or by an example. Parameters: `utgave`, of the new signature."""
    for entry in (entry for entry in entries if (entry["fil"], entry.get("utgave")) == (one.unit.fil, utgave)):
        for hash, text in [*said(entry).items()]:
            reworded = one.was and text == one.was and entry["spraak"] == one.unit.spraak
            if "navn" in entry and hash == one.unit.hash:
                entry["navn"].remove(hash)
            elif reworded or hash == one.unit.hash:
                del entry["setninger"][hash]


def _add(entries: list[dict[str, Any]], head: Mapping[str, Any], unit: Unit) -> None:
    kind = "navn" if unit.signeres == LABEL else "setninger"
    entry = next((one for one in entries if kind in one and all(one.get(key) == head[key] for key in head)), None)
    if entry is None:
        entry = {**head, kind: [] if kind == "navn" else {}}
        entries.append(entry)
    if kind == "navn":
        entry["navn"] = sorted({*entry["navn"], unit.hash})
    else:
        entry["setninger"][unit.hash] = " ".join(unit.tekst.split())
