#!/bin/sh
# Write and read a key through each member.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

ETCDCTL_ENDPOINTS=$(known_endpoints none)
export ETCDCTL_ENDPOINTS
key=/holdfast/test/$(date +%s)

for url in $(members | awk -F ', ' '{ print $5 }'); do
  at "$url" put "$key" "$url" >/dev/null
  for other in $(members | awk -F ', ' '{ print $5 }'); do
    read=$(at "$other" get "$key" --print-value-only)
    [ "$read" = "$url" ] || fail "written through $url, read through $other: $read"
  done
  say "$url: put and get are well"
done
etcdctl del "$key" >/dev/null
