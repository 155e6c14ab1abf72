"""CloudWatch's documented rules as a plain loop over the evaluations, sharing no code with the replay."""

import math

STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
COMPARED = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


def plain_period(minutes, at, steps, statistic):
    """Return a statistic of the period that ends with a minute; None: no datapoint."""
    there = [value for value in minutes[max(at - steps + 1, 0) : at + 1] if not math.isnan(value)]
    if not there:
        return None
    if statistic in {"Minimum", "Maximum"}:
        return min(there) if statistic == "Minimum" else max(there)
    total = 0.0
    for value in there:
        total += value
    return total / len(there) if statistic == "Average" else total


def plain_state(points, m, n, missing, compare, before):
    """Return the state that an evaluation range leads to; `points` from oldest to newest, None: no datapoint."""
    there = [value for value in points if value is not None]
    if len(there) >= n:
        return "ALARM" if sum(compare(value) for value in there[-n:]) >= m else "OK"
    bad = sum(compare(value) for value in there)
    if missing == "breaching":
        bad += n - len(there)
    elif missing != "notBreaching" and bad == len(there):
        if missing == "ignore":
            return before
        oldest = next(
            (age for age, value in zip(range(len(points), 0, -1), points, strict=True) if value is not None), 0
        )
        return "ALARM" if oldest >= m else "INSUFFICIENT_DATA"
    return "ALARM" if bad >= m else "OK"


def plain_states(
    minutes, *, steps, m, n, threshold, operator, missing, statistic="Average", initial="INSUFFICIENT_DATA"
):
    """Return the state after each minute."""
    periods = [plain_period(minutes, at, steps, statistic) for at in range(len(minutes))]
    found, state = [], initial
    for at in range(len(minutes)):
        window = [periods[at - back * steps] if at >= back * steps else None for back in range(n + 1, -1, -1)]
        state = plain_state(window, m, n, missing, lambda value: COMPARED[operator](value, threshold), state)
        found.append(state)
    return found
