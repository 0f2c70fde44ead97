#!/bin/sh
# Runs nginx and lets it read its configuration again when that has changed and passes `nginx -t`.
# Kubernetes swaps the link ..data of a mounted ConfigMap or Secret when its content changes.
set -eu

conf=/etc/nginx/holdfast/nginx.conf

state() {
  for folder in /etc/nginx/holdfast /etc/nginx/conf.d /etc/nginx/stream.d /etc/nginx/tls; do
    readlink "$folder/..data" 2>/dev/null || true
  done
}

before=$(state)
nginx -c "$conf" -g 'daemon off;' &
nginx=$!
trap 'kill -QUIT $nginx' TERM INT QUIT

while kill -0 "$nginx" 2>/dev/null; do
  sleep 2 &
  wait $! || true
  now=$(state)
  [ "$now" != "$before" ] || continue
  before=$now
  if nginx -t -q -c "$conf"; then
    kill -HUP "$nginx"
    echo "the configuration has changed: read again"
  else
    echo "the configuration has changed and is wrong: nginx goes on with the one before" >&2
  fi
done
wait "$nginx"
