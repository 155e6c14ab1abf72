"""What a run says on standard error with --log json: one JSON object a line, whatever happens."""

import json
import logging
import warnings

import pytest
from click.testing import CliRunner

from sre_lib.errors import SourceError
from sre_lib.run import weekly_run
from sre_lib.run.cli import main
from sre_lib.run.log import LOGGER, spoken
from tests.run.stubbed import room


@pytest.fixture
def made(tmp_path, monkeypatch):
    one = room(tmp_path / "home", monkeypatch)
    monkeypatch.chdir(one.home)
    return one


def run(made, *options):
    arguments = ["run", "shop", "--week", made.week, "--now", made.plan.now.isoformat(), "--log", "json", *options]
    return CliRunner().invoke(main, arguments)


def lines(answer):
    """Return the records without what differs from run to run."""
    found = [json.loads(line) for line in answer.stderr.splitlines()]
    for each in found:
        assert each.pop("time").endswith("Z")
        assert isinstance(each.pop("seconds", 0.0), float)
        each.pop("traceback", None)
    return found


def record(level, message, **fields):
    return {"level": level, "logger": LOGGER, "message": message, "review": "shop", **fields}


def test_a_run_that_is_well(made):
    answer = run(made)
    assert answer.exit_code == 0
    assert answer.stdout.startswith("reviews/shop/2026-W40/index.html")
    found = lines(answer)
    assert found[0] == record("info", "CloudWatch was asked for nothing: the archive had it all.")
    assert found[1:3] == [record("info", "Services: begins"), record("info", "Services: done")]
    index = str(made.folder / "index.html")
    ended = {"event": "finished", "week": "2026-W40", "index": index, "exit_code": 0}
    assert found[-1] == record("info", "2026-W40 is made", **ended)


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [(SourceError("nobody is signed in"), "nobody is signed in", 3), (RuntimeError("a\nb"), "a\nb", 1)],
)
def test_an_error_is_the_last_line(made, monkeypatch, error, message, code):
    def collect_week(*_: object) -> None:
        raise error

    monkeypatch.setattr(weekly_run, "collect_week", collect_week)
    answer = run(made)
    assert (answer.exit_code, answer.stdout) == (code, "")
    ended = {"event": "failed", "error": type(error).__name__, "exit_code": code}
    assert lines(answer) == [record("error", message, **ended)]
    assert ("traceback" in json.loads(answer.stderr)) is (code == 1)


def test_a_mistake_in_the_review_file_too(made):
    (made.home / "params" / "shop.yaml").write_text("title: 3\n")
    answer = CliRunner().invoke(main, ["run", "shop", "--log", "json"])
    assert answer.exit_code == 2
    (line,) = lines(answer)
    assert (line["level"], line["error"], line["exit_code"]) == ("error", "UserMistakeError", 2)


def test_warnings_of_libraries_are_records_and_all_is_as_before_afterwards(capsys):
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    with spoken("json", "shop") as voice, warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.getLogger("botocore").warning("slow: %s", "café")
        logging.getLogger("botocore").info("chatter")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        voice.warn("1 % of it")
    found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(each["logger"], each["level"]) for each in found] == [
        ("botocore", "warning"), ("py.warnings", "warning"), (LOGGER, "warning"),
    ]  # fmt: skip
    assert (found[0]["message"], found[2]["message"]) == ("slow: café", "1 % of it")
    assert (root.handlers, root.level) == before


def test_text_is_as_ever(made):
    answer = CliRunner().invoke(main, ["run", "shop", "--week", made.week, "--now", made.plan.now.isoformat()])
    assert answer.stderr.startswith("CloudWatch was asked for nothing")
