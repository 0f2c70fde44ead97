#!/bin/sh
# The membership, around each step of a scaling. `holdfast scale` says which step by HOLDFAST_*.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

ordinal=$HOLDFAST_ORDINAL
before=$HOLDFAST_MEMBERS_BEFORE
after=$HOLDFAST_MEMBERS

# A learner first: it takes the data and does not count for the majority until it has it.
add() {
  [ "$before" -gt 0 ] ||
    fail "all members are stopped, and one alone is no majority: \`holdfast upgrade\` with the number" \
      "that there was brings them all back"
  ETCDCTL_ENDPOINTS=$(endpoints "$before")
  export ETCDCTL_ENDPOINTS
  { try 30 drop_leftovers "$before" "$ordinal" && fill "$before"; } ||
    fail "what an earlier scaling left undone cannot be repaired"
  try "$LEARNER_TIMEOUT" all_healthy || fail "not all members are healthy"
  try "$LEARNER_TIMEOUT" add_learner "$ordinal" || fail "$WORKLOAD-$ordinal cannot be added"
}

vote() {
  ETCDCTL_ENDPOINTS=$(endpoints "$before")
  export ETCDCTL_ENDPOINTS
  try "$LEARNER_TIMEOUT" promote "$ordinal" ||
    fail "$WORKLOAD-$ordinal has not caught up in $LEARNER_TIMEOUT s, and does not vote"
}

# Those that stay have to be well: without the one that goes, they are all that there is.
remove() {
  if [ "$after" -lt 1 ]; then
    say "the last member stops; the membership stays"
    return 0
  fi
  ETCDCTL_ENDPOINTS=$(endpoints "$after")
  export ETCDCTL_ENDPOINTS
  try 30 drop_leftovers "$before" || fail "the members cannot be listed, or one is left over"
  line=$(member "$ordinal")
  if [ -z "$line" ]; then
    say "$WORKLOAD-$ordinal is no member"
    return 0
  fi
  try 30 others_healthy || fail "a member that is to stay is not healthy"
  hand_over "$ordinal"
  try 30 leave || fail "$WORKLOAD-$ordinal cannot leave the cluster"
}

# etcd refuses while those that stay are connected for some seconds only (strict-reconfig-check).
leave() {
  line=$(member "$ordinal") || return 1
  [ -z "$line" ] || etcdctl member remove "$(column 1 "$line")"
}

others_healthy() {
  urls=$(members | awk -F ', ' -v gone="$(peer_url "$ordinal")" '
    $4 != gone && $5 != "" { printf "%s%s", (n++ ? "," : ""), $5 }')
  at "$urls" endpoint health
}

# Let ordinal 0 lead, so that writes do not wait for an election. Best effort.
hand_over() {
  url=$(client_url "$1")
  status=$(at "$url" endpoint status -w fields 2>/dev/null) || return 0
  own=$(printf '%s\n' "$status" | sed -n 's/^"MemberID" : //p')
  leader=$(printf '%s\n' "$status" | sed -n 's/^"Leader" : //p')
  [ "$own" = "$leader" ] || return 0
  at "$url" move-leader "$(column 1 "$(member 0)")" || true
}

case $HOLDFAST_HOOK in
  pre-scale-up) add ;;
  on-scale-up) vote ;;
  pre-scale-down) remove ;;
  *) fail "nothing is to be done at $HOLDFAST_HOOK" ;;
esac
