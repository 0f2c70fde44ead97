#!/bin/bash
# The main container: writes this pod's configuration and becomes mysqld, so that SIGTERM reaches
# it and the shutdown is a clean one. The data are there: provision.sh ran before.
set -euo pipefail
# shellcheck source=charts/mysql/files/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

[[ -d $data ]] || die "there are no data in $data: the init container has to make them"
write_config
client_file "$run/probe.cnf" probe probe
if is_source || [[ -f $tls/ca.crt ]]; then
  exec mysqld --defaults-file="$cnf" --datadir="$data" "$@"
fi

# A replica that was cloned with certificates would look for them for ever.
cat >"$run/follow.sql" <<SQL
STOP REPLICA IO_THREAD FOR CHANNEL '';
CHANGE REPLICATION SOURCE TO $(verification) FOR CHANNEL '';
START REPLICA IO_THREAD FOR CHANNEL '';
SQL
exec mysqld --defaults-file="$cnf" --datadir="$data" --init-file="$run/follow.sql" "$@"
