#!/usr/bin/env bash
# Just enough HTTP for health checks and the broker's management interface, in bash alone: curl may not be there.
# http-request.sh HOST PORT METHOD PATH [HEADER] [BODY] prints the status on the first line and the body after it.
set -euo pipefail

exec 3<>"/dev/tcp/$1/$2"
{
  printf '%s %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n' "$3" "$4" "$1"
  [[ -z ${5:-} ]] || printf '%s\r\n' "$5"
  printf 'Content-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' "$(printf %s "${6:-}" | wc -c)" "${6:-}"
} >&3

read -r _ status _ <&3
echo "${status%$'\r'}"
while IFS= read -r line <&3 && [[ -n ${line%$'\r'} ]]; do :; done
cat <&3
