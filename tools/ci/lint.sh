#!/usr/bin/env bash
# The files of the two CI systems: held against the schemas that the systems publish, and by actionlint where that is
# installed. Usage: tools/ci/lint.sh   Exit code: 0 also when actionlint is missing, which is said.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH=$PWD/.venv/bin:$PATH
check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
check-jsonschema --quiet --builtin-schema vendor.gitlab-ci .gitlab-ci.yml
if command -v actionlint >/dev/null; then
  actionlint -no-color .github/workflows/*.yml
else
  echo "Mangler actionlint, så arbeidsflytene er bare holdt mot skjemaet. Installer det, og legg det på PATH." >&2
fi
