#!/bin/bash
# Changes passwords without a moment in which neither the old nor the new one works.
#   rotate.sh begin     before the Secret changes: each account gets its new password and keeps
#                       the old one as a second one
#   rotate.sh finish    after it: replicas use the new one
#   rotate.sh discard   the old ones end; those of the Secret are the ones that stay
set -euo pipefail
# shellcheck source=charts/mysql/files/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

source_host=$(host_of 0)
client=$run/root.cnf
wanted=${MYSQL_NEW_SECRETS:-$secrets}

# KEY USER of the accounts whose passwords are set by values, root last: its login is in use.
accounts() {
  if [[ -n ${MYSQL_USER:-} ]]; then printf 'app %s\n' "$MYSQL_USER"; fi
  printf 'replication %s\nbackup backup\nroot root\n' "$MYSQL_REPLICATION_USER"
}

# change USER CLAUSE: ALTER USER, of root on both of its hosts.
change() {
  local user
  user=$(quoted "$1")
  printf "SET SESSION sql_mode = '';\nALTER USER %s@'%%' %s" "$user" "$2"
  if [[ $1 == root ]]; then printf ", %s@'localhost' %s" "$user" "$2"; fi
  printf ';\n'
}

# Whether the account takes that password already: then an earlier run came this far.
accepted() { # USER KEY
  secrets=$wanted client_file "$run/new.cnf" "$1" "$2"
  connect "$run/new.cnf" "$source_host" --execute='DO 0' 2>/dev/null
}

begin() {
  local key user
  while read -r key user; do
    if [[ ! -f $wanted/$key ]] || accepted "$user" "$key"; then continue; fi
    log "a new password for $user; the old one stays valid"
    change "$user" "IDENTIFIED BY $(quoted "$(<"$wanted/$key")") RETAIN CURRENT PASSWORD" |
      connect "$client" "$source_host"
  done < <(accounts)
}

finish() {
  local number
  for ((number = 1; number < MYSQL_REPLICAS; number++)); do
    log "$(host_of "$number") uses the new password"
    connect "$client" "$(host_of "$number")" <<SQL
SET SESSION sql_mode = '';
STOP REPLICA IO_THREAD FOR CHANNEL '';
CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = $(quoted "$(secret replication)") FOR CHANNEL '';
START REPLICA IO_THREAD FOR CHANNEL '';
SQL
  done
}

# A rotation that was cut off, or taken back, may have left a replica or the Secret with the second
# password: it becomes the first one before the other ends.
discard() {
  local key user
  need_secrets root replication backup ${MYSQL_USER:+app}
  finish
  while read -r key user; do
    log "the old password of $user ends"
    { change "$user" "IDENTIFIED BY $(quoted "$(secret "$key")")" &&
      change "$user" 'DISCARD OLD PASSWORD'; } | connect "$client" "$source_host"
  done < <(accounts)
}

client_file "$client" root root
case ${1:-} in
  begin | finish | discard) "$1" ;;
  *) die "write begin, finish or discard" ;;
esac
