# shellcheck shell=bash
# Gets what is missing on a fresh Debian or Ubuntu, and nothing else. What an install needs is asked for by reason, so the
# person sees why.

# The newest PostgreSQL whose server programs are here, as its folder of programs.
find_postgres() {
  local folder
  folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t / -k 5 -n -r | head -n 1)
  if [[ ! -x $folder/initdb ]]; then
    folder=$(dirname -- "$(command -v initdb || echo /missing/initdb)")
  fi
  [[ -x $folder/initdb && -x $folder/postgres && -x $folder/psql ]] && echo "$folder"
}

find_psql() {
  local folder
  if folder=$(find_postgres); then echo "$folder/psql"; else command -v psql; fi
}

# The scripts themselves: the ones on the path change user and folder.
find_rabbitmq() {
  [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] && command -v erl >/dev/null && command -v epmd >/dev/null &&
    echo /usr/lib/rabbitmq/bin
}

# Installs packages for a reason. Status 1 when that is not possible here; what to do about it has been said then.
install_packages() { # why package...
  local why=$1 log=$LOG_DIR/install.log root=()
  shift
  local line="apt-get update && apt-get install -y --no-install-recommends $*"
  if ! command -v apt-get >/dev/null; then
    say "missing here: $* ($why), and there is no apt-get to install it with"
    return 1
  fi
  if ((EUID != 0)); then
    # A sudo that would ask for a password can only be used where somebody sits.
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 && -t 2 ]]; }; then
      root=(sudo)
    else
      say "missing here: $* ($why). Installing it needs root; run this line and try again:"
      say "  sudo sh -c '$line'"
      return 1
    fi
  fi
  say "installing $*: $why (log: $log)"
  if ((${#root[@]} > 0)); then sudo -v || return 1; fi
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  with_progress "reading the package lists" "$log" "${apt[@]}" update || say "  some package lists could not be read; going on with those there are"
  if ! with_progress "installing" "$log" "${apt[@]}" install -y --no-install-recommends "$@"; then
    tail -n 8 "$log" | sed 's/^/    /' >&2
    say "installing $* failed; by hand it is: ${root[*]:+sudo }sh -c '$line'"
    return 1
  fi
}

# Makes sure that PostgreSQL's programs are here, or psql alone when a server was given.
need_postgres() {
  if [[ -n ${KETMAN_POSTGRES:-} ]]; then
    find_psql >/dev/null || install_packages "psql prepares the databases on the server in KETMAN_POSTGRES" postgresql-client ||
      die "psql is needed to prepare the databases on the given server"
  elif ! find_postgres >/dev/null; then
    install_packages "the event logs and read models live in a private PostgreSQL" postgresql ||
      die "PostgreSQL is needed" "or give a server that is there already: KETMAN_POSTGRES=postgres://admin:password@host:5432/postgres"
    mention_system_services postgresql
  fi
}

# Status 1 when RabbitMQ cannot be had; `demo` then goes on without it, everything else ends.
need_rabbitmq() {
  [[ -z ${KETMAN_RABBITMQ:-} ]] || return 0
  if ! find_rabbitmq >/dev/null; then
    install_packages "the services talk to one another through a private RabbitMQ" rabbitmq-server || return 1
    mention_system_services rabbitmq-server
  fi
}

# Makes sure that npm is here where something is to be built: the dashboard's scripts and styles are bundled by it.
need_node() {
  if command -v node >/dev/null && command -v npm >/dev/null; then return; fi
  install_packages "the dashboard's scripts and styles are bundled by npm" nodejs npm || die "Node.js and npm are needed to build the dashboard"
}

find_chromium() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

# Sets KETMAN_TEST_CHROMIUM, unless it names one.
need_chromium() {
  local packages=()
  if [[ -z ${KETMAN_TEST_CHROMIUM:-} ]]; then
    find_chromium >/dev/null || packages+=(chromium)
    # Text without any font is measured and drawn as nothing.
    [[ -n $(find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print -quit 2>/dev/null) ]] || packages+=(fonts-dejavu-core)
    if ((${#packages[@]} > 0)); then
      install_packages "the dashboard is tested in a real browser" "${packages[@]}" ||
        die "Chromium is needed for the tests of the dashboard" "or give one that is there already: KETMAN_TEST_CHROMIUM=/path/to/chromium"
    fi
    KETMAN_TEST_CHROMIUM=$(find_chromium)
  fi
  export KETMAN_TEST_CHROMIUM
}

# Where a service manager runs, Debian's packages start servers of their own. They are not ours to stop.
mention_system_services() { # unit
  [[ -d /run/systemd/system ]] || return 0
  say "  note: the package also started the machine's own $1, which Ketman does not use; 'sudo systemctl disable --now $1' ends it"
}

# Folders below which PostgreSQL and RabbitMQ may keep data: in the checkout, or, where their users cannot get to it (a
# checkout under a closed home, as root), under /var/lib/ketman.
server_home() {
  local home=$STATE/servers
  if ((EUID == 0)) && ! reachable_by_servers; then
    home=/var/lib/ketman/$(printf %s "$ROOT" | digest)
    if [[ ! -d $home ]]; then
      say "the users 'postgres' and 'rabbitmq' cannot get to $ROOT: the servers' data goes to $home"
      mkdir -p "$home"
    fi
    echo "$ROOT" >"$home/checkout"
  fi
  mkdir -p "$home"
  # Nothing for others to list; each server's folder below belongs to its user.
  chmod 711 "$home"
  echo "$home"
}

reachable_by_servers() {
  local user
  for user in "$POSTGRES_USER" "$RABBITMQ_USER"; do
    id -u "$user" >/dev/null 2>&1 || continue
    as_user "$user" test -x "$STATE" || return 1
  done
}

as_user() { # user command...
  local user=$1
  shift
  if [[ $user == - ]]; then "$@"; else setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"; fi
}

# A folder that belongs to a server's user alone.
own_folder() { # user folder
  local owner=()
  [[ $1 == - ]] || owner=(-o "$1" -g "$1")
  install -d -m 700 "${owner[@]}" "$2"
}
