"""A full engine thread on a node that looks idle."""

from dataclasses import dataclass, replace

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive
from sre_lib.analyse.detectors.threshold import Threshold
from sre_lib.analyse.seen import Seen

HOST = "cpu"


@dataclass(frozen=True)
class HiddenLoad:
    """Finds stays above `threshold` (see `Threshold`) in which the CPU of the host beside it stays under `host`."""

    threshold: float = 90
    host: float = 60
    least_min: float = 30

    def __post_init__(self) -> None:
        positive(self, "threshold", "host", "least_min")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the stays that the host's CPU hides, by time; none without the host's CPU beside."""
        host = seen.beside.get(HOST)
        if host is None:
            return ()
        found = []
        for each in Threshold(threshold=self.threshold, least_min=self.least_min).look(seen):
            here = host.series[each.start : each.end]
            looks = robust.median(robust.floats(here))
            if looks < self.host:
                evidence = {**each.evidence, "host_percent": looks}
                found.append(replace(each, detector="hidden_load", evidence=evidence))
        return tuple(found)
