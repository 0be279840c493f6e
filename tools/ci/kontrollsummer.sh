#!/usr/bin/env bash
# What a build wrote, as a list that another is held against: the tree that it was built from, and the digest of each file
# of the edition. The manifest is not among them: it names the commit. Usage: tools/ci/kontrollsummer.sh REVISION RESULTS
set -euo pipefail
cd "$(dirname "$0")/../.."
tree=$(git rev-parse --verify "$1^{tree}")
echo "tre $tree"
cd "$2"
find . -type f ! -path ./manifest.json -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
