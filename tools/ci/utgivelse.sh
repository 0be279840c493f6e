#!/usr/bin/env bash
# Tags a frozen edition on the commit that froze it, and lays its release out: PDF, zip of what goes out, and what is
# corrected in it. Usage: tools/ci/utgivelse.sh EDITION|alle DAY   (EDITION as 2020 or 2020-nn; DAY as 2026-12-01)
# Writes results/utgivelse/TAG/, pushes the tag to origin where there is one, and makes the release where a token is given
# (GITHUB_TOKEN, or CI_JOB_TOKEN on GitLab). An edition that was frozen anew gets a tag of its own, utgave-2020.2; one that
# goes out on a later day gets none. What is done already is not done again.
set -euo pipefail
cd "$(dirname "$0")/../.."
day=$2 python=.venv/bin/python
me=(-c user.name="Krisestat" -c user.email="krisestat@example.org" -c tag.gpgsign=false)

# Five parts, as everywhere: what, found, expected, do.
fault() { printf '\n%s\n  Fant:   %s\n  Ventet: %s\n  Gjør:   %s\n\n' "$1" "$2" "$3" "$4" >&2; exit 1; }

release() { # edition
  local folder=publisert/$1 text commit tag out code=0 n=2
  commit=$(git log -1 --format=%H -- "$folder")
  [ -n "$commit" ] && [ -z "$(git status --porcelain -- "$folder")" ] ||
    fault "$folder" "ingen frossen utgave, eller filer som ikke er lagt inn i git" "en frossen utgave, lagt inn" "Frys den («make publiser AAR=$1»), og legg mappen inn i git."
  text=$(PYTHONPATH=scripts "$python" -m krisestat utgivelse "$1" "$day") || code=$?
  case $code in
    0) ;;
    3) echo "$text" && return ;;
    *) exit "$code" ;;
  esac
  tag=$(git tag --list "utgave-$1" "utgave-$1.*" --points-at "$commit" | head -1)
  if [ -z "$tag" ]; then
    tag=utgave-$1
    while git rev-parse --verify --quiet "refs/tags/$tag" >/dev/null; do tag=utgave-$1.$n n=$((n + 1)); done
    # The tag is of the day that the edition was frozen, whenever it is made.
    GIT_COMMITTER_DATE=$(git log -1 --format=%cI "$commit") git "${me[@]}" tag --annotate --cleanup=verbatim --message "$text" "$tag" "$commit"
  fi
  out=$PWD/results/utgivelse/$tag
  rm -rf "$out"
  mkdir -p "$out"
  echo "$text" >"$out/tekst.md"
  git show "$commit:$folder/ut/publikasjon/publikasjon.pdf" >"$out/publikasjon-$1.pdf"
  git -C "$folder/ut" archive --format=zip --output "$out/utgave-$1.zip" "$commit"
  if git remote get-url origin >/dev/null 2>&1; then
    git push --quiet origin "refs/tags/$tag" || fault "git, merket «$tag»" "en server som ikke tok imot det" "at merket er nytt der, og at du har lov til å legge det inn" "Hent merkene («git fetch --tags»), eller be om rettigheten."
  fi
  echo "$tag: commit ${commit:0:12}, filene ligger i results/utgivelse/$tag."
  if [ -n "${GITHUB_TOKEN:-}" ]; then
    "$python" -m tools.ci.utgivelse github "$tag" "$out"
  elif [ -n "${CI_JOB_TOKEN:-}" ]; then
    "$python" -m tools.ci.utgivelse gitlab "$tag" "$out"
  fi
}

if [ "$1" = alle ]; then
  for path in publisert/*/manifest.json; do
    if [ -f "$path" ]; then release "$(basename "$(dirname "$path")")"; fi
  done
else
  release "$1"
fi
