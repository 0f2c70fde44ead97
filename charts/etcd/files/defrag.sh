#!/bin/sh
# Give the disk back what compaction has freed: one member at a time, the leader last, and only
# where enough is free. A member answers nobody meanwhile, so all have to be well in between.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

ETCDCTL_ENDPOINTS=$(known_endpoints none)
export ETCDCTL_ENDPOINTS

# field NAME STATUS
field() {
  printf '%s\n' "$2" | sed -n "s/^\"$1\" : //p"
}

followers_then_leader() {
  leader=
  for url in $(members | awk -F ', ' '$5 != "" { print $5 }'); do
    status=$(at "$url" endpoint status -w fields) || return 1
    if [ "$(field MemberID "$status")" = "$(field Leader "$status")" ]; then
      leader=$url
    else
      printf '%s\n' "$url"
    fi
  done
  printf '%s\n' "$leader"
}

free_percent() {
  status=$(at "$1" endpoint status -w fields) || return 1
  size=$(field DBSize "$status") used=$(field DBSizeInUse "$status")
  [ "$size" -gt 0 ] || size=1
  printf '%s' $(((size - used) * 100 / size))
}

order=$(followers_then_leader) || fail "not every member answers: nothing is done"
for url in $order; do
  try 60 etcdctl endpoint health --cluster || fail "not all members are healthy: stopping before $url"
  free=$(free_percent "$url")
  if [ "$free" -lt "$DEFRAG_THRESHOLD" ]; then
    say "$url: $free % free, less than $DEFRAG_THRESHOLD: left alone"
    continue
  fi
  say "$url: $free % free"
  ETCDCTL_COMMAND_TIMEOUT=$DEFRAG_TIMEOUT at "$url" defrag
done

# Members that ran out of space stay read-only until they are told that there is some again.
if [ "$DEFRAG_DISARM" = true ] && etcdctl alarm list | grep -q NOSPACE; then
  etcdctl alarm disarm
fi
