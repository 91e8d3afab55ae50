# shellcheck shell=bash
# Health checks over HTTP. A process of its own per request, because only that can be ended when an answer never comes.

http_request() { timeout 5 bash "$LOCAL/http-request.sh" "$@" 2>/dev/null; }

http_status() { # port path
  local answer
  answer=$(http_request 127.0.0.1 "$1" GET "$2") || return 1
  echo "${answer%%$'\n'*}"
}

http_body() { # port path
  local answer
  answer=$(http_request 127.0.0.1 "$1" GET "$2") || return 1
  [[ $answer != *$'\n'* ]] || echo "${answer#*$'\n'}"
}
