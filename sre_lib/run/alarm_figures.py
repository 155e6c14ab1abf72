"""The meeting's own figure of earlier weeks, as the alarms.json of each recorded it."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, ValidationError

from sre_lib import weeks
from sre_lib.alarms.figures import WeekFigure
from sre_lib.document.opening import Opened
from sre_lib.run.alarm_answers import ALARMS_JSON
from sre_lib.run.meeting import Desk


class _File(BaseModel):
    """What of an alarms.json tells the figures; one of an earlier version may have less."""

    model_config = ConfigDict(extra="ignore")
    week: str = ""
    weeks: tuple[WeekFigure, ...] = ()


def with_figures(opened: Opened, desk: Desk) -> Opened:
    """Return the opened week with the figures of the alarms that earlier weeks recorded of themselves."""
    return replace(opened, meeting=replace(opened.meeting, figures=tuple(_recorded(desk))))


def _recorded(desk: Desk) -> Iterator[WeekFigure]:
    """Yield the figure of each earlier week that has one; a file that cannot be read tells none."""
    for week in weeks.history(desk.week):
        content = desk.store.read(f"{desk.folder_of(week.name)}/{ALARMS_JSON}")
        try:
            file = _File.model_validate_json(content) if content else _File()
        except ValidationError:
            continue
        yield from (each for each in file.weeks if each.week == week.name == file.week)
