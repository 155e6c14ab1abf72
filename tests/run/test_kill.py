"""A run of the demo that is killed at any moment loses no word, and the next one brings all together."""

import os
import random
import signal
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell

from tests.conftest import COMMAND, demo_home, sre_review

ROUNDS = 12


@pytest.mark.long
def test_a_run_that_is_killed_at_any_moment_loses_no_word(tmp_path: Path) -> None:
    home = demo_home(tmp_path / "home")
    answer = sre_review("run", "demo", cwd=home)
    assert answer.returncode == 0, answer.stderr
    week = next((home / "reviews" / "demo").glob("*-W*"))
    chance, words = random.Random(4), []  # noqa: S311  moments, no secrets
    whole = _seconds(home)
    for number in range(ROUNDS):
        words += _written(week, number)
        process = subprocess.Popen(
            (*COMMAND, "run", "demo"), cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        # The second half of a run is where it writes.
        _killed_after(process, chance.uniform(0.3, 1.05) * whole)
        said = _said(week)
        assert [word for word in words if word not in said] == [], f"round {number}"
    answer = sre_review("run", "demo", cwd=home)
    assert answer.returncode == 0, answer.stderr
    cells = "\n".join(cell.source for cell in nbformat.read(week / "weekly_review.ipynb", 4).cells)
    minutes = (week / "minutes.yaml").read_text()
    assert [word for word in words if word not in cells or word not in minutes] == []


def _seconds(home: Path) -> float:
    """Return how long a whole run takes here."""
    started = os.times().elapsed
    assert sre_review("run", "demo", cwd=home).returncode == 0
    return os.times().elapsed - started


def _killed_after(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Kill a run and all that it started, unless it is over before."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _written(week: Path, number: int) -> list[str]:
    """Write into a discussion, into a cell of one's own and into the file; return the words."""
    words = [f"word{number:02d}{where}" for where in ("discussion", "cell", "file")]
    file = week / "weekly_review.ipynb"
    notebook = nbformat.read(file, as_version=4)
    cell = next(each for each in notebook.cells if "discussion" in each.metadata.get("tags", ()))
    cell.source += f"\n{words[0]}"
    notebook.cells.append(new_markdown_cell(words[1], id=f"mine-{number}"))
    nbformat.write(notebook, file)
    minutes = week / "minutes.yaml"
    note = f"\n- cell: word-{number}\n  text: {words[2]}\n"
    text = minutes.read_text()
    head, found, rest = text.partition("\nnotes:\n")
    minutes.write_text(f"{head}\nnotes:{note}{rest}" if found else f"{text.rstrip()}\nnotes:{note}")
    return words


def _said(week: Path) -> str:
    """Return all texts of notebook and minutes file."""
    cells = [cell.source for cell in nbformat.read(week / "weekly_review.ipynb", as_version=4).cells]
    return "\n".join([*cells, (week / "minutes.yaml").read_text()])
