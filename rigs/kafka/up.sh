#!/usr/bin/env bash
# Starts one real Kafka broker (KRaft, broker and controller in one JVM) from Maven jars. Topics come into being when they
# are first asked for. Prints an `export` line for the shell that wants to use it. Settings are in README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RIG_HOME=${RIG_HOME:-${TMPDIR:-/tmp}/autostream-kafka-rig}
RIG_NAME=${RIG_NAME:-a}
RIG_KAFKA_PORT=${RIG_KAFKA_PORT:-19092}
RIG_KAFKA_CONTROLLER=${RIG_KAFKA_CONTROLLER:-$((RIG_KAFKA_PORT + 1))}
RIG_KAFKA_VERSION=${RIG_KAFKA_VERSION:-3.9.2}
RIG_HEAP_MB=${RIG_HEAP_MB:-256}
RIG_WAIT_S=${RIG_WAIT_S:-120}

jars=$RIG_HOME/kafka-$RIG_KAFKA_VERSION
root=$RIG_HOME/$RIG_NAME
pid=$root/kafka.pid
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

if [[ ! -e $jars/.complete ]]; then
  mkdir -p "$jars"
  mvn -q -B -f "$here/pom.xml" -Dkafka.version="$RIG_KAFKA_VERSION" \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$jars" -DincludeScope=runtime >&2
  touch "$jars/.complete"
fi

if [[ ! -e $pid ]] || ! kill -0 "$(<"$pid")" 2>/dev/null; then
  mkdir -p "$root"
  cat >"$root/server.properties" <<CONF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$RIG_KAFKA_CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$RIG_KAFKA_PORT,CONTROLLER://127.0.0.1:$RIG_KAFKA_CONTROLLER
advertised.listeners=PLAINTEXT://127.0.0.1:$RIG_KAFKA_PORT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$root/data
auto.create.topics.enable=true
num.partitions=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=60000
log.cleaner.dedupe.buffer.size=16777216
CONF
  if [[ ! -e $root/data/meta.properties ]]; then
    "$java" -Xmx128m -cp "$jars/*" kafka.tools.StorageTool format -t YXV0b3N0cmVhbS1yaWctYQ -c "$root/server.properties" >"$root/format.log" 2>&1 ||
      { cat "$root/format.log" >&2; exit 1; }
  fi
  nohup "$java" -Xmx"${RIG_HEAP_MB}m" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -cp "$jars/*" kafka.Kafka "$root/server.properties" >"$root/kafka.log" 2>&1 </dev/null &
  echo $! >"$pid"
fi

# The port opens once the broker takes part.
for ((i = 0; i < RIG_WAIT_S * 10; i++)); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$RIG_KAFKA_PORT") 2>/dev/null; then
    echo "export RIG_KAFKA=127.0.0.1:$RIG_KAFKA_PORT"
    exit 0
  fi
  kill -0 "$(<"$pid")" 2>/dev/null || break
  sleep 0.1
done
echo "Kafka did not start:" >&2
tail -20 "$root/kafka.log" >&2
exit 1
