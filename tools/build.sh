#!/usr/bin/env bash
# Brings build/release up to date: packages, CMake, Ninja. Called by `byeol` when something changed,
# and with the targets that a tool wants beside the program.
# Speaks on standard error only; two at once wait for one another.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
build=$root/build/release
stamp=$build/.built
log=$root/build/release.log
mkdir -p "$root/build"
exec 1>&2 </dev/null

exec 9>"$root/build/.release.lock"
if ! flock --nonblock 9; then
  echo "byeol: another build is running; waiting for it"
  flock 9
fi

# CMake refuses a build folder that was made elsewhere (the clone was moved or copied).
if [[ -f $build/CMakeCache.txt ]] &&
  ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt"; then
  rm -rf -- "$build"
fi
if [[ ! -f $build/build.ninja || $root/tools/apt.txt -nt $stamp ]]; then
  "$root/tools/install_packages.sh" "$root/tools/apt.txt"
fi
mkdir -p "$build"
# An edit made while this build runs must be newer than the stamp: it gets the time of the start.
printf '%s' "$root" >"$stamp.new"

fail() {
  printf '\nbyeol: %s; the whole output is in %s\n' "$1" "$log"
  exit 1
}

cd "$root"
if [[ ! -f $build/build.ninja || CMakePresets.json -nt $build/build.ninja ]]; then
  echo "byeol: configuring"
  launcher=()
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  if ! cmake --preset release "${launcher[@]}" >"$log" 2>&1; then
    tail -n 20 "$log"
    fail "CMake could not configure the build"
  fi
fi

if ! NINJA_STATUS='[%f/%t] ' cmake --build --preset release --target byeol "$@" 2>&1 |
  tools/show_steps.sh "byeol: building" "$log"; then
  # The first failure in the compiler's own words, without the command line that led to it.
  sed -n '/^FAILED:/,$p' "$log" | grep -v -E -e '^\[' -e '^.{400}' >"$log.failed" ||
    tail -n 20 "$log" >"$log.failed"
  head -n 40 "$log.failed"
  fail "the build failed"
fi
mv -f "$stamp.new" "$stamp"
