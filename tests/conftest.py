"""One browser for all tests that need one: Playwright runs once in a process."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

_QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
_PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the system's, else Playwright's own."""
    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        found = next(filter(None, map(shutil.which, names)), None)
        if found is None and not Path(playwright.chromium.executable_path).exists():
            if os.environ.get("CI"):
                pytest.fail("no Chromium: install it, or run 'playwright install chromium'")
            pytest.skip("no Chromium: install it, or run 'playwright install chromium'")
        opened = playwright.chromium.launch(executable_path=found, args=_QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that prefers English. Pages share its cache, but no page shares a conversation."""
    opened = browser.new_context(locale="en-US", reduced_motion="reduce")
    opened.set_default_timeout(_PATIENCE_MS)
    yield opened
    opened.close()
