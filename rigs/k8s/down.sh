#!/usr/bin/env bash
# usage: down.sh
# Stops the rig; its images stay. RIG_WIPE=1 removes them as well.
set -euo pipefail
export RIG_HOME=${RIG_HOME:-${TMPDIR:-/tmp}/k8s-rig} RIG_CACHE=${RIG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/k8s-rig}
if [ ! -x "$RIG_CACHE/rig" ] || [ ! -d "$RIG_HOME" ]; then
	exit 0
fi
if [ "${RIG_WIPE:-}" = 1 ]; then
	exec "$RIG_CACHE/rig" down -purge
fi
exec "$RIG_CACHE/rig" down
