#!/bin/sh
# Fails where an object of one instruction set defines a weak symbol: the linker keeps one copy of
# such a function for the whole program, and that copy could crash a CPU without the instructions.
#
#   tools/no_weak_symbols.sh NM OBJECT...
set -eu
nm=$1
shift
status=0
for object in "$@"; do
  weak=$("$nm" -C "$object" | grep -E ' [WVu] ' || true)
  if [ -n "$weak" ]; then
    echo "$object defines weak symbols:"
    echo "$weak"
    status=1
  fi
done
[ $status -eq 0 ] && echo "no weak symbols in $# objects"
exit $status
