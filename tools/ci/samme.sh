#!/usr/bin/env bash
# Whether two builds wrote the same bytes, by their lists (tools/ci/kontrollsummer.sh). Usage: tools/ci/samme.sh LIST OWN
# LIST may be missing. Exit code: 1 when a byte differs though the tree is the same.
set -euo pipefail
list=$1 own=$2
if [ ! -s "$list" ]; then
  echo "Ingen bygging av en pull request ble funnet, så ingenting er sammenlignet."
elif [ "$(head -1 "$list")" != "$(head -1 "$own")" ]; then
  echo "Grenen hadde flyttet seg siden pull requesten ble bygget, så ingenting er sammenlignet."
elif cmp --silent "$list" "$own"; then
  echo "Hver byte i $(($(wc -l <"$own") - 1)) filer er den samme som da pull requesten ble bygget."
else
  echo "Treet er det samme som da pull requesten ble bygget, men disse filene er det ikke:"
  LC_ALL=C sort "$list" "$own" | uniq -u | cut -c67- | sort -u | sed 's/^/  /'
  exit 1
fi
