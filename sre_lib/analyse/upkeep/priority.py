"""How much something that needs care matters: how near its end is, and what happens there."""

from collections.abc import Mapping

from sre_lib.upkeep import UpkeepItem

WEIGHTS: Mapping[str, float] = {"certificate": 1.0, "engine": 0.8, "maintenance": 0.6}
"""What happens at the end: a certificate's customers are turned away that minute, an engine runs on unpatched (or is
upgraded by AWS, at a higher price until then), maintenance is done by AWS at a time that AWS picks."""

OTHER = 0.6
"""Weight of every other kind."""


def priority(item: UpkeepItem, days: int | None, now_days: int) -> float | None:
    """Return 0..1: 1 / (1 + days left / `now_days`) times the weight of its kind; None where its day is not known.

    `now_days` are those before its end at which the meeting begins to talk of it: nearness is 0.5 there, and 1 from the
    end on.
    """
    if days is None:
        return None
    return round(weight_of(item) / (1 + max(days, 0) / now_days), 4)


def weight_of(item: UpkeepItem) -> float:
    """Return the weight of an item's kind."""
    return WEIGHTS.get(item.kind, OTHER)
