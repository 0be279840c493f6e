"""Strict YAML for what people write by hand: safe loading, no duplicate keys, every fault with its line."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from krisestat.base.errors import ProblemList, Problems, nearest, of_system, one_problem, shown
from krisestat.base.modules import PROJECT

# YAML 1.1 reads these words as true and false; people mean the words (Norway's country code among them).
_TRAPS = {"yes", "no", "on", "off", "y", "n"}
_DEEPEST = 40
# Marks of what was found valid, each named by half the digest of the data, the schema and what checks, with the other
# half in it. They may be deleted at any time; the folder is emptied when it has this many.
_VALID, _MOST = PROJECT / "results/.lager/gyldig", 2000
_TYPES = {"integer": "et helt tall", "string": "en tekst", "object": "nøkler med verdier", "array": "en liste"}


class _Loader(yaml.CSafeLoader):
    """Safe loader that keeps dates as text: they are printed, not computed with."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


class Lines(Mapping[tuple, tuple[int, str]]):
    """Line and raw text of every key path in a document, found when somebody asks.

    Parameters: `document`, as composed; None for an empty one.
    """

    def __init__(self, document: yaml.Node | None = None):
        self._document = document

    @cached_property
    def _found(self) -> dict[tuple, tuple[int, str]]:
        found: dict[tuple, tuple[int, str]] = {}
        waiting: list[tuple[tuple, yaml.Node]] = [((), self._document)] if self._document is not None else []
        while waiting:
            path, node = waiting.pop()
            found[path] = (node.start_mark.line + 1, node.value if isinstance(node, yaml.ScalarNode) else "")
            if isinstance(node, yaml.MappingNode):
                waiting += [((*path, key.value), value) for key, value in node.value]
            elif isinstance(node, yaml.SequenceNode):
                waiting += [((*path, number), value) for number, value in enumerate(node.value)]
        return found

    def __getitem__(self, path: tuple) -> tuple[int, str]:
        return self._found[path]

    def __iter__(self) -> Iterator[tuple]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _repeated(node: yaml.Node) -> Iterator[tuple[str, int, int]]:
    """Keys that stand again in the same place, with their line and the first one's."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="en nøkkel som ikke er et ord", problem_mark=key.start_mark)
            line = key.start_mark.line + 1
            if key.value in seen:
                yield key.value, line, seen[key.value]
            seen.setdefault(key.value, line)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated(value)


def _refuse_what_nobody_needs(text: str) -> None:
    """Raise `YAMLError` for aliases and deep nesting, a few lines of which can stand for more than any memory holds,
    and for types that are written out, which a value need not be of."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="en henvisning (*navn)", problem_mark=mark)
        if getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem="en merkelapp (!navn)", problem_mark=mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="for mange nivåer", problem_mark=mark)


def read_text(path: Path, what: str) -> str:
    """The text of a file that is kept by hand. Parameters: `what`, in words, should stand there. Raises `Problems` when
    it cannot be read or is not UTF-8."""
    problems = ProblemList()
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.add(path, "", "filen finnes ikke", what, "Legg filen på plass.")
    except UnicodeDecodeError as error:
        problems.add(path, f"byte {error.start + 1}", "tegn som ikke er UTF-8", "UTF-8", "Lagre filen som UTF-8.")
    except OSError as error:
        problems.extend(of_system(error))
    raise Problems(problems.problems)


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[bytes, Lines, tuple[tuple[str, int, int], ...]]:
    """The data of a document, packed, its lines, and its repeated keys. A step reads the same file for several things,
    and to parse it costs twenty times what it costs to unpack it. Raises `YAMLError` and `ValueError`."""
    _refuse_what_nobody_needs(text)
    node = yaml.compose(text, Loader=_Loader)
    if node is None:
        return pickle.dumps(None), Lines(), ()
    repeated = tuple(_repeated(node))
    return pickle.dumps(_Loader("").construct_document(node)), Lines(node), repeated  # a subclass of the safe loader


def load_yaml(path: Path) -> tuple[Any, Lines]:
    """Read a YAML file.

    Returns the data, which the caller may change, and, for each key path, its line and raw text. Raises `Problems` when
    the file is missing, is not UTF-8, is not YAML, or gives a key twice.
    """
    text, problems = read_text(path, "en YAML-fil"), ProblemList()
    try:
        packed, lines, repeated = _parsed(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"linje {mark.line + 1}, tegn {mark.column + 1}" if mark else ""
        found = f"noe som ikke er gyldig YAML ({getattr(error, 'problem', error)})"
        fix = "Se etter innrykk, kolon og anførselstegn på linjen og linjen over."
        raise one_problem(path, place, found, "gyldig YAML", fix) from None
    for key, line, first in repeated:
        found = f"nøkkelen {shown(key)} en gang til (først på linje {first})"
        problems.add(path, f"linje {line}", found, "hver nøkkel én gang", "Behold den ene og slett den andre.")
    problems.raise_if_any()
    return pickle.loads(packed), lines


def check_ids(entries: Iterable[tuple[str, int]], name: object) -> ProblemList:
    """A problem for each id that several entries of a file have. Parameters: `entries`, each with its line; `name`, the
    file."""
    problems, first = ProblemList(), dict[str, int]()
    for id, line in entries:
        if first.setdefault(id, line) != line:
            found = f"id-en {shown(id)} en gang til (linje {first[id]})"
            problems.add(name, f"linje {line}", found, "en egen id for hver", "Gi den et nytt nummer.")
    return problems


class _Keys(dict):
    """Keys with values of a file that people write. One that is not there is told in five parts to who asks for it."""

    def __init__(self, data: Mapping, file: Path, place: str):
        super().__init__((key, _keys(value, file, f"{place}{key}.")) for key, value in data.items())
        self._file, self._place = file, place

    def __missing__(self, key: object) -> Any:
        fix = "Skriv den, eller hent filen tilbake fra git."
        raise one_problem(str(self._file), "", f"ingen nøkkel «{self._place}{key}»", "den nøkkelen", fix)


def _keys(value: Any, file: Path, place: str) -> Any:
    if isinstance(value, dict):
        return _Keys(value, file, place)
    return [_keys(one, file, place) for one in value] if isinstance(value, list) else value


def load_words(path: Path) -> Any:
    """The data of a YAML file that has no schema, as one with texts. Raises `Problems` as `load_yaml`, when it holds no
    keys, and when a key is asked for that it does not have."""
    data, _ = load_yaml(path)
    return _Keys(data if isinstance(data, dict) else {}, path, "")


def _expected(error: Any) -> str:
    """What the schema asks for at the place of an error, in words."""
    schema = error.schema
    types = schema.get("type", [])
    known = [_TYPES[name] for name in ([types] if isinstance(types, str) else types) if name in _TYPES]
    kind = f"en av {', '.join(map(str, schema['enum']))}" if "enum" in schema else " eller ".join(known)
    if error.validator in ("minimum", "maximum"):
        kind += f", {'minst' if error.validator == 'minimum' else 'høyst'} {error.validator_value}"
    return " – ".join(filter(None, [kind, schema.get("description", "")]))


def _flow(value: Any) -> str:
    """A value as YAML writes it on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(one)}' for key, one in value.items())}}}"
    return f"[{', '.join(map(_flow, value))}]" if isinstance(value, list) else str(value)


def _found(error: Any, raw: str) -> tuple[str, str]:
    """What stands at the place of an error, and what to do about it."""
    choices = error.schema.get("enum")
    if isinstance(error.instance, bool) and raw.lower() in _TRAPS:
        fix = "Skriv en av verdiene som ventes." if choices else f'Skriv "{raw}" i anførselstegn.'
        return f"{raw} uten anførselstegn, som YAML leser som {'sant' if error.instance else 'usant'}", fix
    hint = nearest(error.instance, choices) if choices and isinstance(error.instance, str) else ""
    nested = isinstance(error.instance, list | dict)
    empty = f"{raw} uten anførselstegn, som YAML leser som tomt" if raw.lower() == "null" else "tomt"
    found = empty if error.instance is None else shown(_flow(error.instance) if nested else error.instance)
    if choices and not isinstance(error.instance, str) and str(error.instance) in choices:
        return f"tallet {found}", f'Skriv "{error.instance}" i anførselstegn.'
    if (
        (error.validator == "type" or error.instance in map(str, choices or ()))
        and isinstance(error.instance, str)
        and error.instance.isdecimal()
    ):
        return f"teksten {found}", "Ta bort anførselstegnene."
    return found + hint, "Rett verdien."


@cache
def _checker() -> bytes:
    """Digest of how data is read and checked: this module, and the versions of the libraries."""
    return hashlib.sha256(Path(__file__).read_bytes() + (PROJECT / "requirements.lock").read_bytes()).digest()


def _mark(data: Any, schema: bytes) -> tuple[Path, bytes]:
    """The mark of data that was found valid, and what is in it."""
    parts = (repr(data).encode("utf-8"), schema)
    digests = b"".join(hashlib.sha256(part).digest() for part in parts)
    whole = hashlib.sha256(digests + _checker()).hexdigest()
    return _VALID / whole[:32], whole[32:].encode("ascii")


def _kept(mark: Path, content: bytes) -> bool:
    """Whether a mark is there, whole."""
    try:
        return mark.read_bytes() == content
    except OSError:
        return False


def _keep(mark: Path, content: bytes) -> None:
    """Leave a mark. What cannot be kept is checked again the next time."""
    with suppress(OSError):
        mark.parent.mkdir(parents=True, exist_ok=True)
        if len(kept := list(mark.parent.iterdir())) >= _MOST:
            for old in kept:
                old.unlink(missing_ok=True)
        mark.write_bytes(content)


def check_schema(data: Any, schema: Path | dict, name: str, lines: Mapping[tuple, tuple[int, str]]) -> None:
    """Check data against a JSON Schema and raise `Problems` with every fault.

    Parameters: `schema`, or the file that it stands in, YAML or JSON; `name`, the file that errors speak of; `lines`,
    as `load_yaml` gives them (may be empty). What was found valid against the same schema is not checked once more.
    """
    mark = _mark(data, schema.read_bytes() if isinstance(schema, Path) else repr(schema).encode("utf-8"))
    if not _kept(*mark):
        _check(data, load_yaml(schema)[0] if isinstance(schema, Path) else schema, name, lines)
        _keep(*mark)


def _check(data: Any, schema: Any, name: str, lines: Mapping[tuple, tuple[int, str]]) -> None:
    """As `check_schema`, every time. The library is loaded here: it costs more than to read what it checks."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    problems = ProblemList()
    # 2020.0 is an integer to JSON Schema, but not to what counts years.
    whole = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, one: type(one) is int)
    validator = extend(Draft202012Validator, type_checker=whole)(schema)
    for error in sorted(validator.iter_errors(data), key=lambda e: [str(p) for p in e.absolute_path]):
        said = error.schema.get("feil", {})  # the words of a rule that has its own, and where in the data it is broken
        path = (*error.absolute_path, *said.get("sted", ()))
        near = (path[:n] for n in range(len(path), len(error.absolute_path) - 1, -1))
        line, raw = next((lines[one] for one in near if one in lines), (0, ""))
        key = ".".join(map(str, path))
        place = ", ".join(filter(None, [f"linje {line}" if line else "", f"nøkkelen «{key}»" if key else ""]))
        if said:
            problems.add(name, place, said["fant"].format_map(error.instance), said["ventet"], said["gjoer"])
        elif error.validator == "additionalProperties":
            known = list(error.schema.get("properties", {}))
            for unknown in sorted(set(map(str, error.instance)) - set(known)):
                at = lines.get((*path, unknown), (0, ""))[0]
                problems.add(
                    name,
                    f"linje {at}" if at else place,
                    f"den ukjente nøkkelen {shown('.'.join([*map(str, path), unknown]))}" + nearest(unknown, known),
                    f"bare {', '.join(known)}",
                    "Rett navnet eller ta nøkkelen bort.",
                )
        elif error.validator == "required":
            for missing in [k for k in error.validator_value if k not in error.instance]:
                known = error.schema.get("properties") or schema["properties"]
                about = known.get(missing, {}).get("description", "")
                problems.add(
                    name,
                    place,
                    f"ingen nøkkel «{missing}»",
                    f"«{missing}»" + (f": {about}" if about else ""),
                    f"Legg til «{missing}:» med en verdi.",
                )
        else:
            found, fix = _found(error, raw)
            problems.add(name, place, found, _expected(error), fix)
    problems.raise_if_any()
