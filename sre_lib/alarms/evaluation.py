"""When an alarm is evaluated, and the state after each evaluation.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html.
"""

from typing import Final

import numpy as np

from sre_lib.alarm import DAY_S, STATES, Alarm, Missing, State
from sre_lib.alarms.assumptions import Assumptions
from sre_lib.alarms.missing import KEEP
from sre_lib.alarms.points import Codes, Flags, Floats, Ints, Points
from sre_lib.alarms.windows import summed

SHORT_S: Final = 60
"""Alarms of shorter periods are evaluated every `SHORT_CADENCE_S`."""
SHORT_CADENCE_S: Final = 10
CADENCE_S: Final = 60
LONG_CADENCE_S: Final = 3600
"""How often an alarm is evaluated whose window is longer than a day, with data up to the full hour only."""


def cadence_s(period_s: int, n: int) -> int:
    """Return how often an alarm of N periods is evaluated, in seconds."""
    if n * period_s > DAY_S:
        return LONG_CADENCE_S
    return SHORT_CADENCE_S if period_s < SHORT_S else CADENCE_S


def evaluated_slots(points: Points, period_s: int, n: int, assumptions: Assumptions) -> Ints:
    """Return the slots with whose end a window ends that is evaluated.

    The first is the first slot, or the one that completes the first window, as assumed. On a grid coarser than the
    cadence every slot is one: between two, nothing is known to change.
    """
    ends, cadence = points.ends(), cadence_s(period_s, n)
    slots = np.arange(len(ends)) if points.step_s >= cadence else np.flatnonzero(ends % cadence == 0)
    first = n * period_s // points.step_s - 1 if assumptions.whole_first_window else 0
    return np.asarray(slots[slots >= first])


def treatment(alarm: Alarm, assumptions: Assumptions) -> Missing:
    """Return how missing data is treated: as chosen, `missing` where nothing was, and DynamoDB's own."""
    namespaces = {alarm.namespace, *(each.namespace for each in alarm.metrics)}
    if "AWS/DynamoDB" in namespaces and (assumptions.dynamodb_ignores or alarm.missing is None):
        return "ignore"
    return alarm.missing or "missing"


def held(outcomes: Codes, initial: State) -> Codes:
    """Return the state (place in STATES) after each evaluation, one that keeps it taking the last before."""
    kept = outcomes == KEEP
    if not kept.any():
        return outcomes.astype(np.int8)
    last = np.maximum.accumulate(np.where(kept, -1, np.arange(len(outcomes))))
    return np.where(last < 0, np.int8(STATES.index(initial)), outcomes[last]).astype(np.int8)


def low_samples(statistic: str) -> float | None:
    """Return how many samples a percentile wants in its window; None for another statistic, and for p0 and p100.

    10 / (1 - p) from the median up, 10 / p below it, so 1000 for p99 (https://docs.aws.amazon.com/AmazonCloudWatch/
    latest/monitoring/percentiles-with-low-samples.html).
    """
    try:
        share = float(statistic[1:]) / 100 if statistic[:1] == "p" else 0.0
    except ValueError:
        return None
    if not 0 < share < 1:
        return None
    return 10 / (1 - share if share >= 0.5 else share)


def few_samples(samples: Floats | None, statistic: str, slots: int) -> Flags | None:
    """Return where the window of `slots` that ends with a slot has too few samples for a percentile.

    Samples are counted over all N periods; None where their number is not known or the statistic is no percentile.
    """
    wanted = low_samples(statistic)
    if samples is None or wanted is None:
        return None
    # 10 / (1 - 0.99) is a little more than 1000.
    return np.asarray(summed(samples, slots) < round(wanted, 6))
