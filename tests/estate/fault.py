"""What a kind of fault or decoy is, and its entry in the answer key."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.estate.clock import DAY, Clock
from tests.estate.made import Planted, Signs


@dataclass(frozen=True)
class Fault:
    """A kind of fault: who can have it, what plants it, and its numbers in the expert's catalogue of views."""

    name: str
    fits: Callable[..., bool]
    plant: Callable[..., Planted]
    weight: float = 1.0


def lerp(low: float, high: float, size: float) -> float:
    """Return the number that far between moderate and clear."""
    return low + (high - low) * size


def planted(
    kind: str, name: str, clock: Clock, signs: Signs, views: tuple[int, ...], span: tuple[int, int], size: float
) -> Planted:
    """Return an entry of the answer key for a fault in slots `[first, last)`; to the end of the week it lasts."""
    first, last = span
    lasting = last >= clock.size and last - first > DAY
    return Planted(
        kind, name, signs, views, clock.time(first), clock.time(min(last, clock.size)), size, lasting=lasting
    )
