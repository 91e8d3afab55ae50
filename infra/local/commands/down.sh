# shellcheck shell=bash

command_down() {
  (($# == 0)) || die "down takes no arguments"
  [[ -d $RUN_DIR ]] || return 0
  lock down
  stop_services
  stop_servers
  unlock
  say "Ketman is down; its data stays in .ketman"
}
