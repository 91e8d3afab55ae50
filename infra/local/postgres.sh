# shellcheck shell=bash
# PostgreSQL: a private cluster for the platform, throwaway ones for tests and benchmarks, or a given server.

SERVICES_WITH_DATABASE=(gateway intake disclosures metrics)

# Makes a cluster if there is none. It is made beside its place and moved there when it is whole.
postgres_init() { # home initdb-option...
  local home=$1/postgres bin log=$LOG_DIR/postgres.log
  shift
  bin=$(find_postgres)
  own_folder "$POSTGRES_USER" "$home"
  if [[ -f $home/data/PG_VERSION ]]; then return; fi
  rm -rf "$home/data.new"
  if ! (cd / && as_user "$POSTGRES_USER" "$bin/initdb" -D "$home/data.new" -U postgres -E UTF8 --locale=C.UTF-8 "$@") >>"$log" 2>&1; then
    show_log postgres
    die "PostgreSQL's data folder $home/data could not be made"
  fi
  mv -T "$home/data.new" "$home/data"
}

# The private cluster: passwords for everybody, and the superuser's known to .ketman/secrets only.
postgres_init_private() {
  local password_file
  [[ ! -f $SERVER_HOME/postgres/data/PG_VERSION ]] || return 0
  own_folder "$POSTGRES_USER" "$SERVER_HOME/postgres"
  password_file=$SERVER_HOME/postgres/password.new
  secret postgres | write_file "$password_file" 600
  [[ $POSTGRES_USER == - ]] || chown "$POSTGRES_USER" "$password_file"
  postgres_init "$SERVER_HOME" -A scram-sha-256 --pwfile="$password_file"
  rm -f "$password_file"
}

# The programs for data of a major version: an older server that is still installed can go on with its data.
postgres_bin_for() { # major
  local bin=/usr/lib/postgresql/$1/bin
  if [[ -x $bin/postgres ]]; then echo "$bin"; return; fi
  bin=$(find_postgres) && [[ $("$bin/postgres" --version) =~ \ $1([.a-z]|$) ]] && echo "$bin"
}

# Starts the cluster unless it runs with just these settings already.
postgres_start() { # home port option...
  local home=$1/postgres port=$2 bin have fingerprint
  shift 2
  have=$(<"$home/data/PG_VERSION")
  bin=$(postgres_bin_for "$have") || die "the data in $home/data was written by PostgreSQL $have, which is not installed any more" \
    "install postgresql-$have, or see 'Upgrades' in docs/operations.md"
  fingerprint=$(echo "$bin $home $port $*" | digest)
  if is_running postgres; then
    [[ $(fingerprint_of postgres) != "$fingerprint" ]] || return 0
    stop_process postgres INT
  fi
  require_free_port "$port" PostgreSQL
  forget_stale_postmaster "$home/data"
  # No Unix socket: a path in a deep checkout is longer than the 107 bytes the kernel allows.
  LC_ALL=C.UTF-8 start_process postgres "$fingerprint" "$POSTGRES_USER" / "$bin/postgres" -D "$home/data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 -c jit=off "$@"
}

# PostgreSQL refuses to start while the pid in postmaster.pid lives, even when after a kill -9 or in a new container that
# number is somebody else's by now. Only then is the file removed: it also guards against a second server on the same data.
forget_stale_postmaster() { # data
  local pid
  [[ -f $1/postmaster.pid ]] || return 0
  pid=$(head -n 1 "$1/postmaster.pid")
  if [[ -d /proc/$pid ]] && [[ $(command_line "$pid") != *postgres* ]]; then rm -f "$1/postmaster.pid"; fi
}

# psql as the administrator of the platform's server. The password goes through the environment, which unlike the command
# line is nobody else's to read.
postgres_admin() { # psql-argument...
  local psql
  psql=$(find_psql)
  (
    if [[ -n ${KETMAN_POSTGRES:-} ]]; then
      parse_url "$KETMAN_POSTGRES" 5432 KETMAN_POSTGRES
      export PGHOST=$URL_HOST PGPORT=$URL_PORT PGUSER=$URL_USER PGPASSWORD=$URL_PASSWORD PGDATABASE=${URL_PATH:-postgres}
      if [[ $URL_QUERY =~ (^|&)sslmode=([a-z-]+) ]]; then export PGSSLMODE=${BASH_REMATCH[2]}; fi
    else
      PGPASSWORD=$(secret postgres)
      export PGHOST=127.0.0.1 PGUSER=postgres PGDATABASE=postgres PGPASSWORD
      PGPORT=$(port_of postgres)
      export PGPORT
    fi
    export PGCONNECT_TIMEOUT=5 PGAPPNAME=ketman
    "$psql" -X -q -A -t -v ON_ERROR_STOP=1 "$@"
  )
}

postgres_wait() { # port command-that-starts-it-again...
  local port=$1 i bin retries=20
  shift
  bin=$(find_postgres)
  for ((i = 0; i < 600; i++)); do
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U postgres -d postgres && return
    if ! is_running postgres; then
      # The children of a server that was killed need a moment to notice it; until then a new one is refused.
      if ((retries-- > 0)) && [[ $(tail -n 5 "$LOG_DIR/postgres.log") == *'pre-existing shared memory'* ]]; then
        sleep 0.2
        "$@"
      else
        show_log postgres
        die "PostgreSQL ended while it was starting"
      fi
    fi
    sleep 0.05
  done
  show_log postgres
  die "PostgreSQL did not become ready on port $port in time"
}

# Databases and roles of the services, and for each a file with the URL that only its owner can read.
prepare_databases() {
  local service passwords=() host user
  for service in "${SERVICES_WITH_DATABASE[@]}"; do passwords+=("$service=$(secret "$service.password")"); done
  if ! postgres_admin -f - >>"$LOG_DIR/postgres-setup.log" 2>&1 <<END; then
\\set services '${SERVICES_WITH_DATABASE[*]}'
\\set passwords '${passwords[*]}'
\\set own $([[ -n ${KETMAN_POSTGRES:-} ]] && echo off || echo on)
\\i $LOCAL/databases.sql
END
    tail -n 5 "$LOG_DIR/postgres-setup.log" | sed 's/^/    /' >&2
    die "the databases could not be prepared" \
      "the role in KETMAN_POSTGRES needs the rights CREATEROLE and CREATEDB (a superuser has them)"
  fi
  host=127.0.0.1:$(port_of postgres)
  local query=
  if [[ -n ${KETMAN_POSTGRES:-} ]]; then
    parse_url "$KETMAN_POSTGRES" 5432 KETMAN_POSTGRES
    host=$URL_HOST:$URL_PORT query=${URL_QUERY:+?$URL_QUERY}
  fi
  for service in "${SERVICES_WITH_DATABASE[@]}"; do
    user=ketman_$service
    echo "postgres://$user:$(secret "$service.password")@$host/$user$query" | write_file "$SECRETS/$service.database" 600
  done
  [[ -z ${KETMAN_POSTGRES:-} ]] || check_given_databases
}

# On a given server the roles may be there from another checkout, with passwords that this one does not know.
check_given_databases() {
  local service psql
  psql=$(find_psql)
  for service in "${SERVICES_WITH_DATABASE[@]}"; do
    if ! PGPASSWORD=$(secret "$service.password") PGCONNECT_TIMEOUT=5 "$psql" -X -q -h "$URL_HOST" -p "$URL_PORT" \
      -U "ketman_$service" -d "ketman_$service" -c '' >>"$LOG_DIR/postgres-setup.log" 2>&1; then
      die "the role ketman_$service is on the given server already and this checkout does not know its password" \
        "put the password into $SECRETS/$service.password, or set the one that is there: alter role ketman_$service password '...'"
    fi
  done
}

# scheme://user:password@host:port/path?query, with the defaults a person leaves out.
parse_url() { # url default-port variable
  if [[ ! $1 =~ ^[a-z]+://(([^:@/]*)(:([^@/]*))?@)?(\[[0-9a-fA-F:]+\]|[^:/?@]+)(:([0-9]+))?(/([^?]*))?(\?(.*))?$ ]]; then
    die "$3 is not a URL of the form scheme://user:password@host:port/name"
  fi
  URL_USER=$(url_decode "${BASH_REMATCH[2]}")
  URL_PASSWORD=$(url_decode "${BASH_REMATCH[4]}")
  URL_HOST=${BASH_REMATCH[5]}
  URL_PORT=${BASH_REMATCH[7]:-$2}
  URL_PATH=$(url_decode "${BASH_REMATCH[9]}")
  URL_QUERY=${BASH_REMATCH[11]}
}

url_decode() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}
