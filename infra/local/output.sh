# shellcheck shell=bash
# What the runner says. Progress goes to standard error, results to standard output, so that `--json` and `--env` can be piped.

say() { printf '%s\n' "$*" >&2; }

# A reported failure leaves subshells with this status, so that it is not reported a second time on the way out.
REPORTED=97

# Ends the command: the first line says what is wrong, further arguments say what to do, one a line.
die() {
  printf 'ketman: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit "$REPORTED"
}

# `set -e` alone ends without a word; an unforeseen failure must at least say where it was.
unexpected() { # status place command
  (($1 == REPORTED)) || printf 'ketman: unexpected failure (status %s) at %s: %s\n' "$1" "$2" "$3" >&2
}
trap 'unexpected "$?" "${BASH_SOURCE[0]##*/}:$LINENO" "$BASH_COMMAND"' ERR

# What has to happen however the command ends; commands add to it.
AT_EXIT=()
leave() {
  local status=$? step
  trap - EXIT ERR
  for step in "${AT_EXIT[@]}"; do "$step" || true; done
  ((status != REPORTED)) || status=1
  exit "$status"
}
trap leave EXIT

# The long job of with_progress. Bash lets background jobs ignore Ctrl-C, so it has to be passed on.
JOB=
interrupted() {
  [[ -z $JOB ]] || kill "$JOB" 2>/dev/null || true
  say ''
  say "interrupted; the same command goes on from here, './ketman down' ends what runs"
  exit 130
}
trap interrupted INT TERM HUP

PHASE_NAMES=()
PHASE_TIMES=()
PHASE_STARTED=

# Milliseconds since the epoch, without a process.
now_ms() { # variable
  printf -v "$1" '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"
}

# Names what is being done now and takes its time; an empty name only ends the phase before.
phase() {
  local now
  now_ms now
  if [[ -n $PHASE_STARTED ]]; then PHASE_TIMES+=("$((now - PHASE_STARTED))"); fi
  PHASE_STARTED=
  if [[ -n $1 ]]; then
    PHASE_NAMES+=("$1")
    PHASE_STARTED=$now
  fi
}

seconds() { printf '%d.%d s' "$(($1 / 1000))" "$(($1 % 1000 / 100))"; }

print_phases() {
  local i sum=0
  phase ''
  say ''
  for i in "${!PHASE_NAMES[@]}"; do
    sum=$((sum + PHASE_TIMES[i]))
    printf '  %-34s %9s\n' "${PHASE_NAMES[i]}" "$(seconds "${PHASE_TIMES[i]}")" >&2
  done
  printf '  %-34s %9s\n' "in all" "$(seconds "$sum")" >&2
}

# Runs a long command with its output in a log, and shows that it goes on: the log's last line, rewritten in place on a
# terminal and once in ten seconds elsewhere. Returns the command's status.
with_progress() { # what log command...
  local what=$1 log=$2 started=$SECONDS status=0 line next=10
  shift 2
  "$@" >"$log" 2>&1 9>&- &
  JOB=$!
  while kill -0 "$JOB" 2>/dev/null; do
    sleep 0.2
    line=$(tail -n 1 "$log" 2>/dev/null | tr -d '\r\000-\037' | cut -c 1-90)
    if [[ -t 2 ]]; then
      printf '\r\033[K  %s, %d s: %s' "$what" "$((SECONDS - started))" "$line" >&2
    elif ((SECONDS - started >= next)); then
      say "  $what, $((SECONDS - started)) s: $line"
      next=$((next + 10))
    fi
  done
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
  wait "$JOB" || status=$?
  JOB=
  return "$status"
}
