"""Why an alarm cannot be replayed, as a clause that follows "because"."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from sre_lib.wording import N_, Wording


@runtime_checkable
class Refused(Protocol):
    """What cannot be done: a key of the wording, and what its clause is filled in with (another one may be in it)."""

    @property
    def reason(self) -> str:
        """The key of the clause."""

    @property
    def details(self) -> Mapping[str, object]:
        """What its placeholders stand for."""


_UNCLEAR: Mapping[str, str] = {
    "wants_one_of": N_("{member}: got {got}, wants {allowed}"),
    "wants_text": N_("{member}: got {got}, wants text"),
    "wants_texts": N_("{member}: got {got}, wants texts"),
    "wants_list": N_("{member}: got {got}, wants a list"),
    "wants_flag": N_("{member}: got {got}, wants true or false"),
    "wants_whole": N_("{member}: got {got}, wants a whole number from {least}"),
    "wants_number": N_("{member}: got {got}, wants a finite number"),
    "rule_empty": N_("AlarmRule is empty"),
    "more_than_periods": N_("DatapointsToAlarm: got {m}, wants at most EvaluationPeriods, which is {n}"),
    "window_long": N_("EvaluationPeriods: got {n} periods of {period_s} s, wants at most {days} days"),
    "several_periods": N_("Metrics: got the periods {periods} s, wants one for all"),
    "wants_period": N_("Period: got {period_s}, wants 10, 20, 30 or a multiple of 60"),
    "wants_entry": N_("Metrics: got {got} as an entry, wants an object"),
    "wants_stat": N_("Metrics: {id}: MetricStat: got {got}, wants an object with a Metric"),
    "wants_statistic": N_("{member}: got {got}, wants {known} or a percentile such as p99"),
    "wants_pairs": N_("Dimensions: got {got}, wants objects with Name and Value"),
}  # fmt: skip
"""What of a definition cannot be understood."""

_CLAUSES: Mapping[str, str] = {
    **_UNCLEAR,
    "unclear": N_("its definition is not clear ({why})"),
    "promql": N_("it evaluates a PromQL query"),
    "wall_clock": N_("its evaluation window follows the wall clock"),
    "composite": N_("it is a composite alarm, which watches other alarms and has no datapoints of its own"),
    "child_unknown": N_("its rule looks at {alarms}, whose states are not known"),
    "child_refused": N_("its rule looks at {alarm}, which cannot be replayed, because {why}"),
    "circle_of_rules": N_("its rule looks at itself, by way of {alarm}"),
    "never_together": N_("there is no time in which all alarms that its rule looks at can be replayed"),
    "rule_unread": N_("its rule cannot be read at {at}"),
    "rule_ends": N_("its rule cannot be read at its end"),
    "rule_long": N_("its rule has more than {most} elements"),
    "rule_deep": N_("its rule is nested too deeply"),
    "rule_open": N_("its rule lacks a closing parenthesis"),
    "not_in_sets": N_("{statistic} cannot be rebuilt from sum, count, min and max; it needs values of its own"),
    "grid": N_(
        "datapoints at {step_s} s cannot make periods of {period_s} s: it needs them at {wanted_s} s or at {period_s} s"
    ),
    "no_threshold": N_("it has no threshold"),
    "band": N_("its anomaly detection band is a model of CloudWatch's own, and the band is not in the data"),
    "short_period": N_(
        "its period is {period_s} s, and CloudWatch keeps such datapoints for three hours only: they are not collected"
    ),
    "not_one_returned": N_("exactly one of its {entries} Metrics must be returned, got {returned}"),
    "no_entry": N_("its Metrics have no entry {name}"),
    "no_metric": N_("the expression {expression} names no metric"),
    "circle": N_("its Metrics go round in a circle"),
    "no_datapoints_of": N_("it needs the datapoints of {name}, which are not there"),
    "no_datapoints_of_it": N_("it needs the datapoints of its metric, which are not there"),
    "no_datapoints": N_("there are no datapoints of the time that is looked at"),
    "not_kept": N_("no datapoints at the grid of a replay are kept of a time of which its states are known"),
    "expression_long": N_("the expression {expression} is longer than {most} characters"),
    "expression_unread": N_(
        "the expression {expression} cannot be read; only +, -, *, / and FILL with a number are replayed"
    ),
    "expression_uses": N_(
        "the expression {expression} uses {what}; only +, -, *, / and FILL with a number are replayed"
    ),
    "expression_calls": N_(
        "the expression {expression} uses a function; only +, -, *, / and FILL with a number are replayed"
    ),
    "expression_has": N_("the expression {expression} has {what}; only +, -, *, / and FILL with a number are replayed"),
    "expression_deep": N_(
        "the expression {expression} is nested too deeply; only +, -, *, / and FILL with a number are replayed"
    ),
    "fill_arguments": N_(
        "the expression {expression} has a FILL without exactly two arguments; "
        "only +, -, *, / and FILL with a number are replayed"
    ),
    "fill_no_number": N_(
        "the expression {expression} has a FILL with something else than a number; "
        "only +, -, *, / and FILL with a number are replayed"
    ),
    "no_row": N_("{path} has no row"),
    "too_coarse": N_("its period is {period_s} s, and the datapoints come every {every} s"),
}  # fmt: skip


def refusal_text(refused: Refused, say: Wording) -> str:
    """Return why an alarm cannot be replayed, as a clause."""
    details = {
        name: refusal_text(each, say) if isinstance(each, Refused) else each for name, each in refused.details.items()
    }
    return clause_text(refused.reason, details, say)


def clause_text(reason: str, details: Mapping[str, object], say: Wording) -> str:
    """Return a clause by its key, filled in; what a definition leaves out has no quotes, and so is no value of it."""
    got = {"got": say("nothing")} if details.get("got") == "nothing" else {}
    return say(_CLAUSES[reason], **{**details, **got})
