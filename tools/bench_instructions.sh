#!/usr/bin/env bash
# How many NEON instructions a token takes: the engine cross-built for arm64, run by qemu, which
# counts. A figure that a phone shares with this machine, until seconds of one are at hand.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

usage() {
  cat <<'USAGE'
Usage: ./byeol bench --instructions [MODEL...]

Counts the instructions that decoding one token takes on arm64 (NEON with dot product), one thread,
under qemu. MODEL: names of `byeol pull --list` or GGUF files; default: smollm2-135m gemma3-270m.
USAGE
}

models=()
for argument in "$@"; do
  case $argument in
    --help | -h) usage && exit ;;
    --instructions) ;;
    -*)
      echo "byeol bench: --instructions knows no $argument (see --instructions --help)" >&2
      exit 2
      ;;
    *)
      if [[ -f $argument ]]; then argument=$(realpath -- "$argument"); fi
      models+=("$argument")
      ;;
  esac
done
((${#models[@]})) || models=(smollm2-135m gemma3-270m)

cd "$root"
build=build/arm64-release
log=build/arm64-release.log
tools/install_packages.sh tools/apt.txt tools/apt-test.txt
mkdir -p build
# Chained: `set -e` sleeps where a failure is asked for.
build_all() {
  tools/arm64_libraries.sh build/arm64-libraries &&
    cmake --preset arm64 -B "$build" -DBYEOL_TESTS=OFF &&
    cmake --build "$build" --target decode_steps &&
    gcc -O2 -shared -fPIC -o "$build/count_instructions.so" tools/count_instructions.c
}
if ! build_all >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi

count() { # FILE STEPS
  local output
  if ! output=$(BYEOL_ISA=neon qemu-aarch64 -L /usr/aarch64-linux-gnu \
    -plugin "$build/count_instructions.so" "$build/src/bench/decode_steps" "$1" "$2" 2>&1) ||
    [[ $output != *"instructions "* ]]; then
    printf 'byeol bench: qemu did not count (tools/count_instructions.c is for qemu 7.2): %s\n' \
      "$output" >&2
    return 1
  fi
  printf '%s\n' "${output##*instructions }"
}

cache=${XDG_CACHE_HOME:-${HOME:-.}/.cache}/byeol/models
printf '%-16s %s\n' 'model' 'instructions of a token'
for model in "${models[@]}"; do
  file=$model
  if [[ ! -f $file ]]; then
    file=${BYEOL_MODELS_DIR:-$cache}/$model.gguf
    [[ -f $file ]] || ./byeol pull "$model" >&2
  fi
  one=$(count "$file" 1)
  five=$(count "$file" 5)
  awk -v model="${model##*/}" -v one="$one" -v five="$five" \
    'BEGIN { printf "%-16s %.1f million\n", model, (five - one) / 4e6 }'
done
