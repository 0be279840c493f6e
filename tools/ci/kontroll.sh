#!/usr/bin/env bash
# Style, common faults and tests of a checkout. Usage: tools/ci/kontroll.sh [alt]   (alt = also the slow tests)
set -euo pipefail
cd "$(dirname "$0")/../.."
make check
bash tools/ci/lint.sh
if [ "${1:-}" = alt ]; then make test; else make test-rask; fi
