#!/usr/bin/env bash
# Lists every verb: those of the program (the table in src/cli/verbs.h) and those of the repository
# (tools/verbs/, whose second line is "# summary"). Needs no build.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

printf 'Usage: ./byeol VERB [...]    ./byeol VERB --help tells more, with an example\n\n'
sed -n 's/^ *{"\([a-z]*\)", "\(.*\)", run_.*/\1\t\2/p' "$root/src/cli/verbs.h" |
  while IFS=$'\t' read -r name summary; do printf '  %-12s %s\n' "$name" "$summary"; done
printf '\nTo work on Byeol itself:\n\n'
for verb in "$root"/tools/verbs/*; do
  printf '  %-12s %s\n' "${verb##*/}" "$(sed -n '2s/^# *//p' "$verb")"
done
