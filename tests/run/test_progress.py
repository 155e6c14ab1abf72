"""A log gets a few plain lines, whatever the number of metrics."""

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
    with shown_progress("Metrics") as advance:
        for done in range(total + 1):
            advance(done, total)
    assert capsys.readouterr().err.splitlines() == wanted
