#!/usr/bin/env python3
"""Writes web_files.cc: the playground's files as data of the program.

    embed_web.py WEB_FOLDER OUTPUT.cc
"""
import pathlib
import sys

TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
LINE = 20  # Bytes in a line of the output.


def main():
    folder, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files = sorted(path for path in folder.rglob("*") if path.suffix in TYPES)
    lines = ['#include "server/web_files.h"', "", "namespace byeol::server {", "namespace {", ""]
    for number, path in enumerate(files):
        data = path.read_bytes()
        lines.append(f"constexpr char kFile{number}[] = {{")
        for start in range(0, len(data), LINE):
            part = data[start:start + LINE]
            lines.append("    " + ", ".join(str(b - 256 if b > 127 else b) for b in part) + ",")
        lines += ["};", ""]
    lines.append("constexpr File kFiles[] = {")
    for number, path in enumerate(files):
        name = "/" + path.relative_to(folder).as_posix()
        lines.append(f'    {{"{name}", "{TYPES[path.suffix]}", '
                     f"{{kFile{number}, sizeof kFile{number}}}}},")
    lines += ["};", "", "}  // namespace", "", "std::span<const File> web_files() {",
              "  return kFiles;", "}", "", "}  // namespace byeol::server", ""]
    output.write_text("\n".join(lines))


main()
