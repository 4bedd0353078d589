"""Takes the README's pictures from the running page: ``make screenshots``.

Pictures of every state, light and dark, wide and narrow, are taken by the tests of the page when
LARDOM_SCREENSHOTS names a folder; ``make test`` puts them in build/screenshots.
"""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

_HERE = Path(__file__).parent
_CHROMIUM = "/usr/bin/chromium"
_QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
_QUESTION = "Hur får man folk från andra orter att flytta hit?"


def main() -> None:
    server = subprocess.Popen(
        [sys.executable, str(_HERE.parent / "ui.py"), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found, "the page did not start"
        _take_all(found.group())
    finally:
        server.terminate()


def _take_all(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIET)
        wide = browser.new_page(viewport={"width": 1280, "height": 800}, locale="sv-SE")
        wide.goto(address)
        wide.locator("#start button").nth(3).wait_for(timeout=120_000)
        wide.screenshot(path=_HERE / "start.png")
        _ask(wide)
        wide.screenshot(path=_HERE / "answer.png")
        phone = browser.new_page(viewport={"width": 390, "height": 780}, locale="sv-SE")
        phone.goto(address)
        _ask(phone)
        phone.screenshot(path=_HERE / "phone.png")
        browser.close()


def _ask(page: Page) -> None:
    box = page.get_by_role("textbox").first
    box.fill(_QUESTION)
    box.press("Enter")
    chip = page.locator("article.turn[data-state=done] a.chip", has_text="24")
    chip.first.wait_for(timeout=120_000)
    page.wait_for_timeout(1500)
    chip.first.click()
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main()
