#!/bin/bash
# The release's test: a row that is written on the source is read on the highest ordinal.
set -euo pipefail
# shellcheck source=charts/mysql/files/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

client=$run/root.cnf
table=$(name_quoted "$MYSQL_CHECK_DATABASE").holdfast_check
last=$(host_of "$((MYSQL_REPLICAS - 1))")

on_source() { connect "$client" "$MYSQL_WRITE_HOST" --execute="$1"; }
on_last() { connect "$client" "$last" --execute="$1"; }

client_file "$client" root root
word=$(</proc/sys/kernel/random/uuid)
trap 'on_source "DROP DATABASE IF EXISTS $(name_quoted "$MYSQL_CHECK_DATABASE")"' EXIT
on_source "CREATE DATABASE IF NOT EXISTS $(name_quoted "$MYSQL_CHECK_DATABASE");
  CREATE TABLE IF NOT EXISTS $table (word CHAR(36) PRIMARY KEY); INSERT INTO $table VALUES ('$word')"
log "wrote a row to $MYSQL_WRITE_HOST"
position=$(on_source 'SELECT @@global.gtid_executed')
position=${position//\\n/}
on_last 'DO 0' || die "$last does not answer"
[[ $(on_last "SELECT WAIT_FOR_EXECUTED_GTID_SET($(quoted "$position"), 60)") == 0 ]] ||
  die "$last did not get the row within 60 seconds"
[[ $(on_last "SELECT word FROM $table WHERE word = '$word'") == "$word" ]] ||
  die "the row is not on $last"
log "read it on $last"
