# shellcheck shell=bash disable=SC2154
# What becomes of ordinal 0 when its volume is lost. A part of provision.sh, with what lib.sh sets.
#
# A new cluster is begun only where there is no replica. Where there is one, its data come first: with
# recovery.lostSource the source becomes a clone of the replica that has most. That value is the
# server_uuid of the lost source, and the new one has another: what was asked for is done once.

as_root_on() { connect "$run/root.cnf" "$1" "${@:2}"; } # HOST [OPTION...]
ask_on() { as_root_on "$1" --execute="$2"; }            # HOST STATEMENT

# The pod of ordinal 1 is made when the source has been ready. That its name is not known is the one
# proof that there is none; a server that does not answer, and a DNS that does not, are none.
there_are_replicas() {
  local said
  said=$(connect "$run/replication.cnf" "$(host_of 1)" --execute='DO 0' 2>&1) && return 0
  case $said in
    *'ERROR 2005'*'(-2)'* | *'ERROR 2005'*'(-5)'*) return 1 ;;
  esac
  die "this volume is empty, and there may be replicas with data: ${said##*ERROR }." \
    "Let $(host_of 1) answer, or bring the volume of ordinal 0 back"
}

status_on() { # HOST
  as_root_on "$1" --vertical --column-names --execute="SHOW REPLICA STATUS FOR CHANNEL ''"
}
# The lost source's server_uuid, as a replica remembers it.
followed_by() { # HOST
  local status
  status=$(status_on "$1") || return 1
  field Source_UUID "$status"
}

refuse_to_begin() { # UUID
  local release='RELEASE -n NAMESPACE'
  if [[ -f $config/release ]]; then release=$(<"$config/release"); fi
  die "this volume is empty, but $(host_of 1) has data: a new source would lose them." \
    "Bring the volume of ordinal 0 back. Where it is lost for good, make ordinal 0 a clone of the" \
    "replica that has most: \`holdfast upgrade $release CHART --set recovery.lostSource=$1 --no-wait\`," \
    "then \`holdfast restart $release --ordinal 0 --yes\`. Or restore a backup into a new release"
}

gtids_on() { # HOST QUERY: a set of transactions, on one line
  local set
  set=$(ask_on "$1" "$2") || return 1
  printf '%s' "${set//\\n/}"
}
executed_on() { gtids_on "$1" 'SELECT @@global.gtid_executed'; }
is_within() { # GTIDS GTIDS HOST
  [[ $(ask_on "$3" "SELECT GTID_SUBSET($(quoted "$1"), $(quoted "$2"))") == 1 ]]
}

# Wait until a member has all of a set.
wait_for() { # HOST GTIDS
  [[ $(ask_on "$1" "SELECT WAIT_FOR_EXECUTED_GTID_SET($(quoted "$2"), 600)") == 0 ]]
}

# All that a replica has received is applied, also where the source went in the middle.
settle() { # HOST
  local received status
  status=$(status_on "$1")
  [[ $(field Replica_SQL_Running "$status") == Yes ]] || die "$1 does not apply what it has received:" \
    "its SQL thread does not run: $(field Last_SQL_Error "$status"). Mend its replication, or $without"
  received=$(gtids_on "$1" "SELECT RECEIVED_TRANSACTION_SET
    FROM performance_schema.replication_connection_status WHERE CHANNEL_NAME = ''")
  wait_for "$1" "$received" || die "$1 does not apply what it has received:" \
    "mend its replication, or $without"
}

# What is still on its way from the lost source must not come later: it would be on that member alone.
# Nor may a second channel begin beside one that receives: whether semi-synchronous replication is on
# is one state of the whole server, and the events of the other one would be misread.
paused=()
without="leave it out: repeat the upgrade with --set replicas=, the number of the members below it"
pause() { # HOST
  paused+=("$1")
  ask_on "$1" "STOP REPLICA IO_THREAD FOR CHANNEL ''"
}
# The channel by which a member gets what it lacks of another replica.
end_recovery() { # HOST
  ask_on "$1" "STOP REPLICA FOR CHANNEL 'recovery'; RESET REPLICA ALL FOR CHANNEL 'recovery'"
}
# At the end, however it came; a member that does not answer goes on when it is started again.
resume() {
  local host
  for host in "${paused[@]}"; do
    end_recovery "$host" 2>/dev/null || true
    ask_on "$host" "START REPLICA IO_THREAD FOR CHANNEL ''" || true
  done
  paused=()
}

check_members() { # LOST HOST...
  local host lost=$1 followed
  for host in "${@:2}"; do
    followed=$(followed_by "$host") || die "$host does not answer, and what it has is not known:" \
      "bring it up; where it is lost, too, $without"
    [[ $followed == "$lost" ]] || die "recovery.lostSource is $lost, but $host followed" \
      "${followed:-no source}: nothing is cloned"
    pause "$host"
    settle "$host"
  done
}

# The member that has whatever any other has.
most_advanced() { # HOST...
  local host other
  for host in "$@"; do
    for other in "$@"; do
      is_within "$(executed_on "$other")" "$(executed_on "$host")" "$host" || continue 2
    done
    printf '%s' "$host"
    return
  done
  die "each of $* has transactions that another one lacks: restore a backup into a new release"
}

# The new source has no binary logs of before: what a replica lacks comes from the member that has it.
catch_up() { # HOST FROM
  local wanted
  wanted=$(executed_on "$2")
  # A run that was cut off may have left it; mostly there is none.
  end_recovery "$1" 2>/dev/null || true
  if is_within "$wanted" "$(executed_on "$1")" "$1"; then return; fi
  log "$1 gets from $2 what it lacks"
  as_root_on "$1" <<SQL
CHANGE REPLICATION SOURCE TO SOURCE_HOST = $(quoted "$2"), SOURCE_PORT = $port,
  SOURCE_USER = $(quoted "$MYSQL_REPLICATION_USER"),
  SOURCE_PASSWORD = $(quoted "$(secret replication)"),
  SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1, $(verification) FOR CHANNEL 'recovery';
START REPLICA FOR CHANNEL 'recovery';
SQL
  wait_for "$1" "$wanted" || die "$1 did not get within 10 minutes what it lacks of $2"
  end_recovery "$1"
}

# The clone is a replica until now: it forgets its source, and its events run.
become_source() {
  printf 'SET SESSION sql_log_bin = 0;\nRESET REPLICA ALL;\n' | as_known_root
  event_statements | as_known_root --batch --skip-column-names | as_known_root
}

recover_source() {
  local lost members number host from identity hosts=()
  read -r lost members <<<"$(<"$config/recovery")"
  for ((number = 1; number < members; number++)); do hosts+=("$(host_of "$number")"); done
  check_members "$lost" "${hosts[@]}"
  from=$(most_advanced "${hosts[@]}")
  for host in "${hosts[@]}"; do catch_up "$host" "$from"; done
  identity=$(attribute_of "$from")
  log "ordinal 0 takes the place of the lost source $lost: cloning $from"
  clone_from "$from"
  start_server "$fresh"
  become_source
  stop_server
  # Before the data have their name: who is killed after that does not come here again.
  resume
  printf '%s\n' "$identity" >"$fresh/cluster"
}
