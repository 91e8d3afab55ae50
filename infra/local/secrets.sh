# shellcheck shell=bash
# Generated passwords, and files that are written whole. Also used inside the containers (infra/docker/setup.sh).

# Writes a file whole or not at all, so that a kill -9 never leaves half of one. Content comes on standard input.
write_file() { # path mode
  local temporary=$1.new.$$
  (umask 077 && cat >"$temporary")
  chmod "$2" "$temporary"
  mv -f "$temporary" "$1"
}

random_hex() { od -An -v -N "$1" -t x1 /dev/urandom | tr -d ' \n'; }

# A generated secret: made once, then kept.
secret() { # name
  [[ -s $SECRETS/$1 ]] || random_hex 24 | write_file "$SECRETS/$1" 600
  cat "$SECRETS/$1"
}
