#!/usr/bin/env bash
# Sets up .venv with exactly the packages of a lock file. Usage: tools/venv.sh PYTHON LOCK
set -euo pipefail
python=$1 lock=$2
is_311() { command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; }
is_311 "$python" || python=python3
if ! is_311 "$python"; then
  echo "Mangler Python 3.11: installer den (Debian/Ubuntu: «sudo apt-get install python3.11 python3.11-venv»), eller kjør «make PYTHON=/sti/til/python3.11 …»." >&2
  exit 1
fi
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  rm -rf .venv
  "$python" -m venv .venv || {
    echo "Mangler venv for Python 3.11: Debian/Ubuntu: «apt-get install python3.11-venv»." >&2
    exit 1
  }
fi
echo "Installerer pakkene i $lock (første gang tar det et minutt eller to) …" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --prefer-binary -r "$lock"
