# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=../testservers.sh
source "$LOCAL/testservers.sh"

# Figures go to standard output; servers keep what a commit costs.
command_bench() {
  local status=0 program
  make_state
  need_dotnet
  need_test_servers
  start_throwaway_servers safe
  lock bench
  # The services as well: some figures are those of the running platform.
  if ! is_built solution; then
    build platform
    dotnet_build "$ROOT/benchmarks/Ketman.Benchmarks"
  fi
  unlock
  program=$(program_of benchmarks/Ketman.Benchmarks)
  wait_throwaway_servers
  # As the services run.
  (cd "$ROOT" && DOTNET_TieredPGO=0 dotnet "$program" "$@" 8>&- </dev/null) || status=$?
  # Its own verdict, passed on as it is.
  exit "$status"
}
