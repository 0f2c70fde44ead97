#!/bin/bash
# After an install that found the volume of an earlier release: whether the passwords in the Secret are
# those of the database, which they do not change.
set -euo pipefail
# shellcheck source=charts/mysql/files/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

check() { # USER KEY
  local said
  client_file "$run/client.cnf" "$1" "$2"
  until said=$(connect "$run/client.cnf" "$(host_of 0)" --execute='DO 0' 2>&1); do
    [[ $said != *'ERROR 1045'* ]] || die "the data are of an earlier release, and $1 does not log in" \
      "with auth.$2Password: uninstall, and install with the password of then; or change it with SQL"
    ((SECONDS < 300)) || die "$1 cannot log in: ${said##*$'\n'}"
    sleep 2
  done
}

check root root
check "$MYSQL_REPLICATION_USER" replication
check backup backup
if [[ -n ${MYSQL_USER:-} ]]; then check "$MYSQL_USER" app; fi
log "all accounts log in"
