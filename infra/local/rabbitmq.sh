# shellcheck shell=bash
# RabbitMQ: a private broker started without a service manager, or a given one.
# Ports: P amqp, P+1 management (when on), P+2 distribution, P+3 epmd.

# The environment the broker and its tools share; call it in a subshell.
rabbitmq_environment() { # home port
  local home=$1/rabbitmq port=$2
  export HOME=$home LANG=C.UTF-8
  # The name stays when ports change: the data belongs to the name.
  export RABBITMQ_NODENAME=ketman@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$port
  export RABBITMQ_DIST_PORT=$((port + 2)) ERL_EPMD_PORT=$((port + 3)) ERL_EPMD_ADDRESS=127.0.0.1
  export RABBITMQ_MNESIA_BASE=$home/data RABBITMQ_LOG_BASE=$home/log RABBITMQ_PID_FILE=$home/pid
  export RABBITMQ_CONFIG_FILE=$home/rabbitmq.conf RABBITMQ_CONF_ENV_FILE=$home/env.conf
  export RABBITMQ_ENABLED_PLUGINS_FILE=$home/enabled_plugins
  # Schedulers that spin while idle would take the two cores from the services.
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none'
  # A tool that finds no name server would start one of its own, which nobody would ever end.
  export RABBITMQ_CTL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false'
  # Lets the start script become the broker instead of staying its parent, so the pid on record is the broker's.
  export RUNNING_UNDER_SYSTEMD=true
}

# User, virtual host and rights are definitions that the broker takes in at every start. With them it makes no `guest`, and
# a first start that was cut off half way is completed by the next.
rabbitmq_definitions() { # user password vhost tags
  local salt hash
  salt=$(random_hex 4)
  hash=$(hex_to_bytes "$salt$({ hex_to_bytes "$salt" && printf %s "$2"; } | sha256sum | cut -d ' ' -f 1)" | base64 -w 0)
  cat <<END
{
  "users": [{ "name": "$1", "password_hash": "$hash", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": "$4" }],
  "vhosts": [{ "name": "$3" }],
  "permissions": [{ "user": "$1", "vhost": "$3", "configure": ".*", "write": ".*", "read": ".*" }]
}
END
}

rabbitmq_configure() { # home port user password vhost tags plugins
  local home=$1/rabbitmq port=$2 file
  own_folder "$RABBITMQ_USER" "$home"
  own_folder "$RABBITMQ_USER" "$home/data"
  rabbitmq_definitions "$3" "$4" "$5" "$6" | write_file "$home/definitions.json" 600
  write_file "$home/rabbitmq.conf" 600 <<END
listeners.tcp.1 = 127.0.0.1:$port
load_definitions = $home/definitions.json
log.file = false
log.console = true
log.console.level = warning
log.console.use_colors = off
log.connection.level = error
management.tcp.ip = 127.0.0.1
management.tcp.port = $((port + 1))
END
  echo "[${7:-}]." | write_file "$home/enabled_plugins" 600
  : | write_file "$home/env.conf" 600
  [[ -s $home/.erlang.cookie ]] || random_hex 20 | write_file "$home/.erlang.cookie" 400
  if [[ $RABBITMQ_USER != - ]]; then
    for file in definitions.json rabbitmq.conf enabled_plugins env.conf .erlang.cookie; do
      chown "$RABBITMQ_USER:$RABBITMQ_USER" "$home/$file"
    done
  fi
}

# shellcheck disable=SC2001 # pairs of digits, which ${...//...} cannot take apart
hex_to_bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }

# Starts the broker unless it runs with just these settings already.
rabbitmq_start() { # home port user password vhost tags plugins
  local home=$1 port=$2 fingerprint bin
  bin=$(find_rabbitmq)
  fingerprint=$(echo "$bin $*" | digest)
  if is_running rabbitmq && [[ $(fingerprint_of rabbitmq) == "$fingerprint" ]]; then
    # The broker does without its name server, its tools do not; it registers again by itself.
    is_running epmd || epmd_start "$home" "$port"
    return
  fi
  rabbitmq_stop
  require_free_port "$port" RabbitMQ
  [[ -z ${7:-} ]] || require_free_port "$((port + 1))" "RabbitMQ's management"
  require_free_port "$((port + 2))" "RabbitMQ's distribution"
  require_free_port "$((port + 3))" "RabbitMQ's name server (epmd)"
  rabbitmq_configure "$@"
  epmd_start "$home" "$port"
  (
    rabbitmq_environment "$home" "$port"
    start_process rabbitmq "$fingerprint" "$RABBITMQ_USER" "$home/rabbitmq" "$bin/rabbitmq-server"
  )
}

# Left to itself the broker starts epmd as a daemon that outlives it and that nobody has on record.
epmd_start() { # home port
  start_process epmd - "$RABBITMQ_USER" / env "HOME=$1/rabbitmq" epmd -address 127.0.0.1 -port "$(($2 + 3))"
}

rabbitmq_stop() {
  stop_process rabbitmq TERM 30
  stop_process epmd
}

rabbitmq_wait() { # port
  local i
  for ((i = 0; i < 600; i++)); do
    rabbitmq_answers 127.0.0.1 "$1" && return
    if ! is_running rabbitmq; then
      show_log rabbitmq
      die "RabbitMQ ended while it was starting"
    fi
    sleep 0.1
  done
  show_log rabbitmq
  die "RabbitMQ did not become ready on port $1 within 60 s"
}

# The broker opens its port when everything else is done; what it says to the protocol's greeting proves that it is one.
rabbitmq_answers() { # host port
  # shellcheck disable=SC2016 # expanded by the inner shell
  timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "AMQP\0\0\11\1" >&3 && read -r -N 1 -t 2 _ <&3' - "$1" "$2" 2>/dev/null
}

# rabbitmqctl on the private broker.
rabbitmq_control() { # home port argument...
  local home=$1 port=$2
  shift 2
  (
    rabbitmq_environment "$home" "$port"
    # The tools' user need not be able to read the folder the person is in.
    cd "$home/rabbitmq" || exit
    as_user "$RABBITMQ_USER" "$(find_rabbitmq)/rabbitmqctl" -q "$@"
  )
}

# The file with the URL of the bus. A given broker is used with the virtual host in its URL; without one, the host `ketman` and
# the user `ketman-services` are made through its management interface.
prepare_bus() {
  if [[ -z ${KETMAN_RABBITMQ:-} ]]; then
    echo "amqp://ketman:$(secret bus.password)@127.0.0.1:$(port_of rabbitmq)/ketman" | write_file "$SECRETS/bus" 600
    return
  fi
  parse_url "$KETMAN_RABBITMQ" 5672 KETMAN_RABBITMQ
  rabbitmq_answers "$URL_HOST" "$URL_PORT" || die "no RabbitMQ answers at $URL_HOST:$URL_PORT (KETMAN_RABBITMQ)"
  if [[ -n $URL_PATH ]]; then
    echo "$KETMAN_RABBITMQ" | write_file "$SECRETS/bus" 600
    return
  fi
  local port=${KETMAN_RABBITMQ_MANAGEMENT_PORT:-15672} user=ketman-services password
  # Making a user that is there replaces its password and rights: never the administrator's own.
  [[ $URL_USER != "$user" ]] || die "KETMAN_RABBITMQ needs an administrator of its own, '$user' is what the services get"
  password=$(secret bus.password)
  if ! rabbitmq_manage "$port" PUT /api/vhosts/ketman '{}' ||
    ! rabbitmq_manage "$port" PUT "/api/users/$user" "{\"password\":\"$password\",\"tags\":\"\"}" ||
    ! rabbitmq_manage "$port" PUT "/api/permissions/ketman/$user" '{"configure":".*","write":".*","read":".*"}'; then
    die "the virtual host 'ketman' could not be made through the management interface at $URL_HOST:$port" \
      "it needs the tag 'administrator'; KETMAN_RABBITMQ_MANAGEMENT_PORT names another port" \
      "or make a virtual host and a user with all rights in it yourself and put both into KETMAN_RABBITMQ=amqp://user:password@host:port/vhost"
  fi
  echo "amqp://$user:$password@$URL_HOST:$URL_PORT/ketman" | write_file "$SECRETS/bus" 600
}

rabbitmq_manage() { # port method path body
  local answer
  answer=$(http_request "$URL_HOST" "$1" "$2" "$3" "Authorization: Basic $(printf '%s:%s' "$URL_USER" "$URL_PASSWORD" | base64 -w 0)" "$4") || return 1
  [[ ${answer%%$'\n'*} == 20* ]]
}
