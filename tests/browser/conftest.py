"""A real browser without a network: every request for anything but a local page is refused and written down."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, sync_playwright

from tests import chromium

LOCAL = ("file:", "data:", "blob:", "about:")
WATCH_POLICY = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Visit:
    """A page in the browser, and everything that went wrong or out of it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Let local requests pass; refuse and write down the others."""
        if route.request.url.startswith(LOCAL):
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()

    def refuse(self, dialog: Dialog) -> None:
        """Write down a dialog and close it."""
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def show(self, path: Path) -> Page:
        """Open a file and return the page."""
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a Chromium; a missing one is a failure, not a skip."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.HELP, pytrace=False)
    options = ["--disable-background-networking", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=path, args=options)
        yield chrome
        chrome.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Return an offline window of 1280 x 720, a shared screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    visit = Visit(context.new_page())
    context.route("**/*", visit.answer)
    visit.page.add_init_script(WATCH_POLICY)
    visit.page.on("console", lambda m: visit.complaints.append(m.text) if m.type in {"error", "warning"} else None)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("dialog", visit.refuse)
    yield visit
    context.close()
