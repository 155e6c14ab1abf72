"""The digest of decisions, and actions as CSV that no spreadsheet takes for formulas."""

import csv
import io

import pytest

from sre_lib.document.decisions import COLUMNS, actions_csv, decisions
from sre_lib.document.minutes.alarm_lines import AlarmLine, prefill
from sre_lib.document.minutes.record import Written
from sre_lib.wording import wording
from tests.document.minutes.test_merge import entry, minutes


def rows(*lines):
    text = actions_csv(minutes(entry("a", "\n".join(lines))))
    assert text.startswith("\ufeffweek,")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_one_row_an_action():
    found = minutes(entry("a", "- [ ] do, it @bo 2026-12-03"), notes={"meeting": Written("- [x] say so")})
    assert list(csv.reader(io.StringIO(actions_csv(found).removeprefix("\ufeff")))) == [
        list(COLUMNS),
        ["2026-W40", "CPU rose", "do, it", "bo", "2026-12-03", "no"],
        ["2026-W40", "", "say so", "", "", "yes"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "＝1+1", "＋1"])
def test_a_formula_is_text(text):
    assert rows(f"- [ ] {text}")[1][2] == f"'{text}"


def test_without_actions_only_the_header():
    assert rows("nothing to do") == [list(COLUMNS)]


def test_the_digest_in_both_languages():
    found = minutes(
        entry("a", "**Verdict:** fix\n\nwhy <b>\n\n- [x] do it @bo 2026-12-03"), notes={"services": Written("all fine")}
    )
    assert decisions(found, "Shop *1*", wording("en")) == (
        "# Shop \\*1\\*: what the meeting decided\n\n## 1. CPU rose\n\n**Verdict:** fix\n\nwhy <b>\n\n"
        "- [x] do it @bo until 2026-12-03\n\n## Notes of the meeting\n\nall fine\n"
    )
    assert decisions(found, "Shop", wording("ja")).startswith(
        "# Shop:会議で決めたこと\n\n## 1. CPU rose\n\n**判定:** 直す"
    )


def test_a_week_without_decisions_says_so():
    assert decisions(minutes(entry("a")), "Shop", wording("en")).endswith("\n\nNo finding was decided on.\n")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_of_the_lines_for_alarms_only_what_was_written(language):
    say = wording(language)
    form = prefill([AlarmLine("cpu", ("Mon 10:00", "Tue 11:00")), AlarmLine("disk")], say)
    wrote = form.replace("`disk`: ", "`disk`: keep").replace("Tue 11:00 →", "Tue 11:00 → mori woken up")
    heading = f"## {say('Notes of the meeting')}"
    unwritten, written = (decisions(minutes(notes={"alarms": Written(each)}), "Shop", say) for each in (form, wrote))
    assert heading not in unwritten
    assert written.partition(heading)[2] == "\n\n- `cpu`: \n  - Tue 11:00 → mori woken up \n- `disk`: keep\n"
