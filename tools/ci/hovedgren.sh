#!/usr/bin/env bash
# What is on the main branch: builds the edition that is checked out from empty, in a worktree of its own, holds every byte
# against what the build of the pull request wrote, and collects what goes out.
# Usage: tools/ci/hovedgren.sh OUT [LIST [CORES]]
# LIST is kontrollsummer.txt from tools/ci/endringer.sh; it may be missing. Writes to OUT: ut/ (what goes out),
# manifest.json, kontrollsummer.txt and sammenligning.txt. Exit code: 1 when a byte differs though the tree is the same;
# 2 when it does not build; 0 also when there was nothing to hold it against.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1 list=${2:-} cores=${3:-2} python=$PWD/.venv/bin/python
make setup
work=$(mktemp -d)
trap 'git worktree remove --force "$work/bygg" 2>/dev/null || true; rm -rf "$work"; git worktree prune' EXIT
git worktree add --quiet --detach "$work/bygg" HEAD
(
  cd "$work/bygg"
  export PYTHONPATH=scripts
  "$python" -m snakemake --cores "$cores" --quiet all && "$python" -m krisestat kontroller
) || exit 2
edition=$(find "$work/bygg/results" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*')
rm -rf "${out:?}/ut"
mkdir -p "$out"
cp -r "$edition/ut" "$edition/manifest.json" "$out"
own=$out/kontrollsummer.txt
bash tools/ci/kontrollsummer.sh HEAD "$edition" >"$own"

differs=0
bash tools/ci/samme.sh "$list" "$own" >"$out/sammenligning.txt" || differs=$?
cat "$out/sammenligning.txt"
exit "$differs"
