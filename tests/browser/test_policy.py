"""The Content-Security-Policy of every page that a run writes: exactly its own scripts, and it is obeyed."""

import re
from html.parser import HTMLParser

import pytest

from sre_lib.document.csp import policy

pytestmark = pytest.mark.browser

TRY = """async () => {
  const script = document.createElement('script');
  script.textContent = 'window.got_in = true';
  document.body.append(script);
  document.body.insertAdjacentHTML('beforeend', '<b onclick="window.got_in = true"></b>');
  document.body.lastElementChild.click();
  // What the debugger runs may evaluate texts; a timer's text is the page's own.
  try { setTimeout('window.evaluated = true', 0); } catch { window.evaluated = false; }
  await new Promise((done) => setTimeout(done, 50));
  let fetched = true;
  try { await fetch('data:text/plain,x'); } catch { fetched = false; }
  return [window.got_in === true, window.evaluated === true, fetched];
}"""


class _Head(HTMLParser):
    def __init__(self):
        super().__init__()
        self.policies, self.scripts, self.before = [], [], []
        self._script = False

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(values["content"])
        if tag == "script":
            assert "src" not in values
            self.before += [] if self.policies else [tag]
            self._script = values.get("type") != "application/json"
            self.scripts += [""] if self._script else []

    def handle_data(self, data):
        if self._script:
            self.scripts[-1] += data

    def handle_endtag(self, tag):
        self._script = False if tag == "script" else self._script


def test_every_page_allows_its_own_scripts_alone_and_says_so_before_the_first(demo):
    pages = sorted(demo.home.rglob("reviews/**/*.html"))
    assert {"index.html", "learn.html", "alarms.html", "events.html", "upkeep.html"} <= {each.name for each in pages}
    for path in pages:
        head = _Head()
        head.feed(path.read_text("utf-8"))
        assert head.policies == [policy(head.scripts)], path.name
        assert head.before == [], path.name
        assert not re.search(r"unsafe-eval|script-src[^;]*unsafe-inline", head.policies[0])


def test_every_page_obeys_it_with_its_scripts_at_work(demo, visit):
    for path in sorted(demo.week.rglob("*.html")):
        page = visit.show(path)
        assert page.evaluate(TRY) == [False, False, False], path.name
    assert visit.requests == []
