# shellcheck shell=bash
# Whatever is no command of the runner goes to the client, which runs in the caller's folder and answers with its own status.

command_cli() {
  local program
  resolve_port
  program=$(program_of clients/Ketman.Cli)
  build_client "$program"
  need_dotnet
  export KETMAN_URL=${KETMAN_URL:-http://127.0.0.1:$PORT}
  if [[ -z ${KETMAN_KEY:-} ]]; then export KETMAN_KEY_FILE=${KETMAN_KEY_FILE:-$STATE/admin.key}; fi
  exec dotnet "$program" "$@"
}

# The client alone, so that it can be used against a platform elsewhere without building all services.
build_client() { # program
  local sources
  sources=$(client_sources)
  if [[ -f $1 ]] && { [[ $(cat "$STATE/build/client" 2>/dev/null) == "$sources" ]] || is_built platform; }; then return; fi
  lock "building the client"
  make_state
  need_dotnet
  say "building the client"
  dotnet_build "$ROOT/clients/Ketman.Cli"
  echo "$sources" | write_file "$STATE/build/client" 644
  unlock
}

client_sources() {
  (cd "$ROOT" && { find clients/Ketman.Cli platform/Ketman.Calendars platform/Ketman.Proof platform/Ketman.Vocabulary "${BUILD_ROOT_FILES[@]}" \
    -type d \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' 2>/dev/null || true; } | LC_ALL=C sort | digest)
}
