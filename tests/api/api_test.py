#!/usr/bin/env python3
"""api_test.py PROGRAM [TestClass[.test] ...]: `PROGRAM serve` from outside, with OpenAI's client.

The packages that it needs are installed by tools/python_env.sh, whose interpreter it goes on with.
Every answer and every event is checked against OpenAI's shapes (shapes.txt).
"""
import os
import pathlib
import subprocess
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def go_on_in_the_environment():
    if sys.prefix == str(ROOT / "build/python-env"):
        return
    python = subprocess.run([ROOT / "tools/python_env.sh"], check=True, capture_output=True,
                            text=True).stdout.strip()
    os.execv(python, [python, *sys.argv])


class TimedResult(unittest.TextTestResult):
    """Names the tests that take long."""

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        took = time.monotonic() - self.began
        if took > 5:
            print(f"\n  {test.id()}: {took:.1f} s", flush=True)


def main():
    import api_case
    from served import Served

    Served.program = pathlib.Path(sys.argv.pop(1)).resolve()
    api_case.models.real(api_case.MODEL)  # A model that is absent is a failure, never a skip.
    names = sys.argv[1:]
    modules = [__import__(path.stem) for path in sorted(pathlib.Path(__file__).parent.glob(
        "*_cases.py"))]
    loader, suite = unittest.defaultTestLoader, unittest.TestSuite()
    for module in modules:
        for test_class in vars(module).values():
            if not isinstance(test_class, type) or test_class.__module__ != module.__name__:
                continue
            if not issubclass(test_class, unittest.TestCase):
                continue
            wanted = [name.partition(".")[2] for name in names
                      if name.partition(".")[0] == test_class.__name__]
            if not names or "" in wanted:
                suite.addTests(loader.loadTestsFromTestCase(test_class))
            else:
                suite.addTests(test_class(name) for name in wanted)
    with Served("--context", 2048, "--cache-tokens", 16384, model=api_case.MODEL) as server:
        api_case.ApiCase.shared = server
        result = unittest.TextTestRunner(resultclass=TimedResult).run(suite)
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    go_on_in_the_environment()
    sys.exit(main())
