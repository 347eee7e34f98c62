#!/usr/bin/env python3
"""playground_test.py [PROGRAM]: the playground in Debian's Chromium.

With a program: any_server_cases.py against `PROGRAM serve`, the others against the mock server,
which can be made to fail. Without: all of them against the mock. Run it with the interpreter that
tools/python_env.sh prints.
"""
import os
import sys
import unittest

from access_cases import AccessTest  # noqa: F401
from any_server_cases import AnyServerTest
from browser import Browser
from content_cases import ContentTest  # noqa: F401
from failure_cases import FailureTest  # noqa: F401
from page_test_case import PageTestCase

if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.exists(sys.argv[1]):
        AnyServerTest.program = sys.argv.pop(1)
    with Browser() as PageTestCase.browser:
        unittest.main()
