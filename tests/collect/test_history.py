"""What the archive lacks of the weeks before: told apart from what was answered, whatever the week itself has."""

import numpy as np

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.collect.archive import Piece
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.collected import Problem
from sre_lib.collect.history import not_answered, weeks_held
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import TOO_OLD, Span
from sre_lib.collect.windows import HOUR_S, epoch
from sre_lib.model import PERIOD_S, Status
from tests.collect.account import SERVICE, WEB, archive_in

WEEK = weeks.named("2026-W40", "UTC", history_weeks=2)
OLDER, BEFORE = weeks.history(WEEK)
CPU, MEMORY, OTHER = (
    Metric("AWS/ECS", name, tuple(sorted(WEB.items())))
    for name in ("CPUUtilization", "MemoryUtilization", "NoLongerAskedFor")
)
NO = "AccessDenied: no"


def piece(metric: Metric, week, status: Status, message: str = "") -> Piece:
    start = epoch(week.start)
    span = Span(start, start + HOUR_S, epoch(WEEK.end), status, message)
    return Piece(SeriesKey(metric, "Sum"), span, np.full(HOUR_S // PERIOD_S, np.nan))


def lacking(archive):
    return not_answered(builtin_catalog(), SERVICE, WEEK, archive)


def test_weeks_that_were_never_asked_for(tmp_path):
    archive = archive_in(tmp_path)
    assert weeks_held([SERVICE], WEEK, archive) == {"web": frozenset()}
    archive.upsert(SERVICE, BEFORE, PERIOD_S, [piece(CPU, BEFORE, Status.DENIED, NO)])
    assert weeks_held([SERVICE], WEEK, archive) == {"web": frozenset()}
    archive.upsert(SERVICE, BEFORE, PERIOD_S, [piece(CPU, BEFORE, Status.NO_DATA)])
    assert weeks_held([SERVICE], WEEK, archive) == {"web": frozenset({BEFORE.name})}
    archive.store.write(archive.key(SERVICE, OLDER, PERIOD_S), b"PAR1 not")
    assert weeks_held([SERVICE], WEEK, archive) == {"web": frozenset({OLDER.name, BEFORE.name})}


def test_what_was_denied_in_the_history_alone(tmp_path):
    archive = archive_in(tmp_path)
    archive.upsert(SERVICE, WEEK, PERIOD_S, [piece(CPU, WEEK, Status.DENIED, NO)])
    archive.upsert(SERVICE, OLDER, PERIOD_S, [piece(CPU, OLDER, Status.NO_DATA, TOO_OLD)])
    assert lacking(archive) == ()
    archive.upsert(SERVICE, OLDER, PERIOD_S, [piece(MEMORY, OLDER, Status.DENIED, NO)])
    archive.upsert(SERVICE, BEFORE, PERIOD_S, [piece(each, BEFORE, Status.DENIED, NO) for each in (CPU, MEMORY, OTHER)])
    assert lacking(archive) == (Problem("web", Status.DENIED, NO, 2, before=True),)
    archive.upsert(SERVICE, BEFORE, PERIOD_S, [piece(CPU, BEFORE, Status.COMPLETE)])
    assert lacking(archive) == (Problem("web", Status.DENIED, NO, 1, before=True),)
