"""How a run ended is announced, and stays to be seen: on the pages of the run before it and in run.json."""

import json
import signal
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from sre_lib.document.minutes.cells import ACTIONS, NOTES
from sre_lib.errors import SourceError, StoreError, UserMistakeError
from sre_lib.run import weekly_run
from sre_lib.run.cli import main
from sre_lib.run.notice import announce
from tests.conftest import ROOT
from tests.document.build import finding
from tests.run.notice.receiver import HIDDEN, Answer, receiver
from tests.run.stubbed import room

NOTIFY = "notify: [slack: {url_env: SRE_REVIEW_SLACK}]\npages_url: https://pages.example/\n"
DENIED = SourceError("CloudWatch: nobody is signed in; sign in and run it again")
STALE = "The run of 2026-10-05 (Mon) 07:00 failed: these pages are those of an earlier run."


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Return a company whose runs are stubbed and tell a Slack channel."""
    one = room(tmp_path / "home", monkeypatch, pages=True)
    one.findings = (finding(),)
    file = one.home / "params" / "shop.yaml"
    file.write_text(f"{NOTIFY}{file.read_text()}")
    monkeypatch.chdir(one.home)
    monkeypatch.setattr(announce, "time", SimpleNamespace(sleep=lambda _seconds: None))
    return one


def run(made, url, *options):
    """Run the command with a webhook; return its answer, which never shows the address."""
    arguments = ["run", "shop", "--week", made.week, "--now", made.plan.now.isoformat(), *options]
    answer = CliRunner().invoke(main, arguments, env={"SRE_REVIEW_SLACK": url})
    assert HIDDEN not in answer.output + "".join(each.read_text() for each in made.home.rglob("*.*") if each.is_file())
    return answer


def failing(monkeypatch, error):
    """Let every later run end with an error while it collects."""

    def collect_week(*_: object) -> None:
        raise error

    monkeypatch.setattr(weekly_run, "collect_week", collect_week)


def record(made):
    """Return run.json, which is what its schema says."""
    found = json.loads((made.folder / "run.json").read_text())
    schema = json.loads((ROOT / "tests/run/schemas/run.schema.json").read_text())
    Draft202012Validator(schema).validate(found)
    return found


def files(made):
    """Return every file of the pages but run.json and locks."""
    found = (each for each in (made.home / "reviews").rglob("*") if each.is_file())
    return {each: each.read_bytes() for each in found if each.name != "run.json" and not each.name.startswith(".")}


def texts(body):
    """Return all that Slack would show."""
    return json.dumps(body["blocks"], ensure_ascii=False)


def test_a_run_that_is_well_is_told_with_its_findings(made):
    with receiver(Answer()) as slack:
        answer = run(made, slack.webhook)
    assert (answer.exit_code, answer.stderr.count("notice")) == (0, 0)
    (body,) = slack.got
    assert body["blocks"][0]["text"]["text"] == "The shop 2026-W40"
    assert "1 finding to discuss" in body["blocks"][1]["text"]["text"]
    assert "<https://pages.example/shop/2026-W40/index.html|Open the pages>" in texts(body)
    assert "<https://pages.example/shop/2026-W40/services/web.html|web>: CPU" in texts(body)
    assert "Data up to" in texts(body)
    assert record(made)["notices"] == [{"channel": "notify[1].slack", "status": "sent", "message": ""}]


def test_open_actions_of_earlier_weeks_are_told(made):
    run(made, "", "--no-notify")
    made.write_in(f"{NOTES}{ACTIONS}", "- [ ] ask for a <larger> node @mori 2026-10-20")
    made.week = "2026-W41"
    with receiver(Answer()) as slack:
        run(made, slack.webhook)
    assert "ask for a &lt;larger&gt; node · @mori · due 2026-10-20 · 2026-W40" in texts(slack.got[0])


def test_in_japanese(made):
    with receiver(Answer()) as slack:
        run(made, slack.webhook, "--language", "ja")
    assert "議題" in texts(slack.got[0])
    assert "ページを開く" in texts(slack.got[0])


def test_nobody_is_told_with_no_notify(made):
    with receiver(Answer()) as slack:
        assert run(made, slack.webhook, "--no-notify").exit_code == 0
    assert slack.got == []
    assert record(made)["notices"] == []


@pytest.mark.parametrize(
    ("status", "why"),
    [(500, "it answered 500, 4 times"), (404, "it answered 404")],
)
def test_a_notice_that_fails_spoils_no_page_and_is_said(made, status, why):
    run(made, "", "--no-notify")
    before = files(made)
    with receiver(Answer(status)) as slack:
        answer = run(made, slack.webhook)
    assert answer.exit_code == 1
    assert f"notify[1].slack: the notice was not sent: {why}" in answer.stderr
    assert "Traceback" not in answer.output
    assert files(made) == before
    (row,) = record(made)["notices"]
    assert (row["status"], row["message"]) == ("failed", why)


def test_without_the_environment_variable_the_run_is_made_and_it_is_said(made):
    answer = run(made, "")
    assert answer.exit_code == 1
    assert "the environment variable SRE_REVIEW_SLACK is not there or empty" in answer.stderr
    assert (made.folder / "index.html").exists()


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (DENIED, 3, "CloudWatch: nobody is signed in; sign in and run it again"),
        (StoreError("archive: disk full"), 1, "archive: disk full"),
        (UserMistakeError("minutes.yaml: is no YAML"), 2, "minutes.yaml: is no YAML"),
        (RuntimeError("boom\nsecond line"), 1, "RuntimeError: boom"),
    ],
)
def test_a_run_that_failed_is_told_and_writes_nothing_where_there_was_nothing(made, monkeypatch, error, code, told):
    failing(monkeypatch, error)
    with receiver(Answer()) as slack:
        answer = run(made, slack.webhook)
    assert answer.exit_code == code
    (body,) = slack.got
    assert body["blocks"][0]["text"]["text"] == "❌ The shop 2026-W40: the run failed"
    assert body["blocks"][1]["text"]["text"] == f"*{told}*"
    assert f"There are no pages of this week. · exit code {code}" in texts(body)
    assert files(made) == {}


def test_the_pages_of_an_earlier_run_stay_and_say_that_a_later_one_failed(made, monkeypatch):
    run(made, "", "--no-notify")
    before = files(made)
    assert not any(STALE.encode() in content for content in before.values())
    with monkeypatch.context() as patch:
        failing(patch, DENIED)
        with receiver(Answer()) as slack:
            assert run(made, slack.webhook).exit_code == 3
    after = files(made)
    assert after.keys() == before.keys()
    for file, content in after.items():
        if file.suffix == ".html":
            assert content.decode().count(STALE) == 1
            banner = f'<p class="banner broken">{STALE}</p>\n'
            assert content.decode().replace(banner, "") == before[file].decode()
        else:
            assert content == before[file]
    found = record(made)
    assert datetime.fromisoformat(found["failed_run"].pop("at")) == made.plan.now
    assert found["failed_run"] == {"exit_code": 3, "why": str(DENIED)}
    assert found["notices"][0]["status"] == "sent"
    assert "<https://pages.example/shop/2026-W40/index.html|Open the pages>" in texts(slack.got[0])
    assert run(made, "", "--no-notify").exit_code == 0
    assert files(made) == before
    assert record(made)["failed_run"] is None


def test_a_run_that_the_machine_ends_is_told(made, monkeypatch):
    monkeypatch.setattr(weekly_run, "collect_week", lambda *_: signal.raise_signal(signal.SIGTERM))
    with receiver(Answer()) as slack:
        answer = run(made, slack.webhook)
    assert (answer.exit_code, answer.stderr.count("\n")) == (1, 1)
    assert "the run was told to end (SIGTERM)" in answer.stderr
    assert "the run was told to end (SIGTERM)" in texts(slack.got[0])
    assert files(made) == {}
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_mistake_of_the_user_makes_no_page_old(made, monkeypatch):
    run(made, "", "--no-notify")
    before = files(made)
    failing(monkeypatch, UserMistakeError("week: 2026-W40 is open in JupyterLab; close it first"))
    assert run(made, "", "--no-notify").exit_code == 2
    assert files(made) == before


def test_publish_keeps_saying_that_a_run_failed(made, monkeypatch):
    run(made, "", "--no-notify")
    failing(monkeypatch, DENIED)
    run(made, "", "--no-notify")
    made.publish()
    assert STALE in (made.folder / "index.html").read_text()


def test_each_week_of_catch_up_is_told(made, monkeypatch):
    run(made, "", "--no-notify")
    now = (made.plan.now + timedelta(days=14)).isoformat()
    failing(monkeypatch, DENIED)
    file = made.home / "params" / "shop.yaml"
    file.write_text(file.read_text().replace("{type: archive}", "{type: cloudwatch, region: us-east-1}"))
    with receiver(Answer()) as slack:
        answer = CliRunner().invoke(
            main, ["run", "shop", "--catch-up", "--now", now], env={"SRE_REVIEW_SLACK": slack.webhook}
        )
    assert answer.exit_code == 3
    assert [each["blocks"][0]["text"]["text"] for each in slack.got] == [
        "❌ The shop 2026-W41: the run failed",
        "❌ The shop 2026-W42: the run failed",
    ]


def test_the_trial(made):
    with receiver(Answer()) as slack:
        answer = CliRunner().invoke(
            main, ["notify", "shop", "--week", made.week], env={"SRE_REVIEW_SLACK": slack.webhook}
        )
    assert (answer.exit_code, answer.stdout) == (0, "notify[1].slack: told\n")
    assert "This is a test" in texts(slack.got[0])
    answer = CliRunner().invoke(main, ["notify", "shop", "--week", made.week], env={"SRE_REVIEW_SLACK": ""})
    assert answer.exit_code == 1
    assert answer.stderr.startswith("notify[1].slack: the notice was not sent: the environment variable")


def test_the_trial_of_a_review_that_names_nobody(made):
    file = made.home / "params" / "shop.yaml"
    file.write_text(file.read_text().removeprefix(NOTIFY))
    answer = CliRunner().invoke(main, ["notify", "shop", "--week", made.week])
    assert answer.exit_code == 2
    assert "notify: nobody is named" in answer.stderr
