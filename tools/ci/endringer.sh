#!/usr/bin/env bash
# What a change does to the publication: builds both revisions from empty, compares, and collects what people look at.
# Usage: tools/ci/endringer.sh BASE HEAD OUT [CORES]
# HEAD must be what is checked out. Writes to OUT: kommentar.md, and when something was built, the publication and the
# comparison, and kontrollsummer.txt, which tools/ci/hovedgren.sh holds the main branch against. Exit code: 0 also when
# something differs; 2 when a revision does not build.
set -euo pipefail
cd "$(dirname "$0")/../.."
base=$1 head=$2 out=$3 cores=${4:-2}
# What an edition is made of. A change of anything else builds nothing.
inputs=(Snakefile config.yaml data publisert templates scripts workflow profiles requirements.lock)
mkdir -p "$out"

comment() { # the text on standard input, with the mark by which the comment is found again
  { echo "<!-- krisestat-endringer -->"; cat; } >"$out/kommentar.md"
}

for revision in "$base" "$head"; do
  git rev-parse --verify --quiet "$revision^{commit}" >/dev/null || {
    printf '\ngit, revisjonen «%s»\n  Fant:   ingen slik revisjon\n  Ventet: en gren, et merke eller en commit\n  Gjør:   Hent hele historien («git fetch --unshallow»).\n\n' "$revision" >&2
    exit 2
  }
done
if git diff --quiet "$base" "$head" -- "${inputs[@]}"; then
  echo "Ingen data, tekst, innstillinger eller kode i byggingen er endret. Publikasjonen er den samme, og ble ikke bygget." | comment
  echo "Ingen inndata er endret; ingenting bygges." >&2
  exit 0
fi
make setup
differs=0
bash tools/compare-revisions.sh "$base" "$head" "$cores" results || differs=$?
[ "$differs" -le 1 ] || exit 2
make kontroller
year=$(find results -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' | sort | tail -1)
cp -r results/endringer "$out/endringer"
# What goes out, and all of it: not the answers of single centres, nor the reports on single agreements.
cp -r "$year/ut" "$out/utgave"
cp "$year/manifest.json" "$out/manifest.json"
bash tools/ci/kontrollsummer.sh "$head" "$year" >"$out/kontrollsummer.txt"
comment <results/endringer/endringer.md
