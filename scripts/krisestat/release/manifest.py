"""The manifest of an edition: every file that went in and came out, by digest, and the versions that matter."""

from __future__ import annotations

import ctypes
import hashlib
import json
import platform
import re
import sys
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList
from krisestat.base.yaml_files import check_schema

NAME = "manifest.json"
SCHEMA_ID = "krisestat-manifest-1"
SCHEMA = Path("workflow/schemas/manifest.schema.json")

# What a file of the project is to an edition; the first that fits.
_KINDS = (
    ("kildeopplysning", r"data/raw/(avtaler/)?[^/]+/kilde\.yaml"),
    ("kodebok", r"data/(raw/codebooks|statistikk)/.*"),
    ("register", r"data/raw/register/.*"),
    ("raadata", r"data/raw/.*"),
    ("publisert", r"(data/publisert|publisert)/.*"),
    ("rettelser", r"data/.*"),
    ("leksikon", r"templates/leksikon/.*"),
    ("skrift", r"templates/fonts/.*"),
    ("stil", r"templates/.*\.css"),
    ("mal", r"templates/.*"),
    ("innstillinger", r"config\.yaml"),
    ("laas", r".*\.lock"),
    ("kode", r".*"),
)
# Libraries that are not Python packages: how each is asked for its version.
_LIBRARIES = {
    "pango": (("libpango-1.0.so.0", "libpango-1.0.dylib"), "pango_version_string", ctypes.c_char_p),
    "harfbuzz": (("libharfbuzz.so.0", "libharfbuzz.dylib"), "hb_version_string", ctypes.c_char_p),
    "fontconfig": (("libfontconfig.so.1", "libfontconfig.dylib"), "FcGetVersion", ctypes.c_int),
}


def kind(file: str) -> str:
    """What a file, by its path in the project, is to an edition: «raadata», «mal», «kode» …"""
    return next(name for name, pattern in _KINDS if re.fullmatch(pattern, file))


def digest(data: bytes) -> str:
    """sha256 as text."""
    return hashlib.sha256(data).hexdigest()


def not_built(count: int) -> str:
    """What was found where nothing should lie. Parameters: `count`, how many files."""
    return "en fil som bygget ikke skrev" if count == 1 else f"{count} filer som bygget ikke skrev"


def checksum(manifest: Mapping[str, Any]) -> str:
    """The manifest's own checksum: of all of it but the checksum, whatever the layout."""
    rest = {key: value for key, value in manifest.items() if key != "kontrollsum"}
    return digest(json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """The manifest as JSON with its checksum: one input or output a line, so that a line is a difference."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    parts = []
    for key, value in {**manifest, "kontrollsum": checksum(manifest)}.items():
        if isinstance(value, list):
            parts.append(f"{line(key)}: [\n" + ",\n".join(f"  {line(item)}" for item in value) + "\n ]")
        elif isinstance(value, dict):
            items = ",\n".join(f"  {line(name)}: {line(item)}" for name, item in value.items())
            parts.append(f"{line(key)}: {{\n{items}\n }}")
        else:
            parts.append(f"{line(key)}: {line(value)}")
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def locked_packages(lock: str) -> list[str]:
    """Names of the packages in the text of a lock file."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)


def versions(packages: Iterable[str]) -> dict[str, str | None]:
    """Versions that shape the bytes, sorted by name; None for what is not there.

    Parameters: `packages`, names of Python packages. What else is installed does not count.
    """
    found = {re.sub(r"[-_.]+", "-", name).lower(): _version(name) for name in packages}
    found |= {name: _library(*how) for name, how in _LIBRARIES.items()}
    found |= {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION, "freetype": freetype()}
    return dict(sorted(found.items()))


@cache
def _version(package: str) -> str | None:
    """The version of a package. It is looked for in every folder that modules are found in."""
    return next((one.version for one in metadata.distributions(name=package)), None)


def _library(files: Iterable[str], function: str, result: type) -> str | None:
    for file in files:
        try:
            ask = getattr(ctypes.CDLL(file), function)
        except OSError:
            continue
        ask.restype, ask.argtypes = result, []
        answer = ask()
        if isinstance(answer, bytes):
            return answer.decode("ascii")
        return f"{answer // 10000}.{answer // 100 % 100}.{answer % 100}"
    return None


def freetype() -> str | None:
    """The version of FreeType inside matplotlib, without the rest of matplotlib, which costs a fifth of a second."""
    name = "matplotlib.ft2font"
    package = util.find_spec("matplotlib")
    if package is None or package.origin is None:
        return None
    if name not in sys.modules:
        file = next(Path(package.origin).parent.glob("ft2font*.so"), None)
        if file is None:
            return None
        spec = util.spec_from_file_location(name, file)
        if spec is None or spec.loader is None:
            return None
        sys.modules[name] = util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name].__freetype_version__


def code_state(status: str) -> dict[str, Any]:
    """The commit, and whether everything was committed.

    Parameters: `status`, what `git status --porcelain=v2 --branch` printed; empty where there is no git. Both are None
    then, and in a repository without a commit.
    """
    commit = re.search(r"^# branch\.oid ([0-9a-f]{40,64})$", status, re.MULTILINE)
    if not commit:
        return {"commit": None, "ren": None}
    return {"commit": commit[1], "ren": not re.search(r"^[^#]", status, re.MULTILINE)}


def read_manifest(path: Path, root: Path = Path()) -> dict[str, Any]:
    """Read and check a manifest.

    Parameters: `path`, the file; `root`, the project's folder (where the schema is). Raises `Problems` if it is
    missing, is not JSON, has another form, or was edited by hand.
    """
    problems = ProblemList()
    again = "Bygg utgaven på nytt: «make publication»."
    try:
        content = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        problems.add(path, "", "filen finnes ikke", "manifestet som skrives til slutt i hver bygging", again)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        problems.add(path, "", "noe som ikke er JSON i UTF-8", "manifestet slik det ble skrevet", again)
    problems.raise_if_any()
    skjema = content.get("skjema") if isinstance(content, dict) else None
    if skjema != SCHEMA_ID:
        problems.add(
            path,
            "nøkkelen «skjema»",
            f"«{skjema}»",
            f"«{SCHEMA_ID}»",
            "Manifestet er fra en annen versjon av Krisestat: bygg utgaven på nytt med denne.",
        )
        problems.raise_if_any()
    check_schema(content, root / SCHEMA, str(path), {})
    if content["kontrollsum"] != checksum(content):
        problems.add(
            path,
            "nøkkelen «kontrollsum»",
            f"«{content['kontrollsum'][:12]}…»",
            f"«{checksum(content)[:12]}…», som hører til innholdet",
            "Manifestet er endret for hånd. Hent det tilbake, eller bygg på nytt.",
        )
    problems.raise_if_any()
    return content
