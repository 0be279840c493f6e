#!/usr/bin/env bash
# The files of the two CI systems: held against the schemas that the systems publish, and by actionlint.
# Usage: tools/ci/lint.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH=$PWD/.venv/bin:$PATH
check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
check-jsonschema --quiet --builtin-schema vendor.gitlab-ci .gitlab-ci.yml
actionlint -no-color .github/workflows/*.yml
