#!/usr/bin/env python3
"""screenshots.py [URL]: makes docs/playground-{light,dark,phone}.png, of a server or of the mock.

Run with the interpreter that tools/python_env.sh prints. pngquant makes the pictures small where
it is installed.
"""
import pathlib
import shutil
import subprocess
import sys

from browser import Browser
from mock_server import MockServer

DOCS = pathlib.Path(__file__).resolve().parent.parent.parent / "docs"
BYTES_MAX = 150 * 1024


def ask(page, text):
    page.fill("#message", text)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer:last-child[data-state=done]", timeout=60_000)


def save(page, name):
    path = DOCS / f"playground-{name}.png"
    page.screenshot(path=path)
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--strip", "--output", path, path], check=True)
    size = path.stat().st_size
    print(f"{path}: {size} bytes")
    if size > BYTES_MAX:
        sys.exit(f"{path} has {size} bytes, more than {BYTES_MAX}")


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else MockServer().start().address_url
    with Browser() as browser:
        light = browser.open(url)
        light.click("[data-preset=voice]")
        ask(light, "Why is the sky blue?")
        light.wait_for_timeout(9_000)  # The sparklines fill.
        light.click("[data-preset=chat]")
        ask(light, "Explain recursion to a child.")
        light.wait_for_timeout(1_500)
        light.evaluate("document.activeElement.blur()")
        save(light, "light")

        dark = browser.open(url, color_scheme="dark", locale="ko-KR")
        dark.click("#probabilities")
        dark.click("[data-preset=voice]")
        dark.wait_for_timeout(8_000)
        ask(dark, "하늘은 왜 파란가요?")
        dark.hover(".token:text-is('늘')" if len(sys.argv) < 2 else ".token >> nth=5")
        save(dark, "dark")

        phone = browser.open(url, viewport={"width": 390, "height": 780}, device_scale_factor=2)
        ask(phone, "하늘은 왜 파란가요?")
        phone.evaluate("document.activeElement.blur()")
        save(phone, "phone")


if __name__ == "__main__":
    main()
