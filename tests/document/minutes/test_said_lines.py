"""What a page shows of lines to write on: those on which somebody wrote."""

import pytest

from sre_lib.document.minutes.said_lines import lines_to_write, written_only
from sre_lib.wording import wording

FORM = lines_to_write(["cpu", "disk"], "hint", wording("en"), {"cpu": ["10:00", "12:00"]})
NOTES = "**Notes:** <!-- hint -->"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (FORM, ""),
        (FORM.replace("`disk`: ", "`disk`: keep"), "- `disk`: keep"),
        (FORM.replace("`cpu`: ", "`cpu`: tune"), "- `cpu`: tune"),
        (FORM.replace("12:00 →", "12:00 → mori, woken up"), "- `cpu`: \n  - 12:00 → mori, woken up "),
        (FORM.replace(NOTES, f"{NOTES} all calm"), "**Notes:** all calm"),
        (f"{FORM}\n\nall calm", "**Notes:**\n\nall calm"),
        ("- `cpu`:\nsee the ticket", "- `cpu`:\nsee the ticket"),
        ("free words\n- `a`: b\n\n- [ ] do it @mori", "free words\n- `a`: b\n\n- [ ] do it @mori"),
    ],
)
def test_lines_on_which_nobody_wrote_are_not_shown(typed, shown):
    assert written_only(typed) == shown
