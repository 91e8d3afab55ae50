# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=../testservers.sh
source "$LOCAL/testservers.sh"

command_test() {
  case ${1:-} in
    --env) test_environment ;;
    --env-stop) test_environment_stop ;;
    *) run_tests "$@" ;;
  esac
}

# Servers that stay, and the variables that name them: `eval "$(./ketman test --env)"`, then any `dotnet test`.
test_environment() {
  lock "test --env"
  make_state
  need_test_servers
  need_chromium
  use_test_folder environment
  if ! is_running postgres || ! is_running rabbitmq; then
    [[ ! -e $TEST_FOLDER/server-home ]] || end_test_servers
    use_test_folder environment
    start_test_servers fast
    wait_test_servers
  fi
  unlock
  cat "$TEST_FOLDER/environment"
  printf 'export KETMAN_TEST_CHROMIUM=%q\n' "$KETMAN_TEST_CHROMIUM"
}

test_environment_stop() {
  lock "test --env-stop"
  use_test_folder environment
  end_test_servers
  unlock
}

run_tests() {
  local format=yes output=$STATE/logs/test.log status=0 target=(--solution "$ROOT/Ketman.Platform.sln") project='' argument before=''
  if [[ ${1:-} == --no-format ]]; then
    format=''
    shift
  fi
  for argument in "$@"; do
    # Who names a project wants that one only, and no check of everything else.
    [[ $before != --project ]] || { target=() format='' project=$argument; }
    before=$argument
  done

  phase "installing what is missing"
  make_state
  need_dotnet
  need_node
  need_test_servers
  need_chromium
  phase "starting throwaway servers"
  start_throwaway_servers fast
  phase "building"
  lock "test"
  if [[ -n $project ]]; then dotnet_build "$project"; else build solution; fi
  unlock
  if [[ -n $format ]]; then
    phase "checking the format"
    check_format || format=broken
  fi
  phase "waiting for the servers"
  wait_throwaway_servers
  phase "tests"
  # A test that hangs fails with its project after a while instead of holding up everything for ever; on a machine at half the speed the
  # longest project takes twelve minutes.
  # global.json, which chooses the test platform, is looked for from the current folder upward; sum_of reads English.
  [[ $PWD/ == "$ROOT"/* ]] || cd "$ROOT" || exit
  # These processes, and the services that they start, do not live long enough to earn what watching their own code for it costs: a tenth.
  (DOTNET_CLI_UI_LANGUAGE=en DOTNET_TieredPGO=0 dotnet test "${target[@]}" -c Release --no-build --timeout 20m "$@" 8>&- </dev/null) 2>&1 | tee "$output" >&2 || status=${PIPESTATUS[0]}
  print_failures "$output"
  print_phases
  closing_line "$output" "$status" "$format"
}

# Each test that failed once more, with the beginning of what it said: thousands of lines may stand between it and the end.
print_failures() { # output
  local failures
  # What follows a failed test is its message, whose later lines may begin anywhere, its standard output and its stack; it ends with the
  # next test, with what a project says of itself, or with a line of a service's log.
  failures=$(awk '
    { gsub(/\033\[[0-9;]*[A-Za-z]/, "") ; sub(/\r$/, "") }
    /^failed .*\([0-9hms. ]+\)$/ { print; left = 8; next }
    /^((passed|skipped) .*\([0-9hms. ]+\)$|\/|\[[^"]|\{|Test run|Running tests)/ { left = 0 }
    left > 0 && NF && !/^ +(at|from) / { print substr($0, 1, 240); left-- }
  ' "$1")
  [[ -n $failures ]] || return 0
  say ''
  say "what failed (all of it: $1)"
  say "$failures"
}

# One line at the very end says it all, and the exit status agrees with it.
closing_line() { # output status format
  local passed failed skipped line
  passed=$(sum_of succeeded "$1") failed=$(sum_of failed "$1") skipped=$(sum_of skipped "$1")
  if [[ $3 == broken ]]; then
    failed=$((failed + 1))
    say "the format check failed: dotnet format Ketman.Platform.sln"
  fi
  # 8 is what a project answers whose tests a filter all left out.
  if (($2 != 0 && $2 != 8 && failed == 0)); then
    failed=1
    say "dotnet test ended with status $2 although no test failed: a test process broke down, see above"
  fi
  if ((passed + failed == 0)); then
    say "no test ran"
    failed=1
  fi
  line="$passed passed, $failed failed"
  ((skipped == 0)) || line+=", $skipped skipped"
  say ''
  # The servers end first, so that nothing comes after the line.
  for step in "${AT_EXIT[@]}"; do "$step"; done
  AT_EXIT=()
  echo "$line"
  ((failed == 0)) || exit "$REPORTED"
}

# The last number dotnet test gave for a word in its summary.
sum_of() { # word output
  local number
  number=$(sed -n "s/^[[:space:]]*$1: *\([0-9]\+\).*/\1/p" "$2" | tail -n 1)
  echo "${number:-0}"
}

# Analyzers and style rules are warnings, so the build has checked them; what is left for the formatter is quick.
check_format() {
  local log=$STATE/logs/format.log
  with_progress "checking the format" "$log" dotnet format whitespace "$ROOT/Ketman.Platform.sln" --verify-no-changes --no-restore && return
  grep -E 'error|warning' "$log" | sed -n 1,20p >&2 || true
  return 1
}
