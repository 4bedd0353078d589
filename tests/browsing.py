"""Opens the page in the tests' browser."""

from playwright.sync_api import BrowserContext, Page


def open_page(context: BrowserContext, address: str, width: int = 1280, height: int = 800) -> Page:
    """The page at ``address``, ready for a question."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    page.wait_for_selector("#question textarea")
    return page
