#!/usr/bin/env bash
# usage: check.sh [-built]
# Ends with status 77, and the reason, where the machine cannot run the rig; with -built also where it would have to be built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export RIG_CACHE=${RIG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/k8s-rig}
mkdir -p "$RIG_CACHE"
go build -o "$RIG_CACHE/rig" ./cmd/rig
exec "$RIG_CACHE/rig" check "$@"
