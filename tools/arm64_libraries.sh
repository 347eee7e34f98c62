#!/usr/bin/env bash
# arm64_libraries.sh FOLDER: Debian's static libraries for arm64 that the engine links, unpacked
# below FOLDER. Nothing is installed: apt keeps its lists there, too.
set -euo pipefail
((EUID == 0)) && drop=(-o APT::Sandbox::User=root) || drop=()

folder=${1:?arm64_libraries.sh wants a folder}
[[ $folder/done -nt ${BASH_SOURCE[0]} ]] && exit
rm -rf "$folder/apt" # Of a run that was interrupted.
mkdir -p "$folder"/apt/{lists/partial,cache/archives/partial}
folder=$(cd -- "$folder" && pwd -P)
: >"$folder/apt/status"
apt=(apt-get --quiet "${drop[@]}" -o APT::Architecture=arm64 -o APT::Architectures=arm64
  -o "Dir::State::lists=$folder/apt/lists" -o "Dir::State::status=$folder/apt/status"
  -o "Dir::Cache=$folder/apt/cache")
"${apt[@]}" update
cd "$folder/apt"
"${apt[@]}" download libpcre2-dev libutf8proc-dev
for package in *.deb; do dpkg-deb --extract "$package" "$folder"; done
rm -r "$folder/apt" "$folder"/usr/lib/*/*.so # What is left is static: programs run as they are.
touch "$folder/done"
