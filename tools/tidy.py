#!/usr/bin/env python3
"""Checks what a machine can check better than a reader; says file, line and rule.

Code: lines of at most 100 columns (more where a tool carries texts), no tabs, no trailing blanks, words that we do not use.
Docs: every path of the repository that a page names exists; a module's page has its six headings.
With --sizes, the files of more than 16 KB are listed (information, not an error).
"""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
CODE = {".cc", ".h", ".c", ".inc", ".py", ".sh", ".cmake", ""}
COLUMNS = 100
COLUMNS_OF_TEXTS = 125  # Makers of golden files carry sentences of many languages.
SIZE_BYTES = 16 * 1024
WORDS = [  # (pattern, where, why)
    (r"std::endl", CODE, "flushes every line; write '\\n'"),
    (r"\bTODO\b|\bFIXME\b|\bXXX\b", CODE | {".md"}, "an open end belongs into an issue"),
    (r"^[^#]*-(?:ffast-math|Ofast)", {".txt", ".cmake", ".json"}, "breaks the same-bits promise"),
    (r"(?<![\w.$}])/(?:work|root|tmp/w)/", None, "a path of one machine"),
    (r"(?:index-url|pypi\.org/simple|files\.pythonhosted\.org)", None, "the user's pip knows its index"),
]
HEADINGS = ["Purpose", "Data in → out", "Invariants", "Threads", "Cost on a napkin",
            "Where to start reading"]
PATH = re.compile(r"`((?:src|tools|docs|tests|cmake|models|include|bench|web|deploy)/[\w./*-]*)`")
errors = []


def tracked_files():
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, text=True)
    if listed.returncode == 0:
        return [root / name for name in listed.stdout.split("\0") if name]
    return [path for path in root.rglob("*")
            if not {"build", ".git"} & set(path.relative_to(root).parts)]


def check_code(name, suffix, lines):
    is_maker = name.startswith("tools/golden/") and suffix == ".py"
    columns = COLUMNS_OF_TEXTS if is_maker else COLUMNS
    for number, line in enumerate(lines, 1):
        if len(line) > columns and "http" not in line and not line.lstrip().startswith('R"'):
            errors.append(f"{name}:{number}: {len(line)} columns, {columns} at most")
        if line != line.rstrip():
            errors.append(f"{name}:{number}: blanks at the end of the line")
        if "\t" in line and suffix in (".cc", ".h", ".inc", ".py"):
            errors.append(f"{name}:{number}: a tab")


def check_words(name, suffix, lines):
    for pattern, suffixes, why in WORDS:
        if suffixes is not None and suffix not in suffixes:
            continue
        for number, line in enumerate(lines, 1):
            if found := re.search(pattern, line):
                errors.append(f"{name}:{number}: '{found[0]}': {why}")


def check_page(name, lines):
    for number, line in enumerate(lines, 1):
        for path in PATH.findall(line):
            if not (list(root.glob(path)) if "*" in path else (root / path).exists()):
                errors.append(f"{name}:{number}: names {path}, which does not exist")
    if name.startswith("docs/architecture/") and not name.endswith("README.md"):
        headings = [line.lstrip("# ") for line in lines if line.startswith("## ")]
        if headings != HEADINGS:
            errors.append(f"{name}: its headings are {headings}, not {HEADINGS}")


def main():
    sizes = []
    for path in tracked_files():
        name = str(path.relative_to(root))
        if (not path.is_file() or name in ("LICENSE", "tools/tidy.py")
                or name.startswith(("tests/golden/", "tests/corpus/", "tests/data/"))):
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        lines = text.splitlines()
        suffix = path.suffix
        if suffix in CODE and name.startswith(("src/", "tools/", "tests/", "include/", "byeol")):
            check_code(name, suffix, lines)
        check_words(name, suffix, lines)
        if suffix == ".md":
            check_page(name, lines)
        if suffix in CODE and len(text.encode()) > SIZE_BYTES:
            sizes.append((len(text.encode()), name))
    if "--sizes" in sys.argv:
        for size, name in sorted(sizes, reverse=True):
            print(f"{size:8} bytes  {name}")
    print(*errors, sep="\n", end="\n" if errors else "")
    return bool(errors)


sys.exit(main())
