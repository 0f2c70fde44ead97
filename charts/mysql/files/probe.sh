#!/bin/bash
# probe.sh live | ready: what the probes ask, as an account that may do nothing else.
#   live   mysqld answers; nothing about replication, for a restart would not mend that
#   ready  the source can be written to; a replica follows it, and is not too far behind
set -euo pipefail
# shellcheck source=charts/mysql/files/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

ask() { # STATEMENT [OPTION]
  mysql --defaults-file="$run/probe.cnf" --socket="$socket" --connect-timeout=5 \
    --batch "${2:---skip-column-names}" --execute="$1"
}

source_is_ready() {
  [[ $(ask 'SELECT @@global.read_only') == 0 ]] || die "the source is read-only"
}

replica_is_ready() {
  local trouble
  [[ $(ask 'SELECT @@global.super_read_only') == 1 ]] || die "the replica can be written to"
  trouble=$(trouble_of "$(ask 'SHOW REPLICA STATUS' --vertical)")
  [[ -z $trouble ]] || die "the replica does not follow: $trouble"
}

case ${1:-} in
  live) mysqladmin --defaults-file="$run/probe.cnf" --socket="$socket" --connect-timeout=5 ping >/dev/null ;;
  ready) if is_source; then source_is_ready; else replica_is_ready; fi ;;
  *) die "write live or ready" ;;
esac
