"""The page's Content-Security-Policy: only the scripts that are in the page run, and nothing is fetched."""

import base64
import hashlib
from collections.abc import Iterable


def policy(scripts: Iterable[str]) -> str:
    """Return the policy that allows exactly these inline scripts (by SHA-256), inline styles and embedded images.

    plotly.js sets inline styles, therefore `style-src 'unsafe-inline'`; its picture download goes through `blob:`.
    Source: https://www.w3.org/TR/CSP3/ section 6.7.
    """
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    rules = (
        "default-src 'none'",
        f"script-src {hashes}",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _digest(script: str) -> str:
    """Return the SHA-256 of a script's text in base64, as browsers compute it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
