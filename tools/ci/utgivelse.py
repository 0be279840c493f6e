"""Makes the release of a tag, with the files that `tools/ci/utgivelse.sh` laid out; what is there already is left.

Usage: python3 -m tools.ci.utgivelse github|gitlab TAG FOLDER. Address, project and token are taken from the variables
that the two systems set themselves. `tekst.md` in the folder is the text, and every other file is attached.
"""

import os
import sys
import urllib.error
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from tools.ci.kommentar import call


def _there(address: str, headers: Mapping[str, str]):
    """What is at an address, None when nothing is."""
    try:
        return call(address, headers)
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return None


def run(system: str, tag: str, folder: Path, env: Mapping[str, str]) -> str:
    """Make the release; returns what was done. Raises `URLError` when the system refuses."""
    text = (folder / "tekst.md").read_text(encoding="utf-8")
    files = [path for path in sorted(folder.iterdir()) if path.name != "tekst.md"]
    if system == "github":
        releases = f"{env['GITHUB_API_URL']}/repos/{env['GITHUB_REPOSITORY']}/releases"
        headers = {"Authorization": f"Bearer {env['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json"}
        made = _there(f"{releases}/tags/{quote(tag)}", headers)
        new = made is None
        made = made or call(releases, headers, "POST", {"tag_name": tag, "name": tag, "body": text})
        attached = {one["name"] for one in made["assets"]}
        for path in (path for path in files if path.name not in attached):
            place = f"{made['upload_url'].partition('{')[0]}?name={quote(path.name)}"
            call(place, headers, "POST", path.read_bytes())
    else:
        project = f"{env['CI_API_V4_URL']}/projects/{env['CI_PROJECT_ID']}"
        headers = {"JOB-TOKEN": env["CI_JOB_TOKEN"]}
        new = _there(f"{project}/releases/{quote(tag)}", headers) is None
        if new:
            places = {path: f"{project}/packages/generic/utgave/{quote(tag)}/{quote(path.name)}" for path in files}
            for path, place in places.items():
                call(place, headers, "PUT", path.read_bytes())
            links = [{"name": path.name, "url": place} for path, place in places.items()]
            content = {"tag_name": tag, "name": tag, "description": text, "assets": {"links": links}}
            call(f"{project}/releases", headers, "POST", content)
    return f"Utgivelsen {tag} er {'laget' if new else 'der fra før'}."


def main() -> int:
    """Command line; returns the exit code."""
    system, tag, folder = sys.argv[1:]
    try:
        print(run(system, tag, Path(folder), os.environ))
    except KeyError as missing:
        print(f"Utgivelsen ble ikke laget: variabelen {missing.args[0]} er ikke satt.", file=sys.stderr)
        return 1
    except urllib.error.URLError as error:
        print(f"Utgivelsen ble ikke laget: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
