#!/usr/bin/env bash
# with_python_env.sh SCRIPT ...: runs a Python script with the packages of tests/requirements.txt.
set -euo pipefail
interpreter=$("$(dirname -- "${BASH_SOURCE[0]}")/python_env.sh")
exec "$interpreter" "$@"
