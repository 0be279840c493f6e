#!/usr/bin/env bash
# Measures the project and holds it against the kept measurement: warns of what is slower, and never fails because of it.
# Usage: tools/ci/ytelse.sh endring|behold OUT [PARTS]
#   endring  two rounds: what a change does
#   behold   five rounds, kept in benchmark/siste.json unless something is slower (tools/ci/behold.sh commits it)
# Writes maaling.json and kommentar.md to OUT. Exit code: 0 when it could be measured and compared.
set -euo pipefail
cd "$(dirname "$0")/../.."
what=$1 out=$2 parts=${3:-}
case $what in
  endring) rounds=2 options=() ;;
  behold) rounds=5 options=(--behold) ;;
  *)
    echo "Ukjent: «$what». Skriv «endring» eller «behold»." >&2
    exit 2
    ;;
esac
if [ -n "${GITHUB_ACTIONS:-}" ]; then options+=(--github); fi
mkdir -p "$out"
make benchmark RUNDER="$rounds" DEL="$parts" UT="$out/maaling.json"
.venv/bin/python benchmark/vakt.py benchmark/siste.json "$out/maaling.json" --kommentar "$out/kommentar.md" "${options[@]}"
