"""alarms.tf: what a week's meeting decided on alarms, as Terraform for the company's own review; nothing is applied."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from sre_lib.alarms.hcl import comment, quoted
from sre_lib.alarms.terraform import RESOURCE, Proposal, terraform
from sre_lib.document.alarm_missing import unnamed
from sre_lib.document.alarm_proposals import Proposed
from sre_lib.document.minutes.alarm_lines import ALARMS, AlarmVerdict, read_alarms
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.said_lines import Said
from sre_lib.wording import Wording

COMPOSITE: Final = "aws_cloudwatch_composite_alarm"
_GONE = frozenset({AlarmVerdict.DELETE, AlarmVerdict.MERGE})
_CHANGED = frozenset({AlarmVerdict.TUNE, AlarmVerdict.DOWNGRADE, AlarmVerdict.ADD})
_SETTINGS: Mapping[str, tuple[str, Callable[[str], float | str]]] = {
    "threshold": ("Threshold", float),
    "evaluation_periods": ("EvaluationPeriods", int),
    "datapoints_to_alarm": ("DatapointsToAlarm", int),
    "period": ("Period", int),
    "treat_missing_data": ("TreatMissingData", str),
}
"""What a meeting may set itself, by Terraform's names: the member of DescribeAlarms and its type."""
_TYPED = re.compile(rf"\b(?P<name>{'|'.join(_SETTINGS)})\s*=\s*(?P<value>[\w.+-]*\w)")


def alarms_tf(
    minutes: Minutes,
    known: Iterable[Proposed],
    say: Wording,
    showed: Callable[[Proposed, str], Sequence[str]] = lambda *_: (),
) -> str:
    """Return every change of an alarm that a week's minutes decide, as a file of Terraform.

    A tuned or downgraded alarm and one to be added is a whole block, what was beside what changed; a deleted or merged
    one a comment that names the resource to remove. `name=value` in a line, with Terraform's names, sets a value by
    hand in the place of the suggested ones; `showed` has what the replay showed of such a line on an alarm. What cannot
    be written as a block says why.
    """
    decided = _decisions(minutes)
    if not decided:
        return "\n".join(comment(say("The meeting of {week} decided no change of an alarm.", week=minutes.week))) + "\n"
    head = comment(
        say("What the meeting of {week} decided on alarms, for your own review: nothing of it was applied.",
            week=minutes.week)
    )  # fmt: skip
    alarms = tuple(known)
    found = [(said, each) for said in decided for each in meant(said, alarms)]
    changed = [_proposal(said, each, showed(each, said.text), say) for said, each in found if said.verdict in _CHANGED]
    blocks, refused = terraform(changed, say)
    left = [_removed(*each, say) for each in found if each[0].verdict in _GONE]
    left += [
        comment(say("There is no block for {name}, because {why}.", name=quoted(each.name), why=each.why))
        for each in refused
    ]
    left += [_unknown(said, say) for said in decided if not meant(said, alarms)]
    return "\n\n".join(["\n".join(head), *([blocks.rstrip("\n")] if blocks else []), *map("\n".join, left)]) + "\n"


def said_changes(minutes: Minutes) -> list[Said[AlarmVerdict]]:
    """Return the lines of a week's minutes that change an alarm or add one."""
    return [each for each in _decisions(minutes) if each.verdict in _CHANGED]


def meant(said: Said[AlarmVerdict], alarms: Iterable[Proposed]) -> list[Proposed]:
    """Return the alarms that a line is about: the proposed one where it adds, else those that there are."""
    return [each for each in alarms if each.name == said.name and each.new == (said.verdict == AlarmVerdict.ADD)]


def _decisions(minutes: Minutes) -> list[Said[AlarmVerdict]]:
    """Return the lines of a week's minutes that change, add or remove an alarm."""
    written = minutes.notes.get(ALARMS)
    return [each for each in read_alarms(written.text if written else "") if each.verdict in _GONE | _CHANGED]


def _proposal(said: Said[AlarmVerdict], known: Proposed, replayed: Sequence[str], say: Wording) -> Proposal:
    """Return a decision as a change of an alarm's definition."""
    why, typed = _decided(said, say), typed_settings(said.text)
    if said.verdict == AlarmVerdict.DOWNGRADE:
        lower = say("Put those of lower urgency into alarm_actions; which they are is not known here.")
        return Proposal(known.definition, typed, why, [*replayed, lower])
    showed = [*known.said]
    if typed:
        # What the replay showed is true of the suggested settings only.
        showed = list(replayed) or [say("These are the meeting's own settings; the replay looked at others.")]
    elif not known.changes and not known.new:
        showed = [say("The replay suggests no other settings: put in what the meeting wrote."), *showed]
    unsaid = [unnamed(say)] if known.new else []
    return Proposal(known.definition, typed or known.changes, why, [*showed, *unsaid], known.new)


def typed_settings(text: str) -> Mapping[str, Any]:
    """Return what a line sets itself as members of DescribeAlarms; a number that is none stays the text that it is."""
    found: dict[str, Any] = {}
    for each in _TYPED.finditer(unicodedata.normalize("NFKC", text)):
        member, type_ = _SETTINGS[each["name"]]
        found[member] = each["value"]
        with suppress(ValueError):
            found[member] = type_(each["value"])
    return found


def _removed(said: Said[AlarmVerdict], known: Proposed, say: Wording) -> list[str]:
    """Return that a resource is to be removed."""
    resource = COMPOSITE if "AlarmRule" in known.definition else RESOURCE
    name, arn = (str(known.definition.get(each, "")) for each in ("AlarmName", "AlarmArn"))
    lines = comment(_decided(said, say))
    if said.verdict == AlarmVerdict.MERGE and known.instead:
        lines += comment(say("It fired whenever {alarm} did: that one stays.", alarm=quoted(known.instead)))
    elif said.verdict == AlarmVerdict.MERGE:
        lines += comment(say("First make sure that the other alarm tells of all that this one told of."))
    remove = say("Remove the resource {resource} with alarm_name = {name}.", resource=resource, name=quoted(name))
    return [*lines, *comment(remove), *(comment(arn) if arn else [])]


def _unknown(said: Said[AlarmVerdict], say: Wording) -> list[str]:
    """Return that nothing is known of an alarm that a line names."""
    why = say("This week's alarms have none of that name to which this could be done: {name}.", name=quoted(said.name))
    return [*comment(_decided(said, say)), *comment(why)]


def _decided(said: Said[AlarmVerdict], say: Wording) -> str:
    """Return what the meeting wrote on an alarm."""
    return say("The meeting wrote: {text}", text=said.text)
