"""A backend of recorded samples: for tests, and for series that come from elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sre_lib.demo.backend import Dimensions, Floats, Key, Minutes, Series

Times = NDArray[np.int64]


@dataclass(frozen=True)
class Samples:
    """The samples of one series, by minute: `minute` (counted from the epoch, ascending) and `value`."""

    minute: Times
    value: Floats

    def minutes(self, start: int, end: int) -> Minutes:
        """Return the statistic sets of the minutes `[start, end)`; a single sample's Sum is its value, bit by bit."""
        minute, value = self._within(start, end)
        slot = minute - start
        first = np.flatnonzero(np.diff(slot, prepend=-1))
        sets = tuple(np.full(end - start, np.nan) for _ in Minutes._fields)
        if len(slot):
            total, count, minimum, maximum = sets
            there = slot[first]
            total[there] = np.add.reduceat(value, first)
            count[there] = np.diff(first, append=len(slot))
            minimum[there] = np.minimum.reduceat(value, first)
            maximum[there] = np.maximum.reduceat(value, first)
        return Minutes(*sets)

    def percentile(self, share: float, start: int, end: int, step: int) -> Floats | None:
        """Return the percentile of the samples in each `step` minutes, linear between ranks; None below zero.

        CloudWatch has no percentiles where any value is negative (AWS API reference, PutMetricData).
        """
        if len(self.value) and self.value.min() < 0:
            return None
        minute, value = self._within(start, end)
        bucket = (minute - start) // step
        order = np.lexsort((value, bucket))
        bucket, value = bucket[order], value[order]
        result = np.full(-(-(end - start) // step), np.nan)
        first = np.flatnonzero(np.diff(bucket, prepend=-1))
        rank = first + share * (np.diff(first, append=len(bucket)) - 1)
        low, high = np.floor(rank).astype(int), np.ceil(rank).astype(int)
        result[bucket[first]] = value[low] + (rank - low) * (value[high] - value[low])
        return result

    def any_within(self, start: int, end: int) -> bool:
        """Tell whether there are samples in the minutes `[start, end)`."""
        low, high = np.searchsorted(self.minute, (start, end))
        return bool(low < high)

    def _within(self, start: int, end: int) -> tuple[Times, Floats]:
        """Return the samples of the minutes `[start, end)`."""
        low, high = np.searchsorted(self.minute, (start, end))
        return self.minute[low:high], self.value[low:high]


class Recorded:
    """Series put in one by one."""

    def __init__(self) -> None:
        self._series: dict[Key, Samples] = {}

    def put(
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        timestamps: Sequence[datetime] | Sequence[int] | Times,
        values: ArrayLike,
    ) -> None:
        """Add samples in any order; each is one sample of its minute.

        `timestamps` are aware datetimes or whole seconds since the epoch.

        Raises ValueError where a time is naive, lengths differ, or a value is not a finite number: what is missing is
        left out.
        """
        key = (namespace, name, frozenset(dimensions.items()))
        minute = _seconds(timestamps) // 60
        value = np.asarray(values, dtype=np.float64)
        if minute.shape != value.shape or minute.ndim != 1:
            raise ValueError(f"{name}: got {minute.shape} timestamps and {value.shape} values, wants one each")
        if not np.isfinite(value).all():
            raise ValueError(f"{name}: a value is not a finite number; leave out what is missing")
        if key in self._series:
            minute = np.concatenate([self._series[key].minute, minute])
            value = np.concatenate([self._series[key].value, value])
        order = np.argsort(minute, kind="stable")
        self._series[key] = Samples(minute[order], value[order])

    def series(self, namespace: str, name: str, dimensions: Dimensions) -> Series | None:
        """Return the series with exactly these dimensions; None where nothing was put."""
        return self._series.get((namespace, name, dimensions))

    def published(self, start: int, end: int) -> tuple[Key, ...]:
        """Return the series that have samples in the minutes `[start, end)`."""
        return tuple(key for key, samples in self._series.items() if samples.any_within(start, end))


def _seconds(timestamps: Sequence[datetime] | Sequence[int] | Times) -> Times:
    """Return seconds since the epoch; ValueError for a naive datetime."""
    if isinstance(timestamps, np.ndarray):
        return timestamps.astype(np.int64)
    return np.array([_second(moment) for moment in timestamps], dtype=np.int64)


def _second(moment: datetime | int) -> int:
    """Return one time in seconds since the epoch."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"got {moment.isoformat()} without its offset, wants an aware datetime")
    return int(moment.timestamp())
