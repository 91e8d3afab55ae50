# shellcheck shell=bash

command_up() {
  local fresh='' mode=services port=''
  while (($# > 0)); do
    case $1 in
      --fresh) fresh=yes ;;
      --embedded) mode=embedded ;;
      --port)
        port=${2:-}
        [[ -n $port ]] || die "--port needs a number"
        shift
        ;;
      --port=*) port=${1#*=} ;;
      *) die "up does not know '$1'" "./ketman help" ;;
    esac
    shift
  done
  resolve_port "$port"
  lock up
  bring_up "$mode" "$fresh"
  unlock
  say "Ketman is up at $(base_url gateway) ($([[ $mode == embedded ]] && echo 'one process, no broker' || echo "${SERVICES[*]}")); its administrator's key is in .ketman/admin.key"
  tell_dashboard
  tell_invitation
}

# The gateway is the only door, also to the dashboard.
tell_dashboard() { say "dashboard  $(base_url gateway)/"; }

# Nobody can sign in yet. At a terminal the invitation is shown; what a pipe or a log keeps is only where it lies.
tell_invitation() {
  local file=$STATE/admin.invitation
  [[ -e $file ]] || return 0
  if [[ -t 2 ]]; then
    say "No user yet. The first admin's invitation, good once within 7 days: $(cat "$file")"
  else
    say "No user yet. The first admin's invitation, good once within 7 days, is in .ketman/admin.invitation"
  fi
  say "  in the browser: $(base_url gateway)/invitation"
  say "  or here: ./ketman invitation accept --file .ketman/admin.invitation --name YOUR-NAME"
}

# Everything that `up` and `demo` share. The lock is held.
bring_up() { # mode fresh
  local mode=$1 process
  phase "installing what is missing"
  make_state
  need_dotnet
  is_built platform || need_node
  need_postgres
  if [[ $mode == services ]]; then
    need_rabbitmq || die "RabbitMQ is needed" \
      "or give a broker that is there already: KETMAN_RABBITMQ=amqp://admin:password@host:5672" \
      "or do without one: ./ketman up --embedded"
  fi
  if [[ -n $2 || -e $STATE/deleting ]]; then start_from_nothing; fi
  settle_port "$mode"
  if [[ $(current_mode) != "$mode" ]]; then
    stop_services
    [[ $mode == services ]] || rabbitmq_stop
  fi
  echo "$mode" | write_file "$STATE/mode" 644
  SERVER_HOME=$(server_home)
  echo "$SERVER_HOME" | write_file "$STATE/server-home" 644

  phase "starting the servers"
  start_servers "$mode"
  # They boot while the build runs.
  phase "building"
  build platform
  phase "waiting for the servers"
  wait_servers "$mode"
  phase "starting the services"
  note_running "$mode"
  for process in $(processes_of "$mode"); do ensure_service "$process"; done
  wait_all_ready "$mode" 60
  phase ''
}

# Another base port moves everything, so everything stops first.
settle_port() { # mode
  local before moving=''
  before=$(cat "$STATE/port" 2>/dev/null || echo "$PORT")
  [[ $before == "$PORT" ]] || moving=yes
  check_ports "$1" "$moving"
  if [[ -n $moving ]]; then
    say "moving from base port $before to $PORT"
    stop_services
    stop_servers
  fi
  echo "$PORT" | write_file "$STATE/port" 644
}

# Deletes what this checkout knows and keeps: data, passwords, keys. Builds and logs are no state and stay. All or nothing:
# what was cut off half way is finished by the next `up`, or passwords and data would no longer fit together.
start_from_nothing() {
  local home
  [[ -z ${KETMAN_POSTGRES:-} ]] || die "--fresh does not delete databases on a server that was given" \
    "drop ketman_gateway, ketman_intake, ketman_disclosures and ketman_metrics there yourself, databases and roles"
  say "starting from nothing: deleting the data, keys and passwords of this checkout"
  : >"$STATE/deleting"
  stop_services
  stop_servers
  home=$(cat "$STATE/server-home" 2>/dev/null || true)
  # What is not ours by its place is never deleted, whatever the file says.
  if [[ $home == "$STATE/servers" || $home =~ ^/var/lib/ketman/[0-9a-f]+$ ]]; then rm -rf "$home"; fi
  rm -rf "$SECRETS" "$STATE/keys" "$STATE/admin.key" "$STATE/admin.invitation" "$STATE/mode"
  rm -f "$STATE/deleting"
  make_state
}
