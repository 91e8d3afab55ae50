# shellcheck shell=bash
# The processes of the platform: what they are, what they are started with, and whether they are ready.

# The gateway after those behind it: it is ready when they are, so what keeps one of them is said first. The dashboard asks the gateway.
SERVICES=(intake disclosures metrics gateway dashboard)
PROJECTS=(gateway/Ketman.Gateway services/intake/Ketman.Intake services/disclosures/Ketman.Disclosures
  services/metrics/Ketman.Metrics platform/Ketman.Embedded clients/Ketman.Cli clients/Ketman.Dashboard)

project_of() { # process
  case $1 in
    gateway) echo gateway/Ketman.Gateway ;;
    dashboard) echo clients/Ketman.Dashboard ;;
    embedded) echo platform/Ketman.Embedded ;;
    *) echo "services/$1/Ketman.${1^}" ;;
  esac
}

# services or embedded: how the platform was last brought up.
current_mode() { cat "$STATE/mode" 2>/dev/null || echo services; }

processes_of() { # mode
  if [[ $1 == embedded ]]; then echo embedded; else echo "${SERVICES[@]}"; fi
}

base_url() { echo "http://127.0.0.1:$(port_of "$1")"; }

# The variables a process reads (KetmanSettings in Ketman.Hosting declares them); call it in a subshell. Passwords go by file:
# an environment is copied into every child and every crash report.
service_environment() { # process
  local service
  if [[ $1 == dashboard ]]; then
    # It has neither key nor database nor bus, so it learns of none.
    unset "${!KETMAN_@}"
    export KETMAN_LISTEN KETMAN_GATEWAY
    KETMAN_LISTEN=$(base_url dashboard) KETMAN_GATEWAY=$(base_url gateway)
    runtime_environment
    return
  fi
  # Settings of the person's own shell must not leak into the private platform.
  unset KETMAN_DATABASE KETMAN_DATABASE_FILE KETMAN_BUS KETMAN_BUS_FILE
  export KETMAN_LISTEN KETMAN_KEYS=$STATE/keys KETMAN_ZONE=${KETMAN_ZONE:-UTC} KETMAN_ADMIN_KEY_FILE=$STATE/admin.key
  export KETMAN_INTAKE KETMAN_DISCLOSURES KETMAN_METRICS KETMAN_DASHBOARD
  export KETMAN_OIDC_AUTHORITY=${KETMAN_OIDC_AUTHORITY:-} KETMAN_OIDC_AUDIENCE=${KETMAN_OIDC_AUDIENCE:-} KETMAN_OIDC_ROLES=${KETMAN_OIDC_ROLES:-}
  export KETMAN_OIDC_ROLE_CLAIM=${KETMAN_OIDC_ROLE_CLAIM:-} KETMAN_OIDC_NAME_CLAIM=${KETMAN_OIDC_NAME_CLAIM:-}
  # Processes are started in folders of their own.
  export KETMAN_SEAL_KEY_FILE=${KETMAN_SEAL_KEY_FILE:+$(realpath -- "$KETMAN_SEAL_KEY_FILE")}
  KETMAN_LISTEN=$(base_url "$1")
  KETMAN_INTAKE=$(base_url intake) KETMAN_DISCLOSURES=$(base_url disclosures) KETMAN_METRICS=$(base_url metrics)
  KETMAN_DASHBOARD=$(base_url dashboard)
  if [[ $1 == embedded ]]; then
    for service in "${SERVICES_WITH_DATABASE[@]}"; do export "KETMAN_DATABASE_${service^^}_FILE=$SECRETS/$service.database"; done
  else
    export KETMAN_DATABASE_FILE=$SECRETS/$1.database
    [[ $1 == gateway ]] || export KETMAN_BUS_FILE=$SECRETS/bus
  fi
  runtime_environment
}

# How the runtime is set for a service, and for what is measured in its place.
runtime_environment() {
  # Small processes share a laptop. One heap each, whose youngest generation is not sized after the processor's cache, which has no bound that
  # we know; at 16 MB a page of fifty rows takes three quarters of the time that it takes at 4 MB, for 20 MB more in each process. No counters in
  # the code for a second optimisation; two arenas of the C library instead of eight for each core.
  export DOTNET_gcServer=0 DOTNET_GCConserveMemory=5 DOTNET_GCgen0size=0x1000000 DOTNET_TieredPGO=0 MALLOC_ARENA_MAX=2
}

# Starts a process unless it runs from the present build with the present settings.
ensure_service() { # process
  local process=$1
  (
    local fingerprint program
    service_environment "$process"
    program=$(program_of "$(project_of "$process")")
    fingerprint=$({
      build_id
      env | grep -E '^(KETMAN|OTEL|DOTNET)_' | LC_ALL=C sort
      cat "$SECRETS"/*.database "$SECRETS/bus" 2>/dev/null || true
    } | digest)
    if is_running "$process" && [[ $(fingerprint_of "$process") == "$fingerprint" ]]; then exit 0; fi
    stop_process "$process"
    require_free_port "$(port_of "$process")" "$process"
    start_process "$process" "$fingerprint" - "$(dirname "$program")" dotnet "$program"
  )
}

# Waits until a process says it is ready. Status 1, with its log and its answer shown, when it does not in time.
wait_ready() { # process seconds
  local process=$1 port status=none deadline=$((SECONDS + $2))
  port=$(port_of "$process")
  while ((SECONDS < deadline)); do
    status=$(http_status "$port" /health/ready || echo none)
    [[ $status != 200 ]] || return 0
    if ! is_running "$process"; then
      show_log "$process"
      say "$process ended while it was starting"
      return 1
    fi
    sleep 0.1
  done
  show_log "$process"
  if [[ $status == none ]]; then
    say "$process does not answer on port $port"
  else
    say "$process is not ready after $2 s; /health/ready says $status: $(http_body "$port" /health/ready || true)"
  fi
  return 1
}

# One stubborn process must not need a person: one that was found running and does not get ready is started again once.
wait_all_ready() { # mode seconds
  local process pid
  for process in $(processes_of "$1"); do
    pid=$(running_pid "$process" || true)
    if wait_ready "$process" "$2"; then continue; fi
    if [[ " $FOUND_RUNNING " == *" $process:$pid "* ]]; then
      say "$process was running already: starting it again"
      stop_process "$process"
      ensure_service "$process"
      wait_ready "$process" "$2" && continue
    fi
    die "$process did not get ready" "what it logged: ./ketman logs $process"
  done
}

note_running() { # mode
  local process pid
  FOUND_RUNNING=
  for process in $(processes_of "$1"); do
    if pid=$(running_pid "$process"); then FOUND_RUNNING+=" $process:$pid"; fi
  done
}

# Says at once which port is taken, before anything is started, stopped or remembered.
check_ports() { # mode moving
  local process port
  # The embedded process listens at the services' places too.
  for process in "${SERVICES[@]}"; do
    if [[ -z $2 ]] && { is_running "$process" || is_running embedded; }; then continue; fi
    require_free_port "$(port_of "$process")" "$process"
  done
  if [[ -z ${KETMAN_POSTGRES:-} && (-n $2 || -z $(running_pid postgres)) ]]; then
    require_free_port "$(port_of postgres)" PostgreSQL
  fi
  if [[ $1 == services && -z ${KETMAN_RABBITMQ:-} && (-n $2 || -z $(running_pid rabbitmq)) ]]; then
    port=$(port_of rabbitmq)
    require_free_port "$port" RabbitMQ
    require_free_port "$((port + 2))" "RabbitMQ's distribution"
    require_free_port "$((port + 3))" "RabbitMQ's name server (epmd)"
  fi
}

stop_services() {
  local process jobs=()
  # Together, as each may take seconds to finish what it has in hand.
  for process in "${SERVICES[@]}" embedded; do
    stop_process "$process" TERM 20 &
    jobs+=($!)
  done
  wait "${jobs[@]}"
}

stop_servers() {
  rabbitmq_stop
  stop_process postgres INT 30
}

# Starts the private servers the mode needs, without waiting for them.
start_servers() { # mode
  if [[ -z ${KETMAN_POSTGRES:-} ]]; then
    postgres_init_private
    start_private_postgres
  fi
  if [[ $1 == services && -z ${KETMAN_RABBITMQ:-} ]]; then
    rabbitmq_start "$SERVER_HOME" "$(port_of rabbitmq)" ketman "$(secret bus.password)" ketman "" ""
  fi
}

start_private_postgres() { postgres_start "$SERVER_HOME" "$(port_of postgres)"; }

wait_servers() { # mode
  [[ -n ${KETMAN_POSTGRES:-} ]] || postgres_wait "$(port_of postgres)" start_private_postgres
  prepare_databases
  if [[ $1 == services ]]; then
    [[ -n ${KETMAN_RABBITMQ:-} ]] || rabbitmq_wait "$(port_of rabbitmq)"
    prepare_bus
  fi
}
