"""A decided change of an alarm as a block of Terraform, for the company's own review: nothing here writes to AWS.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_metric_alarm.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sre_lib.alarm import STATISTICS, Alarm, UnclearAlarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.hcl import Value, comment, identifiers, is_value, on_one_line, quoted, value
from sre_lib.alarms.replay import not_replayable, unclear
from sre_lib.alarms.sweep import Combination
from sre_lib.wording import Wording
from sre_lib.wording.refusals import refusal_text

RESOURCE: Final = "aws_cloudwatch_metric_alarm"
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "AlarmName": "alarm_name",
    "AlarmDescription": "alarm_description",
    "Namespace": "namespace",
    "MetricName": "metric_name",
    "Dimensions": "dimensions",
    "Statistic": "statistic",
    "ExtendedStatistic": "extended_statistic",
    "Unit": "unit",
    "Period": "period",
    "EvaluationPeriods": "evaluation_periods",
    "DatapointsToAlarm": "datapoints_to_alarm",
    "ComparisonOperator": "comparison_operator",
    "Threshold": "threshold",
    "ThresholdMetricId": "threshold_metric_id",
    "TreatMissingData": "treat_missing_data",
    "EvaluateLowSampleCountPercentile": "evaluate_low_sample_count_percentiles",
    "ActionsEnabled": "actions_enabled",
    "AlarmActions": "alarm_actions",
    "OKActions": "ok_actions",
    "InsufficientDataActions": "insufficient_data_actions",
}
"""Members of DescribeAlarms' MetricAlarms, and what Terraform calls them."""
_METRIC: Final = {"Namespace": "namespace", "MetricName": "metric_name", "Dimensions": "dimensions"}
_STAT: Final = {"Period": "period", "Stat": "stat", "Unit": "unit"}
_ENTRY: Final = {
    "Id": "id", "Expression": "expression", "Period": "period", "Label": "label", "AccountId": "account_id",
    "ReturnData": "return_data",
}  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A decided change: `definition` is the alarm as it is, as DescribeAlarms tells it (a new one: as it shall be).

    `changes` are the members that shall be otherwise (None: none of it), empty for a new alarm. `why` it was decided
    and what the replay `showed` are sentences, which stand above the block.
    """

    definition: Mapping[str, Any]
    changes: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    showed: Sequence[str] = ()
    new: bool = False

    @property
    def after(self) -> Mapping[str, Any]:
        """The definition with its changes."""
        together = {**self.definition, **self.changes}
        return {name: each for name, each in together.items() if each is not None}


@dataclass(frozen=True)
class NotProposed:
    """Why there is no block for an alarm, as a clause that follows "because"."""

    name: str
    why: str


def changes_to(alarm: Alarm, wanted: Combination) -> Mapping[str, Any]:
    """Return the members by which a variant differs from an alarm, in the names of DescribeAlarms."""
    found: dict[str, Any] = {}
    if alarm.threshold is not None and wanted.threshold != alarm.threshold:
        found["Threshold"] = wanted.threshold
    if (wanted.m, wanted.n) != (alarm.m, alarm.n):
        found |= {"EvaluationPeriods": wanted.n, "DatapointsToAlarm": wanted.m}
    if not alarm.metrics and wanted.statistic != alarm.statistic:
        plain = wanted.statistic in STATISTICS
        found |= {"Statistic": wanted.statistic if plain else None,
                  "ExtendedStatistic": None if plain else wanted.statistic}  # fmt: skip
    if wanted.missing != (alarm.missing or "missing"):
        found["TreatMissingData"] = wanted.missing
    return found


def definition_of(alarm: Alarm) -> Mapping[str, Any]:
    """Return a metric alarm that watches one metric as an element of DescribeAlarms; ValueError for any other."""
    if alarm.rule or alarm.metrics or alarm.threshold is None:
        raise ValueError(f"got the alarm {alarm.name!r}, wants one that compares one metric with a threshold")
    statistic = "Statistic" if alarm.statistic in STATISTICS else "ExtendedStatistic"
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "Namespace": alarm.namespace,
        "MetricName": alarm.metric,
        "Dimensions": [{"Name": name, "Value": each} for name, each in alarm.dimensions],
        statistic: alarm.statistic,
        "Period": alarm.period_s,
        "EvaluationPeriods": alarm.n,
        "DatapointsToAlarm": alarm.m,
        "ComparisonOperator": alarm.operator,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.missing or "missing",
        "ActionsEnabled": alarm.actions_enabled,
        "AlarmActions": list(alarm.actions.get("ALARM", ())),
        "OKActions": list(alarm.actions.get("OK", ())),
        "InsufficientDataActions": list(alarm.actions.get("INSUFFICIENT_DATA", ())),
    }


def terraform(proposals: Iterable[Proposal], say: Wording) -> tuple[str, tuple[NotProposed, ...]]:
    """Return one block a proposal, and the alarms for which there is none with the reason.

    Every block is whole, so that it can be applied; a changed attribute has what it was beside it. Names of resources
    come from those of the alarms, each unlike all others. A definition that nobody can understand has no block.
    """
    wanted = tuple(proposals)
    understood = [(each, alarm_of(each.after)) for each in wanted]
    refused = tuple(NotProposed(str(each.definition.get("AlarmName", "")), why)
                    for each, alarm in understood if (why := _why_not(alarm, say)))  # fmt: skip
    good = [each for each, alarm in understood if not _why_not(alarm, say)]
    names = identifiers([str(each.definition["AlarmName"]) for each in good])
    blocks = ("\n".join(_block(each, name, say)) for each, name in zip(good, names, strict=True))
    return "\n\n".join(blocks) + "\n" if good else "", refused


def _why_not(alarm: Alarm | UnclearAlarm, say: Wording) -> str:
    """Return why an alarm cannot be written as a block; empty where it can."""
    if isinstance(alarm, UnclearAlarm):
        return refusal_text(unclear(alarm), say)
    if not alarm.name:
        return say("it has no name")
    if alarm.rule:
        return say("it is a composite alarm")
    wrong = not_replayable(alarm)
    return refusal_text(wrong, say) if wrong else ""


def _block(proposal: Proposal, name: str, say: Wording) -> Iterator[str]:
    """Yield the lines of one proposal."""
    for sentence in (proposal.why, *proposal.showed):
        yield from comment(sentence) if sentence else ()
    if not proposal.new:
        yield from comment(say("Tags are not known here: keep those of your own block."))
    yield f"resource {quoted(RESOURCE)} {quoted(name)} {{"
    yield from _attributes(proposal, say)
    for entry in proposal.after.get("Metrics") or ():
        yield ""
        yield from _entry(entry)
    yield "}"


def _attributes(proposal: Proposal, say: Wording) -> Iterator[str]:
    """Yield the attributes of an alarm, what each was beside it where it changed."""
    before, after = (dict(_named(each, _ATTRIBUTES)) for each in (proposal.definition, proposal.after))
    width = max(map(len, after))
    for name, one in after.items():
        old = before.get(name)
        changed = not proposal.new and old != one
        was = value(old) if old is not None else say("not set")
        beside = say("was: {value}", value=was)
        note = f" # {on_one_line(beside)}" if changed else ""
        yield f"  {name:<{width}} = {value(one)}{note}"
    for name in before.keys() - after.keys() if not proposal.new else ():
        gone = say("{name} was: {value}", name=name, value=value(before[name]))
        yield f"  # {on_one_line(gone)}"


def _entry(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield one entry of metric math."""
    yield "  metric_query {"
    yield from (f"    {name} = {value(one)}" for name, one in _named({"ReturnData": True, **entry}, _ENTRY))
    stat = entry.get("MetricStat")
    if stat:
        yield "    metric {"
        for members, names in ((stat["Metric"], _METRIC), (stat, _STAT)):
            yield from (f"      {name} = {value(one)}" for name, one in _named(members, names))
        yield "    }"
    yield "  }"


def _named(members: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    """Yield what of a definition Terraform knows, by its names; what is empty is left out."""
    for member, name in names.items():
        one = members.get(member)
        if member == "Dimensions":
            one = {each["Name"]: each["Value"] for each in one or ()}
        if one not in ("", [], {}) and is_value(one):
            yield name, one
