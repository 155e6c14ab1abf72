"""The alarms on a service's page."""

from nbformat.v4 import new_markdown_cell, new_notebook

from sre_lib.document.alarm_proposals import Proposed
from sre_lib.document.alarm_service import with_alarms
from sre_lib.wording import wording

EN = wording("en")
HOSTILE = "<script>alert(1)</script>"
LOUD = Proposed(
    {"AlarmName": HOSTILE}, services=("web",), class_="cried_wolf", reason="nothing_else", details={"firings": 3.0}
)
OTHER = Proposed({"AlarmName": "queue"}, services=("worker",), class_="quiet", reason="did_not_fire")


def notebook():
    ours = {"sre_review": {"cell": "findings", "made": "## Findings"}}
    return new_notebook(cells=[new_markdown_cell("# Service"), new_markdown_cell("## Findings", metadata=ours)])


def shown(*alarms, say=EN):
    """Return the cell of the alarms, which stands before the findings."""
    given = notebook()
    cells = with_alarms(given, "web", alarms, say).cells
    assert len(given.cells) == 2
    assert cells[2].source == "## Findings"
    return cells[1].outputs[0].data


def test_the_service_s_own_alarms_are_named_with_their_class_and_reason():
    data = shown(LOUD, OTHER)
    why = "Nothing else was unusual during any of its 3 firings."
    assert data["text/plain"] == f"Alarms\n{HOSTILE} (cried wolf): {why}"
    assert "<script" not in data["text/html"]
    assert '<a href="../alarms.html">&lt;script&gt;' in data["text/html"]


def test_a_service_that_no_alarm_watches_says_so():
    assert shown(OTHER)["text/plain"] == "No CloudWatch alarm watches this service."
    assert shown(OTHER, say=wording("ja"))["text/plain"] == "このサービスを監視するCloudWatchアラームはありません。"


def test_without_any_alarm_of_which_the_class_is_known_nothing_is_claimed():
    given = notebook()
    assert with_alarms(given, "web", (), EN) is given
    assert with_alarms(given, "web", [Proposed({"AlarmName": "old"}), Proposed({}, new=True)], EN) is given
