"""Finds the list of what the pull request's build wrote (`kontrollsummer.txt`), from the commit that it became.

Usage: python3 -m tools.ci.forrige github|gitlab FILE. Address, project, commit and token are taken from the variables
that the two systems set themselves (GitLab: KOMMENTAR_TOKEN, as for comments). Writes FILE when there is one, and says
so when there is none; it is no fault. Needs the standard library alone.
"""

import io
import os
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.ci.kommentar import call

NAME = "kontrollsummer"


class _Elsewhere(urllib.request.HTTPRedirectHandler):
    """Leads to where files are kept, without the token: that place refuses it, and must not have it."""

    def redirect_request(self, *args: Any) -> urllib.request.Request | None:
        request = super().redirect_request(*args)
        if request:
            request.headers = {name: value for name, value in request.headers.items() if name == "Accept"}
        return request


def fetch(address: str, headers: Mapping[str, str]) -> bytes:
    """A file."""
    request = urllib.request.Request(address, headers=dict(headers))
    with urllib.request.build_opener(_Elsewhere).open(request, timeout=60) as answer:
        return answer.read()


def run(system: str, env: Mapping[str, str]) -> bytes | None:
    """The list, None when there is none. Raises `URLError` when the system refuses."""
    if system == "github":
        repository = f"{env['GITHUB_API_URL']}/repos/{env['GITHUB_REPOSITORY']}"
        headers = {"Authorization": f"Bearer {env['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json"}
        for change in call(f"{repository}/commits/{env['GITHUB_SHA']}/pulls", headers):
            kept = call(f"{repository}/actions/artifacts?name={NAME}-{change['head']['sha']}", headers)["artifacts"]
            for one in (one for one in kept if not one["expired"]):
                with zipfile.ZipFile(io.BytesIO(fetch(one["archive_download_url"], headers))) as archive:
                    return archive.read(f"{NAME}.txt")
        return None
    project = f"{env['CI_API_V4_URL']}/projects/{env['CI_PROJECT_ID']}"
    headers = {"PRIVATE-TOKEN": env["KOMMENTAR_TOKEN"]}
    for change in call(f"{project}/repository/commits/{env['CI_COMMIT_SHA']}/merge_requests", headers):
        head = quote(f"refs/merge-requests/{change['iid']}/head", safe="")
        return fetch(f"{project}/jobs/artifacts/{head}/raw/ut/{NAME}.txt?job=publikasjon", headers)
    return None


def main() -> int:
    """Command line; returns the exit code."""
    system, file = sys.argv[1:]
    try:
        found, why = run(system, os.environ), "commiten kommer ikke fra en pull request som ble bygget"
    except KeyError as missing:
        found, why = None, f"variabelen {missing.args[0]} er ikke satt"
    except urllib.error.URLError as error:
        found, why = None, str(error)
    if found is None:
        print(f"Listen fra pull requesten ble ikke funnet: {why}.")
    else:
        Path(file).write_bytes(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
