"""What the archive lacks of the weeks before the reviewed one: never asked for, or asked for and not answered."""

from collections.abc import Mapping, Sequence

from sre_lib import weeks
from sre_lib.catalog import Catalog
from sre_lib.collect.archive import PERIODS, Archive
from sre_lib.collect.collected import Problem, problems_of
from sre_lib.collect.held import wanted_metrics
from sre_lib.collect.identities import ANY
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import answered
from sre_lib.errors import ArchiveError
from sre_lib.model import Service, Status, Week


def weeks_held(services: Sequence[Service], week: Week, archive: Archive) -> Mapping[str, frozenset[str]]:
    """Return for each service the names of the weeks, of history and week, of which the archive holds an answer.

    That there is no datapoint is one; that it was denied, or did not come in full, is none. A damaged file counts.
    """
    all_weeks = (*weeks.history(week), week)
    return {
        service.name: frozenset(each.name for each in all_weeks if _answered(service, each, archive))
        for service in services
    }


def not_answered(catalog: Catalog, service: Service, week: Week, archive: Archive) -> tuple[Problem, ...]:
    """Return what was denied or came back partial of a service's history and never came since. Raises ArchiveError."""
    wanted = wanted_metrics(catalog, service, week, archive)
    lacking: dict[tuple[str, Status, str, bool], set[Metric]] = {}
    for each in weeks.history(week):
        for period_s in PERIODS:
            for key, spans in archive.spans(service, each, period_s).items():
                for span in spans:
                    if key.metric in wanted and not span.closed:
                        lacking.setdefault((service.name, span.status, span.message, True), set()).add(key.metric)
    return problems_of(lacking)


def _answered(service: Service, week: Week, archive: Archive) -> bool:
    """Tell whether any series of a service's week was answered in full at some time of it."""
    try:
        known = (archive.spans(service, week, period_s) for period_s in PERIODS)
        # The note of a pattern that matches nothing is kept under the pattern itself: no series was answered.
        return any(answered(spans) for each in known for key, spans in each.items() if not _is_pattern(key.metric))
    except ArchiveError:
        return True


def _is_pattern(metric: Metric) -> bool:
    """Tell whether a metric is named by a pattern as it stands in the review file."""
    return any(ANY in value for _, value in metric.dimensions)
