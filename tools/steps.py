"""What the rules of a project give each stage, as Snakemake reads them, for what runs stages without it: tests,
benchmarks and the preview, which have no list of files of their own."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from krisestat.base.files import Files

PROJECT = Path(__file__).parents[1]
FILE = Path("steps.pickle")
KINDS = ("input", "output", "params", "log")
# What a rule says of a kind: all of it, and what has a name by that.
Said = tuple[list, dict[str, Any]]


class Named(list):
    """The files of a rule, some of which have names, as Snakemake gives them to a script as `input` and `output`."""

    def __init__(self, files: Iterable[str], named: Mapping[str, Any]):
        super().__init__(files)
        self.items = named.items


@contextmanager
def parsed(config: Mapping[str, Any] | None = None) -> Iterator[Any]:
    """The workflow of the Snakefile where one stands, as Snakemake has it.

    Parameters: `config`, laid over `config.yaml`. Ends the program, as Snakemake does, when the configuration is wrong.
    """
    from snakemake.api import SnakemakeApi
    from snakemake.settings.types import ConfigSettings, OutputSettings, ResourceSettings

    with SnakemakeApi(OutputSettings()) as api:
        # The parsed workflow is not part of the interface; the version is locked, and a test holds this.
        yield api.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=ConfigSettings(config=dict(config or {})),
            snakefile=Path("Snakefile"),
        )._workflow


def plain(said: Any) -> Any:
    """Something of a rule as text, numbers, lists and dictionaries alone."""
    if callable(said):  # an input that Snakemake asks for when the rule is wanted
        return plain(said({}))
    if isinstance(said, dict):
        return {plain(name): plain(part) for name, part in said.items()}
    if isinstance(said, list | tuple):
        return [plain(part) for part in said]
    return str(said) if isinstance(said, str) else said


def steps(project: Path = PROJECT, **config: object) -> dict[str, dict[str, Said]]:
    """What the rules say, by stage, in an order in which they can run: for each of `KINDS`.

    Snakemake is loaded in a process of its own. Parameters: `project`, its folder; `config`, laid over `config.yaml`.
    Raises `RuntimeError` with what Snakemake says when it cannot read the rules.
    """
    command = [sys.executable, __file__, json.dumps(config)]
    done = subprocess.run(command, cwd=project, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"Snakemake ended with {done.returncode}: {done.stderr.decode('utf-8')}")
    return pickle.loads(done.stdout)


def main() -> None:
    """What `steps` gives, of the folder that one stands in, on standard output."""
    with parsed(json.loads(sys.argv[1])) as workflow:
        found = {
            rule.name: {
                kind: (plain(list(said := getattr(rule, kind))), {name: plain(one) for name, one in said.items()})
                for kind in KINDS
            }
            for rule in workflow.rules
            if rule.script
        }
    sys.stdout.buffer.write(pickle.dumps(found))


def write_steps(project: Path, names: Collection[str] = ()) -> None:
    """Leave what the rules say in `FILE` in a project's folder, for programs that run there. Parameters: `names`, the
    stages in order, all when there are none."""
    found = steps(project)
    (project / FILE).write_bytes(pickle.dumps({name: found[name] for name in names or found}))


@dataclass(frozen=True)
class Work:
    """A stage with what it is given: `run` of its module, the files that it reads and writes, and its parameters."""

    run: Callable[..., Any]
    inn: Files
    ut: Files
    params: Mapping[str, Any]

    def __call__(self) -> Any:
        """Do it; returns what the stage returns."""
        return self.run(self.inn, self.ut, **self.params)


def bind(stage: str, step: Mapping[str, Said], to: Path | None = None, root: Path = Path(), **changed: Any) -> Work:
    """A stage as its rule has it, with its module loaded, except for what is `changed`.

    Parameters: `step`, of `steps`; `to`, a folder in the place of the edition's in `results/`; `root`, the project's;
    `changed`, other files, folders and parameters by the names that the rule and the stage have for them.
    """
    from krisestat.base.files import Files, folders

    def placed(given: Any) -> Any:
        if not isinstance(given, str):
            return [placed(one) for one in given]
        first, *inside = Path(given).parts
        return to.joinpath(*inside[1:]) if to and first == "results" else root / given

    run = import_module(f"krisestat.stages.{stage}").run
    read, written = ({name: placed(given) for name, given in step[kind][1].items()} for kind in ("input", "output"))
    read |= folders(root)
    params = dict(step["params"][1])
    for name, other in changed.items():
        (params if name in signature(run).parameters else written if name in written else read)[name] = other
    return Work(run, Files(read), Files(written), params)


if __name__ == "__main__":
    main()
