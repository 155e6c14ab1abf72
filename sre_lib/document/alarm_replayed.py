"""How faithfully an alarm is replayed, as one line of its card."""

from sre_lib.alarms.fidelity import Fidelity, fidelity
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.review import AlarmReview, Card
from sre_lib.wording import Wording


def fidelity_of(card: Card, found: AlarmReview) -> Fidelity | NotReplayable | None:
    """Return how an alarm's replay compares with what was real; None where nothing was collected."""
    if found.kept is None or found.datapoints is None:
        return None
    return fidelity(card.case.id, card.case.spans, found.kept, found.datapoints)


def fidelity_text(told: Fidelity | NotReplayable | None, say: Wording, zone: str) -> str:
    """Return how an alarm's replay compares with what was real, over which time; empty where nothing was collected."""
    if told is None:
        return ""
    if isinstance(told, NotReplayable):
        return say("Not replayed, because {why}.", why=told.why)
    span = say.span(told.from_, told.to, zone)
    if not told.real and not told.extra:
        return say("Replayed {span}: no change of state, as it was.", span=span)
    text = say(
        "Replayed {span}: {n} of {real} changes of state within one period, {extra} more.",
        span=span,
        n=told.reproduced,
        real=told.real,
        extra=told.extra,
    )
    return text if told.trusted else say("{text} Too few to trust a what-if.", text=text)
