#!/bin/sh
# Before etcd starts: find out what this member is, and write its configuration.
#
#   what is on the volume | what the others say            | so
#   ----------------------+--------------------------------+-------------------------------------------
#   data                  | nothing, or that it is theirs  | start with it
#   data of another id    | this ordinal was added anew    | put the data aside, join
#   nothing               | it was added and has not begun | join
#   nothing               | it has begun before            | its volume is lost: leave, come back, join
#   nothing               | nothing                        | the first start of all, or wait
#
# Nothing is ever deleted, and a cluster is never begun twice: once it has been formed (a ConfigMap
# that is made after the install says so), an empty volume waits for the others.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

ordinal=${POD_NAME##*-}
data=$DATA_PATH/data
wal=${WAL_PATH:+$WAL_PATH/wal}
stamp=$DATA_PATH/member-id
leaving=$DATA_PATH/leaving
ETCDCTL_ENDPOINTS=$(known_endpoints "$ordinal")
export ETCDCTL_ENDPOINTS

has_data() {
  [ -n "$(find "${wal:-$data/member/wal}" -name '*.wal' 2>/dev/null | head -n 1)" ]
}

put_aside() {
  [ -e "$data" ] || return 0
  aside="removed-$(cat "$stamp" 2>/dev/null || echo unknown)-$(date -u +%Y%m%dT%H%M%SZ)"
  say "$1: its data is kept in $DATA_PATH/$aside"
  mv "$data" "$DATA_PATH/$aside"
  [ ! -e "${wal:-/none}" ] || mv "$wal" "$WAL_PATH/$aside"
  rm -f "$stamp"
}

# write_config STATE INITIAL_CLUSTER
write_config() {
  {
    cat /config/etcd.yaml
    printf 'name: "%s"\n' "$POD_NAME"
    printf 'initial-advertise-peer-urls: "%s"\n' "$ADVERTISE_PEER_URL"
    printf 'advertise-client-urls: "%s"\n' "$ADVERTISE_CLIENT_URL"
    printf 'initial-cluster: "%s"\n' "$2"
    printf 'initial-cluster-state: "%s"\n' "$1"
    printf 'initial-cluster-token: "%s"\n' "$ETCD_INITIAL_CLUSTER_TOKEN"
  } >"$RUN_PATH/etcd.yaml.new"
  mv "$RUN_PATH/etcd.yaml.new" "$RUN_PATH/etcd.yaml"
}

# With data on the volume etcd reads none of the initial-* settings but its own name.
keep() {
  say "$POD_NAME starts with the data that it has"
  write_config existing "$POD_NAME=$ADVERTISE_PEER_URL"
}

begin() {
  say "$POD_NAME starts a new cluster: $ETCD_INITIAL_CLUSTER"
  put_aside "a start that was cut off"
  write_config new "$ETCD_INITIAL_CLUSTER"
}

join() {
  list=$(membership) || return 1
  put_aside "$POD_NAME was removed from the cluster and is back as another member"
  say "$POD_NAME joins as $1: $list"
  write_config existing "$list"
  printf '%s\n' "$1" >"$stamp"
  rm -f "$leaving"
}

# The data is gone, so what this id has promised to the others is gone too: it has to leave, and an
# other to come. The note on the volume tells the next attempt how far this one has come.
replace() {
  say "$POD_NAME had data as member $1 and its volume is empty: it comes back as a new member"
  printf '%s\n' "$2" >"$leaving"
  etcdctl member remove "$1" >&2
  come_back
}

come_back() {
  voter=
  [ "$(cat "$leaving")" = false ] || voter=--learner
  # shellcheck disable=SC2086 # no option is no word
  try 15 etcdctl member add "$POD_NAME" $voter --peer-urls="$ADVERTISE_PEER_URL" || return 1
  line=$(member "$ordinal") && [ -n "$line" ] || return 1
  join "$(column 1 "$line")"
}

may_begin() {
  case $ETCD_INITIAL_CLUSTER_STATE in
    new) [ "${FORMED_TOKEN:-}" != "$ETCD_INITIAL_CLUSTER_TOKEN" ] || return 1 ;;
    existing) return 1 ;;
    *) [ -z "${FORMED_TOKEN:-}" ] || return 1 ;;
  esac
  case ",$ETCD_INITIAL_CLUSTER" in *",$POD_NAME="*) ;; *) return 1 ;; esac
}

alone() {
  if has_data; then
    keep
  elif may_begin; then
    begin
  else
    say "the volume is empty and no majority of the other members answers: a new cluster here would" \
      "be another one. Waiting. If the others' volumes are lost as well: restore a snapshot or what a" \
      "member still has, or begin anew by cluster.state new and another cluster.token"
    return 1
  fi
}

attempt() {
  line=$(member "$ordinal") || { alone && return 0 || return 1; }
  if [ -z "$line" ]; then
    [ ! -e "$leaving" ] || { come_back && return 0 || return 1; }
    say "$POD_NAME is no member. \`holdfast scale\` adds one before it starts its pod"
    return 1
  fi
  id=$(column 1 "$line") name=$(column 3 "$line")
  begun=$(column 5 "$line") learner=$(column 6 "$line")
  known=$(cat "$stamp" 2>/dev/null || true)
  if has_data && { [ "$known" = "$id" ] || { [ -z "$known" ] && [ -n "$name" ]; }; }; then
    printf '%s\n' "$id" >"$stamp"
    keep
  elif [ -n "$begun" ]; then
    replace "$id" "$learner"
  elif [ -n "$name" ]; then
    # It was named in the list of the first start, and has never been there.
    begin
  else
    join "$id"
  fi
}

# etcd reads a configuration file without a word about names that it does not know.
check_flags() {
  known_flags=$(etcd --help 2>&1)
  while read -r flag; do
    case $known_flags in
      *"--$flag "* | *"--$flag
"*) ;;
      *) fail "extraFlags.$flag: this etcd has no such flag" ;;
    esac
  done </config/flags
}

check_flags
n=0
until attempt; do
  n=$((n + 1))
  [ "$n" -lt 5 ] || exit 1
  sleep 2
done
