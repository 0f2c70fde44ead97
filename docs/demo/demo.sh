#!/bin/sh
# The main job, command by command, on the embedded cluster. Run it with `make demo`.
set -eu
cd "$(dirname "$0")/../.."

# Everything is kept in the clone, and every run starts afresh.
rm -rf .demo
mkdir .demo
export HOLDFAST_CLUSTER=local:.demo/cluster.db
export XDG_CACHE_HOME="$PWD/.demo/cache"

say() { printf '\n\033[1m# %s\033[0m\n' "$1"; }
run() {
  printf '\033[36m$ %s\033[0m\n' "$*"
  "$@"
}
# A command that has to fail: its exit code is part of the story.
refused() {
  printf '\033[36m$ %s\033[0m\n' "$*"
  if "$@"; then
    echo "this should have been refused" >&2
    exit 1
  else
    printf '(exit code %s)\n' "$?"
  fi
}

say "Install nginx with a values file; pods start one after the other"
run holdfast install web charts/nginx -f docs/demo/web.yaml

say "Objects, ordinals and claims"
run holdfast status web

say "What would an upgrade change?"
run holdfast diff upgrade web charts/nginx -f docs/demo/web.yaml -f docs/demo/hello.yaml --set replicas=4

say "Do it: one more replica and one more server block"
run holdfast upgrade web charts/nginx -f docs/demo/web.yaml -f docs/demo/hello.yaml --set replicas=4

say "Every revision is kept"
run holdfast history web

say "Go back"
run holdfast rollback web 1
run holdfast history web

say "A bad value never gets as far as the cluster"
refused holdfast upgrade web charts/nginx --set containerPorts.http=70000 --set replicaz=3

say "Uninstall: scaled down in order, claims kept and listed"
run holdfast uninstall web
run holdfast list
