#!/usr/bin/env bash
# Sets up .venv-klynge: what .venv has, and Snakemake's plugins for clusters and storage. Run tools/venv.sh first.
# They are apart because Snakemake loads every plugin that it finds at each start: these take a fifth of a second and 34 MB.
set -euo pipefail
cd "$(dirname "$0")/.."
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
rm -rf .venv-klynge
.venv/bin/python -m venv --without-pip .venv-klynge
beside=$(.venv-klynge/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\n' "$site" >"$beside/krisestat.pth"
.venv-klynge/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --prefer-binary -r requirements-klynge.lock
printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m snakemake "$@"\n' >.venv-klynge/bin/snakemake
chmod +x .venv-klynge/bin/snakemake
