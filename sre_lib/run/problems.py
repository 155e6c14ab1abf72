"""What was asked for and did not come: on the page, on standard error, in the exit code; and what it cost."""

from collections.abc import Iterable, Sequence

from sre_lib.collect.frame import NOT_ASKED
from sre_lib.collect.gather import Collected, Problem
from sre_lib.collect.identities import MATCHES_NOTHING
from sre_lib.collect.usage import Usage
from sre_lib.document.lacking import lacking, lacking_sentences, news, several
from sre_lib.document.opening import Opened
from sre_lib.model import Status
from sre_lib.wording import wording

_SAY = wording("en")
"""The language of standard error and of answers for programs."""


def sentences(opened: Opened, collected: Collected, failed: Sequence[tuple[str, str | None]]) -> tuple[str, ...]:
    """Return one English sentence for each thing that was asked for and is missing; empty where all is well.

    `opened` knows what the document lacks, `collected` what just failed; what both know is said once.
    """
    lacks = lacking_sentences(lacking(opened, collected.problems), _SAY)
    looks = [f"{name}: could not be analysed: {message}" for name, message in opened.failed.items()]
    notebooks = [f"{name}: its notebook failed: {error}" for name, error in failed if name not in opened.failed]
    return (*lacks, *looks, *notebooks)


def of_collection(problems: Iterable[Problem]) -> tuple[str, ...]:
    """Return one English sentence for each thing that a collection did not bring, where no document is made of it."""
    return tuple(lacking_sentences(filter(_is_wrong, problems), _SAY))


def _is_wrong(problem: Problem) -> bool:
    """Tell whether a problem is one: no datapoint at all is an answer, and a note may come with a full one."""
    nothing_asked = problem.status is Status.NO_DATA and problem.message.endswith((NOT_ASKED, MATCHES_NOTHING))
    return nothing_asked or problem.status in {Status.DENIED, Status.PARTIAL}


def incomplete(opened: Opened, collected: Collected) -> str:
    """Return what a page says on top where something asked for is missing, in the page's language.

    What only the collection knows, since the archive has older answers, stands nowhere else on the page.
    """
    names = [each.service for each in lacking(opened, collected.problems) if each.service]
    services = sorted({*names, *opened.failed})
    only_here = lacking_sentences(news(opened, collected.problems), opened.say)
    if not services:
        return " ".join(only_here)
    incomplete = opened.say(
        "Incomplete: not everything that was asked for of {services} could be read.",
        services=several(services, opened.say),
    )
    return " ".join([incomplete, *only_here])


def cost_sentence(collected: Collected) -> str:
    """Return what the collection cost."""
    used = collected.usage
    if not used.calls and not used.refused:
        return f"CloudWatch was asked for nothing{'' if collected.problems else ': the archive had it all'}."
    refused = f" and {used.refused} that failed" if used.refused else ""
    return f"CloudWatch: {used.calls} calls{refused}, {used.datapoints:,} datapoints, {billed(used)}."


def billed(used: Usage) -> str:
    """Return what is billed, at least and at most."""
    low, high = f"${used.cost_low:.4f}", f"${used.cost_high:.4f}"
    return f"{used.billed_low} to {used.billed_high} billed metrics (about {low} to {high})"
