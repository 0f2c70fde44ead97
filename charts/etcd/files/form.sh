#!/bin/sh
# After an install, upgrade or rollback: wait until every member has been there, switch
# authentication on if that is asked for. May run any number of times.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

ETCDCTL_ENDPOINTS=$(known_endpoints none)
export ETCDCTL_ENDPOINTS

formed() {
  listed=$(members) || return 1
  missing=$(printf '%s\n' "$listed" | awk -F ', ' '$5 == "" && $6 == "false" { print $4 }')
  [ -z "$missing" ] || fail "members that have not been there yet: $missing"
}

# Root and its role have to be there before; it is one switch for all members.
enable_auth() {
  case $(etcdctl auth status) in *'Status: true'*) return 0 ;; esac
  etcdctl user get root >/dev/null 2>&1 ||
    printf '%s\n' "$ETCDCTL_PASSWORD" | etcdctl user add root --interactive=false
  etcdctl role get root >/dev/null 2>&1 || etcdctl role add root
  etcdctl user grant-role root root
  etcdctl auth enable
}

[ -n "$ETCD_INITIAL_CLUSTER" ] || exit 0

# Formed before, the cluster is waited for no longer than that: who is away now was there already, and
# the upgrade or the way back that this ends has waited for the pods that it touched.
if [ "${FORMED_TOKEN:-}" = "$ETCD_INITIAL_CLUSTER_TOKEN" ] && [ "${AUTH_ENABLED:-false}" != true ]; then
  try 10 formed || say "no majority of the members answers"
  exit 0
fi
try "$FORM_TIMEOUT" formed || fail "the cluster is not formed after $FORM_TIMEOUT s"
try 10 etcdctl endpoint health --cluster || say "not every member is healthy"
[ "${AUTH_ENABLED:-false}" != true ] || enable_auth
