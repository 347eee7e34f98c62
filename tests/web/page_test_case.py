"""What the browser tests share: a server, a page, and what a user does with it."""
import re
import subprocess
import threading
import unittest

from mock_server import MockServer

DONE = ".answer:last-child[data-state=done]"


class RealServer:
    def __init__(self, program):
        command = [program, "serve", "--model", "smollm2-135m", "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True)
        for line in self.process.stdout:
            if address := re.search(r"http://[\w.:\[\]-]+", line):
                self.address_url = address[0].rstrip("/") + "/"
                # A full pipe would stop the server.
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                return
        raise AssertionError(f"{' '.join(command)} told no address")

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=20)


class PageTestCase(unittest.TestCase):
    def open(self, **options):
        page = self.browser.open(self.url, **options)
        self.addCleanup(page.context.close)
        self.page = page
        return page

    def tearDown(self):
        if hasattr(self, "page") and not self.page.is_closed():
            self.assertEqual(self.page.problems, [])

    def ask(self, text, until=DONE):
        self.page.fill("#message", text)
        self.page.keyboard.press("Enter")
        if until:
            self.page.wait_for_selector(until, timeout=60_000)

    def answer(self):
        return self.page.inner_text(".answer:last-child .body")

    def set(self, selector, value):
        """A slider, as the arrow keys would: a value and its event."""
        self.page.eval_on_selector(selector, """(input, value) => {
            input.value = value;
            input.dispatchEvent(new Event("input", {bubbles: true})); }""", value)

    def overflow(self):
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth")


class ScriptedTestCase(PageTestCase):
    """With a mock server of its own for each test."""

    def setUp(self):
        self.server = MockServer().start()
        self.url = self.server.address_url
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
