#!/bin/sh
# Before an upgrade: every member has to be well. A rolling update takes the pods one by one, whatever
# has become of the others: with one away already, the next that it takes may be one too many.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

# Authentication comes with this upgrade, and so does the password.
[ -n "${ETCDCTL_PASSWORD:-}" ] || unset ETCDCTL_USER

ETCDCTL_ENDPOINTS=$(known_endpoints none)
export ETCDCTL_ENDPOINTS
try 30 etcdctl endpoint health --cluster ||
  fail "not every member is healthy, and an upgrade takes them away one by one. Where it is the upgrade" \
    "that mends them, set cluster.upgradeUnhealthy"
