# shellcheck shell=bash
# Folders, ports and switches of this checkout. Everything the runner keeps is under .ketman (see docs/operations.md).

STATE=$ROOT/.ketman
SECRETS=$STATE/secrets
RUN_DIR=$STATE/run
LOG_DIR=$STATE/logs

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

# The servers refuse root (PostgreSQL) or should not have it (RabbitMQ): as root they run as the users their packages made,
# else as oneself (`-`).
if ((EUID == 0)); then
  POSTGRES_USER=postgres RABBITMQ_USER=rabbitmq
else
  POSTGRES_USER=- RABBITMQ_USER=-
fi

# The base port: given, else the one this checkout was last brought up with, else 7400.
PORT=
resolve_port() { # [given]
  PORT=${1:-${KETMAN_PORT:-}}
  if [[ -z $PORT && -r $STATE/port ]]; then PORT=$(<"$STATE/port"); fi
  PORT=${PORT:-7400}
  # Above 32600 the broker's ports would reach into the range the kernel gives to outgoing connections.
  if [[ ! $PORT =~ ^[0-9]{4,5}$ ]] || ((10#$PORT < 1024 || 10#$PORT > 32600)); then
    die "the port must be a number from 1024 to 32600, not '$PORT'" "give another with --port N or KETMAN_PORT=N"
  fi
  PORT=$((10#$PORT))
}

port_of() {
  case $1 in
    gateway | embedded) echo "$PORT" ;;
    intake) echo "$((PORT + 1))" ;;
    disclosures) echo "$((PORT + 2))" ;;
    metrics) echo "$((PORT + 3))" ;;
    dashboard) echo "$((PORT + 4))" ;;
    postgres) echo "$((PORT + 32))" ;;
    rabbitmq) echo "$((PORT + 72))" ;;
  esac
}

make_state() {
  mkdir -p "$STATE" "$RUN_DIR" "$LOG_DIR" "$STATE/build"
  # The servers' own users must be able to pass through to their folders; what is secret is closed one level below.
  if ((EUID == 0)); then chmod 711 "$STATE"; else chmod 700 "$STATE"; fi
  [[ -d $SECRETS ]] || mkdir -m 700 "$SECRETS"
  [[ -e $STATE/.gitignore ]] || echo '*' >"$STATE/.gitignore"
}

# Only one runner at a time changes this checkout's state. The lock is the kernel's, so a killed runner cannot leave it
# behind; long-lived processes close descriptor 9 (launch.sh), or they would hold it for ever.
lock() { # command
  mkdir -p "$STATE"
  exec 9>>"$STATE/lock"
  if ! flock -n 9; then
    say "waiting for another ketman at work here ($(cat "$STATE/lock.owner" 2>/dev/null || echo unknown))"
    flock -w 1200 9 || die "another ketman has held $STATE/lock for 20 minutes" "see who: $(cat "$STATE/lock.owner" 2>/dev/null || true)"
  fi
  echo "pid $$, $1" >"$STATE/lock.owner"
}
unlock() { exec 9>&-; }

need_dotnet() {
  if ! command -v dotnet >/dev/null; then
    [[ -x $HOME/.dotnet/dotnet ]] || die "the .NET SDK 10 is needed and 'dotnet' is not on the path" \
      "install it (on Debian and Ubuntu the package is dotnet-sdk-10.0) and try again"
    PATH=$HOME/.dotnet:$PATH
  fi
}
