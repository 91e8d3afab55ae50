# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=../testservers.sh
source "$LOCAL/testservers.sh"

# Figures go to standard output; servers keep what a commit costs.
command_bench() {
  local status=0 program servers=yes
  # Due times are nothing but computation.
  if only_clocks "$@"; then servers=''; fi
  make_state
  need_dotnet
  if [[ -n $servers ]]; then
    need_test_servers
    if with_browser "$@"; then need_chromium; fi
    start_throwaway_servers safe
  fi
  lock bench
  # The services as well: some figures are those of the running platform.
  if ! is_built solution; then
    if [[ -n $servers ]]; then build platform; fi
    dotnet_build "$ROOT/benchmarks/Ketman.Benchmarks"
  fi
  unlock
  program=$(program_of benchmarks/Ketman.Benchmarks)
  if [[ -n $servers ]]; then wait_throwaway_servers; fi
  # As the services run.
  (cd "$ROOT" && runtime_environment && dotnet "$program" "$@" 8>&- </dev/null) || status=$?
  # Its own verdict, passed on as it is.
  exit "$status"
}

# The dashboard is measured in a real browser; without a name everything is measured.
with_browser() {
  local argument named=''
  for argument in "$@"; do
    [[ $argument != dashboard ]] || return 0
    [[ $argument == --* ]] || named=yes
  done
  [[ -z $named ]]
}

only_clocks() {
  local argument named=''
  for argument in "$@"; do
    [[ $argument == --* ]] && continue
    [[ $argument == clocks ]] || return 1
    named=yes
  done
  [[ -n $named ]]
}
