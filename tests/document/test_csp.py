"""The policy names the scripts by their hashes."""

import base64
import hashlib

from sre_lib.document.csp import policy


def test_policy_allows_exactly_the_scripts_given():
    digest = base64.b64encode(hashlib.sha256("日本".encode()).digest()).decode()
    rules = dict(rule.split(" ", 1) for rule in policy(["日本"]).split("; "))
    assert rules["script-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe-eval" not in policy(["日本"])


def test_page_without_scripts_runs_none():
    assert "script-src 'none'" in policy([])
