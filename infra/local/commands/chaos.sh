# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=../testservers.sh
source "$LOCAL/testservers.sh"

# Its servers are its own, for it kills them; they keep what a commit promises.
command_chaos() {
  local status=0 program
  unset KETMAN_TEST_POSTGRES KETMAN_TEST_RABBITMQ KETMAN_TEST_RABBITMQ_MANAGEMENT
  make_state
  need_dotnet
  need_test_servers
  start_throwaway_servers safe
  lock chaos
  if ! is_built solution; then
    build platform
    dotnet_build "$ROOT/benchmarks/Ketman.Chaos"
  fi
  unlock
  program=$(program_of benchmarks/Ketman.Chaos)
  wait_throwaway_servers
  export KETMAN_CHAOS_SERVER="$LOCAL/test-server.sh" KETMAN_CHAOS_RUN=${TEST_FOLDER##*/}
  (cd "$ROOT" && dotnet "$program" "$@" 8>&- </dev/null) || status=$?
  # Its own verdict, passed on as it is.
  exit "$status"
}
