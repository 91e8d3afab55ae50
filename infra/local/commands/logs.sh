# shellcheck shell=bash

command_logs() {
  local follow=() files=() name
  for name in "$@"; do
    case $name in
      -f | --follow) follow=(-F) ;;
      *)
        [[ -f $LOG_DIR/${name##*/}.log ]] || die "there is no log of '$name'" \
          "there are: $(cd "$LOG_DIR" 2>/dev/null && printf '%s ' *.log | sed 's/\.log//g')"
        files+=("$LOG_DIR/${name##*/}.log")
        ;;
    esac
  done
  if ((${#files[@]} == 0)); then
    for name in "${SERVICES[@]}" embedded; do
      [[ ! -s $LOG_DIR/$name.log ]] || files+=("$LOG_DIR/$name.log")
    done
  fi
  ((${#files[@]} > 0)) || die "there are no logs yet" "./ketman up"
  exec tail -n "$((${#files[@]} == 1 ? 200 : 20))" "${follow[@]}" "${files[@]}"
}
