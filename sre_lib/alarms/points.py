"""What a replay looks at: the datapoints of an alarm's metrics on one regular grid, and what a replay cannot do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sre_lib.wording import SOURCE_LANGUAGE, wording
from sre_lib.wording.refusals import refusal_text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class MetricPoints:
    """One metric, a slot each step; NaN: no datapoint.

    There is the alarm's own statistic (`value`), or what any plain statistic of a longer period is rebuilt from
    (`total`, `count`, `minimum`, `maximum`, which come together), or both.

    `count` beside a `value` is what a percentile alarm with few samples is judged by.
    """

    value: Floats | None = None
    total: Floats | None = None
    count: Floats | None = None
    minimum: Floats | None = None
    maximum: Floats | None = None


@dataclass(frozen=True)
class Points:
    """The metrics of an alarm by their ids ("" where it watches one by itself), each slot `step_s` long.

    Slot i spans `[start_s + i * step_s, start_s + (i + 1) * step_s)` in seconds since the epoch. All arrays have one
    length. `lower` and `upper`: the anomaly detection band, where it is kept. `approximate`: what was lost on the way.
    """

    start_s: int
    step_s: int
    metrics: Mapping[str, MetricPoints] = field(default_factory=dict)
    lower: Floats | None = None
    upper: Floats | None = None
    approximate: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The number of slots."""
        arrays = (array for each in self.metrics.values() for array in vars(each).values() if array is not None)
        return next((len(array) for array in arrays), 0)

    def ends(self) -> Ints:
        """Return when each slot ends, in seconds since the epoch."""
        return self.start_s + self.step_s * np.arange(1, self.size + 1, dtype=np.int64)


@dataclass(frozen=True)
class NotReplayable:
    """Why an alarm cannot be replayed: a key of `wording.refusals`, and what its clause is filled in with."""

    reason: str
    details: Mapping[str, "str | int | NotReplayable"] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason as an English clause that follows "because"."""
        return refusal_text(self, wording(SOURCE_LANGUAGE))


@dataclass(frozen=True)
class Rolled:
    """A series of the alarm's period: slot i holds the period that ends with slot i (NaN: no datapoint).

    `samples`: how many samples each step had (None: not known). `notes`: what a reader should know of it;
    `approximate`: why it is no more than that (empty: it is exact).
    """

    values: Floats
    samples: Floats | None = None
    notes: tuple[str, ...] = ()
    approximate: tuple[str, ...] = ()
