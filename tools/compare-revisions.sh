#!/usr/bin/env bash
# Build two git revisions from empty, each in a temporary worktree, and compare the results.
#   tools/compare-revisions.sh FROM TO [CORES [KEEP]]
# Writes results/endringer/ in this folder, and the edition of TO to the folder KEEP, by its year. Exit code: 0 nothing
# differs, 1 something does, 2 they cannot be compared.
set -euo pipefail
cd "$(dirname "$0")/.."
from=$1 to=$2 cores=${3:-4} keep=${4:-} project=$PWD
work=$(mktemp -d)
trap 'for side in gammel ny; do git worktree remove --force "$work/$side" 2>/dev/null || true; done; rm -rf "$work"; git worktree prune' EXIT

# Five parts, as everywhere: what, found, expected, do.
fault() { printf '\n%s\n  Fant:   %s\n  Ventet: %s\n  Gjør:   %s\n\n' "$1" "$2" "$3" "$4" >&2; exit 2; }

check_out() { # side revision
  local side=$1 revision=$2 folder=$work/$1 commit
  commit=$(git rev-parse --verify --quiet "$revision^{commit}") ||
    fault "git, revisjonen «$revision»" "ingen slik revisjon" "en gren, et merke eller en commit" "Se etter skrivefeil, eller hent den med «git fetch»."
  git worktree add --quiet --detach "$folder" "$commit"
  # Another lock is another set of packages; then the revision gets its own.
  if ! cmp --silent requirements.lock "$folder/requirements.lock"; then
    (cd "$folder" && bash tools/venv.sh "${PYTHON:-}" requirements.lock) >"$work/$side.log" 2>&1 ||
      fault "revisjonen «$revision»" "pakkene lar seg ikke installere" "pakkene i requirements.lock" "Se $(kept "$side")."
  fi
}

build() { # side revision
  local side=$1 revision=$2 folder=$work/$1 bin=$project/.venv/bin commit
  commit=$(git -C "$folder" rev-parse HEAD)
  [ ! -d "$folder/.venv" ] || bin=$folder/.venv/bin
  echo "Bygger $revision (${commit:0:10}) …" >&2
  (cd "$folder" && PYTHONPATH=scripts "$bin/python" -m snakemake --cores "$cores" --quiet all) >"$work/$side.log" 2>&1 ||
    fault "revisjonen «$revision» (${commit:0:10})" "et bygg som stoppet: $(why "$side")" \
      "en utgave som bygger" "Se $(kept "$side"), rett det, og sammenlign igjen."
}

why() { # what a build that stopped said: the first fault, or the last line
  { grep -m1 'Fant:' "$work/$1.log" || tail -1 "$work/$1.log"; } | sed 's/^ *Fant: *//'
}

kept() { # keep the log of a side where it can be read afterwards
  mkdir -p logs && cp "$work/$1.log" "logs/sammenlign-$1.log" && echo "logs/sammenlign-$1.log"
}

edition() { # the newest edition that a side built
  find "$work/$1/results" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' | sort | tail -1
}

# Nothing is built before both can be.
check_out gammel "$from"
check_out ny "$to"
build gammel "$from"
build ny "$to"
if [ -n "$keep" ]; then
  year=$(basename "$(edition ny)")
  rm -rf "${keep:?}/$year"
  mkdir -p "$keep" && cp -r "$(edition ny)" "$keep/$year"
fi
# Acceptances and published editions are those of the new revision.
PYTHONPATH=scripts .venv/bin/python -m krisestat sammenlign "$(edition gammel)" "$(edition ny)" --prosjekt "$work/ny"
