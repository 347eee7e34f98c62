#!/usr/bin/env bash
# show_steps.sh LABEL LOG: keeps ninja's output in LOG and shows on standard error how far it is,
# in place on a terminal, elsewhere a line for each tenth of the way. (NINJA_STATUS='[%f/%t] ')
set -euo pipefail
label=$1
log=$2
tenth_shown=-1
: >"$log"
while IFS= read -r line; do
  printf '%s\n' "$line" >>"$log"
  [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\  ]] || continue
  step=${BASH_REMATCH[1]}
  steps=${BASH_REMATCH[2]}
  if [[ -t 2 ]]; then
    printf '\r%s %s of %s ' "$label" "$step" "$steps" >&2
    tenth_shown=0
  elif ((10 * step / steps > tenth_shown)); then
    printf '%s %s of %s\n' "$label" "$step" "$steps" >&2
    tenth_shown=$((10 * step / steps))
  fi
done
if [[ -t 2 && $tenth_shown == 0 ]]; then printf '\n' >&2; fi
