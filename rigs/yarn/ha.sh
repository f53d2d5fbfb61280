#!/usr/bin/env bash
# Says who of a pair is active, in a rig with RIG_HA=1: ha.sh haadmin -transitionToActive --forceactive nn2, ha.sh rmadmin -getAllServiceState
set -euo pipefail

RIG_HOME=${RIG_HOME:-${TMPDIR:-/tmp}/autostream-yarn-rig}
RIG_NAME=${RIG_NAME:-a}
RIG_HADOOP_VERSION=${RIG_HADOOP_VERSION:-3.4.2}
conf=$RIG_HOME/$RIG_NAME/conf
jars=$RIG_HOME/hadoop-$RIG_HADOOP_VERSION

case $1 in
  haadmin) jars="$jars/server/*" class=org.apache.hadoop.hdfs.tools.DFSHAAdmin ;;
  rmadmin) jars="$jars/client/*:$(echo "$jars"/server/slf4j-api-*.jar)" class=org.apache.hadoop.yarn.client.cli.RMAdminCLI ;;
  *) echo "usage: ha.sh haadmin|rmadmin OPTIONS..." >&2; exit 2 ;;
esac
shift
exec java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$conf:$jars" "$class" "$@" >&2
