"""Finds a Chromium for the browser tests, or brings one in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
DEBIAN_PACKAGES = ("chromium", "fonts-ipafont-gothic")
HELP = (
    "The browser tests found no Chromium and could not install one: install Chromium or Google Chrome "
    "(Debian and Ubuntu: apt-get install chromium fonts-ipafont-gothic) and run `make test` again."
)


def find() -> Path | None:
    """Return an installed Chromium or Chrome, Playwright's own download included; None where there is none."""
    named = (shutil.which(name) for name in NAMES)
    candidates = [Path(path) for path in named if path] + list(MAC) + _downloaded()
    return next((path for path in candidates if path.is_file()), None)


def ensure() -> Path:
    """Return a Chromium, installing one where there is none; SystemExit with one sentence where that fails."""
    if find() is None:
        _install()
    path = find()
    if path is None:
        sys.exit(HELP)
    return path


def _downloaded() -> list[Path]:
    """Return the Chromium that Playwright downloaded, if it did."""
    with sync_playwright() as playwright:
        return [Path(playwright.chromium.executable_path)]


def _install() -> None:
    """Install Debian's packages when root on Debian or Ubuntu, else take Playwright's own download."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES]):
            subprocess.run(["apt-get", "-q", *command], check=False, env=environment, stdout=sys.stderr)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, stdout=sys.stderr)
