#!/usr/bin/env bash
# Sets up .venv with exactly the packages of a lock file. Usage: tools/venv.sh PYTHON LOCK
# PYTHON is what somebody asked for, and is used or refused; «» takes the first that fits of those that are there. What is
# set up with a Python that fits is kept, unless another is asked for.
set -euo pipefail
asked=$1 lock=$2
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true; }
fits() { [[ $(version "$1") =~ ^3\.1[123]$ ]]; }

python=$asked
if [ -z "$asked" ]; then
  for one in .venv/bin/python python3.11 python3.12 python3.13 python3; do
    if fits "$one"; then python=$one && break; fi
  done
fi
if [ -z "$python" ] || ! fits "$python"; then
  found=${asked:+"«$asked», som $([ -n "$(version "$asked")" ] && echo "er Python $(version "$asked")" || echo "ikke er en Python som lar seg kjøre")"}
  printf '\nPYTHON\n  Fant:   %s\n  Ventet: Python 3.11, 3.12 eller 3.13\n  Gjør:   %s\n\n' "${found:-ingen av dem}" \
    "Installer en av dem (Debian/Ubuntu: «sudo apt-get install python3 python3-venv»), eller skriv hvor den er: make PYTHON=/sti/til/python3 …" >&2
  exit 1
fi
if ! .venv/bin/python -c 'import pip' 2>/dev/null || [ "$(version .venv/bin/python)" != "$(version "$python")" ]; then
  rm -rf .venv
  "$python" -m venv .venv || {
    printf '\n%s\n  Fant:   ingen «venv»\n  Ventet: Python med venv\n  Gjør:   Debian/Ubuntu: «sudo apt-get install python%s-venv».\n\n' "$python" "$(version "$python")" >&2
    exit 1
  }
fi
echo "Installerer pakkene i $lock (første gang tar det et minutt eller to) …" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --prefer-binary -r "$lock"
