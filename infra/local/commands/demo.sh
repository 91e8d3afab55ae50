# shellcheck shell=bash
# From nothing to the February 2025 statement.
# shellcheck source-path=SCRIPTDIR source=up.sh
source "$LOCAL/commands/up.sh"

command_demo() {
  (($# == 0)) || die "demo takes no arguments"
  local mode=services ketman=$ROOT/ketman
  resolve_port
  lock demo
  make_state
  if ! need_rabbitmq; then
    say "RabbitMQ cannot be had here: the demo goes on with all services in one process and an in-memory bus in its place"
    mode=embedded
  fi
  bring_up "$mode" ''
  unlock

  # Against this checkout's platform, whatever the person's shell points the client at.
  unset KETMAN_URL KETMAN_KEY KETMAN_KEY_FILE
  export KETMAN_PORT=$PORT
  phase "importing samples/2025-02"
  "$ketman" import "$ROOT/samples/2025-02" >&2
  phase "waiting for the figures"
  "$ketman" health --wait >&2
  phase "the board and the statement"
  echo
  "$ketman" board
  echo
  "$ketman" statement 2025-02
  phase ''
  cat <<END

Where to look next
  $(base_url gateway)/                    the dashboard
  ./ketman statement 2025-02 --json       each figure with the events it was counted from
  ./ketman outreach log --help            log an attempt, and see it on ./ketman board
  ./ketman import samples/2025-02         again: nothing changes
  ./ketman status                         what runs here and how much memory it takes
  $(base_url gateway)/openapi/v1.json   the API, described; the key for it is in .ketman/admin.key
  ./ketman down                           ends it; the data stays
END
  tell_dashboard
  tell_invitation
  print_phases
}
