"""Writes one comment on a merge request, and writes it anew the next time instead of adding another.

Usage: python3 tools/ci/kommentar.py github|gitlab FILE. Address, project, number and token are taken from the variables
that the two systems set themselves (GitHub: KOMMENTAR_NUMMER and GITHUB_TOKEN are set in the workflow; GitLab:
KOMMENTAR_TOKEN is a project token with the scope `api`). The file's first line is the mark by which the comment is
found again, an HTML comment that no reader sees. Needs the standard library alone.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

LIMIT = 65_000


def place(system: str, env: Mapping[str, str]) -> tuple[str, str, dict[str, str], str]:
    """Where comments are: address of the list, address before a comment's id, headers, and the method that edits."""
    if system == "github":
        issues = f"{env['GITHUB_API_URL']}/repos/{env['GITHUB_REPOSITORY']}/issues"
        headers = {"Authorization": f"Bearer {env['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json"}
        return f"{issues}/{env['KOMMENTAR_NUMMER']}/comments", f"{issues}/comments", headers, "PATCH"
    project = f"{env['CI_API_V4_URL']}/projects/{env['CI_PROJECT_ID']}"
    notes = f"{project}/merge_requests/{env['CI_MERGE_REQUEST_IID']}/notes"
    return notes, notes, {"PRIVATE-TOKEN": env["KOMMENTAR_TOKEN"]}, "PUT"


def call(address: str, headers: Mapping[str, str], method: str = "GET", content: object = None):
    """One request, with a file (bytes) or JSON; returns the answer's JSON."""
    kind, data = "application/octet-stream", content if isinstance(content, bytes) else None
    if data is None:
        kind, data = "application/json", None if content is None else json.dumps(content).encode("utf-8")
    request = urllib.request.Request(address, data=data, headers={**headers, "Content-Type": kind}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def run(system: str, text: str, env: Mapping[str, str]) -> str:
    """Write the comment; returns what was done. Raises `ValueError` when the text does not begin with a mark."""
    listing, single, headers, edit = place(system, env)
    mark = text.partition("\n")[0]
    if not (mark.startswith("<!--") and mark.endswith("-->")):
        raise ValueError("den første linjen i filen er ikke et merke («<!-- … -->»)")
    if len(text) > LIMIT:
        kept = text[:LIMIT].rpartition("\n")[0] or text[:LIMIT]
        left = len(text.splitlines()) - len(kept.splitlines())
        text = f"{kept}\n\n**Kuttet her:** {left} linjer til står i kommentar.md, som ligger ved som fil.\n"
    page = 1
    while comments := call(f"{listing}?per_page=100&page={page}", headers):
        for comment in comments:
            if mark in comment["body"]:
                call(f"{single}/{comment['id']}", headers, edit, {"body": text})
                return "Kommentaren er oppdatert."
        page += 1
    call(listing, headers, "POST", {"body": text})
    return "Kommentaren er skrevet."


def main() -> int:
    """Command line; returns the exit code."""
    system, file = sys.argv[1:]
    try:
        print(run(system, Path(file).read_text(encoding="utf-8"), os.environ))
    except KeyError as missing:
        print(f"Kommentaren ble ikke skrevet: variabelen {missing.args[0]} er ikke satt.", file=sys.stderr)
        return 1
    except (urllib.error.URLError, ValueError) as error:
        print(f"Kommentaren ble ikke skrevet: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
