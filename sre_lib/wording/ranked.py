"""Why a finding ranks where it does, and why one was set aside, in words."""

from collections.abc import Mapping

from sre_lib.event import Event
from sre_lib.model import Finding
from sre_lib.wording import N_, Wording

_FACTORS: Mapping[str, str] = {
    "surprise": N_("surprise {value}"),
    "nearness": N_("nearness to the limit {value}"),
    "duration": N_("duration {value}"),
    "novelty": N_("novelty {value}"),
    "resource": N_("kind of metric {value}"),
    "direction": N_("direction {value}"),
    "view": N_("weight of the view {value}"),
    "felt": N_("felt by customers {value}"),
}

_KINDS: Mapping[str, str] = {
    "push": N_("push"),
    "broadcast": N_("broadcast"),
    "sale": N_("sale"),
    "load_test": N_("load test"),
    "batch": N_("batch"),
    "maintenance": N_("maintenance"),
    "deployment": N_("deployment"),
    "holiday": N_("holiday"),
    "incident": N_("incident"),
    "other": N_("known event"),
    "buffer_pool": N_("the buffer pool fills after a restart"),
}


def why_ranked(finding: Finding, say: Wording) -> str:
    """Return the priority of a finding with the factors that make it; those of 1 change nothing and are left out."""
    told = [
        say(_FACTORS[name], value=say.number(round(value, 2)))
        for name, value in finding.factors.items()
        if name == "surprise" or abs(value - 1) >= 0.005
    ]
    return say(
        "Priority {priority} = {factors}", priority=say.number(round(finding.priority, 2)), factors=" × ".join(told)
    )


def kind_name(kind: str, say: Wording) -> str:
    """Return the name of a kind of known events; one of the review file's own as it is."""
    return say(_KINDS.get(kind, "")) or kind


def because(finding: Finding, say: Wording, timezone: str) -> str:
    """Return which known event explains a finding; empty where none does."""
    if not finding.because:
        return ""
    kind = say(_KINDS.get(finding.because, "")) or finding.because
    if not finding.events:
        return kind
    event = finding.events[0]
    return say("{kind}: {title}, {when}", kind=kind, title=event.title, when=say.time(event.start, timezone))


def no_effect_text(service: str, event: Event, say: Wording, timezone: str) -> str:
    """Return the sentence of a planned event that nothing followed."""
    kind = say(_KINDS.get(event.kind, "")) or event.kind
    return say(
        "{kind} {title} of {when}: no effect on the requests and the CPU of {service}",
        kind=kind, title=event.title, when=say.time(event.start, timezone), service=service,
    )  # fmt: skip
