#!/usr/bin/env bash
# The explanations of drops beside the sources of Debian's kernels: see explanations.js.
set -euo pipefail
exec node "$(dirname "$0")/explanations.js"
