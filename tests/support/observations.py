"""Observations of the declared statistics, for tests of what is made of them."""

from dataclasses import replace

from krisestat.model.declared import Model, words
from tests.support.downloads import MODEL


def row(statistic, aar, verdi, nevner=None, status="", opphav="rekonstruert", **codes) -> dict:
    """An observation; a dimension that is not given is at its whole, and answers are nought."""
    per = {name: codes.pop(name, lists.total) for name, lists in statistic.per.items()}
    told = {"aar": aar, **per, "verdi": verdi, "nevner": nevner, "status": status, "opphav": opphav, **codes}
    return {name: told.get(name, 0) for name in statistic.columns}


def of(name, *rows) -> dict[str, list[dict]]:
    """Observations of a statistic: each with what `row` takes in order, and by name."""
    return {name: [row(MODEL[name], *given, **codes) for given, codes in rows]}


KV, ME = {"tilbud": "kvinner", "instans": "politi"}, {"tilbud": "menn", "instans": "politi"}
FAST = {**KV, "samarbeidsform": "fast_kontakt"}
SERVICES = {
    **of(
        "samarbeid",
        ((2019, 42, 44), KV),
        ((2020, 42, 43), KV | {"opphav": "publisert"}),
        ((2019, 41, 41), ME),
        ((2020, 0, 39), ME | {"opphav": "publisert"}),
    ),
    **of("samarbeidsform", ((2016, None, 46, "ikke_spurt"), FAST), ((2020, 22, 43), FAST)),
}


def renamed(name: str) -> Model:
    """The model, in which a partner is called something else."""
    own = MODEL["samarbeid"]
    codes = replace(own.per["instans"], read=lambda: {"politi": words(name)})
    changed = replace(own, per={**own.per, "instans": codes})
    return replace(MODEL, statistikk={**MODEL.statistikk, "samarbeid": changed})
