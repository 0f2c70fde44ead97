#!/bin/sh
# Keeps $CONTENT/current at the newest commit of $REF in $REPOSITORY: `once` or `forever`.
# Each commit is laid out beside the others and becomes current by one rename, so that nginx never
# serves half of one. Whatever comes from values is in the environment, in quotes.
set -eu

work="$CONTENT/.git-work"

log_in() {
  [ -d /credentials ] || return 0
  if [ -e /credentials/ssh-privatekey ]; then
    cp /credentials/ssh-privatekey "$HOME/key"
    chmod 600 "$HOME/key"
    export GIT_SSH_COMMAND="ssh -i $HOME/key -o UserKnownHostsFile=/credentials/known_hosts -o StrictHostKeyChecking=yes"
    return 0
  fi
  # git asks this program for the user and the password: neither stands in a URL or an argument.
  # shellcheck disable=SC2016 # that program is to read its own argument
  printf '#!/bin/sh\ncase "$1" in Username*) cat /credentials/username ;; *) cat /credentials/password ;; esac\n' >"$HOME/answer"
  chmod 700 "$HOME/answer"
  export GIT_ASKPASS="$HOME/answer"
}

fetch() {
  if [ ! -d "$work/objects" ]; then
    git init --quiet --bare "$work"
  fi
  if [ "$DEPTH" -gt 0 ]; then
    git -C "$work" fetch --quiet --force --depth "$DEPTH" -- "$REPOSITORY" "$REF"
  else
    git -C "$work" fetch --quiet --force -- "$REPOSITORY" "$REF"
  fi
  git -C "$work" rev-parse --verify --quiet 'FETCH_HEAD^{commit}'
}

show() {
  commit=$1
  [ "$(readlink "$CONTENT/current" 2>/dev/null || true)" != ".commits/$commit" ] || return 0
  mkdir -p "$CONTENT/.commits/$commit.new"
  git -C "$work" archive "$commit" | tar -x -C "$CONTENT/.commits/$commit.new"
  rm -rf "${CONTENT:?}/.commits/$commit"
  mv "$CONTENT/.commits/$commit.new" "$CONTENT/.commits/$commit"
  ln -s ".commits/$commit" "$CONTENT/.next"
  mv -T "$CONTENT/.next" "$CONTENT/current"
  echo "content is now at $commit"
  for old in "$CONTENT"/.commits/*; do
    [ "$old" = "$CONTENT/.commits/$commit" ] || rm -rf "$old"
  done
}

export GIT_TERMINAL_PROMPT=0 GIT_ALLOW_PROTOCOL=https:ssh
log_in
if [ "$1" = once ]; then
  show "$(fetch)"
  exit
fi
trap 'exit 0' TERM INT QUIT
while :; do
  sleep "$INTERVAL" &
  wait $!
  if commit=$(fetch); then
    show "$commit"
  else
    echo "cannot fetch $REF of the repository; the content stays as it is" >&2
  fi
done
