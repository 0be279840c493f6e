"""The policy of confidentiality, read strictly: a rule that names what is not there would protect nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.model.declared import Model
from krisestat.model.disclosure import PERSON
from krisestat.model.load import SHEETS
from krisestat.model.single import AGREEMENT, AGREEMENTS

SCHEMA = Path("workflow/schemas/konfidensialitet.schema.yaml")


def load_policy(path: Path, model: Model, root: Path = Path()) -> Mapping[str, Any]:
    """The policy, for what an edition counts. Parameters: `root`, the project's folder.

    Raises `Problems` with every fault: of its form, and every name of a statistic or a marginal that is not declared,
    where the edition counts what the rule is for.
    """
    policy, lines = load_yaml(path)
    check_schema(policy, root / SCHEMA, path.as_posix(), lines)
    persons = [one for one in model.statistikk.values() if one.enhet.vern == PERSON]
    agreements = [one.id for one in model.statistikk.values() if one.enhet.vern == AGREEMENT and one.kapittel != SHEETS]
    dimensions = {name for one in persons for name in one.per}
    wanted: list[tuple[tuple, str, list[str]]] = []
    for name, rule in policy["personer"]["smaa"].items():
        if name in dimensions:
            there = [one.id for one in persons if name in one.per]
            wanted.append((("personer", "smaa", name, "etter"), rule["etter"], there))
    for key in ("offentlig", "per_avtale") if agreements else ():
        wanted += [((AGREEMENTS, key), name, agreements) for name in policy[AGREEMENTS][key]]
    lists = sorted({name for _, name in model.kodelister})
    for told in policy["personer"]["kostnad"] if persons else ():
        wanted += [(("personer", "kostnad", told), part, ["i_alt", *lists]) for part in told.split("+")]
    problems = ProblemList()
    for at, name, known in wanted:
        if name not in known:
            place = f"linje {lines[at][0]}, nøkkelen «{'.'.join(at)}»"
            found = f"{shown(name)}, som ikke er erklært" + nearest(name, known)
            problems.add(
                path, place, found, f"en av {', '.join(known)}", "Rett navnet: slik det står, vernes ingenting."
            )
    problems.raise_if_any()
    return policy
