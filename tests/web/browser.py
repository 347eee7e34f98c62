"""Debian's Chromium under Playwright, and a page that tells what it should not have done."""
import shutil
import sys
import time
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright


def wait_until(page, expression, seconds=10):
    """As wait_for_function, which needs eval() in the page; the page's policy forbids that."""
    until = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds} s: {expression}")
        page.wait_for_timeout(50)


class Browser:
    """One for all tests; as a context manager it ends with them."""

    def __enter__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            sys.exit("no Chromium here; Debian's package chromium has it")
        self.playwright = sync_playwright().start()
        # As root (in a container) Chromium's own sandbox does not start.
        self.chromium = self.playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        return self

    def __exit__(self, *_):
        self.chromium.close()
        self.playwright.stop()

    def open(self, url, **options):
        """A page in a context of its own.

        page.problems: console errors, exceptions, foreign hosts. page.bodies: requests for answers.
        """
        settings = {"locale": "en-GB", "viewport": {"width": 1440, "height": 900},
                    "color_scheme": "light", **options}
        context = self.chromium.new_context(**settings)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.problems = []
        page.bodies = []
        home = urlsplit(url).netloc

        def on_request(request):
            if urlsplit(request.url).netloc != home:
                page.problems.append(f"asks a foreign host: {request.url}")
            if request.url.endswith("/chat/completions"):
                page.bodies.append(request.post_data_json)

        def on_console(message):
            # A refused request is told on the console by the browser itself.
            is_refusal = "Failed to load resource" in message.text
            if message.type in ("error", "warning") and not is_refusal:
                page.problems.append(f"console: {message.text}")

        page.on("request", on_request)
        page.on("console", on_console)
        page.on("pageerror", lambda error: page.problems.append(f"exception: {error}"))
        page.goto(url)
        wait_until(page, "document.querySelector('#model')?.options.length > 0")
        return page
