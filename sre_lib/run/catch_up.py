"""`sre-review run --catch-up`: the weeks that were missed, oldest first, and what of them is gone for good."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sre_lib import weeks
from sre_lib.collect.forgotten import ALARM_HISTORY_DAYS, DATAPOINTS, Forgotten, forgotten
from sre_lib.collect.history import weeks_held
from sre_lib.collect.windows import moment
from sre_lib.errors import SreReviewError
from sre_lib.model import PERIOD_S, Week
from sre_lib.run.one_at_a_time import alone
from sre_lib.run.progress import Progress
from sre_lib.run.weekly_run import Plan, Result, alone_run
from sre_lib.store import file_name

MADE = "run.json"
"""The file that each run of a week leaves, whatever git leaves out."""


@dataclass(frozen=True)
class Missed:
    """The weeks to make, and those that are too old to be judged, both oldest first."""

    weeks: tuple[Week, ...]
    too_old: tuple[Week, ...]


def missed(plan: Plan) -> Missed:
    """Return the weeks without pages up to the plan's, after the first one that has some; else the plan's alone.

    CloudWatch has five-minute datapoints of a week for 63 days: an older one is too old, and named only where no later
    week has pages. A review that reads its archive alone has the weeks that the archive holds.
    """
    made = _made(plan)
    if not made:
        return Missed((plan.week,), ())
    gaps = list(_since(plan.week, min(made), made))
    if plan.review.source.type == "archive":
        return Missed(tuple(each for each in gaps if _held(plan, each)), ())
    kept_from = plan.now - timedelta(days=DATAPOINTS[PERIOD_S])
    old = (each for each in gaps if each.end <= kept_from and each.name > max(made))
    return Missed(tuple(each for each in gaps if each.end > kept_from), tuple(old))


def catch_up(
    plan: Plan, tell: Callable[[str], None], progress: Progress
) -> Iterator[tuple[Week, Result | SreReviewError]]:
    """Make the missed weeks, oldest first; yield each with its result, or the error of one that could not be made.

    The review is held throughout: what another run makes meanwhile is not made again.
    """
    with alone(plan, tell):
        found = missed(plan)
        for line in lost_lines(plan, found):
            tell(line)
        for week in found.weeks:
            try:
                yield week, alone_run(replace(plan, week=week), tell, progress)
            except SreReviewError as error:
                yield week, error


def lost_lines(plan: Plan, found: Missed) -> Iterator[str]:
    """Yield what is gone for good of the missed weeks, for people."""
    for week in found.too_old:
        yield (
            f"{week.name}: lost: CloudWatch has only hourly datapoints of a week after {DATAPOINTS[PERIOD_S]} days, "
            "which are not judged; no pages are made of it"
        )
    if plan.review.source.type == "archive":
        return
    for week in found.weeks:
        gone = forgotten(plan.review.services, week, plan.archive, plan.now, alarms=plan.review.alarms)
        yield from (f"{week.name}: lost: {_sentence(each, week)}" for each in gone)


def _sentence(gone: Forgotten, week: Week) -> str:
    """Return what is gone, until when, and why."""
    what = f"datapoints of {gone.period_s} s" if gone.period_s else "changes of alarms"
    days = DATAPOINTS.get(gone.period_s, ALARM_HISTORY_DAYS)
    start, end = (_local(moment(edge), week) for edge in gone.window)
    return f"{what} from {start} to {end}; CloudWatch keeps them for {days} days, and the archive has none"


def _local(at: datetime, week: Week) -> str:
    """Return a time on the clocks of the review."""
    return f"{at.astimezone(ZoneInfo(week.timezone)):%Y-%m-%d %H:%M}"


def _made(plan: Plan) -> set[str]:
    """Return the names of the weeks that a run was finished of."""
    folder = file_name(plan.review.name)
    made = re.compile(rf"{re.escape(folder)}/(\d{{4}}-W\d{{2}})/{re.escape(MADE)}", re.ASCII)
    return {found[1] for key in plan.out.keys(f"{folder}/") if (found := made.fullmatch(key))}


def _since(last: Week, first: str, made: set[str]) -> list[Week]:
    """Return the weeks from the one called `first` to the last that are not made, oldest first."""
    found = [last]
    while found[0].name > first:
        found.insert(0, weeks.previous(found[0]))
    return [each for each in found if each.name not in made]


def _held(plan: Plan, week: Week) -> bool:
    """Tell whether the archive has an answer of a week, for any service."""
    held = weeks_held(plan.review.services, week, plan.archive)
    return any(week.name in names for names in held.values())
