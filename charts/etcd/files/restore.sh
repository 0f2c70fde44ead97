#!/bin/sh
# Make this member's data from a snapshot, once for each token. Run only when values ask for it,
# before prepare.sh. All members restore the same file.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

done_before=$DATA_PATH/restored-token
if [ "$(cat "$done_before" 2>/dev/null || true)" = "$ETCD_INITIAL_CLUSTER_TOKEN" ]; then
  say "restored already with the token $ETCD_INITIAL_CLUSTER_TOKEN"
  exit 0
fi
[ -s "/snapshots/$RESTORE_FILE" ] || fail "the snapshot $RESTORE_FILE is not there, or empty"

partial=$DATA_PATH/restoring
partial_wal=${WAL_PATH:+$WAL_PATH/restoring}
rm -rf "$partial" "${partial_wal:-$partial}"
set -- --data-dir "$partial" --name "$POD_NAME" \
  --initial-cluster "$ETCD_INITIAL_CLUSTER" \
  --initial-cluster-token "$ETCD_INITIAL_CLUSTER_TOKEN" \
  --initial-advertise-peer-urls "$ADVERTISE_PEER_URL"
[ -z "$partial_wal" ] || set -- "$@" --wal-dir "$partial_wal"
[ "$RESTORE_BUMP_REVISION" = 0 ] ||
  set -- "$@" --bump-revision "$RESTORE_BUMP_REVISION" --mark-compacted
etcdutl snapshot restore "/snapshots/$RESTORE_FILE" "$@"

aside=before-restore-$(date -u +%Y%m%dT%H%M%SZ)
if [ -e "$DATA_PATH/data" ]; then
  say "the data from before is kept in $DATA_PATH/$aside"
  mv "$DATA_PATH/data" "$DATA_PATH/$aside"
fi
if [ -n "$partial_wal" ]; then
  [ ! -e "$WAL_PATH/wal" ] || mv "$WAL_PATH/wal" "$WAL_PATH/$aside"
  mv "$partial_wal" "$WAL_PATH/wal"
fi
rm -f "$DATA_PATH/member-id"
mv "$partial" "$DATA_PATH/data"
printf '%s\n' "$ETCD_INITIAL_CLUSTER_TOKEN" >"$done_before"
