"""Why an alarm cannot be replayed: one clause a reason, in both languages, with what was filled in."""

import re
from string import Formatter

import pytest

from sre_lib.alarms.points import NotReplayable
from sre_lib.wording import wording
from sre_lib.wording.refusals import _CLAUSES, refusal_text

JAPANESE = re.compile("[぀-ヿ一-鿿]")


@pytest.mark.parametrize("reason", _CLAUSES)
def test_every_reason_is_told_in_both_languages(reason):
    names = [name for _, name, _, _ in Formatter().parse(_CLAUSES[reason]) if name]
    found = NotReplayable(reason, {name: f"<{name}>" for name in names})
    for language in ("en", "ja"):
        text = refusal_text(found, wording(language))
        assert all(f"<{name}>" in text for name in names)
        assert bool(JAPANESE.search(text)) == (language == "ja")
    assert found.why == refusal_text(found, wording("en"))


def test_a_reason_may_hold_another():
    inner = NotReplayable("too_coarse", {"period_s": 10, "every": 60})
    found = NotReplayable("child_refused", {"alarm": "'cpu'", "why": inner})
    assert found.why == (
        "its rule looks at 'cpu', which cannot be replayed, because "
        "its period is 10 s, and the datapoints come every 60 s"
    )
