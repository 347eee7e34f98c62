#!/usr/bin/env bash
# install_packages.sh LIST...: makes sure that the Debian packages of the lists are there. Installs
# the missing ones where it may (root, or sudo without a password); otherwise says what to install.
set -euo pipefail

missing=()
while read -r package proof; do
  if [[ -n $proof ]] && bash -c "command -v ${proof%% *} && $proof" </dev/null >/dev/null 2>&1; then
    continue
  fi
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] && continue
  missing+=("$package")
done < <(grep -hv -e '^#' -e '^$' "$@")
((${#missing[@]})) || exit 0

if ! command -v apt-get >/dev/null; then
  echo "byeol: this system has no apt; install what Debian calls: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if ((EUID != 0)); then
  if ! sudo -n true 2>/dev/null; then
    printf 'byeol: some packages are missing; install them and call again:\n  %s\n' \
      "sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo -n)
fi

echo "byeol: installing ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A list of packages that is absent or old is the usual reason for a failure: fetch it, try again.
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >"$log" 2>&1 </dev/null
}
if ! install; then
  "${as_root[@]}" apt-get update --quiet >"$log" 2>&1 </dev/null || true
  if ! install; then
    tail -n 15 "$log" >&2
    printf 'byeol: apt-get could not install %s (its last lines stand above)\n' "${missing[*]}" >&2
    exit 1
  fi
fi
