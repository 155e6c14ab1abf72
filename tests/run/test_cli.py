"""The command line: the answer on standard output, one sentence for a mistake, exit codes that mean something."""

import json

import click
import pytest
from click.testing import CliRunner

from sre_lib.errors import ArchiveError, SourceError, UserMistakeError
from sre_lib.run.cli import Sentences, main


def call(*arguments: object):
    return CliRunner().invoke(main, [str(each) for each in arguments])


def day(folder, name: str, spike: float):
    """Write two weeks of five-minute values, the same every day, with one hour that is not."""
    rows = ["timestamp,value"]
    for step in range(14 * 288):
        busy = 12 * 288 + 100 <= step < 12 * 288 + 112
        minute = step * 5
        stamp = f"2026-03-{1 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z"
        rows.append(f"{stamp},{20 + (step % 288) / 288 * 10 + step % 7 * 0.3 + (spike if busy else 0)}")
    file = folder / name
    file.write_text("\n".join(rows))
    return file


@pytest.mark.parametrize("command", main.commands)
def test_every_command_has_help_with_an_example_that_parses(command):
    answer = call(command, "--help")
    assert answer.exit_code == 0
    assert f"Example: sre-review {command}" in answer.stdout


def test_findings_as_json(tmp_path):
    answer = call("findings", "--json", "--metric", "cpu", day(tmp_path, "web.csv", 60))
    assert answer.exit_code == 0
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    wanted = {"file", "detector", "view", "start", "end", "score", "shown", "value", "expected", "headline"}
    assert all(wanted <= row.keys() for row in rows)
    shown = [row for row in rows if row["shown"]]
    assert [(row["start"][:13], row["view"]) for row in shown] == [("2026-03-13T08", "spike")]
    assert shown[0]["start"].endswith("Z")


def test_findings_for_people(tmp_path):
    answer = call("findings", "--metric", "cpu", day(tmp_path, "web.csv", 60))
    assert "web: CPU rose to " in answer.stdout
    quiet = call("findings", day(tmp_path, "quiet.csv", 0))
    assert (quiet.exit_code, quiet.stdout) == (0, "nothing found in 1 file (4,032 datapoints)\n")


def test_a_file_that_cannot_be_judged_is_named_and_the_others_go_on(tmp_path):
    short = tmp_path / "short.csv"
    short.write_text("timestamp,value\n2026-03-01T00:00:00Z,1\n2026-03-01T00:05:00Z,2\n")
    answer = call("findings", "--json", short, day(tmp_path, "web.csv", 60))
    assert answer.exit_code == 1
    assert f"{short}: not evaluated" in answer.stderr
    assert "web.csv" in answer.stdout


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        ("timestamp,value\n2026-03-01 00:00,1\n", (), "--timezone"),
        ("time,value\n2026-03-01T00:00Z,1\n", (), "timestamp"),
        ("timestamp,value\nyesterday,1\n", (), "line 2"),
        ("timestamp,value\n2026-03-01T00:00Z,1\n", ("--metric", "cpuu"), "did you mean 'cpu'?"),
        ("timestamp,value\n2026-03-01T00:00Z,1\n", ("--timezone", "Asia/Tokio"), "Asia/Tokyo"),
        ("timestamp,value\n2026-03-01T00:00Z,1\n", ("--from", "2026-03-01"), "wants its offset too"),
    ],
)
def test_a_mistake_in_findings_is_one_sentence(tmp_path, text, arguments, sentence):
    file = tmp_path / "x.csv"
    file.write_text(text)
    answer = call("findings", file, *arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_missing_file(tmp_path):
    answer = call("findings", tmp_path / "none.csv")
    assert answer.exit_code == 2
    assert "none.csv" in answer.stderr


@pytest.mark.parametrize(
    ("error", "code"), [(UserMistakeError("x"), 2), (ArchiveError("x"), 2), (SourceError("no region"), 3)]
)
def test_errors_are_exit_codes(error, code):
    def fails() -> None:
        raise error

    group = Sentences("sre-review", commands={"run": click.Command("run", callback=fails)})
    answer = CliRunner().invoke(group, ["run"])
    assert (answer.exit_code, answer.stderr) == (code, f"sre-review: {error}\n")
