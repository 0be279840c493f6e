#!/usr/bin/env bash
# Makes the lock files anew, with hashes and without the addresses of registries. Needs uv.
set -euo pipefail
command -v uv >/dev/null || { echo "Mangler uv: «pip install uv»." >&2; exit 1; }
options=(--quiet --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links)
uv pip compile "${options[@]}" requirements-dev.in -o requirements-dev.lock
uv pip compile "${options[@]}" requirements.in -c requirements-dev.lock -o requirements.lock
uv pip compile "${options[@]}" requirements-klynge.in -c requirements-dev.lock -o requirements-klynge.lock
