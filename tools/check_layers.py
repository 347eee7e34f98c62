#!/usr/bin/env python3
"""Fails when a file under src/ includes a module that docs/architecture/layers.txt forbids."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
allowed = {}
for line in (root / "docs/architecture/layers.txt").read_text().splitlines():
    if line and not line.startswith("#"):
        module, _, names = line.partition(":")
        unknown = set(names.split()) - allowed.keys()
        if unknown:  # A module names only those above it, so there can be no cycle.
            sys.exit(f"layers.txt: {module} names {sorted(unknown)}, not listed above it")
        allowed[module] = {module, *names.split()}

modules = {path.name for path in (root / "src").iterdir() if path.is_dir()}
errors = [f"src/{module}/ has no line in layers.txt" for module in sorted(modules - allowed.keys())]
for path in sorted((root / "src").rglob("*")):
    if path.suffix not in (".h", ".cc", ".c", ".inc"):
        continue
    file = path.relative_to(root)
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = re.match(r'\s*#\s*include "([^"]+)"', line)
        if not include:
            continue
        target = include[1].partition("/")[0]
        if path.stem.endswith("_test") and include[1].startswith("tests/support/"):
            continue
        # The one way to spell it is from src/ on: "module/file.h".
        if not any((root / top / include[1]).exists() for top in ("src", "include")):
            errors.append(f"{file}:{number}: \"{include[1]}\" is not a path below src/")
        elif target in modules and target not in allowed.get(file.parts[1], ()):
            errors.append(f"{file}:{number}: {file.parts[1]}/ may not include {target}/")
print(*errors, sep="\n", end="\n" if errors else "")
sys.exit(bool(errors))
