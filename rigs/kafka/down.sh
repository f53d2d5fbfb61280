#!/usr/bin/env bash
# Stops the broker that up.sh started. RIG_WIPE=1 removes its data as well.
set -euo pipefail

root=${RIG_HOME:-${TMPDIR:-/tmp}/autostream-kafka-rig}/${RIG_NAME:-a}
if [[ -e $root/kafka.pid ]]; then
  pid=$(<"$root/kafka.pid")
  kill "$pid" 2>/dev/null || true
  for ((i = 0; i < 150; i++)); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill -9 "$pid" 2>/dev/null || true
  rm "$root/kafka.pid"
fi
[[ ${RIG_WIPE:-} != 1 ]] || rm -rf "$root"
