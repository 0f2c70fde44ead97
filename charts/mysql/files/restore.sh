#!/bin/bash
# Loads a backup into the source of a new release: one without tables and without replicas, which
# clone it afterwards. A load that was cut off is taken back and begun anew.
set -euo pipefail
# shellcheck source=charts/mysql/files/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

backups=${BACKUP_DIRECTORY:-/backup}
client=$run/root.cnf
target=$(host_of 0)

on_source() { connect "$client" "$target" "$@"; }
query() { on_source --execute="$1"; }

chosen_file() {
  local file time newest='' latest=''
  if [[ $RESTORE_FILE != latest ]]; then
    printf '%s/%s' "$backups" "$RESTORE_FILE"
    return
  fi
  # By the time in its name, whatever stands before it.
  for file in "$backups"/*.sql.gz; do
    time=${file%.sql.gz}
    if [[ ${time##*-} > $newest || -z $newest ]]; then newest=${time##*-} latest=$file; fi
  done
  printf '%s' "$latest"
}

refuse_file() { # FILE
  local there=("$backups"/*.sql.gz)
  [[ -f $1 ]] || die "there is no backup $1; there are: ${there[*]##*/}"
  gzip -t -- "$1" || die "the backup $1 is damaged, and nothing of it was loaded: take another one" \
    "with restore.file; there are: ${there[*]##*/}"
}

# How far an earlier run came is kept with the account of root, which no backup contains.
progress() {
  query "SELECT COALESCE(ATTRIBUTE->>'\$.restore', '') FROM information_schema.USER_ATTRIBUTES
    WHERE USER = 'root' AND HOST = '%'"
}
note() { # running | done
  query "SET SESSION sql_log_bin = 0; ALTER USER root@'%' ATTRIBUTE '{\"restore\": \"$1\"}'"
}

own_databases="SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')"

refuse_data() {
  local tables replicas
  tables=$(query "SELECT COUNT(*) FROM information_schema.TABLES
    WHERE ${own_databases/SCHEMA_NAME/TABLE_SCHEMA}")
  ((tables == 0)) || die "$target has $tables tables: a backup is restored into an empty release"
  replicas=$(query 'SHOW REPLICAS')
  [[ -z $replicas ]] || die "$target has replicas, which would not get the data: scale to 1"
}

take_back() {
  local database
  log "taking back a restore that was cut off"
  while IFS= read -r database; do
    query "SET SESSION sql_log_bin = 0; DROP DATABASE $(name_quoted "$database")" </dev/null
  done < <(query "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE $own_databases")
}

client_file "$client" root root
file=$(chosen_file)
case $(progress) in
  done)
    log "restored before"
    exit 0
    ;;
  running)
    refuse_file "$file"
    take_back
    ;;
  *)
    refuse_file "$file"
    refuse_data
    ;;
esac
note running
log "loading $file into $target"
query 'RESET BINARY LOGS AND GTIDS'
gzip -cd -- "$file" | on_source --binary-mode
# A dump of a replica has events as a replica keeps them, switched off; here is the source.
event_statements | on_source | on_source
note "done"
log "restored $file"
