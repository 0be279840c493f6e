"""The reviewer's page: every statement with its rule, margin and rows, and the quality report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup, escape

from krisestat.base.display import NBSP
from krisestat.base.errors import ProblemList
from krisestat.model.config import REVIEWERS
from krisestat.model.declared import Model
from krisestat.model.quality import Check
from krisestat.proof.recount import REBUILD
from krisestat.statements.record import FACTS

# Shows the filters, which do nothing without it, and hides what does not fit them.
FILTER_SCRIPT = """
const filter = document.getElementById("filter"), told = document.getElementById("antall-vist");
const all = [...document.querySelectorAll("article")], parts = [...document.querySelectorAll("section.del")];
const show = () => {
  const wanted = [...filter.querySelectorAll("select")].filter(s => s.value);
  all.forEach(a => a.hidden = wanted.some(s => a.dataset[s.name] !== s.value));
  parts.forEach(p => p.hidden = !p.querySelector("article:not([hidden])"));
  told.textContent = `Viser ${all.filter(a => !a.hidden).length} av ${all.length} påstander.`;
};
filter.addEventListener("change", show);
filter.addEventListener("reset", () => setTimeout(show));
filter.hidden = false;
show();
"""


# -- the reviewer's page


def anchors(page: str) -> dict[str, int]:
    """The ids of a page, each with its place in the order of the page."""
    return {name: place for place, name in enumerate(re.findall(r'\bid="([^"]+)"', page))}


def section_names(page: str) -> dict[str, str]:
    """What the contents of a page call its sections, by id."""
    contents = re.search(r'<nav class="innhold".*?</nav>', page, re.DOTALL)
    return dict(re.findall(r'<a href="#([\w-]+)">([^<]+)</a>', contents[0])) if contents else {}


def section_name(code: str, named: Mapping[str, str], words: Mapping[str, Mapping[str, str]]) -> str:
    """The name of a section: as the contents of the page have it, as `words` have it, or from its id."""
    known = {**words["seksjon"], **named}
    if code not in known and code.startswith("figur-"):
        return f"Figur: {code.removeprefix('figur-').replace('-', ' ')}"
    return known.get(code, code.replace("-", " ").capitalize())


def marked_sentence(sentence: str, text: str) -> Markup:
    """A sentence with the bound text marked, where it stands there once."""
    spaced, wanted = sentence.replace(NBSP, " "), text.replace(NBSP, " ")
    if spaced.count(wanted) != 1:
        return escape(sentence)
    start = spaced.index(wanted)
    end = start + len(wanted)
    return Markup("{}<mark>{}</mark>{}").format(sentence[:start], sentence[start:end], sentence[end:])


def cell_in_words(name: str, model: Model) -> str:
    """What a cell counts, in words: «tilbud som samarbeider med instansen: krisesentertilbud til kvinner, politiet,
    2020». A dimension at its whole is left out. Parameters: `name`, its id."""
    statistic, place, aar = model.place(name)
    codes = statistic.per.items()
    parts = [codes.running(place[name], REVIEWERS) for name, codes in codes if place[name] != codes.total]
    return f"{statistic.said['beskrivelse']}: {', '.join([*parts, str(aar)])}"


def margin_words(statement: Mapping, model: Model, silent: bool) -> str:
    """A margin in words. Parameters: `silent`, it is not about answers."""
    margin = statement["margin"]
    if margin is None:
        return "Sier ikke noe om svarene." if silent else "Ingen endring i svarene gjør ordlyden usann."
    statistic, where = model.place(margin["celle"])[0], cell_in_words(margin["celle"], model)
    units, change = margin["sentre"], margin["endring"]
    if statistic.enhet.vern != "institusjon" or not statistic.answers:
        return f"Usann hvis tallet blir {abs(change)} {'lavere' if change < 0 else 'høyere'}: {where}."
    told = f"{units} {statistic.enhet.forms[REVIEWERS][0 if units == 1 else 2]}"
    if units != abs(change):
        return f"Usann hvis {told} svarer annerledes, flest av dem her: {where}."
    answer = statistic.answers.running(statistic.svar["teller"], REVIEWERS)
    otherwise = f"som svarte {answer}, svarer noe annet" if change < 0 else f"til svarer {answer}"
    return f"Usann hvis {told} {otherwise}: {where}."


def margin_kind(statement: Mapping) -> str:
    """The choice of the filter that a statement's margin belongs to: 1, 2-4, 5- or ingen."""
    if statement["margin"] is None:
        return "ingen"
    centres = statement["margin"]["sentre"]
    return "1" if centres == 1 else "2-4" if centres < 5 else "5-"


def laid_out(
    proven: Mapping,
    pages: Mapping[str, str],
    model: Model,
    words: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """What the page shows, in the order of the publication.

    Parameters: `proven`, as `prove` returns it; `pages`, the publication and its list of evidence, by address;
    `words`, of kinds and sections. Raises `Problems` if they lack the evidence of a statement.
    """
    named, statements = section_names(next(iter(pages.values()))), _statements(proven, pages, model, words)
    statements.sort(key=lambda s: s["rekkefolge"])
    kinds, margins = (Counter(s[name] for s in statements) for name in ("slag", "margin_slag"))
    sections = {s["seksjon"]: section_name(s["seksjon"], named, words) for s in statements}
    return {
        "deler": [
            (code or "metadata", name, [s for s in statements if s["seksjon"] == code])
            for code, name in sections.items()
        ],
        "antall": len(statements),
        "signert": [
            (one, [row for row in proven["signert"] if (row["av"], row["eksempel"]) == one]) for one in signers(proven)
        ],
        "slag": sorted(kinds.items()),
        "marginer": margins,
        "celler": {cell["celle"]: {**cell, "i_ord": _in_words(cell, model)} for cell in proven["celler"]},
        "filer": [file | {"kontrollsum": file["sha256"]} for file in proven["filer"]],
        "format": {file["fil"]: file["format"] for file in proven["filer"]},
        "varsler": proven["varsler"],
        "rekonstruert": any(file["opphav"] == "rekonstruert" for file in proven["filer"]),
    }


def _statements(
    proven: Mapping, pages: Mapping[str, str], model: Model, words: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Each statement with what the page tells of it, and its place in the order. Parameters: as `laid_out`."""
    problems, address = ProblemList(), next(iter(pages))
    own, known = PurePosixPath(address).name, {at: anchors(one) for at, one in pages.items()}
    places = known[address]
    statements, last = [], len(places)
    for statement in proven["paastander"]:
        id, first = statement["id"], statement["steder"][0]
        stands = list(dict.fromkeys(place["side"] for place in statement["steder"]))
        wanted = (f"p-{id}", f"belegg-{id}")
        target = next((f"{file}#{name}" for file, ids in known.items() for name in wanted if name in ids), "")
        if own in stands and statement["funksjon"] not in FACTS and not target:
            problems.add(own, f"#belegg-{id}", "ingen slik id", "belegget for påstanden", REBUILD)
        place = (places.get(first["seksjon"], -1), places.get(f"p-{id}", last), first["mal"], first["linje"], id)
        statements.append(
            {
                **statement,
                "rekkefolge": place,
                "seksjon": first["seksjon"],
                "slag": words["slag"].get(statement["funksjon"], statement["funksjon"]),
                "setning": marked_sentence(first["setning"], statement["tekst"]),
                "andre": [word for word in statement["alternativer"] if word != statement["ord"]],
                "margin_ord": margin_words(statement, model, not statement["alternativer"]),
                "margin_slag": margin_kind(statement),
                "lenke": target,
                "sider": stands,
                "maler": list(dict.fromkeys((place["mal"], place["linje"]) for place in statement["steder"])),
            }
        )
    problems.raise_if_any()
    return statements


def signers(evidence: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Who signed texts, and whether that is an example. Parameters: `evidence`, with `signert`."""
    return sorted({(row["av"], row["eksempel"]) for row in evidence["signert"]})


def _in_words(cell: Mapping, model: Model) -> dict[str, Any]:
    """What a cell, its units and their answers are called."""
    statistic = model[cell["statistikk"]]
    answers = statistic.answers.koder.items() if statistic.answers else ()
    return {
        "celle": cell_in_words(cell["celle"], model),
        "enheter": statistic.enhet.forms[REVIEWERS][2],
        "svar": {code: words[REVIEWERS].running for code, words in answers},
    }


def shared_values(proven: Mapping, config: Mapping[str, Any], words: Mapping[str, Mapping]) -> dict[str, Any]:
    """What the templates of both pages get. Parameters: `proven`, as `prove` returns it; `words` with the parsed
    `etterproving` and `tekster`."""
    return {
        "aar": proven["aar"],
        "leksikon": proven["leksikon"],
        "config": config,
        "spraak": REVIEWERS,
        "ord": words["etterproving"],
        "t": words["tekster"],
    }


def quality_page(checks: Sequence[Check]) -> dict[str, Any]:
    """What the page of the quality report shows of the checks: warnings first, what is in order last."""
    decided = [check for check in checks if check.kontroll in ("rettelse", "karantene")]
    return {
        "kontroller": checks,
        "aapne": [check for check in checks if check.open],
        "bekreftede": [check for check in checks if check.bekreftet],
        "rettelser": decided,
        "bestaatt": [check for check in checks if check.resultat == "PASS" and check not in decided],
    }
