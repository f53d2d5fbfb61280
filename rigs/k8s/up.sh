#!/usr/bin/env bash
# usage: up.sh [VERSION=FLINK_HOME...]
# Starts the rig unless it runs, and gives it an image rig.local/flink:VERSION of each distribution named, unless it has
# one. Prints shell assignments. Ends with status 77 where the machine cannot run it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"
export RIG_HOME=${RIG_HOME:-${TMPDIR:-/tmp}/k8s-rig} RIG_CACHE=${RIG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/k8s-rig}
mkdir -p "$RIG_CACHE"
go build -o "$RIG_CACHE/rig" ./cmd/rig
export RIG=$RIG_CACHE/rig
"$RIG" up >&2
mkdir -p "$RIG_HOME/shared"
chmod 1777 "$RIG_HOME/shared"
have=$(ctr -a "$RIG_HOME/run/containerd.sock" -n k8s.io images ls -q)
for flink; do
	version=${flink%%=*} home=${flink#*=}
	if ! grep -qx "rig.local/flink:$version" <<<"$have"; then
		flink/jre-base.sh "$RIG_CACHE/jre" >&2
		flink/image.sh "$RIG_CACHE/jre" "$home" "$version" >&2
	fi
done
"$RIG" env
echo "export RIG_SHARED=\"$RIG_HOME/shared\""
