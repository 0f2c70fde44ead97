#!/bin/bash
# Dumps all databases, and the accounts that are not the chart's own, into one file per run; the
# highest ordinal that follows well is read, so that the source is spared. A file has its name only
# when it is whole. The newest $BACKUP_KEEP files stay.
set -euo pipefail
# shellcheck source=charts/mysql/files/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

backups=${BACKUP_DIRECTORY:-/backup}
client=$run/backup.cnf

# The number of members is as of the last upgrade: one that has gone since is passed over.
choose_member() {
  local number status trouble
  for ((number = MYSQL_REPLICAS - 1; number > 0; number--)); do
    if ! status=$(connect "$client" "$(host_of "$number")" --vertical --column-names \
      --execute='SHOW REPLICA STATUS'); then
      log "$(host_of "$number") does not answer: trying the next lower one"
      continue
    fi
    trouble=$(trouble_of "$status")
    if [[ -z $trouble ]]; then
      host_of "$number"
      return
    fi
    log "$(host_of "$number") is passed over: $trouble"
  done
  host_of 0
}

databases_of() { # HOST
  connect "$client" "$1" --execute="SELECT SCHEMA_NAME FROM information_schema.SCHEMATA
    WHERE SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')"
}

accounts_of() { # HOST: accounts (and roles) that the chart did not make
  connect "$client" "$1" --raw --execute="SELECT CONCAT(QUOTE(User), '@', QUOTE(Host))
    FROM mysql.user WHERE User NOT LIKE 'mysql.%' AND User NOT IN ('root', 'probe', 'exporter',
    'backup', $(quoted "$MYSQL_REPLICATION_USER"), $(quoted "${MYSQL_USER:-}"))"
}

dump_accounts() { # HOST
  local account listed statement
  listed=$(accounts_of "$1")
  [[ -n $listed ]] || return 0
  printf '\nSET SESSION sql_log_bin = 0;\n'
  while IFS= read -r account; do
    statement=$(connect "$client" "$1" --raw --execute="
      SET SESSION print_identified_with_as_hex = ON; SHOW CREATE USER $account" </dev/null)
    printf '%s;\n' "${statement/#CREATE USER/CREATE USER IF NOT EXISTS}"
  done <<<"$listed"
  while IFS= read -r account; do
    connect "$client" "$1" --raw --execute="SHOW GRANTS FOR $account" </dev/null |
      while IFS= read -r statement; do printf '%s;\n' "$statement"; done
  done <<<"$listed"
}

dump() { # HOST DATABASE...
  mysqldump --defaults-file="$client" --host="$1" --port="$port" --ssl-mode="$ssl_mode" \
    --single-transaction --routines --events --triggers --hex-blob --no-tablespaces \
    --set-gtid-purged=ON --databases "${@:2}"
  dump_accounts "$1"
}

# Of this workload alone: another one, whose name begins with this one's, may share the claim.
prune() {
  local files
  files=("$backups/$workload-"????????T??????Z.sql.gz)
  while ((${#files[@]} > BACKUP_KEEP)); do
    log "removing ${files[0]}"
    rm -f -- "${files[0]}"
    files=("${files[@]:1}")
  done
}

# What is wrong was said by the program that failed.
unfinished() {
  local free=
  { read -r && read -r _ _ _ free _; } < <(df -Ph "$backups") || true
  rm -f -- "$name.partial"
  log "error: there is no new backup of $from. The volume had $free left for it: older backups stay" \
    "until a new one is whole, so there has to be room for $BACKUP_KEEP (backup.keep) and one more"
}

client_file "$client" backup backup
from=$(choose_member)
listed=$(databases_of "$from")
if [[ -z $listed ]]; then
  log "$from has no databases: nothing to back up"
  exit 0
fi
mapfile -t databases <<<"$listed"
name=$backups/$workload-$(date -u +%Y%m%dT%H%M%SZ).sql.gz
rm -f -- "$backups/$workload-"????????T??????Z.sql.gz.partial
log "dumping ${databases[*]} of $from"
trap unfinished EXIT
dump "$from" "${databases[@]}" | gzip >"$name.partial"
sync
mv -- "$name.partial" "$name"
trap - EXIT
log "wrote $name"
prune
