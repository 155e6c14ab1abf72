"""A CloudWatch alarm as one frozen value, or the reason why its definition is not clear."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
Missing = Literal["missing", "ignore", "breaching", "notBreaching"]
Operator = Literal[
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
]
Unreplayable = Literal["", "promql", "wall_clock"]
STATES: Final[tuple[State, ...]] = get_args(State)
TREATMENTS: Final[tuple[Missing, ...]] = get_args(Missing)
OPERATORS: Final[tuple[Operator, ...]] = get_args(Operator)
OF_A_BAND: Final = OPERATORS[4:]
"""The operators that compare with an anomaly detection band instead of a threshold."""
STATISTICS: Final = ("Average", "Sum", "SampleCount", "Minimum", "Maximum")
SHORT_PERIODS_S: Final = (10, 20, 30)
DAY_S: Final = 86_400
LONGEST_S: Final = 7 * DAY_S
"""The longest evaluation window that PutMetricAlarm takes."""


@dataclass(frozen=True)
class AlarmMetric:
    """One entry of an alarm's `Metrics`: a metric with its statistic, or an `expression` over others, by their ids."""

    id: str
    namespace: str = ""
    metric: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
    statistic: str = ""
    period_s: int = 0
    expression: str = ""
    returned: bool = True
    account: str = ""


@dataclass(frozen=True)
class Alarm:
    """A metric alarm, or a composite one (`rule` is not empty; it has none of what follows a metric).

    `n` periods of `period_s` are looked at and `m` of them must breach. `threshold` is None where an anomaly detection
    band is (`threshold_metric_id` names its entry). `statistic` may be a percentile or another extended statistic.
    `metrics` are the entries of metric math (empty: the alarm watches one metric by itself). `missing` is what was
    chosen, or None where nothing was; what holds then depends on the namespace. `low_samples`: what a percentile alarm
    does with few samples. `actions`: what is done when a state is entered. `suppressor` (a composite's) mutes actions.
    `unreplayable`: what the alarm has that no replay here knows (empty: nothing).
    """

    name: str
    namespace: str = ""
    metric: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
    statistic: str = ""
    period_s: int = 60
    n: int = 1
    m: int = 1
    threshold: float | None = None
    operator: Operator = "GreaterThanThreshold"
    missing: Missing | None = None
    low_samples: Literal["evaluate", "ignore"] = "evaluate"
    actions_enabled: bool = True
    actions: Mapping[State, tuple[str, ...]] = field(default_factory=dict)
    metrics: tuple[AlarmMetric, ...] = ()
    threshold_metric_id: str = ""
    rule: str = ""
    suppressor: str = ""
    wait_s: int = 0
    extension_s: int = 0
    unreplayable: Unreplayable = ""
    description: str = ""
    arn: str = ""

    @property
    def has_band(self) -> bool:
        """Tell whether the alarm compares with an anomaly detection band."""
        return self.operator in OF_A_BAND


@dataclass(frozen=True)
class UnclearAlarm:
    """A definition that cannot be understood, and why: a key of `wording.refusals`, with what its clause is filled in.

    Such a clause is "Period: got 1, wants ...".
    """

    name: str
    reason: str
    details: Mapping[str, str] = field(default_factory=dict)
