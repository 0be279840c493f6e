#!/usr/bin/env bash
# Makes the lock files anew, with hashes and without the addresses of registries; they hold for each Python that fits.
# Usage: tools/lock.sh [--upgrade], in the folder of the files, with uv (`make setup-dev`).
set -euo pipefail
options=(--quiet --no-header --no-annotate --no-emit-index-url --no-emit-find-links)
made=(--python-version 3.11 --generate-hashes)
uv pip compile "${options[@]}" "${made[@]}" "$@" requirements-dev.in -o requirements-dev.lock
uv pip compile "${options[@]}" "${made[@]}" "$@" requirements.in -c requirements-dev.lock -o requirements.lock
uv pip compile "${options[@]}" "${made[@]}" "$@" requirements-klynge.in -c requirements-dev.lock -o requirements-klynge.lock
for version in 3.12 3.13; do
  lacking=$(uv pip compile "${options[@]}" --python-version "$version" requirements-dev.in -c requirements-dev.lock |
    while read -r package; do grep -qF "$package " requirements-dev.lock || echo "$package"; done)
  if [ -n "$lacking" ]; then
    printf '\nrequirements-dev.lock\n  Fant:   ikke %s, som trengs med Python %s\n  Ventet: de samme pakkene for 3.11, 3.12 og 3.13\n  Gjør:   Skriv dem i requirements.in eller requirements-dev.in.\n\n' "$(paste -sd' ' <<<"$lacking")" "$version" >&2
    exit 1
  fi
done
