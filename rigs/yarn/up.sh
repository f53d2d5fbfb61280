#!/usr/bin/env bash
# Starts a single-node HDFS (NameNode, DataNode) and YARN (ResourceManager, NodeManager) from Maven jars.
# Every setting has a default; see README.md. Prints `export` lines for the shell that wants to use the rig.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RIG_HOME=${RIG_HOME:-${TMPDIR:-/tmp}/autostream-yarn-rig}     # jars, shared by all clusters of this rig
RIG_NAME=${RIG_NAME:-a}                                       # one folder, one set of daemons per name
RIG_PORT_OFFSET=${RIG_PORT_OFFSET:-0}                         # added to every default port
RIG_HOST=${RIG_HOST:-localhost}
RIG_HADOOP_VERSION=${RIG_HADOOP_VERSION:-3.4.2}
RIG_HEAP_MB=${RIG_HEAP_MB:-192}                               # per daemon
RIG_NODE_MEM_MB=${RIG_NODE_MEM_MB:-8192}                      # what the NodeManager offers
RIG_NODE_VCORES=${RIG_NODE_VCORES:-8}
RIG_HEARTBEAT_MS=${RIG_HEARTBEAT_MS:-1000}                    # NM heartbeat; 1000 is Hadoop's own default
RIG_KEEP_CONTAINERS_S=${RIG_KEEP_CONTAINERS_S:-600}           # keep launch_container.sh this long after the end
RIG_HA=${RIG_HA:-}                                            # 1: a second NameNode and a second ResourceManager stand by
RIG_SERVICES=${RIG_SERVICES-"namenode ${RIG_HA:+namenode2} datanode resourcemanager ${RIG_HA:+resourcemanager2} nodemanager"}
RIG_WAIT_S=${RIG_WAIT_S:-180}
RIG_KERBEROS=${RIG_KERBEROS:-}                                # 1: a realm RIG.TEST with a KDC of MIT, and everything in secure mode
RIG_TOKEN_LIFE_S=${RIG_TOKEN_LIFE_S:-604800}                  # of HDFS's delegation tokens, with RIG_KERBEROS
RIG_KDC_CLOCK=${RIG_KDC_CLOCK:-}                              # +1h: how wrong the clock of the KDC is (package faketime)
RIG_CLOCK=${RIG_CLOCK:-}                                      # +1h: how wrong the clock of the daemons is
RIG_CLOCK_OF=${RIG_CLOCK_OF:-$RIG_SERVICES}                   # of which daemons
JAVA_HOME=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}
export JAVA_HOME                                              # the NodeManager hands it to the containers

jars=$RIG_HOME/hadoop-$RIG_HADOOP_VERSION
root=$RIG_HOME/$RIG_NAME
conf=$root/conf
port() { echo $(($1 + RIG_PORT_OFFSET)); }

if [[ $RIG_KERBEROS ]]; then
  kdc=$root/kdc
  export KRB5_CONFIG=$kdc/krb5.conf KRB5_KDC_PROFILE=$kdc/kdc.conf KRB5CCNAME=FILE:$kdc/tickets
  export PATH=$PATH:/usr/sbin:/sbin
  clock=()
  if [[ $RIG_KDC_CLOCK ]]; then clock=(faketime -f "$RIG_KDC_CLOCK"); fi
fi

# start_kdc makes the realm with its principals and keytabs once, starts the KDC, and gets tickets for root
start_kdc() {
  local name
  for name in krb5kdc kinit kadmin.local "${clock[@]:0:1}"; do
    if ! command -v "$name" >/dev/null; then
      echo "no $name: RIG_KERBEROS needs the packages krb5-kdc, krb5-admin-server and krb5-user, RIG_KDC_CLOCK faketime" >&2
      return 1
    fi
  done
  mkdir -p "$kdc"
  cat >"$KRB5_CONFIG" <<CONF
[libdefaults]
  default_realm = RIG.TEST
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  RIG.TEST = {
    kdc = 127.0.0.1:$(port 8800)
  }
[domain_realm]
  $RIG_HOST = RIG.TEST
CONF
  cat >"$KRB5_KDC_PROFILE" <<CONF
[kdcdefaults]
  kdc_listen = 127.0.0.1:$(port 8800)
  kdc_tcp_listen = 127.0.0.1:$(port 8800)
[realms]
  RIG.TEST = {
    database_name = $kdc/principal
    key_stash_file = $kdc/stash
    supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
  }
CONF
  if [[ ! -e $kdc/stash ]]; then
    kdb5_util create -s -r RIG.TEST -P "$RANDOM$RANDOM$RANDOM" >"$root/log/kdc-create.log" 2>&1
    for name in hdfs/$RIG_HOST yarn/$RIG_HOST HTTP/$RIG_HOST root; do
      kadmin.local -q "addprinc -randkey $name" >>"$root/log/kdc-create.log" 2>&1
      kadmin.local -q "ktadd -k $kdc/${name%%/*}.keytab $name" >>"$root/log/kdc-create.log" 2>&1
    done
  fi
  if ! alive kdc; then
    setsid nohup "${clock[@]}" krb5kdc -n -P "$root/run/kdc.real" </dev/null >"$root/log/kdc.log" 2>&1 &
    echo $! >"$root/run/kdc.pid"
  fi
  local deadline=$((SECONDS + RIG_WAIT_S))
  until "${clock[@]}" kinit -kt "$kdc/root.keytab" root 2>/dev/null; do
    if ((SECONDS > deadline)); then
      echo "KDC not ready; see $root/log/kdc.log" >&2
      return 1
    fi
    sleep 0.2
  done
  cp "$root/run/kdc.real" "$root/run/kdc.pid"                 # faketime stays before it
}

fetch_jars() {
  [[ -e $jars/.complete ]] && return
  mkdir -p "$jars"
  mvn -q -B -f "$here/pom.xml" package -Dhadoop.version="$RIG_HADOOP_VERSION" -Drig.jars="$jars" >&2
  touch "$jars/.complete"
}

# site NAME key=value...   writes a Hadoop XML file
site() {
  local file=$conf/$1 kv
  shift
  { echo '<?xml version="1.0"?>'
    echo '<configuration>'
    for kv in "$@"; do
      printf '  <property><name>%s</name><value>%s</value></property>\n' "${kv%%=*}" "${kv#*=}"
    done
    echo '</configuration>'
  } >"$file"
}

write_conf() {
  mkdir -p "$root"/{log,run,nn,dn,nm-local,nm-log,rm-state,tmp}
  mkdir -p "$conf"/webapps/{hdfs,datanode}                    # the HDFS jar lacks them; empty ones do without a UI
  site core-site.xml \
    fs.defaultFS=hdfs://$RIG_HOST:"$(port 8020)" \
    hadoop.tmp.dir="$root/tmp" \
    hadoop.http.staticuser.user=root \
    'hadoop.proxyuser.root.hosts=*' 'hadoop.proxyuser.root.groups=*'
  site hdfs-site.xml \
    dfs.replication=1 \
    dfs.permissions.superusergroup=root \
    dfs.namenode.name.dir="file://$root/nn" \
    dfs.datanode.data.dir="file://$root/dn" \
    dfs.namenode.rpc-address=$RIG_HOST:"$(port 8020)" \
    dfs.namenode.http-address=$RIG_HOST:"$(port 9870)" \
    dfs.datanode.address=$RIG_HOST:"$(port 9866)" \
    dfs.datanode.http.address=$RIG_HOST:"$(port 9864)" \
    dfs.datanode.ipc.address=$RIG_HOST:"$(port 9867)" \
    dfs.datanode.hostname=$RIG_HOST \
    dfs.namenode.safemode.extension=0 \
    dfs.namenode.fs-limits.min-block-size=1024 \
    dfs.datanode.du.reserved=0
  site yarn-site.xml \
    yarn.resourcemanager.hostname=$RIG_HOST \
    yarn.resourcemanager.address=$RIG_HOST:"$(port 8032)" \
    yarn.resourcemanager.scheduler.address=$RIG_HOST:"$(port 8030)" \
    yarn.resourcemanager.resource-tracker.address=$RIG_HOST:"$(port 8031)" \
    yarn.resourcemanager.admin.address=$RIG_HOST:"$(port 8033)" \
    yarn.resourcemanager.webapp.address=$RIG_HOST:"$(port 8088)" \
    yarn.resourcemanager.nodemanagers.heartbeat-interval-ms="$RIG_HEARTBEAT_MS" \
    yarn.resourcemanager.am.max-attempts=2 \
    yarn.resourcemanager.recovery.enabled=true \
    yarn.resourcemanager.store.class=org.apache.hadoop.yarn.server.resourcemanager.recovery.FileSystemRMStateStore \
    yarn.resourcemanager.fs.state-store.uri="file://$root/rm-state" \
    yarn.webapp.ui2.enable=false \
    yarn.scheduler.minimum-allocation-mb=128 \
    yarn.scheduler.maximum-allocation-mb="$RIG_NODE_MEM_MB" \
    yarn.nodemanager.hostname=$RIG_HOST \
    yarn.nodemanager.address=$RIG_HOST:"$(port 8041)" \
    yarn.nodemanager.localizer.address=$RIG_HOST:"$(port 8040)" \
    yarn.nodemanager.webapp.address=$RIG_HOST:"$(port 8042)" \
    yarn.nodemanager.resource.memory-mb="$RIG_NODE_MEM_MB" \
    yarn.nodemanager.resource.cpu-vcores="$RIG_NODE_VCORES" \
    yarn.nodemanager.vmem-check-enabled=false \
    yarn.nodemanager.resource.memory.enforced=false \
    yarn.nodemanager.local-dirs="$root/nm-local" \
    yarn.nodemanager.log-dirs="$root/nm-log" \
    yarn.nodemanager.delete.debug-delay-sec="$RIG_KEEP_CONTAINERS_S" \
    yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage=99 \
    yarn.log-aggregation-enable=true \
    yarn.nodemanager.remote-app-log-dir=/tmp/logs \
    yarn.application.classpath="$conf,$jars/client/*"
  site capacity-scheduler.xml \
    yarn.scheduler.capacity.root.queues=default \
    yarn.scheduler.capacity.root.default.capacity=100 \
    yarn.scheduler.capacity.maximum-am-resource-percent=1.0 \
    yarn.scheduler.capacity.resource-calculator=org.apache.hadoop.yarn.util.resource.DefaultResourceCalculator
  if [[ $RIG_HA ]]; then ha_conf; fi
  if [[ $RIG_KERBEROS ]]; then secure_conf; fi
  cat >"$conf/log4j.properties" <<'LOG'
log4j.rootLogger=INFO,console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{2}: %m%n
LOG
}

# amend NAME key=value...   adds to a Hadoop XML file
amend() {
  local file=$conf/$1 kv
  shift
  sed -i '/<\/configuration>/d' "$file"
  { for kv in "$@"; do
      printf '  <property><name>%s</name><value>%s</value></property>\n' "${kv%%=*}" "${kv#*=}"
    done
    echo '</configuration>'
  } >>"$file"
}

# ha_conf makes pairs. Which of the two a process is says its own -Drig.id; who is active is said by hand, without ZooKeeper.
ha_conf() {
  local n
  amend core-site.xml fs.defaultFS=hdfs://rig
  amend hdfs-site.xml \
    dfs.nameservices=rig \
    dfs.ha.namenodes.rig=nn1,nn2 \
    'dfs.ha.namenode.id=${rig.id}' \
    dfs.namenode.name.dir="file://$root/nn/\${rig.id}" \
    dfs.namenode.shared.edits.dir="file://$root/nn/shared" \
    dfs.client.failover.proxy.provider.rig=org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider \
    'dfs.ha.fencing.methods=shell(/bin/true)' \
    dfs.ha.tail-edits.period=1s
  amend yarn-site.xml \
    yarn.resourcemanager.ha.enabled=true \
    yarn.resourcemanager.ha.automatic-failover.enabled=false \
    yarn.resourcemanager.cluster-id=rig \
    yarn.resourcemanager.ha.rm-ids=rm1,rm2 \
    'yarn.resourcemanager.ha.id=${rig.id}'
  for n in 1 2; do                                            # the second has the ports from 50 above
    amend hdfs-site.xml \
      dfs.namenode.rpc-address.rig.nn$n=$RIG_HOST:"$(port $((7970 + 50 * n)))" \
      dfs.namenode.http-address.rig.nn$n=$RIG_HOST:"$(port $((9820 + 50 * n)))"
    amend yarn-site.xml \
      yarn.resourcemanager.hostname.rm$n=$RIG_HOST \
      yarn.resourcemanager.address.rm$n=$RIG_HOST:"$(port $((7982 + 50 * n)))" \
      yarn.resourcemanager.scheduler.address.rm$n=$RIG_HOST:"$(port $((7980 + 50 * n)))" \
      yarn.resourcemanager.resource-tracker.address.rm$n=$RIG_HOST:"$(port $((7981 + 50 * n)))" \
      yarn.resourcemanager.admin.address.rm$n=$RIG_HOST:"$(port $((7983 + 50 * n)))" \
      yarn.resourcemanager.webapp.address.rm$n=$RIG_HOST:"$(port $((8038 + 50 * n)))"
  done
}

secure_conf() {
  mkdir -p "$kdc"
  [[ -e $kdc/http-secret ]] || head -c 64 /dev/urandom | base64 -w0 >"$kdc/http-secret"
  amend core-site.xml \
    hadoop.security.authentication=kerberos \
    hadoop.security.authorization=true \
    hadoop.http.authentication.type=kerberos \
    hadoop.http.authentication.kerberos.principal=HTTP/$RIG_HOST@RIG.TEST \
    hadoop.http.authentication.kerberos.keytab="$kdc/HTTP.keytab" \
    hadoop.http.authentication.signature.secret.file="$kdc/http-secret"
  amend hdfs-site.xml \
    dfs.block.access.token.enable=true \
    dfs.namenode.delegation.token.max-lifetime="${RIG_TOKEN_LIFE_S}000" \
    ignore.secure.ports.for.testing=true \
    dfs.namenode.kerberos.principal=hdfs/$RIG_HOST@RIG.TEST \
    dfs.namenode.keytab.file="$kdc/hdfs.keytab" \
    dfs.datanode.kerberos.principal=hdfs/$RIG_HOST@RIG.TEST \
    dfs.datanode.keytab.file="$kdc/hdfs.keytab" \
    dfs.namenode.kerberos.internal.spnego.principal=HTTP/$RIG_HOST@RIG.TEST \
    dfs.web.authentication.kerberos.principal=HTTP/$RIG_HOST@RIG.TEST \
    dfs.web.authentication.kerberos.keytab="$kdc/HTTP.keytab"
  amend yarn-site.xml \
    hadoop.http.filter.initializers=org.apache.hadoop.security.AuthenticationFilterInitializer \
    yarn.resourcemanager.principal=yarn/$RIG_HOST@RIG.TEST \
    yarn.resourcemanager.keytab="$kdc/yarn.keytab" \
    yarn.nodemanager.principal=yarn/$RIG_HOST@RIG.TEST \
    yarn.nodemanager.keytab="$kdc/yarn.keytab"
}

java_flags=(-Xmx"${RIG_HEAP_MB}m" -XX:+UseSerialGC -XX:TieredStopAtLevel=1
  --add-opens=java.base/java.lang=ALL-UNNAMED)
if [[ $RIG_KERBEROS ]]; then java_flags+=(-Djava.security.krb5.conf="$KRB5_CONFIG"); fi
classpath="$conf:$jars/server/*"

main_class() {
  case ${1%2} in
    namenode) echo org.apache.hadoop.hdfs.server.namenode.NameNode ;;
    datanode) echo org.apache.hadoop.hdfs.server.datanode.DataNode ;;
    resourcemanager) echo org.apache.hadoop.yarn.server.resourcemanager.ResourceManager ;;
    nodemanager) echo org.apache.hadoop.yarn.server.nodemanager.NodeManager ;;
    *) echo "unknown service $1" >&2; return 1 ;;
  esac
}

# alive NAME: the pid file names a live daemon of ours (kill -0 would also accept a zombie)
alive() {
  local file=$root/run/$1.pid
  [[ -f $file ]] && tr '\0' ' ' 2>/dev/null <"/proc/$(<"$file")/cmdline" | grep -q -e "-Drig=$RIG_NAME-$1 " -e "$root/run/$1.real"
}

start() {
  local name=$1 class clock=()
  class=$(main_class "$name")
  if alive "$name"; then return; fi
  if [[ $RIG_CLOCK && " $RIG_CLOCK_OF " == *" $name "* ]]; then
    clock=(env FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 FAKETIME="$RIG_CLOCK" LD_PRELOAD="$(faketime -f +0 printenv LD_PRELOAD)")
  fi
  HADOOP_CONF_DIR=$conf setsid nohup "${clock[@]}" "$JAVA_HOME/bin/java" "${java_flags[@]}" -Drig="$RIG_NAME-$name" -Drig.id="$(id_of "$name")" \
    -Dhadoop.log.dir="$root/log" -cp "$classpath" "$class" </dev/null >"$root/log/$name.log" 2>&1 &
  echo $! >"$root/run/$name.pid"
}

# id_of NAME: which one of a pair it is
id_of() {
  case $1 in
    namenode) echo nn1 ;;
    namenode2) echo nn2 ;;
    resourcemanager) echo rm1 ;;
    resourcemanager2) echo rm2 ;;
    *) echo none ;;
  esac
}

# namenode ID OPTIONS...   runs a NameNode that ends by itself
namenode() {
  local id=$1
  shift
  "$JAVA_HOME/bin/java" "${java_flags[@]}" -Drig.id="$id" -cp "$classpath" \
    org.apache.hadoop.hdfs.server.namenode.NameNode "$@" -nonInteractive >>"$root/log/format.log" 2>&1
}

# activate TOOL ID: as soon as it listens, whatever the other is
activate() {
  local deadline=$((SECONDS + RIG_WAIT_S))
  until "$here/ha.sh" "$1" -transitionToActive --forceactive "$2" 2>"$root/log/activate.log"; do
    if ((SECONDS > deadline)); then
      echo "$2 does not become active after ${RIG_WAIT_S}s; see $root/log" >&2
      return 1
    fi
  done
}

# pair starts two NameNodes and two ResourceManagers; the first of each becomes active when both are new
pair() {
  local new=
  [[ -d $root/nn/nn1/current ]] || new=1
  if [[ $new ]]; then namenode nn1 -format; fi
  start namenode
  if [[ $new ]]; then
    activate haadmin nn1
    namenode nn2 -bootstrapStandby
  fi
  start namenode2
  start resourcemanager
  start resourcemanager2
  if [[ $new ]]; then
    activate rmadmin rm1
  fi
}

# await WHAT URL PATTERN
await() {
  local deadline=$((SECONDS + RIG_WAIT_S))
  until curl -fsS "${curl_flags[@]}" "$2" 2>/dev/null | grep -q "$3"; do
    if ((SECONDS > deadline)); then
      echo "$1 not ready after ${RIG_WAIT_S}s; see $root/log" >&2
      return 1
    fi
    sleep 0.2
  done
}

curl_flags=()
if [[ $RIG_KERBEROS ]]; then curl_flags=(--negotiate -u :); fi

fetch_jars
mkdir -p "$root"/{log,run}
if [[ $RIG_KERBEROS && $RIG_SERVICES ]]; then start_kdc; fi
write_conf
if [[ $RIG_HA && $RIG_SERVICES == *namenode2* ]]; then
  pair
elif [[ $RIG_SERVICES == *namenode* && ! -d $root/nn/current ]]; then
  namenode none -format
fi
for service in $RIG_SERVICES; do start "$service"; done
if [[ $RIG_SERVICES == *datanode* ]]; then
  await DataNode "http://$RIG_HOST:$(port 9864)/jmx?qry=Hadoop:service=DataNode,name=DataNodeInfo" '"modelerType"'   # the NameNode believes in one that died for a while
  state='jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState'
  await HDFS "http://$RIG_HOST:$(port 9870)/$state" '"NumLiveDataNodes" : 1'
  await 'HDFS out of safe mode' "http://$RIG_HOST:$(port 9870)/$state" '"FSState" : "Operational"'
fi
if [[ $RIG_SERVICES == *nodemanager* ]]; then
  await YARN "http://$RIG_HOST:$(port 8088)/ws/v1/cluster/metrics" '"activeNodes":1'
fi
cat <<EXPORTS
export HADOOP_CONF_DIR='$conf'
export YARN_CONF_DIR='$conf'
export HADOOP_CLASSPATH='$jars/client/*'
export RIG_WEBHDFS='http://$RIG_HOST:$(port 9870)'
export RIG_RM='http://$RIG_HOST:$(port 8088)'
export RIG_NM='http://$RIG_HOST:$(port 8042)'
export RIG_DEFAULT_FS='hdfs://$RIG_HOST:$(port 8020)'
EXPORTS
if [[ $RIG_HA ]]; then
  printf "export %s='%s'\n" RIG_DEFAULT_FS hdfs://rig RIG_WEBHDFS2 "http://$RIG_HOST:$(port 9920)" RIG_RM2 "http://$RIG_HOST:$(port 8138)"
fi
if [[ $RIG_KERBEROS ]]; then
  printf "export %s='%s'\n" KRB5_CONFIG "$KRB5_CONFIG" KRB5CCNAME "$KRB5CCNAME" RIG_KEYTAB "$kdc/root.keytab"
fi
