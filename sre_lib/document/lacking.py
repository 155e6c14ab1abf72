"""What was asked for and did not come, in words: the same on the page and on standard error."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sre_lib.collect.collected import Problem
from sre_lib.collect.frame import NOT_ASKED
from sre_lib.document.opening import Opened
from sre_lib.model import Coverage, Status
from sre_lib.wording import N_, Wording

MOST_NAMES = 3
"""More services than these are counted, not named."""

_TEXTS: Mapping[tuple[Status, bool], str] = {
    (Status.DENIED, False): N_("{services}: {n} series denied"),
    (Status.DENIED, True): N_("{services}: {n} series denied before the week"),
    (Status.PARTIAL, False): N_("{services}: {n} series not answered in full"),
    (Status.PARTIAL, True): N_("{services}: {n} series not answered in full before the week"),
    (Status.NO_DATA, False): N_("{services}: {n} series never asked for"),
    (Status.NO_DATA, True): N_("{services}: {n} series never asked for before the week"),
}


def lacking(opened: Opened, collection: Iterable[Problem] = ()) -> tuple[Problem, ...]:
    """Return what lacks of week and history, the week first; what page and `collection` both know stands once.

    Notes that came with a full answer, and what is too old to be asked for, lack nothing.
    """
    return (*_known(opened), *news(opened, collection))


def news(opened: Opened, collection: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return what a collection did not bring that neither coverage nor archive tell: older answers stand there."""
    known = _known(opened)
    return tuple(each for each in collection if _is_news(each, known, opened))


def lacking_sentences(problems: Iterable[Problem], say: Wording) -> list[str]:
    """Return one sentence for each thing that lacks, however many services it concerns."""
    groups: dict[tuple[Status, str, bool, bool], list[Problem]] = {}
    for each in problems:
        groups.setdefault((each.status, each.message, each.before, not each.metrics), []).append(each)
    return [_sentence(group, say) for group in groups.values()]


def several(names: Sequence[str], say: Wording) -> str:
    """Return some services by name: all where they are few, else the first two and how many others."""
    unique = list(dict.fromkeys(names))
    if len(unique) <= MOST_NAMES:
        return say.listing(unique)
    first = say.listing(unique[:2])
    return say.plural("{names} and {n} other", "{names} and {n} others", len(unique) - 2, names=first)


def _sentence(group: Sequence[Problem], say: Wording) -> str:
    """Return the sentence for one thing that lacks of some services."""
    services, first = several([each.service for each in group], say), group[0]
    if not first.metrics:
        return f"{services}: {first.message}" if services else first.message
    count = say.number(sum(each.metrics for each in group))
    text = say(_TEXTS[first.status, first.before], services=services, n=count)
    return f"{text} ({first.message})" if first.message else text


def _known(opened: Opened) -> list[Problem]:
    """Return what lacks of week and history, as coverage and archive tell it."""
    week = _of_week(opened)
    return [*week, *(each for each in opened.lacking if not _goes_on(each, week))]


def _of_week(opened: Opened) -> list[Problem]:
    """Return the series that were denied, came back partial or were never asked for in the week, counted."""
    counts = Counter(
        (look.service.name, row.status, row.message)
        for look in opened.looks
        for row in look.analysis.coverage
        if _is_lacking(row)
    )
    return [Problem(*what, count) for what, count in counts.items()]


def _goes_on(history: Problem, week: Sequence[Problem]) -> bool:
    """Tell whether what lacks of the history lacks of the week as well, and of as many series."""
    return any(
        each.service == history.service and history.message in each.message and history.metrics <= each.metrics
        for each in week
    )


def _is_lacking(row: Coverage) -> bool:
    """Tell whether a series' week is not what was asked for; no datapoint at all is an answer too."""
    return row.status in {Status.DENIED, Status.PARTIAL} or (row.status is Status.NO_DATA and NOT_ASKED in row.message)


def _is_news(problem: Problem, known: Sequence[Problem], opened: Opened) -> bool:
    """Tell whether a problem of the collection is one, and not known already."""
    service, status, message, metrics, before = problem
    if status is Status.COMPLETE or (status is Status.NO_DATA and message != NOT_ASKED):
        return False
    if not metrics:
        # A damaged file: the service could not be opened, and why is said there.
        return service not in opened.failed
    # A row has the messages of all its spans; partial is also what was answered in one half and denied in the other.
    return not any(
        each.service == service
        and each.before == before
        and each.status in {status, Status.PARTIAL}
        and message in each.message
        for each in known
    )
