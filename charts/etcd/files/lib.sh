# shellcheck shell=sh
# What the scripts of this chart share. Read by them, never run.
#
# The pod template says how members are called (WORKLOAD, MEMBER_DOMAIN, CLIENT_SCHEME, CLIENT_PORT,
# PEER_SCHEME, PEER_PORT), the ConfigMap of the cluster who they were at the last install or upgrade
# (ETCD_INITIAL_CLUSTER). Who they are now, only the members know.

say() {
  printf '%s\n' "$*" >&2
}

fail() {
  say "$@"
  exit 1
}

client_url() {
  printf '%s://%s-%s.%s:%s' "$CLIENT_SCHEME" "$WORKLOAD" "$1" "$MEMBER_DOMAIN" "$CLIENT_PORT"
}

peer_url() {
  printf '%s://%s-%s.%s:%s' "$PEER_SCHEME" "$WORKLOAD" "$1" "$MEMBER_DOMAIN" "$PEER_PORT"
}

# The client URLs of the first $1 ordinals, as etcdctl wants them.
endpoints() {
  o=0 urls=
  while [ "$o" -lt "$1" ]; do
    urls="$urls${urls:+,}$(client_url "$o")"
    o=$((o + 1))
  done
  printf '%s' "$urls"
}

# Where to ask first: the members in the ConfigMap, but for ordinal $1 (`none` for all), and whoever
# the Service without an address leads to, for members may have come since.
known_endpoints() {
  urls="$CLIENT_SCHEME://$MEMBER_DOMAIN:$CLIENT_PORT"
  for pair in $(printf '%s' "$ETCD_INITIAL_CLUSTER" | tr ',' ' '); do
    name=${pair%%=*}
    [ "${name##*-}" = "$1" ] || urls="$(client_url "${name##*-}"),$urls"
  done
  printf '%s' "$urls"
}

# Ask one member. (etcdctl refuses a flag beside the variable of its name.)
at() {
  asked=$1
  shift
  ETCDCTL_ENDPOINTS=$asked etcdctl "$@"
}

# Run a command each second until it succeeds, for $1 seconds. Its last words are shown if it never
# does.
try() {
  seconds=$1
  shift
  deadline=$(($(date +%s) + seconds))
  until said=$("$@" 2>&1); do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      say "$said"
      return 1
    fi
    sleep 1
  done
  [ -z "$said" ] || say "$said"
}

# The members, one a line: id, status, name, peer URLs, client URLs, learner. It takes a majority to
# answer, so what it says is true.
members() {
  etcdctl member list
}

# The line of the member with ordinal $1, or nothing. It is known by its peer URL: one that has not
# started yet has no name.
member() {
  listed=$(members) || return 1
  printf '%s\n' "$listed" | awk -F ', ' -v url="$(peer_url "$1")" '$4 == url'
}

column() {
  printf '%s' "$2" | awk -F ', ' -v n="$1" '{ print $n }'
}

# Every member as name=peer-URL: what a member that joins has to be given, exactly.
membership() {
  listed=$(members) || return 1
  printf '%s\n' "$listed" | awk -F ', ' '{
    name = $4; sub(/^[a-z]+:\/\//, "", name); sub(/[.:].*/, "", name)
    printf "%s%s=%s", (NR > 1 ? "," : ""), name, $4
  }'
}

# Make ordinal $1 a member that does not vote yet, unless it is one: what was cut off is run again.
add_learner() {
  line=$(member "$1") || return 1
  [ -n "$line" ] || etcdctl member add "$WORKLOAD-$1" --learner --peer-urls="$(peer_url "$1")"
}

# Let ordinal $1 vote. etcd refuses while it has not caught up.
promote() {
  line=$(member "$1") || return 1
  if [ -z "$line" ]; then
    say "$WORKLOAD-$1 is no member"
    return 1
  fi
  [ "$(column 6 "$line")" = false ] || etcdctl member promote "$(column 1 "$line")"
}

all_healthy() {
  etcdctl endpoint health
}

# Remove the members whose pods an earlier scaling has taken away: ordinals from $1 on, but for $2,
# which is on its way.
drop_leftovers() {
  listed=$(members) || return 1
  for o in $(printf '%s\n' "$listed" | awk -F ', ' '{
    name = $4; sub(/^[a-z]+:\/\//, "", name); sub(/[.:].*/, "", name); sub(/.*-/, "", name); print name
  }'); do
    if [ "$o" -ge "$1" ] && [ "$o" != "${2:-}" ]; then
      say "$WORKLOAD-$o is a member and has no pod: removing it"
      etcdctl member remove "$(column 1 "$(member "$o")")" || return 1
    fi
  done
}

# Let the pods of ordinals 0 to $1 - 1 be members that vote, those whose joining was cut off, too.
fill() {
  o=0
  while [ "$o" -lt "$1" ]; do
    try "$LEARNER_TIMEOUT" add_learner "$o" && try "$LEARNER_TIMEOUT" promote "$o" || return 1
    o=$((o + 1))
  done
}
