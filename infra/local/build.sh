# shellcheck shell=bash
# Builds only what is out of date. What a build was made from is remembered as a digest of names, sizes and times, which unlike
# "newer than" also sees files that were deleted or put back, and moves with a copied checkout.

BUILD_ROOT_FILES=(Directory.Build.props Directory.Packages.props global.json .editorconfig Ketman.Platform.sln)

sources_of() { # platform|solution
  local folders=(gateway services clients platform)
  [[ $1 == platform ]] || folders+=(tests benchmarks samples docs)
  # Output of builds and tests is no source.
  (cd "$ROOT" && { find "${folders[@]}" "${BUILD_ROOT_FILES[@]}" \
    -type d \( -name bin -o -name obj -o -name TestResults -o -name node_modules \) -prune \
    -o -type f -printf '%p %s %T@\n' 2>/dev/null || true; } | LC_ALL=C sort | digest)
}

# What the services, the command line client and nothing else need; tests and benchmarks would double the time of a first `up`.
PLATFORM_FILTER=infra/local/platform.slnf

# Changes with every build: services started from an older one are started again.
build_id() { cat "$STATE/build/platform" 2>/dev/null || true; }

is_built() { # platform|solution
  [[ -f $STATE/build/$1 && $(<"$STATE/build/$1") == "$(sources_of "$1")" ]] && outputs_exist
}

outputs_exist() {
  local project
  for project in "${PROJECTS[@]}"; do [[ -f $(program_of "$project") ]] || return 1; done
}

program_of() { # project folder
  echo "$ROOT/$1/bin/Release/net10.0/${1##*/}.dll"
}

build() { # platform|solution
  local target=$PLATFORM_FILTER sources platform_sources
  if is_built "$1"; then return; fi
  need_dotnet
  need_node
  [[ $1 == platform ]] || target=Ketman.Platform.sln
  # Taken before: what is edited during the build must be built by the next.
  sources=$(sources_of "$1") platform_sources=$(sources_of platform)
  rm -f "$STATE/build/$1"
  say "building $target (log: $STATE/logs/build.log)"
  dotnet_build "$ROOT/$target"
  echo "$platform_sources" | write_file "$STATE/build/platform" 644
  echo "$sources" | write_file "$STATE/build/$1" 644
}

dotnet_build() { # project or solution
  local log=$STATE/logs/build.log
  # Two builds of one tree destroy one another's files: what a killed runner left behind ends first. The build is on record like
  # the services, by launch.sh, which also keeps the compiler server it may leave behind from holding our lock.
  RUN_DIR=$STATE/build stop_process running
  # No node stays behind to hold memory and descriptors after the build.
  if ! with_progress "building" "$log" bash "$LOCAL/launch.sh" "$STATE/build/running" - - \
    dotnet build "$1" -c Release --nologo -v minimal -nodeReuse:false -clp:NoSummary; then
    { grep -E 'error [A-Z]+[0-9]+' "$log" || tail -n 20 "$log"; } | sort -u | sed -n '1,20s/^/    /p' >&2
    die "the build failed; all of it is in $log"
  fi
  rm -f "$STATE/build/running"
}
