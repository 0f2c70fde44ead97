#!/bin/sh
# Make this member's data from a snapshot, once for each token. Run only when values ask for it,
# before prepare.sh. All members restore the same file, and only those that the cluster begins with:
# one that comes later, or has lost its volume since, takes the data from the others.
set -eu
# shellcheck source=charts/etcd/files/lib.sh
. /scripts/lib.sh

if [ "${FORMED_TOKEN:-}" = "$ETCD_INITIAL_CLUSTER_TOKEN" ]; then
  say "a cluster with the token $ETCD_INITIAL_CLUSTER_TOKEN has been formed: nothing is restored"
  exit 0
fi
case ",$ETCD_INITIAL_CLUSTER" in
  *",$POD_NAME="*) ;;
  *)
    say "the cluster is restored without $POD_NAME, which joins it afterwards"
    exit 0
    ;;
esac
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
[ "$RESTORE_SKIP_HASH_CHECK" = false ] || set -- "$@" --skip-hash-check
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
