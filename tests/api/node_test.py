#!/usr/bin/env python3
"""node_test.py PROGRAM: OpenAI's client for Node against `PROGRAM serve` (openai_node_test.mjs).

The package goes into build/node-env, as package-lock.json pins it; npm's own settings say where it
comes from. Without Node 20 or newer it ends with 77, which ctest counts as skipped.
"""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from served import Served

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build/node-env"
SKIPPED = 77


def node_version():
    if shutil.which("node") is None or shutil.which("npm") is None:
        return 0
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return int(version.stdout.removeprefix("v").partition(".")[0])


def install():
    """Where it is not there as pinned; two at once wait for one another."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock_file = (HERE / "package-lock.json").read_text()
        stamp = FOLDER / ".installed"
        if stamp.exists() and stamp.read_text() == lock_file:
            return
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, FOLDER / name)
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=FOLDER, check=True,
                       stdout=sys.stderr)
        stamp.write_text(lock_file)


class NodeTest(unittest.TestCase):
    def test_the_client_for_node(self):
        with Served("--context", 2048, model="smollm2-135m") as server:
            done = subprocess.run(
                ["node", "--test-reporter=tap", HERE / "openai_node_test.mjs", server.url],
                env=os.environ | {"NODE_ENV_DIR": str(FOLDER)}, capture_output=True, text=True,
                timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"(?m)^# pass [1-9]")


if __name__ == "__main__":
    Served.program = pathlib.Path(sys.argv.pop(1)).resolve()
    if node_version() < 20:
        print("SKIPPED: no Node 20 or newer here, or no npm beside it", file=sys.stderr)
        sys.exit(SKIPPED)
    install()
    unittest.main()
