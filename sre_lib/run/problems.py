"""What was asked for and did not come: on the page, on standard error, in the exit code."""

from collections import Counter
from collections.abc import Sequence

from sre_lib.collect.gather import Collected
from sre_lib.document.opening import Opened
from sre_lib.model import Status

_PROBLEMS = (Status.DENIED, Status.PARTIAL)


def sentences(opened: Opened, failed: Sequence[tuple[str, str | None]]) -> tuple[str, ...]:
    """Return one English sentence for each thing that is missing from the document; empty where all is well."""
    lacking = [
        f"{service}: {count} of its series {'were' if count > 1 else 'was'} {_words(status)}{_because(message)}"
        for (service, status, message), count in _lacking(opened).items()
    ]
    looks = [f"{name}: could not be analysed: {message}" for name, message in opened.failed.items()]
    notebooks = [f"{name}: its notebook failed: {error}" for name, error in failed if name not in opened.failed]
    return tuple(lacking + looks + notebooks)


def incomplete(opened: Opened) -> str:
    """Return what a page says on top where something asked for is missing, in the page's language."""
    services = {service for service, _, _ in _lacking(opened)} | set(opened.failed)
    if not services:
        return ""
    return opened.say(
        "Incomplete: not everything that was asked for of {services} could be read.",
        services=opened.say.listing(sorted(services)),
    )


def cost_sentence(collected: Collected) -> str:
    """Return what the collection cost."""
    if not collected.calls:
        return "CloudWatch was asked for nothing: the archive had it all."
    low, high = f"${collected.cost_low:.4f}", f"${collected.cost_high:.4f}"
    return (
        f"CloudWatch: {collected.calls} calls, {collected.datapoints:,} datapoints, "
        f"{collected.billed_low} to {collected.billed_high} billed metrics (about {low} to {high})."
    )


def _lacking(opened: Opened) -> Counter[tuple[str, Status, str]]:
    """Count the series that were denied or came back partial, by service, status and message."""
    return Counter(
        (look.service.name, row.status, row.message)
        for look in opened.looks
        for row in look.analysis.coverage
        if row.status in _PROBLEMS
    )


def _words(status: Status) -> str:
    """Return what happened to a series."""
    return "denied" if status is Status.DENIED else "only partly answered"


def _because(message: str) -> str:
    """Return the source's own message, if any."""
    return f" ({message})" if message else ""
