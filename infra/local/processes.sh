# shellcheck shell=bash
# Long-lived processes: started in a session of their own, known by pid, start time and boot, so a record that outlived its
# process (kill -9, a reboot, a reused pid) is never taken for it.

# The pid of a running process, or nothing and status 1.
running_pid() { # name
  local pid start boot fingerprint stat fields
  [[ -r $RUN_DIR/$1 ]] || return 1
  read -r pid start boot fingerprint <"$RUN_DIR/$1" || return 1
  [[ $boot == "$(</proc/sys/kernel/random/boot_id)" && -r /proc/$pid/stat ]] || return 1
  { stat=$(<"/proc/$pid/stat"); } 2>/dev/null || return 1
  read -ra fields <<<"${stat##*) }"
  # A zombie has ended; only nobody has fetched its status yet.
  [[ ${fields[19]} == "$start" && ${fields[0]} != Z ]] || return 1
  echo "$pid"
}

is_running() { running_pid "$1" >/dev/null; }

# Whether a pid is one this checkout started.
is_ours() { # pid
  local record
  for record in "$RUN_DIR"/*; do
    [[ -f $record && $(running_pid "${record##*/}") == "$1" ]] && return
  done
  return 1
}

# With what it was started; a process whose settings or program changed since is started again.
fingerprint_of() { # name
  local pid start boot fingerprint
  read -r pid start boot fingerprint <"$RUN_DIR/$1" 2>/dev/null || true
  echo "${fingerprint:-}"
}

digest() { sha256sum | cut -c 1-16; }

# Output is appended, so a log survives a restart; what is old is cut away before it fills a disk.
trim_log() { # log
  local log=$1
  if [[ -f $log ]] && (($(stat -c %s "$log") > 64 * 1024 * 1024)); then
    tail -c 16777216 "$log" >"$log.1"
    : >"$log"
  fi
}

start_process() { # name fingerprint user folder command...
  local name=$1 fingerprint=$2 user=$3 folder=$4 i
  shift 4
  rm -f "$RUN_DIR/$name"
  trim_log "$LOG_DIR/$name.log"
  (cd "$folder" && exec setsid --fork bash "$LOCAL/launch.sh" "$RUN_DIR/$name" "$fingerprint" "$user" "$@" \
    </dev/null >>"$LOG_DIR/$name.log" 2>&1)
  for ((i = 0; i < 500; i++)); do
    [[ ! -e $RUN_DIR/$name ]] || return 0
    sleep 0.01
  done
  show_log "$name"
  die "$name could not be started"
}

# Asks a process to end, waits, and ends it by force when it does not.
stop_process() { # name [signal] [seconds]
  local name=$1 signal=${2:-TERM} limit=${3:-20} pid i
  if pid=$(running_pid "$name"); then
    kill -s "$signal" "$pid" 2>/dev/null || true
    for ((i = 0; i < limit * 20; i++)); do
      is_running "$name" || break
      sleep 0.05
    done
    if is_running "$name"; then
      say "$name (pid $pid) did not end within $limit s: ended by force"
      # It leads its own process group: what it started goes with it.
      kill -s KILL -- "-$pid" 2>/dev/null || kill -s KILL "$pid" 2>/dev/null || true
      for ((i = 0; i < 100; i++)); do
        is_running "$name" || break
        sleep 0.05
      done
    fi
  fi
  rm -f "$RUN_DIR/$name"
}

show_log() { # name
  say "the last lines of $LOG_DIR/$1.log:"
  tail -n 20 "$LOG_DIR/$1.log" 2>/dev/null | cut -c 1-600 | sed 's/^/    /' >&2 || true
}

# All descendants of a process and itself.
process_tree() { # pid
  local -A children=()
  local stat pid fields queue=("$1")
  for stat in /proc/[0-9]*/stat; do
    { stat=$(<"$stat"); } 2>/dev/null || continue
    # One that ends while it is looked at leaves nothing to read.
    [[ -n $stat ]] || continue
    pid=${stat%% *}
    read -ra fields <<<"${stat##*) }"
    children[${fields[1]}]+=" $pid"
  done
  while ((${#queue[@]} > 0)); do
    echo "${queue[0]}"
    # shellcheck disable=SC2206 # a list of numbers
    queue=("${queue[@]:1}" ${children[${queue[0]}]:-})
  done
}

# Memory of a process and its descendants in kB. PostgreSQL's processes share their buffers, which counting resident pages
# would add up many times: so the proportional share where the kernel shows it, resident pages elsewhere.
memory_kb() { # pid
  local pid sum=0 value
  for pid in $(process_tree "$1"); do
    value=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$pid/smaps_rollup" 2>/dev/null || true)
    [[ -n $value ]] || value=$(resident_kb "$pid")
    sum=$((sum + ${value:-0}))
  done
  echo "$sum"
}

resident_kb() { # pid
  sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status" 2>/dev/null || true
}
