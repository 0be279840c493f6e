"""The edition's configuration: `config.yaml` with what the command line adds, checked against one strict schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.model.declared import STANDARDS

SCHEMA = Path("workflow/schemas/config.schema.yaml")
# The pages of those who check an edition are in bokmål, as the errors are, whatever standard the edition is written in.
REVIEWERS = "nb"


def merge(base: Mapping, override: Mapping) -> dict:
    """`base` with the values of `override` laid over it, key by key and level by level."""
    merged = dict(base)
    for key, value in override.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def localised(value: Any, spraak: str) -> Any:
    """The configuration with one written standard: where a text is given in both, the one that is asked for."""
    if isinstance(value, Mapping):
        if value.keys() == {"nb", "nn"}:
            return value[spraak]
        return {key: localised(inner, spraak) for key, inner in value.items()}
    return [localised(one, spraak) for one in value] if isinstance(value, list) else value


def load_config(path: Path, root: Path, overrides: Mapping | None = None) -> dict:
    """Read and check the configuration.

    Parameters: `path`, the YAML file; `root`, the project's folder (where the schema is); `overrides`, what Snakemake's
    `--config` and `--configfile` gave: of `publikasjon`, the id of one that is declared, too. Returns the merged
    configuration with the texts of its written standard, and the edition's name as `publikasjon.utgave`. Raises
    `Problems` with every fault at once.
    """
    data, lines = load_yaml(path)
    given, file, problems = dict(overrides or {}), data or {}, ProblemList()
    wanted = given.pop("publikasjon") if isinstance(given.get("publikasjon"), str) else ""
    declared = file.get("publikasjoner") or {}
    if wanted and wanted not in declared:
        found = f"publikasjonen {shown(wanted)}, som ikke er erklært" + nearest(wanted, declared)
        known = f"en av {', '.join(declared)}" if declared else "en som er erklært"
        problems.add(path.name, "nøkkelen «publikasjoner»", found, known, "Rett navnet, eller erklær publikasjonen.")
        problems.raise_if_any()
    if wanted:
        file = merge(merge(file, declared[wanted]), {"publikasjon": {"id": wanted}})
    config = merge(file, given)
    check_schema(config, root / SCHEMA, path.name, lines)
    config.pop("publikasjoner", None)
    if config["spraak"] not in config.get("maalformer", STANDARDS):
        found, known = f"målformen «{config['spraak']}»", f"en av {', '.join(config['maalformer'])}"
        problems.add(path.name, "nøkkelen «maalformer»", found, known, "Rett «spraak», eller skriv målformen opp.")
    if config["foerste_aar"] > config["aar"]:
        problems.add(
            path.name,
            f"linje {lines[('foerste_aar',)][0]}",
            f"foerste_aar {config['foerste_aar']} etter aar {config['aar']}",
            "et første år som ikke er senere enn året utgaven gjelder",
            "Rett ett av de to årene.",
        )
    problems.raise_if_any()
    config = localised(config, config["spraak"])
    config["publikasjon"]["utgave"] = edition_name(config, data)
    return config


def edition_name(config: Mapping, file: Mapping) -> str:
    """What an edition is called: its year, the publication before it where it is not the main one, and its written
    standard after it where `config.yaml` names another: «2020-nn», «beboere-2023».

    Parameters: `config`, the edition's; `file`, what stands in `config.yaml`.
    """
    own = config.get("publikasjon", {}).get("id", "")
    main = config.get("spraak") == file.get("spraak")
    return "-".join(filter(None, [own, str(config["aar"]), "" if main else config["spraak"]]))


def settings_of(name: str) -> dict[str, Any]:
    """What the name of an edition says, as `load_config` takes it. Parameters: `name`, «» for the one in the file."""
    found = re.fullmatch(r"(?:(?P<publikasjon>[a-z]\w*)-)?(?P<aar>\d{4})?(?:-?(?P<spraak>\w+))?", name)
    said = {key: told for key, told in (found.groupdict() if found else {}).items() if told}
    return said | ({"aar": int(said["aar"])} if "aar" in said else {})


def years(config: Mapping) -> list[int]:
    """The years of the series, first to last."""
    return list(range(config["foerste_aar"], config["aar"] + 1))


def period(config: Mapping) -> str:
    """The period of the series as it stands in file names: «p2015-2020», or «p2020» for a single year."""
    first, last = config["foerste_aar"], config["aar"]
    return f"p{first}-{last}" if first < last else f"p{last}"


def config_text(config: Mapping) -> str:
    """The merged configuration as YAML, in the order it was written; the edition's name follows from it, and is not in
    it."""
    own = dict(config)
    if "publikasjon" in own:
        own["publikasjon"] = {key: value for key, value in own["publikasjon"].items() if key != "utgave"}
    return yaml.safe_dump(own, allow_unicode=True, sort_keys=False, width=120)
