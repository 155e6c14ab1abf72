"""A Lambda function: few or many invocations, durations with a heavy tail."""

from dataclasses import dataclass, field

import numpy as np

from sre_lib.model import Service, ServiceWeek
from tests.estate.clock import Clock, Floats
from tests.estate.made import Notes, part, service_week
from tests.estate.noise import Rng, quantile_noise
from tests.estate.rhythm import Rhythm, load


@dataclass
class Function:
    """Causes of one function: invocations a slot, the p99 of their duration in ms."""

    name: str
    clock: Clock
    rng: Rng
    rhythm: Rhythm
    demand: Floats
    duration_ms: float
    notes: Notes = field(default_factory=Notes)
    gaps: dict[str, Floats] = field(default_factory=dict)

    @classmethod
    def drawn(cls, name: str, clock: Clock, rng: Rng) -> "Function":
        """Draw a function; some are called a few times an hour."""
        rhythm = Rhythm.drawn(rng, clock)
        peak = float(np.exp(rng.uniform(np.log(1), np.log(4000))))
        return cls(name, clock, rng, rhythm, peak * load(rng, rhythm), float(np.exp(rng.uniform(4, 8))))

    def made(self) -> ServiceWeek:
        """Work out every metric; without an invocation there is neither duration nor concurrency."""
        rng, name = self.rng, self.name
        calls = rng.poisson(self.demand).astype(np.float64)
        duration = np.minimum(self.duration_ms * quantile_noise(rng, calls), 29_900)
        some = np.where(calls > 0, 0.0, np.nan)
        at_once = np.ceil(calls * self.duration_ms / 3e5 + rng.poisson(1, calls.size))
        series = {
            (name, "duration", "p99"): duration + some,
            (name, "concurrency", "Maximum"): at_once + some,
            (name, "invocations", "Sum"): calls,
            (name, "errors", "Sum"): rng.binomial(calls.astype(np.int64), 0.0008).astype(np.float64),
            (name, "throttles", "Sum"): np.zeros(calls.size),
        }
        parts = (part(name, "lambda_function", timeout_ms=30_000.0),)
        return service_week(Service(name, parts), self.clock, series, self.notes, self.gaps)
