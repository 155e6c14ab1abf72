"""run.json: what a run did, who was told of it, and a later run of the week that failed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, Field, ValidationError

from sre_lib.collect.gather import Collected
from sre_lib.document.opening import Opened
from sre_lib.run.answers import FORMAT, VERSION, collected_row, coverage_rows, day_rows, document
from sre_lib.run.exit_codes import exit_code_of
from sre_lib.run.fetch import Scope
from sre_lib.run.frame import ends_of
from sre_lib.run.meeting import Desk
from sre_lib.wording import Wording

RUN_JSON = "run.json"


class FailedRun(BaseModel):
    """A run that failed after the one that made the pages: when, and how it ended."""

    at: datetime
    exit_code: int
    why: str


class RunRecord(BaseModel):
    """What is read again of a run.json; one of an older version has none of it."""

    data_until: Mapping[str, datetime | None] = Field(default_factory=dict)
    problems: tuple[str, ...] = ()
    failed_run: FailedRun | None = None


def account(
    found: Scope, opened: Opened, collected: Collected, sentences: tuple[str, ...], seconds: float
) -> dict[str, object]:
    """Return what a run did, for run.json; `seconds` is what it took, `sentences` what was wrong."""
    return {
        "review": found.review.name,
        "week": found.week.name,
        "window": {"start": found.week.start, "end": found.week.end, "history_start": found.week.history_start},
        "timezone": found.review.timezone,
        "language": found.review.language,
        "source": found.review.source.type,
        "now": found.now,
        "library_version": VERSION,
        "collected": collected_row(collected),
        "services": [service.name for service in found.review.services],
        "failed": dict(opened.failed),
        "problems": list(sentences),
        "coverage": coverage_rows([look.analysis for look in opened.looks]),
        "data_until": ends_of(opened),
        "days": day_rows([look.service_week for look in opened.looks]),
        "seconds": round(seconds, 1),
        "notices": [],
        "failed_run": None,
    }


def record_of(desk: Desk, week: str) -> RunRecord:
    """Return what run.json says of a week; nothing where there is none, or where it cannot be read."""
    try:
        return RunRecord.model_validate_json(desk.store.read(f"{desk.folder_of(week)}/{RUN_JSON}") or b"{}")
    except ValidationError:
        return RunRecord()


def stale_text(desk: Desk, week: str, say: Wording) -> str:
    """Return what the pages of a week say where a run after theirs failed; empty where none did."""
    failed = record_of(desk, week).failed_run
    if failed is None:
        return ""
    when = say.full_time(failed.at, desk.review.timezone)
    return say("The run of {when} failed: these pages are those of an earlier run.", when=when)


def has_pages(desk: Desk) -> bool:
    """Tell whether a run of the week was finished."""
    return desk.store.read(f"{desk.folder}/{RUN_JSON}") is not None


def note_failed(desk: Desk, error: Exception, why: str, now: datetime) -> None:
    """Put a run that failed into the run.json of the run before it. Raises StoreError where it cannot be written."""
    failed = FailedRun(at=now, exit_code=exit_code_of(error), why=why)
    _put(desk, {"failed_run": failed.model_dump()})


def note_told(desk: Desk, rows: list[Mapping[str, str]]) -> None:
    """Put into run.json who was told of its run. Raises StoreError where it cannot be written."""
    _put(desk, {"notices": rows})


def _put(desk: Desk, values: Mapping[str, Any]) -> None:
    """Replace some values of run.json while no run writes the week; one that cannot be read stays as it is."""
    with desk.store.locked(f"run-{desk.folder}"):
        content = desk.store.read(f"{desk.folder}/{RUN_JSON}")
        try:
            row = orjson.loads(content or b"")
        except orjson.JSONDecodeError:
            return
        if isinstance(row, dict) and row.pop("format", None) == FORMAT:
            desk.store.write(f"{desk.folder}/{RUN_JSON}", document({**row, **values}))
