# shellcheck shell=bash

# Exit status: 0 when everything is up and ready, 3 when not, or when something calls for somebody.
command_status() {
  (($# == 0)) || die "status takes no arguments"
  resolve_port
  local mode process services_kb=0 all_kb=0 healthy=yes alerts=()
  mode=$(current_mode)
  SERVER_HOME=$(cat "$STATE/server-home" 2>/dev/null || true)
  printf '%-12s %-9s %8s %6s %9s  %s\n' PROCESS STATE PID PORT MEMORY READY
  for process in $(processes_of "$mode"); do status_of_service "$process"; done
  status_of_postgres
  [[ $mode == embedded ]] || status_of_rabbitmq
  printf 'memory: services %d MB, with the servers %d MB\n' "$((services_kb / 1024))" "$((all_kb / 1024))"
  [[ $mode == embedded ]] || status_of_queues
  status_of_alerts
  # Not ready is no failure of this command, so no ERR trap and no message.
  [[ $healthy == yes ]] || exit 3
}

status_line() { # process state pid port kB ready
  printf '%-12s %-9s %8s %6s %6d MB  %s\n' "$1" "$2" "$3" "$4" "$(($5 / 1024))" "$6"
}

status_of_service() { # process
  local pid kb port ready body
  port=$(port_of "$1")
  if ! pid=$(running_pid "$1"); then
    status_line "$1" stopped - "$port" 0 "not running$([[ ! -e $RUN_DIR/$1 ]] || echo "; it ended by itself: ./ketman logs $1")"
    healthy=no
    return
  fi
  kb=$(resident_kb "$pid")
  services_kb=$((services_kb + ${kb:-0})) all_kb=$((all_kb + ${kb:-0}))
  body=$(http_request 127.0.0.1 "$port" GET /health/ready || echo 'no answer')
  ready=${body%%$'\n'*} body=${body#*$'\n'}
  if [[ $ready == 200 ]]; then
    ready=yes
    note_alerts "$1" "$body"
  else
    healthy=no
    ready="no ($ready) $body"
  fi
  status_line "$1" running "$pid" "$port" "${kb:-0}" "$ready"
}

# What a service reports although it works: a paused projection, messages that could not be read. The gateway repeats what
# the services behind it say, so it is asked only where it is all there is.
note_alerts() { # process body
  local list alert
  [[ $1 != gateway && $2 =~ \"alerts\":\[([^]]*)\] ]] || return 0
  list=${BASH_REMATCH[1]}
  while [[ $list =~ ^,?\"(([^\"\\]|\\.)*)\"(.*)$ ]]; do
    alert=${BASH_REMATCH[1]} list=${BASH_REMATCH[3]}
    alerts+=("$1: $alert")
  done
}

status_of_alerts() {
  local alert
  ((${#alerts[@]} > 0)) || return 0
  healthy=no
  echo
  for alert in "${alerts[@]}"; do echo "ALERT  $alert"; done
  echo "More: ./ketman projections list, ./ketman bus status; what to do: docs/operations.md, \"When a message cannot be taken\""
}

status_of_postgres() {
  if [[ -n ${KETMAN_POSTGRES:-} ]]; then
    if find_psql >/dev/null && postgres_admin -c '' 2>/dev/null; then echo "postgres     given     answers"; else
      echo "postgres     given     does not answer"
      healthy=no
    fi
    return
  fi
  local pid kb ready=yes port
  port=$(port_of postgres)
  if ! pid=$(running_pid postgres); then
    status_line postgres stopped - "$port" 0 "not running"
    healthy=no
    return
  fi
  "$(find_postgres)/pg_isready" -q -h 127.0.0.1 -p "$port" -U postgres -d postgres || { ready="no answer" healthy=no; }
  kb=$(memory_kb "$pid")
  all_kb=$((all_kb + kb))
  status_line postgres running "$pid" "$port" "$kb" "$ready"
}

status_of_rabbitmq() {
  if [[ -n ${KETMAN_RABBITMQ:-} ]]; then
    parse_url "$KETMAN_RABBITMQ" 5672 KETMAN_RABBITMQ
    if rabbitmq_answers "$URL_HOST" "$URL_PORT"; then echo "rabbitmq     given     answers"; else
      echo "rabbitmq     given     does not answer"
      healthy=no
    fi
    return
  fi
  local pid kb ready=yes port
  port=$(port_of rabbitmq)
  if ! pid=$(running_pid rabbitmq); then
    status_line rabbitmq stopped - "$port" 0 "not running"
    healthy=no
    return
  fi
  rabbitmq_answers 127.0.0.1 "$port" || { ready="no answer" healthy=no; }
  kb=$(memory_kb "$pid")
  all_kb=$((all_kb + kb))
  status_line rabbitmq running "$pid" "$port" "$kb" "$ready"
}

# Depths of the queues. The private broker runs without its management plugin, which would cost 40 MB for this one question.
status_of_queues() {
  [[ -z ${KETMAN_RABBITMQ:-} ]] && is_running rabbitmq || return 0
  local queues name messages consumers errors=0
  echo
  if ! queues=$(rabbitmq_control "$SERVER_HOME" "$(port_of rabbitmq)" list_queues -p ketman --no-table-headers name messages consumers 2>&1); then
    printf 'the queues could not be read: %s\n' "$queues"
    healthy=no
    return
  fi
  printf '%-60s %9s %9s\n' QUEUE MESSAGES CONSUMERS
  while IFS=$'\t' read -r name messages consumers; do
    [[ -n $name ]] || continue
    printf '%-60s %9s %9s\n' "$name" "$messages" "$consumers"
    if [[ $name == *_error && $messages != 0 ]]; then errors=$((errors + messages)); fi
  done < <(LC_ALL=C sort <<<"$queues")
  if ((errors > 0)); then
    echo "$errors messages are in error queues: nothing consumes them until somebody looks"
    healthy=no
  fi
}
