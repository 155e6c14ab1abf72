"""A log gets a few plain lines, whatever the number of metrics."""

import io
import re
from functools import partial
from itertools import count

import pytest

from sre_lib.run.progress import shown_progress


@pytest.mark.parametrize(
    ("total", "wanted"),
    [
        (0, []),
        (1, ["Metrics: 0 of 1", "Metrics: 1 of 1"]),
        (120, [f"Metrics: {done} of 120" for done in (0, 30, 60, 90, 120)]),
    ],
)
def test_a_log_gets_a_line_a_quarter(total, wanted, capsys):
    with shown_progress("2026-W40") as advance:
        for done in range(total + 1):
            advance("Metrics", done, total)
    assert capsys.readouterr().err.splitlines() == wanted


class Terminal(io.StringIO):
    """A standard error that people look at."""

    def isatty(self):
        return True


def test_a_terminal_gets_one_bar_with_what_is_under_way_and_the_time_left(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("time.time", partial(next, count(0, 10)))
    with shown_progress("2026-W40", {"Services": 4, "Pages": 4}) as advance:
        advance("Metrics", 40, 40)
        advance("Services", 0, 4, ("web", "api", "worker", "cache"))
        advance("Services", 2, 4, ("cache",))
        advance("Services", 4, 4)
        advance("Pages", 4, 4)
    lines = [line for line in terminal.getvalue().split("\r") if line.strip()]
    assert all("2026-W40" in line for line in lines if "%" in line)
    assert any("33%" in line and "Services: 0 of 4 (web, api, worker, …)" in line for line in lines)
    assert any("61%" in line and "Services: 2 of 4 (cache)" in line for line in lines)
    assert any(re.search(r"61% +\d\d:\d\d:\d\d", line) for line in lines)
    assert "100%" in lines[-1]
