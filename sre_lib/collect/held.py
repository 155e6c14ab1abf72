"""What the archive holds of a week where it is the only source."""

from collections.abc import Sequence

from sre_lib import weeks
from sre_lib.catalog import Catalog
from sre_lib.collect.archive import PERIODS, Archive
from sre_lib.collect.collected import Problem
from sre_lib.collect.frame import NOT_ASKED
from sre_lib.collect.identities import has_pattern, seen
from sre_lib.collect.plan import wanted
from sre_lib.collect.queries import Metric
from sre_lib.collect.windows import Window, epoch
from sre_lib.errors import ArchiveError, SourceError
from sre_lib.model import Service, Status, Week
from sre_lib.params import Review


def never_asked(review: Review, services: Sequence[Service], week: Week, archive: Archive) -> tuple[Problem, ...]:
    """Return what the archive holds nothing of in a week, by service; damaged files too.

    A metric counts as held where any statistic of it was asked for at any time of the week, whatever came. Raises
    SourceError where no metric of any service of the review is: the folder is another one, or empty.
    """
    if not any(_holds(review.catalog, service, week, archive) for service in review.services):
        raise SourceError(
            f"source: the archive {review.archive} holds nothing of {week.name} for any service of {review.name}; "
            "correct `archive` or the services in the review file, or fetch the week with `type: cloudwatch`"
        )
    found = (_problem(review.catalog, service, week, archive) for service in services)
    return tuple(problem for problem in found if problem)


def wanted_metrics(catalog: Catalog, service: Service, week: Week, archive: Archive) -> set[Metric]:
    """Return the metrics of a service; of a pattern what the archive knows of history and week. Raises ArchiveError."""
    known: set[Metric] = set()
    if any(has_pattern(part) for part in service.parts):
        for each in (*weeks.history(week), week):
            for period_s in PERIODS:
                known |= seen(archive.spans(service, each, period_s))
    return set(wanted(catalog, service, known))


def _holds(catalog: Catalog, service: Service, week: Week, archive: Archive) -> bool:
    """Tell whether the archive holds anything of a service's week; a damaged file is something."""
    try:
        return bool(_asked(service, week, archive) & wanted_metrics(catalog, service, week, archive))
    except ArchiveError:
        return True


def _problem(catalog: Catalog, service: Service, week: Week, archive: Archive) -> Problem | None:
    """Return what the archive lacks of a service's week; None where it lacks nothing."""
    try:
        lacking = wanted_metrics(catalog, service, week, archive) - _asked(service, week, archive)
    except ArchiveError as error:
        return Problem(service.name, Status.PARTIAL, str(error), 0)
    return Problem(service.name, Status.NO_DATA, NOT_ASKED, len(lacking)) if lacking else None


def _asked(service: Service, week: Week, archive: Archive) -> set[Metric]:
    """Return the metrics that were asked for at some time of a week. Raises ArchiveError."""
    within = Window(epoch(week.start), epoch(week.end))
    return {
        key.metric
        for period_s in PERIODS
        for key, spans in archive.spans(service, week, period_s).items()
        if any(not span.window.clipped(within).empty for span in spans)
    }
