"""JupyterLab in a real Chromium: the week in front, a verdict and an action typed, saved, found where they belong."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import COMMAND, demo_home, sre_review, sre_review_here

pytestmark = pytest.mark.browser

WEEK = "2026-W40"
LEAK = "api: the daily low of memory grew"
VERDICT = "watch"
ACTION = "- [ ] ask for a larger node @mori 2026-12-03"
TYPED = f"**Verdict:** {VERDICT}\n\n**Note:** 想定より遅い 🐢\n\n**Actions:**\n{ACTION}"


@contextmanager
def opened(home, stop=signal.SIGTERM) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield `sre-review open` and the address that it prints; it is told to `stop` at the end."""
    command = (*COMMAND, "open", "demo", "--week", WEEK, "--no-browser")
    with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().strip()
        finally:
            process.send_signal(stop)
            try:
                process.wait(timeout=60)
            finally:
                process.kill()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = demo_home(tmp_path_factory.mktemp("meeting") / "home", ("api", "cache"))
    (folder / "params/other.yaml").write_text((folder / "params/demo.yaml").read_text())
    answer = sre_review_here("run", "demo", "--language", "en", cwd=folder)
    assert answer.exit_code == 0, answer.stderr
    return folder


@pytest.fixture
def lab(browser):
    """Return a window of 1280 x 720 that reaches loopback and files only, and the addresses that it was refused."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    refused: list[str] = []

    def answer(route):
        if route.request.url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:")):
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    yield context.new_page(), refused
    context.close()


def typed(page, text):
    """Replace the text of the first discussion, and save the notebook as people do."""
    cell = page.locator(".sre-discussion").first
    cell.scroll_into_view_if_needed()
    cell.dblclick()
    page.locator(".sre-discussion .cm-content").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "api/contents" in answer.url):
        page.keyboard.press("Control+s")


def test_what_is_typed_in_the_meeting_is_kept_published_and_comes_back_next_week(home, lab):
    page, refused = lab
    week = home / "reviews/demo" / WEEK
    with opened(home) as (process, address):
        again = sre_review("open", "demo", "--no-browser", cwd=home)
        assert (again.returncode, "is open in JupyterLab already" in again.stderr) == (2, True)
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .sre-discussion")
        assert page.locator(".lm-DockPanel-tabBar .lm-TabBar-tabLabel").all_inner_texts() == ["weekly_review.ipynb"]
        page.locator(".jp-TableOfContents-content", has_text="Findings to discuss").wait_for()
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        typed(page, TYPED)
        assert page.locator(".jp-Dialog").all_inner_texts() == []
    assert process.returncode == 0
    assert "ask for a larger node" in (week / "weekly_review.ipynb").read_text()
    minutes = (week / "minutes.yaml").read_text()
    assert ACTION in minutes
    assert "想定より遅い 🐢" in minutes
    assert refused == []
    published = sre_review_here("publish", "demo", cwd=home)
    assert published.exit_code == 0, published.stderr
    shown = (week / "index.html").read_text()
    assert "ask for a larger node" in shown
    assert "想定より遅い 🐢" in shown
    following = sre_review_here("run", "demo", "--week", "2026-W41", cwd=home)
    assert following.exit_code == 0, following.stderr
    page.goto((home / "reviews/demo/2026-W41/index.html").as_uri())
    since = page.locator("section.since").inner_text()
    assert f"{VERDICT}\n{WEEK}" in since
    assert "ask for a larger node @mori until 2026-12-03" in since


def test_the_agenda_leads_to_a_finding_and_a_question_to_its_notebook(home, lab):
    page, refused = lab
    with opened(home, stop=signal.SIGINT) as (process, address):
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .sre-discussion")
        page.locator(".jp-TableOfContents-content .jp-tocItem-heading", has_text=LEAK).click()
        heading = page.locator(".jp-Notebook h3.sentence", has_text=LEAK)
        heading.wait_for()
        page.wait_for_timeout(1000)
        assert 0 <= heading.bounding_box()["y"] < 720
        page.locator(".jp-TableOfContents-content .jp-tocItem-heading").first.click()
        page.locator(".jp-Notebook a", has_text="ask.ipynb").first.click()
        page.locator(".lm-TabBar-tabLabel", has_text="ask.ipynb").wait_for()
        page.locator(".lm-TabBar-tab.lm-mod-current", has_text="ask.ipynb").wait_for()
    # Ctrl-C in the terminal is how a meeting ends.
    assert process.returncode == 0
    assert refused == []


def test_killed_in_the_meeting_the_next_command_takes_in_what_was_saved(home, lab):
    page, _ = lab
    with opened(home, stop=signal.SIGKILL) as (process, address):
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .sre-discussion")
        typed(page, TYPED.replace("想定より遅い", "saved before the machine died"))
    assert process.returncode == -signal.SIGKILL
    published = sre_review_here("publish", "demo", "--week", WEEK, cwd=home)
    assert published.exit_code == 0, published.stderr
    assert "saved before the machine died 🐢" in (home / "reviews/demo" / WEEK / "minutes.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("demo", "--week", "2026-W39"), "week: 2026-W39 of demo has no notebook"),
        (("dmo",), "review: found no file for 'dmo'"),
        ((), "review: name one, such as `sre-review open demo`; params/ has demo, other"),
    ],
)
def test_a_mistake_is_one_sentence(home, arguments, sentence):
    answer = sre_review_here("open", *arguments, "--no-browser", cwd=home)
    assert answer.exit_code == 2
    assert sentence in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
