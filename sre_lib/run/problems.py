"""What was asked for and did not come: on the page, on standard error, in the exit code."""

from collections import Counter
from collections.abc import Sequence

from sre_lib.collect.frame import NOT_ASKED
from sre_lib.collect.gather import Collected, Problem
from sre_lib.document.opening import Opened
from sre_lib.model import Coverage, Status

_WORDS = {
    Status.DENIED: "denied",
    Status.PARTIAL: "only partly answered",
    Status.NO_DATA: "never asked for",
}

Lacking = Counter[tuple[str, Status, str]]
"""How many series lack something, by service, status and message."""


def sentences(opened: Opened, collected: Collected, failed: Sequence[tuple[str, str | None]]) -> tuple[str, ...]:
    """Return one English sentence for each thing that was asked for and is missing; empty where all is well.

    `opened` knows what the document lacks of the week, `collected` also what just failed of the history; what both
    know is said once. Notes that came with a full answer, and history that is too old to be asked for, are no problem.
    """
    seen = _lacking(opened)
    lacking = [_lacks(*what, count) for what, count in seen.items()]
    lacking += [_of(each) for each in collected.problems if _is_news(each, seen, opened)]
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
    used = collected.usage
    if not used.calls and not used.refused:
        return f"CloudWatch was asked for nothing{'' if collected.problems else ': the archive had it all'}."
    low, high = f"${used.cost_low:.4f}", f"${used.cost_high:.4f}"
    refused = f" and {used.refused} that failed" if used.refused else ""
    return (
        f"CloudWatch: {used.calls} calls{refused}, {used.datapoints:,} datapoints, "
        f"{used.billed_low} to {used.billed_high} billed metrics (about {low} to {high})."
    )


def _lacking(opened: Opened) -> Lacking:
    """Count the series that were denied, came back partial or were never asked for in the week."""
    return Counter(
        (look.service.name, row.status, row.message)
        for look in opened.looks
        for row in look.analysis.coverage
        if _is_lacking(row)
    )


def _is_lacking(row: Coverage) -> bool:
    """Tell whether a series' week is not what was asked for; no datapoint at all is an answer too."""
    return row.status in {Status.DENIED, Status.PARTIAL} or (row.status is Status.NO_DATA and NOT_ASKED in row.message)


def _is_news(problem: Problem, seen: Lacking, opened: Opened) -> bool:
    """Tell whether a problem of the collection is one, and not seen in the document already."""
    service, status, message, metrics, before = problem
    if status is Status.COMPLETE or (status is Status.NO_DATA and message != NOT_ASKED):
        return False
    if not metrics:
        # A damaged file: the service could not be opened, and why is said there.
        return service not in opened.failed
    # A row has the messages of all its spans; partial is also what was answered in one half and denied in the other.
    return before or not any(
        name == service and row in {status, Status.PARTIAL} and message in text for name, row, text in seen
    )


def _of(problem: Problem) -> str:
    """Return the sentence for a problem of the collection."""
    service, status, message, metrics, before = problem
    return _lacks(service, status, message, metrics, before=before) if metrics else f"{service}: {message}"


def _lacks(service: str, status: Status, message: str, count: int, *, before: bool = False) -> str:
    """Return the sentence for some series of a service that lack something."""
    when = " before the week" if before else ""
    verb = "were" if count > 1 else "was"
    return f"{service}: {count} of its series {verb} {_WORDS[status]}{when}{_because(message)}"


def _because(message: str) -> str:
    """Return the source's own message, if any."""
    return f" ({message})" if message else ""
