#!/usr/bin/env bash
# Brings build/python-env up to date with tests/requirements.txt and prints its interpreter's path.
# Speaks on standard error otherwise; two at once wait for one another. pip is the user's own: its
# configuration says where packages come from.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
environment=$root/build/python-env
wanted=$root/tests/requirements.txt
interpreter=$environment/bin/python
stamp=$environment/.installed
mkdir -p "$root/build"

exec 9>"$root/build/.python-env.lock"
flock 9

# The stamp holds what was installed, for which Python, and where: a moved clone or a new system
# Python gets a new environment.
fingerprint() {
  python3 -c 'import sys; print(sys.version)'
  printf '%s\n' "$environment"
  cat "$wanted"
}

now=$(fingerprint)
if [[ ! -x $interpreter || ! -f $stamp || $(<"$stamp") != "$now" ]]; then
  echo "byeol: installing the Python packages of the tests" >&2
  rm -rf -- "$environment"
  if ! python3 -m venv "$environment" >&2; then
    echo "byeol: no virtual environment could be made; Debian's package python3-venv is needed" >&2
    exit 1
  fi
  "$interpreter" -m pip install --quiet --requirement "$wanted" >&2
  printf '%s\n' "$now" >"$stamp"
fi
printf '%s\n' "$interpreter"
