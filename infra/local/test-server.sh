#!/usr/bin/env bash
# Kills or starts one of a run's throwaway servers, for programs that prove what becomes of the platform then:
# test-server.sh RUN kill|start postgres|rabbitmq. RUN is the name of the run's folder under .ketman/test.
set -Eeuo pipefail

ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
LOCAL=$ROOT/infra/local
for part in output settings secrets processes ports install postgres rabbitmq testservers; do
  # shellcheck source=/dev/null
  source "$LOCAL/$part.sh"
done

use_test_folder "$1"
# shellcheck source=/dev/null
source "$TEST_FOLDER/servers"

# Every process of it at once: nothing is flushed, nobody says goodbye.
kill_server() { # name
  local pid each pids=() i
  pid=$(running_pid "$1") || return 0
  # Not by process substitution: there `set -e` would end the walk at the first process that ends meanwhile.
  for each in $(process_tree "$pid"); do pids+=("$each"); done
  kill -s KILL "${pids[@]}" 2>/dev/null || true
  for ((i = 0; i < 200; i++)); do
    is_running "$1" || return 0
    sleep 0.02
  done
  die "$1 survived kill -9"
}

case "$2 $3" in
  'kill postgres' | 'kill rabbitmq') kill_server "$3" ;;
  'start postgres')
    start_test_postgres
    postgres_wait "$((TEST_PORT + 4))" start_test_postgres
    ;;
  'start rabbitmq')
    start_test_rabbitmq
    rabbitmq_wait "$TEST_PORT"
    ;;
  *) die "there is no '$2 $3'" ;;
esac
