"""The commands that `--help` and the README show: each is understood, and does what it is shown for."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from sre_lib.demo.alarms.shop import AlarmedShop
from sre_lib.demo.endpoint import serve
from sre_lib.run.cli import main
from tests.collect.account import models_read_once, signed_in
from tests.collect.alarms.account import NOW, WEEK, alarm

README = (Path(__file__).parents[2] / "README.md").read_text()


def commands(of=main, name="sre-review"):
    """Yield every command that can be called, by its whole name."""
    for below, command in of.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {below}")
        else:
            yield f"{name} {below}", command


def examples():
    """Yield the examples of every `--help`, with the command that they are of."""
    for name, command in commands():
        for line in re.findall(r"Example: (sre-review .*)", command.epilog or ""):
            yield name, line


def shown():
    """Yield the lines of the README that are commands of ours."""
    yield from re.findall(r"^(?:    |\$ )(sre-review .*)$", README, re.MULTILINE)


def arguments(line):
    """Return what a line of a shell gives to `sre-review`: no remark, nothing behind a `>`."""
    return shlex.split(re.sub(r"\s+(?:>|#|\(later).*$", "", line))[1:]


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_help_has_an_example_of_its_own_command(name):
    lines = [line for of, line in examples() if of == name]
    assert lines
    assert all(f"{line} ".startswith(f"{name} ") for line in lines)
    answer = CliRunner().invoke(main, [*name.split()[1:], "--help"])
    assert answer.exit_code == 0
    # A line that `--help` wraps can no longer be copied.
    assert [line for line in lines if line not in answer.stdout] == []


@pytest.mark.parametrize("line", sorted({*(line for _, line in examples()), *shown()}))
def test_every_command_that_is_shown_is_understood(line, tmp_path, monkeypatch):
    words, context = arguments(line), None
    monkeypatch.chdir(tmp_path)
    for certificate in (word for word in words if word.endswith(".pem")):
        Path(certificate).touch()
    command: Any = main
    while isinstance(command, click.Group):
        context = click.Context(command, parent=context, info_name="sre-review")
        _, command, words = command.resolve_command(context, words)
    # Parsing alone: nothing is called. One that says what the command does not know raises.
    command.make_context("sre-review", list(words), parent=context)


@pytest.fixture
def home(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    models_read_once(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(line, *more):
    answer = CliRunner().invoke(main, [*arguments(line), *more])
    assert not answer.exception or isinstance(answer.exception, SystemExit), answer.exception
    return answer


def test_the_examples_on_files(home):
    lines = {line.split()[1]: line for _, line in examples()}
    rows = [
        f"2026-09-{day:02}T{hour:02}:{minute:02}:00,{hour}"
        for day in range(1, 29)
        for hour in range(24)
        for minute in range(0, 60, 5)
    ]
    (home / "web.csv").write_text("\n".join(["timestamp,value", *rows]) + "\n")
    assert called(lines["findings"]).exit_code == 0
    (home / "alarm.json").write_text(json.dumps(alarm()))
    points = [f"2026-09-28T00:{minute:02}:00Z,{90 if minute > 20 else 10}" for minute in range(40)]
    (home / "datapoints.csv").write_text("\n".join(["timestamp,value", *points]) + "\n")
    answer = called(lines["replay"])
    assert (answer.exit_code, "ALARM" in answer.stdout) == (0, True)


def first_quarter_of_an_hour():
    """Return the lines of the README's "In your account" that a new user types, in their order."""
    section = README.partition("### In your account")[2]
    return re.findall(r"^    (sre-review .*)$", section.partition("`init` looks")[0], re.MULTILINE)


@pytest.mark.long
def test_from_an_empty_folder_to_a_published_week(home, monkeypatch):
    lines = first_quarter_of_an_hour()
    assert [line.split()[1] for line in lines] == ["iam-policy", "init", "iam-policy", "check", "run"]
    with serve(AlarmedShop(1), NOW) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
        (home / "config").write_text("[profile review]\naws_access_key_id = x\naws_secret_access_key = x\n")
        answers = [called(line, *_at(line)) for line in lines]
    published = called("sre-review publish mine", "--week", WEEK.name, "--now", NOW.isoformat())
    # The endpoint tells of no changes, so that init says so; it has everything else.
    assert [each.exit_code for each in (*answers, published)] == [0, 1, 0, 0, 0, 0], [each.output for each in answers]
    assert [line for line in answers[1].stderr.splitlines() if line.startswith("NG") and "changes" not in line] == []
    assert json.loads(answers[2].stdout)["Statement"]
    week = home / "reviews" / "mine" / WEEK.name
    assert "<html" in (week / "index.html").read_text()
    assert {"decisions.md", "run.json", "minutes.yaml"} <= {path.name for path in week.iterdir()}


def _at(line):
    """Return the options that set the clock and the week, where a command has them."""
    name = line.split()[1]
    clock = ["--now", NOW.isoformat()] if name in {"init", "check", "run"} else []
    return [*clock, "--week", WEEK.name] if name in {"check", "run"} else clock
