#!/usr/bin/env bash
# Checks what must come from the system; installs it where that is allowed, else says in one line what is missing.
# Usage: tools/system.sh run PYTHON   (Pango, for the PDF)
#        tools/system.sh test         (also Java, Chromium, Poppler, LibreOffice, R, faketime, rsync and SLURM, for the tests)
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # daemons

have_pango() {
  "$1" - <<'PY'
import ctypes, sys
for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0"):
    try:
        ctypes.CDLL(name)
    except OSError:
        sys.exit(1)
PY
}

# Installs Debian packages when we may, or tells what to run. Arguments: what is missing, packages…
provide() {
  local what=$1
  shift
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Mangler $what; installerer $* …" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null 2>&1 && return 0
  fi
  echo "Mangler $what: Debian/Ubuntu: «sudo apt-get install $*»." >&2
  return 1
}

case $1 in
  run)
    have_pango "$2" || { provide "Pango (lager PDF-en)" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 && have_pango "$2"; }
    ;;
  test)
    missing=0
    command -v java >/dev/null || provide "Java (kontrollerer PDF-en)" openjdk-17-jdk-headless || missing=1
    command -v chromium >/dev/null || provide "Chromium (åpner nettsiden)" chromium || missing=1
    command -v pdftotext >/dev/null || provide "Poppler (leser PDF-en)" poppler-utils || missing=1
    { hunspell -d nn_NO -a </dev/null >/dev/null 2>&1 && hunspell -d nb_NO -a </dev/null >/dev/null 2>&1; } || provide "hunspell med norske ordbøker (ser på språket)" hunspell hunspell-no || missing=1
    command -v soffice >/dev/null || provide "LibreOffice (åpner dokumenter og arbeidsbøker)" libreoffice-writer libreoffice-calc || missing=1
    command -v Rscript >/dev/null || provide "R (henter tallene slik nettstedet sier)" r-base-core || missing=1
    command -v faketime >/dev/null || provide "faketime (bygger med en annen klokke)" faketime || missing=1
    command -v rsync >/dev/null || provide "rsync (bygger ut av et lager)" rsync || missing=1
    # Tests of a cluster start one, which only root may; elsewhere they are skipped and say so.
    if [ "$(id -u)" = 0 ]; then
      { command -v slurmctld && command -v slurmd && command -v munged; } >/dev/null || provide "SLURM (bygger på en klynge)" slurm-wlm munge || missing=1
    fi
    exit $missing
    ;;
esac
