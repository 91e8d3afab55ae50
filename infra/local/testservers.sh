# shellcheck shell=bash
# Throwaway servers for tests and benchmarks, never the platform's own: in a folder of their own under .ketman/test, on free
# ports, gone afterwards.

# Points what keeps records and logs at the folder of one run. Its lock tells the living from what a kill -9 left behind.
use_test_folder() { # name
  TEST_FOLDER=$STATE/test/$1
  mkdir -p "$TEST_FOLDER/run" "$TEST_FOLDER/logs"
  RUN_DIR=$TEST_FOLDER/run LOG_DIR=$TEST_FOLDER/logs
}

# Starts them without waiting. `safe` keeps what a commit costs, for figures that mean something.
start_test_servers() { # fast|safe
  SERVER_HOME=$(server_home)/test-${TEST_FOLDER##*/}
  mkdir -p "$SERVER_HOME"
  chmod 711 "$SERVER_HOME"
  echo "$SERVER_HOME" >"$TEST_FOLDER/server-home"
  TEST_PORT=$(free_ports)
  TEST_PASSWORD=$(random_hex 12)
  TEST_POSTGRES_OPTIONS=(-c max_connections=500 -c max_prepared_transactions=50)
  if [[ $1 == fast ]]; then
    # Nothing here outlives the run, so nothing has to survive a power cut.
    TEST_POSTGRES_OPTIONS+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
  fi
  postgres_init "$SERVER_HOME" -A trust -N
  start_test_postgres
  start_test_rabbitmq
  # For test-server.sh, which kills and starts them one by one.
  declare -p SERVER_HOME TEST_PORT TEST_PASSWORD TEST_POSTGRES_OPTIONS | write_file "$TEST_FOLDER/servers" 600
  write_file "$TEST_FOLDER/environment" 600 <<END
export KETMAN_TEST_POSTGRES='postgres://postgres@127.0.0.1:$((TEST_PORT + 4))/postgres'
export KETMAN_TEST_RABBITMQ='amqp://ketman:$TEST_PASSWORD@127.0.0.1:$TEST_PORT/'
export KETMAN_TEST_RABBITMQ_MANAGEMENT='http://ketman:$TEST_PASSWORD@127.0.0.1:$((TEST_PORT + 1))'
END
}

start_test_postgres() { postgres_start "$SERVER_HOME" "$((TEST_PORT + 4))" "${TEST_POSTGRES_OPTIONS[@]}"; }

start_test_rabbitmq() { rabbitmq_start "$SERVER_HOME" "$TEST_PORT" ketman "$TEST_PASSWORD" / administrator rabbitmq_management; }

wait_test_servers() {
  postgres_wait "$((TEST_PORT + 4))" start_test_postgres
  rabbitmq_wait "$TEST_PORT"
}

# Nothing is kept, so nothing has to end gently.
end_test_servers() {
  local home
  stop_process rabbitmq KILL
  stop_process epmd KILL
  stop_process postgres QUIT
  home=$(cat "$TEST_FOLDER/server-home" 2>/dev/null || true)
  if [[ $home == */test-"${TEST_FOLDER##*/}" ]]; then rm -rf "$home"; fi
  rm -rf "$TEST_FOLDER"
}

# What runs that were killed left behind.
clear_dead_test_runs() {
  local folder
  for folder in "$STATE"/test/run-*; do
    [[ -d $folder ]] || continue
    (
      exec 8>>"$folder/lock"
      flock -n 8 || exit 0
      say "clearing away what an earlier run left: $folder"
      use_test_folder "${folder##*/}"
      end_test_servers
    )
  done
}

test_servers_given() { [[ -n ${KETMAN_TEST_POSTGRES:-} && -n ${KETMAN_TEST_RABBITMQ:-} && -n ${KETMAN_TEST_RABBITMQ_MANAGEMENT:-} ]]; }

need_test_servers() {
  if test_servers_given; then return; fi
  # Tests create and drop databases at will: never on a server that was given for the platform.
  unset KETMAN_POSTGRES KETMAN_RABBITMQ
  need_postgres
  need_rabbitmq || die "the tests need RabbitMQ"
}

# Servers for the length of this command, unless the variables name some already. They boot while the build runs;
# wait_throwaway_servers sets the variables.
start_throwaway_servers() { # fast|safe
  if test_servers_given; then
    say "using the servers in KETMAN_TEST_POSTGRES and KETMAN_TEST_RABBITMQ"
    return
  fi
  clear_dead_test_runs
  use_test_folder "run-$$"
  exec 8>>"$TEST_FOLDER/lock"
  flock -n 8
  AT_EXIT+=(end_test_servers)
  start_test_servers "$1"
}

wait_throwaway_servers() {
  if test_servers_given; then return; fi
  wait_test_servers
  # shellcheck source=/dev/null
  source "$TEST_FOLDER/environment"
}
