"""The words of the meeting, each with what it means: shown in English and Japanese side by side.

Sources: CloudWatch user guide, "CloudWatch concepts" and "Using Amazon CloudWatch alarms"; the metrics pages of ECS,
Aurora and ElastiCache.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sre_lib.wording import N_


class Term(NamedTuple):
    """A word and what it means, as catalogue messages; `name` is its address on the page."""

    name: str
    term: str
    meaning: str


TERMS: Sequence[Term] = (
    Term(
        "alarm",
        N_("alarm"),
        N_("Compares one statistic of a metric with a threshold, period by period, and changes its state."),
    ),
    Term(
        "band",
        N_("anomaly detection band"),
        N_(
            "A band of expected values that CloudWatch learns from the past; an alarm can use it instead of a "
            "threshold."
        ),
    ),
    Term(
        "autoscaling",
        N_("autoscaling"),
        N_("Tasks or instances are added and removed by load; it follows, and so comes minutes after the crowd."),
    ),
    Term("baseline", N_("baseline"), N_("What a series usually is at that hour of the week, from the weeks before.")),
    Term(
        "credits",
        N_("burst credits"),
        N_("Saved-up right to run faster than the baseline of a machine; at 0 it falls back to that."),
    ),
    Term(
        "connections",
        N_("connections"),
        N_("Open connections to a database or cache; each costs memory, and their number has a limit."),
    ),
    Term(
        "insights",
        N_("Container Insights"),
        N_("CloudWatch's metrics of tasks and containers beside those of the whole service; they cost extra."),
    ),
    Term("cooldown", N_("cooldown"), N_("The time that autoscaling waits after one step before the next.")),
    Term("coverage", N_("coverage"), N_("The share of the periods of a week in which there was a datapoint.")),
    Term(
        "cpu-ecs",
        N_("CPU utilisation (ECS)"),
        N_("Percent of the CPU that the task definition reserves; it can go beyond 100."),
    ),
    Term("wolf", N_("cried wolf"), N_("An alarm that fired though nobody had to do anything.")),
    Term("datapoint", N_("datapoint"), N_("One value of a metric for one period. No datapoint is not 0.")),
    Term(
        "dimension",
        N_("dimension"),
        N_(
            "A name and value by which a metric is told apart, such as ServiceName=web; other dimensions are "
            "another metric."
        ),
    ),
    Term(
        "support",
        N_("end of support"),
        N_("The day from which a version gets no fixes; some are then upgraded or charged for by AWS."),
    ),
    Term(
        "engine-cpu",
        N_("Engine CPU"),
        N_("CPU of the one thread on which Redis runs its commands: full at 100 though the machine's CPU looks idle."),
    ),
    Term("delay", N_("evaluation delay"), N_("What passes between the end of a period and the alarm's look at it.")),
    Term("eviction", N_("eviction"), N_("A cache throws out what is still valid, since its memory is full.")),
    Term(
        "failover",
        N_("failover"),
        N_("A reader takes over from the writer; connections break and the roles of the instances change."),
    ),
    Term("false-alarm", N_("false alarm"), N_("A finding that the meeting judged to be nothing.")),
    Term("flapping", N_("flapping"), N_("An alarm that goes to and fro between OK and ALARM.")),
    Term(
        "freeable",
        N_("freeable memory"),
        N_("What the database machine could still use; it runs towards 0, and swapping begins near it."),
    ),
    Term("headroom", N_("headroom"), N_("What is left between the peak and the limit: how much more load would fit.")),
    Term(
        "states",
        "INSUFFICIENT_DATA",
        N_("The state of an alarm that has too little data to tell; the other two are OK and ALARM."),
    ),
    Term(
        "m-of-n",
        N_("M out of N"),
        N_("An alarm fires when M of the last N periods breach; M is the datapoints to alarm."),
    ),
    Term("window", N_("maintenance window"), N_("The weekly hour in which AWS may restart a database or cache.")),
    Term("maximum", N_("maximum"), N_("The highest sample of a period: of the fullest task where there are several.")),
    Term("metric", N_("metric"), N_("A named series of numbers over time in CloudWatch.")),
    Term(
        "minutes",
        N_("minutes of the meeting"),
        N_("What was decided: verdicts, actions, notes. It comes back next week, measured again."),
    ),
    Term("mute", N_("mute rule"), N_("Keeps an alarm from telling anybody at set times; its state goes on changing.")),
    Term("p99", N_("p99"), N_("99 of 100 requests were faster than that; the slowest one is not in it.")),
    Term(
        "period",
        N_("period"),
        N_("The length of time that one datapoint stands for; what is shorter cannot be seen."),
    ),
    Term("lag", N_("replica lag"), N_("How far a reader is behind the writer.")),
    Term(
        "reservation",
        N_("reservation and limit"),
        N_("A task is sure of what it reserves, and may use up to its limit if nobody else needs it."),
    ),
    Term("runbook", N_("runbook"), N_("What to do when this alarm fires, step by step.")),
    Term("saturation", N_("saturation"), N_("Work waits because a resource is full.")),
    Term("quota", N_("service quota"), N_("An account's limit on how many of something AWS lets it have or call.")),
    Term("silent", N_("silent incident"), N_("Something happened, and no alarm of that service was in ALARM.")),
    Term(
        "statistic",
        N_("statistic"),
        N_("How the samples of a period become one number: average, maximum, sum, p99."),
    ),
    Term("swap", N_("swap"), N_("Memory moved to disk for lack of room: everything becomes slow.")),
    Term("task", N_("task"), N_("One running copy of an ECS service.")),
    Term("threshold", N_("threshold"), N_("The value with which an alarm compares.")),
    Term(
        "missing",
        N_("treat missing data"),
        N_("What an alarm makes of a period without a datapoint: missing, ignore, breaching, notBreaching."),
    ),
    Term("verdict", N_("verdict"), N_("What the meeting decides on a finding: fix, watch, accept, or a false alarm.")),
    Term(
        "writer",
        N_("writer and reader"),
        N_("The instance of an Aurora cluster that takes writes, and those that only read."),
    ),
)
"""In the alphabetical order of the English words."""
