"""What the rules of a project give each stage, as Snakemake reads them, for what runs stages without it: tests and
benchmarks, which have no list of files of their own."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

from krisestat.base.files import Files, folders

PROJECT = Path(__file__).parents[1]
RULES = PROJECT / "tools" / "steps.smk"
FILE = Path("steps.pickle")
# What a rule says of one kind (`input`, `output`, `params`, `log`): all of it, and what has a name by that.
Said = tuple[list, dict[str, Any]]


def steps(project: Path = PROJECT, **config: object) -> dict[str, dict[str, Said]]:
    """What the rules say, by stage, in an order in which they can run. The project's folder is left as it is.

    Parameters: `project`, its folder; `config`, laid over `config.yaml`. Raises `RuntimeError` with what Snakemake says
    when it cannot read the rules.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for path in project.iterdir():
            if path.name not in ("results", "logs") and not path.name.startswith("."):
                (folder / path.name).symlink_to(path.resolve())
        (folder / RULES.name).write_bytes(RULES.read_bytes())
        given = ["--config", *(f"{name}={value}" for name, value in config.items())] if config else []
        command = [sys.executable, "-m", "snakemake", "-s", RULES.name, "-n", "--quiet", "all", *given]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return pickle.loads((folder / FILE).read_bytes())


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

    def placed(given: Any) -> Any:
        if not isinstance(given, str):
            return [placed(one) for one in given]
        first, *inside = Path(given).parts
        return to.joinpath(*inside[1:]) if to and first == "results" else root / given

    run = import_module(f"krisestat.{'' if stage == 'persons' else 'stages.'}{stage}").run
    read, written = ({name: placed(given) for name, given in step[kind][1].items()} for kind in ("input", "output"))
    read |= folders(root)
    params = dict(step["params"][1])
    for name, other in changed.items():
        (params if name in signature(run).parameters else written if name in written else read)[name] = other
    return Work(run, Files(read), Files(written), params)
