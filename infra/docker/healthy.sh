#!/usr/bin/env bash
# The container is healthy when its process says it is ready. The image has bash, and no curl.
set -euo pipefail

port=${KETMAN_LISTEN##*:}
exec 3<>"/dev/tcp/127.0.0.1/${port%/}"
printf 'GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
read -r -t 5 _ status _ <&3
[[ ${status%$'\r'} == 200 ]]
