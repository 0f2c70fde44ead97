#!/bin/sh
# Save a snapshot from one healthy member that does not lead, check it, and keep the newest.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

ETCDCTL_ENDPOINTS=$(known_endpoints none)
export ETCDCTL_ENDPOINTS

healthy() {
  at "$1" endpoint health >/dev/null 2>&1
}

leads() {
  status=$(at "$1" endpoint status -w fields) || return 1
  own=$(printf '%s\n' "$status" | sed -n 's/^"MemberID" : //p')
  [ "$own" = "$(printf '%s\n' "$status" | sed -n 's/^"Leader" : //p')" ]
}

# Healthy voters, the leader last.
candidates() {
  leader=
  for url in $(members | awk -F ', ' '$5 != "" && $6 == "false" { print $5 }'); do
    healthy "$url" || continue
    if leads "$url"; then leader=$url; else printf '%s\n' "$url"; fi
  done
  [ -z "$leader" ] || printf '%s\n' "$leader"
}

from=$(candidates | head -n 1)
[ -n "$from" ] || fail "no member is healthy"
# What a run has left that was cut off, or whose file was no good. Runs never overlap.
find /snapshots -maxdepth 1 -name 'etcd-*.db.unchecked*' -mmin +60 -exec rm -f {} +
file=/snapshots/etcd-$(date -u +%Y%m%dT%H%M%SZ).db
ETCDCTL_COMMAND_TIMEOUT=$SNAPSHOT_TIMEOUT at "$from" snapshot save "$file.unchecked"
etcdutl snapshot status "$file.unchecked" -w table
mv "$file.unchecked" "$file"
say "saved ${file#/snapshots/} from $from"

find /snapshots -maxdepth 1 -name 'etcd-*.db' | sort -r | tail -n "+$((SNAPSHOT_KEEP + 1))" |
  while read -r old; do
    say "more than $SNAPSHOT_KEEP: removing ${old#/snapshots/}"
    rm -f "$old"
  done
