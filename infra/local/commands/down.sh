# shellcheck shell=bash

command_down() {
  local only_services=''
  case ${1:-} in
    '') ;;
    --services) only_services=yes ;;
    *) die "down does not know '$1'" "./ketman help" ;;
  esac
  [[ -d $RUN_DIR ]] || return 0
  lock down
  stop_services
  [[ -n $only_services ]] || stop_servers
  unlock
  say "$([[ -n $only_services ]] && echo "the services are" || echo "Ketman is") down; the data stays in .ketman"
}
