# shellcheck shell=bash disable=SC2034
# What the chart's scripts share. Passwords come from files and go to mysql by option files or by
# standard input: never on a command line, where every process of the node could read them.

volume=${MYSQL_VOLUME:-/var/lib/mysql}
run=${MYSQL_RUN:-/run/mysqld}
secrets=${MYSQL_SECRETS:-/run/secrets/mysql}
config=${MYSQL_CONFIG:-/etc/mysql-chart}
tls=${MYSQL_TLS:-/run/secrets/tls}
port=${MYSQL_PORT:-3306}
data=$volume/data
socket=$run/mysqld.sock
cnf=$run/my.cnf

log() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >&2; }
die() {
  log "error: $*"
  exit 1
}

# The ordinal is the role: 0 is the source, all others are replicas.
pod=${POD_NAME:-}
workload=${MYSQL_WORKLOAD:-${pod%-*}}
ordinal=${pod##*-}

host_of() { printf '%s-%s.%s' "$workload" "$1" "$MYSQL_DOMAIN"; }
is_source() { [[ $ordinal == 0 ]]; }
secret() { printf '%s' "$(<"$secrets/$1")"; }
# What is not there would become an account without a password.
need_secrets() { # KEY...
  local key
  for key in "$@"; do
    [[ -s $secrets/$key ]] || die "the Secret has no password under the key $key: nothing was changed"
  done
}

# A text as an SQL literal. Sessions here have no NO_BACKSLASH_ESCAPES.
quoted() {
  local text=$1
  text=${text//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}
# A name as an SQL identifier.
# shellcheck disable=SC2016
name_quoted() { printf '`%s`' "${1//\`/\`\`}"; }

# A text as a value of an option file. A bare quote would end it for what looks for comments, and a #
# behind it would begin one.
option_text() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//$'\n'/\\n}"
}

# client_file FILE USER SECRET: an option file for the client programs, readable by us alone. They take
# the character set from the locale, and there is none here.
client_file() {
  (
    umask 077
    printf '[client]\ndefault-character-set=utf8mb4\nuser=%s\npassword=%s\n' \
      "$(option_text "$2")" "$(option_text "$(secret "$3")")" >"$1.new"
    if [[ -f $tls/ca.crt ]]; then printf 'ssl-ca=%s/ca.crt\n' "$tls" >>"$1.new"; fi
    mv "$1.new" "$1"
  )
}

# What MySQL makes for itself encrypts, and nobody can verify it; certificates of your own are.
ssl_mode=REQUIRED
if [[ -f $tls/ca.crt ]]; then ssl_mode=VERIFY_CA; fi

# How a replica verifies the member that it follows, for CHANGE REPLICATION SOURCE TO.
verification() {
  local authority='' verify=0
  if [[ -f $tls/ca.crt ]]; then authority=$tls/ca.crt verify=1; fi
  printf 'SOURCE_SSL_CA = %s, SOURCE_SSL_VERIFY_SERVER_CERT = %s' \
    "$(quoted "$authority")" "$verify"
}

# connect FILE HOST [OPTION...]: mysql over the network, always encrypted; rows come without names,
# and the server's sql_mode has no say in how texts are quoted.
connect() {
  mysql --defaults-file="$1" --host="$2" --port="$port" --connect-timeout=10 --ssl-mode="$ssl_mode" \
    --init-command="SET SESSION sql_mode = ''" --batch --skip-column-names "${@:3}"
}

# field NAME STATUS: one line of SHOW REPLICA STATUS, written vertically.
field() {
  local line
  while IFS= read -r line; do
    line=${line#"${line%%[! ]*}"}
    if [[ $line == "$1: "* ]]; then
      printf '%s' "${line#*: }"
      return
    fi
  done <<<"$2"
}

# trouble_of STATUS: what keeps a replica from following closely; nothing where all is well.
trouble_of() {
  local name behind error
  [[ -n $1 ]] || { printf 'replication is not set up' && return; }
  for name in IO SQL; do
    [[ $(field "Replica_${name}_Running" "$1") == Yes ]] && continue
    error=$(field "Last_${name}_Error" "$1")
    if [[ $error == *'purged required binary logs'* ]]; then
      printf 'delete its claim and its pod, and it clones again: '
    fi
    printf 'its %s thread does not run: %s' "$name" "${error:-it was stopped; a new pod starts it}"
    return
  done
  behind=$(field Seconds_Behind_Source "$1")
  if [[ ! $behind =~ ^[0-9]+$ ]]; then
    printf 'how far it is behind is not known yet'
  elif ((behind > MYSQL_MAX_LAG)); then
    printf '%s seconds behind the source, over %s' "$behind" "$MYSQL_MAX_LAG"
  fi
}

# A query whose rows are statements: they switch events on that are off because a replica keeps them so.
event_statements() {
  cat <<'SQL'
SET SESSION sql_mode = '';
SELECT CONCAT('ALTER DEFINER=', INSERT(QUOTE(DEFINER), LOCATE('@', QUOTE(DEFINER)), 1, '\'@\''),
  ' EVENT `', REPLACE(EVENT_SCHEMA, '`', '``'), '`.`', REPLACE(EVENT_NAME, '`', '``'), '` ENABLE;')
FROM information_schema.EVENTS WHERE STATUS LIKE '%SIDE_DISABLED';
SQL
}

# The configuration: the chart's parts by role, and what only this pod can know.
write_config() {
  local role=replica
  if is_source; then role=primary; fi
  {
    printf '[mysqld]\nserver_id=%s\nreport_host=%s\n' \
      "$((MYSQL_SERVER_ID_BASE + ordinal))" "$(host_of "$ordinal")"
    printf 'port=%s\nsocket=%s\npid_file=%s/mysqld.pid\n' "$port" "$socket" "$run"
    if [[ -f $tls/tls.crt ]]; then
      printf 'ssl_cert=%s/tls.crt\nssl_key=%s/tls.key\n' "$tls" "$tls"
      if [[ -f $tls/ca.crt ]]; then printf 'ssl_ca=%s/ca.crt\n' "$tls"; fi
    fi
    printf '!include %s/common.cnf\n!include %s/%s.cnf\n' "$config" "$config" "$role"
  } >"$cnf.new"
  mv "$cnf.new" "$cnf"
}
