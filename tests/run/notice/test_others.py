"""A notice by apprise, tried against its own JSON receiver."""

import pytest

from sre_lib.run.notice.message import Line, Notice, Part
from sre_lib.run.notice.others import send
from sre_lib.run.notice.sending import Patience
from tests.run.notice.receiver import HIDDEN, Answer, receiver

# apprise looks whether a module is there that Python 3.13 has removed.
pytestmark = pytest.mark.filterwarnings("ignore:.imghdr. is deprecated:DeprecationWarning")

NOTICE = Notice("Shop 2026-W40", "1 finding <b>", parts=(Part("To discuss", (Line("CPU & memory", "web"),)),), foot="f")


@pytest.mark.parametrize(("failed", "kind"), [(False, "success"), (True, "failure")])
def test_what_a_receiver_gets(failed, kind):
    notice = Notice(NOTICE.title, NOTICE.line, parts=NOTICE.parts, foot=NOTICE.foot, failed=failed)
    with receiver(Answer()) as at:
        assert send(f"json://127.0.0.1:{at.port}/{HIDDEN}", notice, Patience()) == ""
    (got,) = at.got
    assert (got["title"], got["type"]) == ("Shop 2026-W40", kind)
    assert got["message"] == "1 finding <b>\n\nTo discuss\n- web: CPU & memory\n\nf"


@pytest.mark.parametrize(
    ("answers", "why", "waited"),
    [
        ([Answer(500), Answer()], "", [1.0]),
        ([Answer(500)], "it took nothing, 4 times", [1.0, 2.0, 4.0]),
    ],
)
def test_failures_are_tried_again(answers, why, waited, caplog):
    slept: list[float] = []
    with receiver(*answers) as at:
        assert send(f"json://127.0.0.1:{at.port}/{HIDDEN}", NOTICE, Patience(slept.append)) == why
    assert slept == waited
    assert caplog.records == []


def test_an_address_that_apprise_does_not_know_is_not_shown(caplog, capfd):
    why = send(f"nosuch://{HIDDEN}", NOTICE, Patience())
    assert why == "its address is none that apprise knows; see https://appriseit.com/services/"
    assert (caplog.records, capfd.readouterr()) == ([], ("", ""))
