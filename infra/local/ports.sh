# shellcheck shell=bash
# Who listens where, read from /proc alone: neither lsof nor ss is there on a fresh machine.

# The socket inode that listens on a port, or nothing.
listener_inode() { # port
  local hex file files=()
  printf -v hex '%04X' "$1"
  for file in /proc/net/tcp /proc/net/tcp6; do [[ ! -r $file ]] || files+=("$file"); done
  # Column 2 is address:port, 4 the state (0A listens), 10 the inode.
  awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }' "${files[@]}"
}

# The process behind a socket, or nothing when it belongs to somebody whose processes we may not look into.
socket_owner() { # inode
  local found
  found=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$1\]" -print -quit 2>/dev/null || true)
  cut -d / -f 3 <<<"$found"
}

command_line() { # pid
  tr '\000' ' ' <"/proc/$1/cmdline" 2>/dev/null | cut -c 1-120 || true
}

require_free_port() { # port what
  local inode pid who hint=()
  inode=$(listener_inode "$1")
  [[ -n $inode ]] || return 0
  pid=$(socket_owner "$inode")
  if [[ -n $pid ]]; then
    # One of ours: whoever starts something there has it stopped before.
    ! is_ours "$pid" || return 0
    who="pid $pid ($(command_line "$pid"))"
    if [[ $who == *"$STATE"* ]]; then
      hint=("it was left behind by this checkout, whose .ketman was removed meanwhile: kill $pid")
    fi
  else
    who="a process of another user"
  fi
  die "port $1, needed for $2, is in use by $who" \
    "choose other ports with: ./ketman up --port N   (or KETMAN_PORT=N; the base port is $PORT now)" "${hint[@]}"
}

# The first of five free ports in a row for throwaway servers, below the range the kernel gives to outgoing connections.
free_ports() {
  local port try i
  for ((try = 0; try < 200; try++)); do
    port=$((15000 + (RANDOM % 3000) * 5))
    for ((i = 0; i < 5; i++)); do
      [[ -z $(listener_inode "$((port + i))") ]] || continue 2
    done
    echo "$port"
    return
  done
  die "no five free ports in a row between 15000 and 30000"
}
