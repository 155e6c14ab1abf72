"""The simulated shop with its alarms, as the embedded endpoint serves it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sre_lib.demo.alarms.catalogue import ALARMS
from sre_lib.demo.alarms.history import between, described
from sre_lib.demo.shop import Shop


class AlarmedShop(Shop):
    """All metrics and alarms of the simulated shop; the alarms are those of the seed's own faults."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(seed)
        self._seed = seed

    def alarms(self, at: float) -> Sequence[Mapping[str, Any]]:
        """Return the alarms that exist at a moment (seconds since the epoch), with the state of that moment."""
        found = (described(self._seed, alarm, at) for alarm in ALARMS)
        return [each for each in found if each is not None]

    def alarm_history(self, start: float, end: float) -> Sequence[Mapping[str, Any]]:
        """Return what happened to alarms from `start` to `end`, in seconds since the epoch, by time."""
        return between(self._seed, start, end)
