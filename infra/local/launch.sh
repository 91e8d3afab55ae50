#!/usr/bin/env bash
# Starts one long-lived process: launch.sh RECORD FINGERPRINT USER COMMAND...
# The record is written by the process itself before it becomes the command, so whatever kills the runner, and whenever,
# no process runs unrecorded. The runner's locks (descriptors 8 and 9) are held until then.
set -euo pipefail

record=$1 fingerprint=$2 user=$3
shift 3

# /proc/PID/stat: the name in parentheses may hold blanks; field 22, the start time, is the 20th after it.
stat=$(<"/proc/$$/stat")
read -ra fields <<<"${stat##*) }"
printf '%s %s %s %s\n' "$$" "${fields[19]}" "$(</proc/sys/kernel/random/boot_id)" "$fingerprint" >"$record.new"
mv -f "$record.new" "$record"

exec 8>&- 9>&-
if [[ $user == - ]]; then exec "$@"; fi
exec setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"
