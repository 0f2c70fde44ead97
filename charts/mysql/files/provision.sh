#!/bin/bash
# The init container: gives an empty volume its data, once. Everything is made in $volume/new and
# gets its name at the very end, so that a pod that was killed at any moment begins anew and real
# data are never deleted. Ordinal 0 begins a new cluster; a replica clones a member that is there.
set -euo pipefail
# shellcheck source=charts/mysql/files/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
# shellcheck source=charts/mysql/files/recover.sh
. "${BASH_SOURCE[0]%/*}/recover.sh"

fresh=$volume/new
scratch=$volume/scratch
local_socket=$run/provision.sock
server=

stop_server() {
  [[ -n $server ]] || return 0
  kill -TERM "$server" 2>/dev/null || true
  wait "$server" || true
  server=
}
trap 'exit 143' TERM INT
trap 'stop_server; resume; rm -f "$run/root.cnf" "$run/replication.cnf"' EXIT

# start_server DIRECTORY: a server that nobody else can reach, until it answers.
start_server() {
  mysqld --defaults-file="$cnf" --datadir="$1" --socket="$local_socket" --skip-networking \
    --skip-replica-start --mysqlx=OFF --event-scheduler=OFF &
  server=$!
  until mysqladmin --no-defaults --socket="$local_socket" --user=none ping >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || die "mysqld ended before it answered; its log is above"
    sleep 0.2
  done
}

# Statements come by standard input. The password of root is unset in data that were just made.
as_root() {
  mysql --no-defaults --default-character-set=utf8mb4 --socket="$local_socket" --user=root
}
as_known_root() { mysql --defaults-file="$run/root.cnf" --socket="$local_socket" "$@"; }

initialise() {
  mysqld --defaults-file="$cnf" --datadir="$1" --initialize-insecure
}

# The cluster's identity travels with the replication account: by clone to every replica.
attribute_of() { # HOST: the identity that a member has
  connect "$run/replication.cnf" "$1" --execute="
    SELECT ATTRIBUTE->>'\$.cluster' FROM information_schema.USER_ATTRIBUTES
    WHERE USER = SUBSTRING_INDEX(CURRENT_USER(), '@', 1)"
}

make_account() { # USER HOST SECRET [more of CREATE USER]
  printf 'CREATE USER %s@%s IDENTIFIED BY %s %s;\n' \
    "$(quoted "$1")" "$(quoted "$2")" "$(quoted "$(secret "$3")")" "${4:-}"
}
grant() { printf 'GRANT %s ON %s TO %s@%s;\n' "$1" "$2" "$(quoted "$3")" "$(quoted "$4")"; }

# The accounts are not in the binary log: replicas get them with the clone.
account_statements() {
  local identity=$1 replicator=$MYSQL_REPLICATION_USER
  printf "SET SESSION sql_mode = '', sql_log_bin = 0;\n"
  make_account root '%' root
  printf 'GRANT ALL ON *.* TO root@%s WITH GRANT OPTION;\n' "'%'"
  make_account "$replicator" '%' replication \
    "REQUIRE SSL ATTRIBUTE '{\"cluster\": \"$identity\"}'"
  grant 'REPLICATION SLAVE, BACKUP_ADMIN' '*.*' "$replicator" '%'
  make_account probe localhost probe
  grant 'REPLICATION CLIENT' '*.*' probe localhost
  make_account exporter 127.0.0.1 exporter 'WITH MAX_USER_CONNECTIONS 3'
  grant 'PROCESS, REPLICATION CLIENT, SELECT' '*.*' exporter 127.0.0.1
  make_account backup '%' backup
  grant 'SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, RELOAD, PROCESS, REPLICATION CLIENT' \
    '*.*' backup '%'
  grant 'SHOW_ROUTINE' '*.*' backup '%'
  if [[ -n ${MYSQL_USER:-} ]]; then make_account "$MYSQL_USER" '%' app; fi
  printf 'ALTER USER root@localhost IDENTIFIED BY %s;\n' "$(quoted "$(secret root)")"
}

# The database is: backups and whoever reads the log find it there.
database_statements() {
  [[ -n ${MYSQL_DATABASE:-} ]] || return 0
  printf 'SET SESSION sql_log_bin = 1;\nCREATE DATABASE %s;\nSET SESSION sql_log_bin = 0;\n' \
    "$(name_quoted "$MYSQL_DATABASE")"
  if [[ -n ${MYSQL_USER:-} ]]; then
    # In a grant, _ and % of a database's name are wildcards.
    local pattern=${MYSQL_DATABASE//_/\\_}
    grant ALL "$(name_quoted "${pattern//%/\\%}").*" "$MYSQL_USER" '%'
  fi
}

# The user's own scripts, in the database, in the order of their names.
run_scripts() {
  local script
  for script in "$config"/init-*.sql; do
    [[ -f $script ]] || continue
    log "running ${script##*/}"
    as_known_root ${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"} <"$script"
  done
}

begin_cluster() {
  local identity
  need_secrets root replication probe exporter backup ${MYSQL_USER:+app}
  identity=$(</proc/sys/kernel/random/uuid)
  log "beginning a new cluster, $identity"
  initialise "$fresh"
  start_server "$fresh"
  { account_statements "$identity" && database_statements; } | as_root
  run_scripts
  stop_server
  printf '%s\n' "$identity" >"$fresh/cluster"
}

# The next lower member gives its data, so that the source is spared; ordinal 0 where it does not
# answer. Into a directory of its own: a clone over a server's own data would end that server.
donor() {
  local number
  for number in "$((ordinal - 1))" 0; do
    if attribute_of "$(host_of "$number")" >/dev/null 2>&1; then
      host_of "$number"
      return
    fi
  done
  die "neither $(host_of "$((ordinal - 1))") nor the source answers as $MYSQL_REPLICATION_USER"
}

clone_from() { # HOST
  local verify=
  if [[ -f $tls/ca.crt ]]; then verify="SET GLOBAL clone_ssl_ca = $(quoted "$tls/ca.crt");"; fi
  initialise "$scratch"
  start_server "$scratch"
  as_root <<SQL
SET SESSION sql_mode = '';
$verify
SET GLOBAL clone_valid_donor_list = $(quoted "$1:$port");
CLONE INSTANCE FROM $(quoted "$MYSQL_REPLICATION_USER")@$(quoted "$1"):$port
  IDENTIFIED BY $(quoted "$(secret replication)")
  DATA DIRECTORY = $(quoted "$fresh") REQUIRE SSL;
SQL
  stop_server
  rm -rf "$scratch"
}

follow_source() {
  as_known_root <<SQL
SET SESSION sql_mode = '', sql_log_bin = 0;
RESET REPLICA ALL;
CHANGE REPLICATION SOURCE TO SOURCE_HOST = $(quoted "$(host_of 0)"), SOURCE_PORT = $port,
  SOURCE_USER = $(quoted "$MYSQL_REPLICATION_USER"),
  SOURCE_PASSWORD = $(quoted "$(secret replication)"),
  SOURCE_AUTO_POSITION = 1, SOURCE_CONNECT_RETRY = 5, SOURCE_RETRY_COUNT = 0,
  SOURCE_SSL = 1, $(verification);
SET PERSIST super_read_only = ON;
SQL
}

clone_member() {
  local from identity uuid
  from=$(donor)
  identity=$(attribute_of "$from")
  log "cloning $from"
  clone_from "$from"
  start_server "$fresh"
  follow_source
  stop_server
  printf '%s\n' "$identity" >"$fresh/cluster"
  if uuid=$(uuid_of_source 2>/dev/null); then printf '%s\n' "$uuid" >"$fresh/source"; fi
}

# A replica that follows another source than the one its data are from would mix two histories.
check_source() {
  local mine theirs
  if is_source || [[ ! -f $data/cluster ]]; then return; fi
  mine=$(<"$data/cluster")
  theirs=$(attribute_of "$(host_of 0)" 2>/dev/null) || return 0
  [[ $mine == "$theirs" ]] || die "the data here are of cluster $mine, but the source $(host_of 0)" \
    "is of cluster $theirs: its volume was replaced. Bring the old one back, or delete the claim" \
    "of ordinal $ordinal and its pod, to clone the new source"
}

uuid_of_source() { connect "$run/replication.cnf" "$(host_of 0)" --execute='SELECT @@server_uuid'; }

# A source that was made anew has not what only this member had of the lost one, and MySQL does not
# notice. The data are looked at where the source is another one than the last time.
check_history() {
  local uuid theirs more
  if is_source || ! uuid=$(uuid_of_source 2>/dev/null); then return; fi
  if [[ -f $data/source && $(<"$data/source") == "$uuid" ]]; then return; fi
  log "the source is not the one that was followed before: looking for transactions that it lacks"
  client_file "$run/probe.cnf" probe probe
  start_server "$data"
  theirs=$(connect "$run/replication.cnf" "$(host_of 0)" --execute='SELECT @@gtid_executed')
  more=$(mysql --defaults-file="$run/probe.cnf" --socket="$local_socket" --batch --skip-column-names \
    --execute="SELECT GTID_SUBTRACT(@@gtid_executed, $(quoted "${theirs//\\n/}"))")
  stop_server
  [[ -z $more ]] || die "the data here have transactions that the source $(host_of 0) lacks, $more:" \
    "it was made anew without this member. Save what you need of them, then delete the claim of" \
    "ordinal $ordinal and its pod, to clone the new source"
  printf '%s\n' "$uuid" >"$data/source"
}

write_config
client_file "$run/replication.cnf" "$MYSQL_REPLICATION_USER" replication
if [[ -d $data ]]; then
  check_source
  check_history
  log "the data are there"
  exit 0
fi
rm -rf "$fresh" "$scratch"
client_file "$run/root.cnf" root root
if ! is_source; then
  clone_member
elif ! there_are_replicas; then
  begin_cluster
elif [[ -f $config/recovery ]]; then
  recover_source
else
  refuse_to_begin "$(followed_by "$(host_of 1)")"
fi
sync
mv "$fresh" "$data"
sync
log "the data are ready"
