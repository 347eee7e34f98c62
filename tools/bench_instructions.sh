#!/usr/bin/env bash
# How many NEON instructions a token takes: the engine cross-built for arm64, run by qemu, which
# counts. A figure that a phone shares with this machine, until seconds of one are at hand.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

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
    -*) echo "byeol bench: --instructions knows no $argument (see --instructions --help)" >&2 && exit 2 ;;
    *) models+=("$argument") ;;
  esac
done
((${#models[@]})) || models=(smollm2-135m gemma3-270m)

build=build/arm64-release
tools/install_packages.sh tools/apt.txt tools/apt-test.txt
mkdir -p build
{
  tools/arm64_libraries.sh build/arm64-libraries
  cmake --preset arm64 -B "$build" -DBYEOL_TESTS=OFF
  cmake --build "$build" --target decode_steps
  gcc -O2 -shared -fPIC -o "$build/count_instructions.so" tools/count_instructions.c
} >build/arm64-release.log 2>&1 || {
  tail -n 20 build/arm64-release.log >&2
  exit 1
}

count() { # FILE STEPS
  qemu-aarch64 -L /usr/aarch64-linux-gnu -plugin "$build/count_instructions.so" \
    "$build/src/bench/decode_steps" "$1" "$2" 2>&1 | sed -n 's/^instructions //p'
}

printf '%-16s %s\n' 'model' 'instructions of a token'
for model in "${models[@]}"; do
  file=$model
  if [[ ! -f $file ]]; then
    file=${BYEOL_MODELS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/byeol/models}/$model.gguf
    [[ -f $file ]] || ./byeol pull "$model" >&2
  fi
  one=$(count "$file" 1)
  five=$(count "$file" 5)
  awk -v model="${model##*/}" -v one="$one" -v five="$five" \
    'BEGIN { printf "%-16s %.1f million\n", model, (five - one) / 4e6 }'
done
