"""Dates as people type them in a meeting, English and Japanese: a closed list of forms, counted from its day."""

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

_WEEK = 7
_DAYS = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
    "月": 0, "火": 1, "水": 2, "木": 3, "金": 4, "土": 5, "日": 6,
}  # fmt: skip
_ENGLISH_DAY = (
    r"(?P<day>mon|tue|wed|thu|fri|sat|sun)"
    r"(?:day|sday|nesday|rsday|urday|s|rs|r|nes)?"
)
_JAPANESE_DAY = r"(?P<day>[月火水木金土日])曜日?"

Reader = Callable[[re.Match[str], date], date]


class Found(NamedTuple):
    """A date in a text: where it stands, `[start, end)`, and which day it is."""

    start: int
    end: int
    day: date


def _full(match: re.Match[str], _meeting: date) -> date:
    """Return a date with its year."""
    return date(int(match["y"]), int(match["m"]), int(match["d"]))


def _month_and_day(match: re.Match[str], meeting: date) -> date:
    """Return a date without its year: the first such day that is not before the meeting."""
    month, day = int(match["m"]), int(match["d"])
    # 29 February comes only every fourth year, so that two years are not enough.
    for year in range(meeting.year, meeting.year + 9):
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
        if 1 <= day <= last and date(year, month, day) >= meeting:
            return date(year, month, day)
    raise ValueError(f"no month has a day {month}/{day}")


def _last_month_and_day(match: re.Match[str], meeting: date) -> date:
    """Return a date without its year: the last such day that is not after the meeting."""
    month, day = int(match["m"]), int(match["d"])
    for year in range(meeting.year, meeting.year - 9, -1):
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
        if 1 <= day <= last and date(year, month, day) <= meeting:
            return date(year, month, day)
    raise ValueError(f"no month has a day {month}/{day}")


def _last_weekday(match: re.Match[str], meeting: date) -> date:
    """Return the last such day of the week, the meeting's own included."""
    return meeting - timedelta(days=(meeting.weekday() - _day(match)) % _WEEK)


def _last_week(match: re.Match[str], meeting: date) -> date:
    """Return that day of the week before the meeting's."""
    return _this_week(match, meeting) - timedelta(days=_WEEK)


def _weekday(match: re.Match[str], meeting: date) -> date:
    """Return the first such day of the week after the meeting's."""
    ahead = (_day(match) - meeting.weekday() - 1) % _WEEK + 1
    return meeting + timedelta(days=ahead)


def _this_week(match: re.Match[str], meeting: date) -> date:
    """Return that day of the meeting's week, which begins on Monday."""
    return meeting + timedelta(days=_day(match) - meeting.weekday())


def _next_week(match: re.Match[str], meeting: date) -> date:
    """Return that day of the week after the meeting's."""
    return _this_week(match, meeting) + timedelta(days=_WEEK)


def _ahead(match: re.Match[str], meeting: date) -> date:
    """Return the day so many days or weeks ahead."""
    return meeting + timedelta(days=int(match["n"]) * (_WEEK if match["unit"] in {"week", "週間"} else 1))


def _month_end(months: int) -> Reader:
    """Return a reader for the last day of the meeting's month or of a later one."""

    def read(_match: re.Match[str], meeting: date) -> date:
        year, month = divmod(meeting.year * 12 + meeting.month - 1 + months, 12)
        return date(year, month + 1, calendar.monthrange(year, month + 1)[1])

    return read


def _after(days: int) -> Reader:
    """Return a reader for a day so many days after the meeting."""
    return lambda _match, meeting: meeting + timedelta(days=days)


def _day(match: re.Match[str]) -> int:
    """Return the day of the week that a form names, Monday being 0."""
    return _DAYS[match["day"].lower()]


_WITH_YEAR: Sequence[tuple[str, Reader]] = (
    (r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", _full),
    (r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})", _full),
    (r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日", _full),
)
_AHEAD: Sequence[tuple[str, Reader]] = (
    *_WITH_YEAR,
    (r"(?P<m>\d{1,2})/(?P<d>\d{1,2})", _month_and_day),
    (r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日", _month_and_day),
    (rf"next {_ENGLISH_DAY}", _next_week),
    (rf"this {_ENGLISH_DAY}", _this_week),
    (_ENGLISH_DAY, _weekday),
    (rf"来週の?{_JAPANESE_DAY}", _next_week),
    (rf"今週の?{_JAPANESE_DAY}", _this_week),
    (_JAPANESE_DAY, _weekday),
    (r"in (?P<n>\d{1,2}) (?P<unit>day|week)s?", _ahead),
    (r"(?P<n>\d{1,2})(?P<unit>日|週間)後", _ahead),
    (r"end of next month|来月末", _month_end(1)),
    (r"end of (?:the |this )?month|(?:今月|月)末", _month_end(0)),
    (r"next meeting|next week|次回|来週", _after(_WEEK)),
    (r"tomorrow|明日", _after(1)),
    (r"today|今日|本日", _after(0)),
)
_BACK: Sequence[tuple[str, Reader]] = (
    *_WITH_YEAR,
    (r"(?P<m>\d{1,2})/(?P<d>\d{1,2})", _last_month_and_day),
    (r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日", _last_month_and_day),
    (rf"last {_ENGLISH_DAY}", _last_week),
    (_ENGLISH_DAY, _last_weekday),
    (rf"先週の?{_JAPANESE_DAY}", _last_week),
    (_JAPANESE_DAY, _last_weekday),
    (r"yesterday|昨日", _after(-1)),
    (r"today|今日|本日", _after(0)),
)


def _compiled(forms: Sequence[tuple[str, Reader]]) -> Sequence[tuple[re.Pattern[str], Reader]]:
    """Return forms ready to be looked for: a number or a letter right beside one is part of another word (Mondays)."""
    return tuple(
        (re.compile(rf"(?<![\w/.-])(?:{form})(?![\w/-])", re.IGNORECASE | re.ASCII), read) for form, read in forms
    )


_FORMS, _PAST_FORMS = _compiled(_AHEAD), _compiled(_BACK)


def find(text: str, meeting: date) -> Found | None:
    """Return the last date in a text, None where there is none.

    Understood are 2026-12-03, 2026/12/3, 12/3, 2026年12月3日, 12月3日 (without a year: the first one from the meeting's
    day on), Monday, this Monday, next Monday (of the week after the meeting's), 月曜, 今週月曜, 来週月曜, in 3 days,
    in 2 weeks, 3日後, 2週間後, end of month, 月末, 来月末, today, tomorrow, next week, next meeting, 今日, 明日, 来週,
    次回. Digits and signs are ASCII: full-width ones are narrowed before (`form`). Raises ValueError where the last one
    is a day that does not exist.
    """
    return _find(text, meeting, _FORMS)


def find_past(text: str, meeting: date) -> Found | None:
    """Return the last date in a text that looks back, None where there is none; else as `find`.

    Understood are dates with their year, 12/3, 12月3日 (the last one up to the meeting's day), Monday, 月曜 (the same),
    last Monday, 先週月曜 (of the week before the meeting's), yesterday, today, 昨日, 今日.
    """
    return _find(text, meeting, _PAST_FORMS)


def find_first(text: str, meeting: date) -> Found | None:
    """Return the first date in a text, None where there is none; else as `find`."""
    found = _matches(text, _FORMS)
    if not found:
        return None
    _, match, read = min(found, key=lambda each: (each[1].start(), -each[1].end(), each[0]))
    return Found(match.start(), match.end(), read(match, meeting))


def _find(text: str, meeting: date, forms: Sequence[tuple[re.Pattern[str], Reader]]) -> Found | None:
    """Return the last of some forms in a text."""
    found = _matches(text, forms)
    if not found:
        return None
    # The form that reaches furthest to the right, of those the longest: `next Monday` rather than `Monday`.
    _, match, read = max(found, key=lambda each: (each[1].end(), -each[1].start(), -each[0]))
    return Found(match.start(), match.end(), read(match, meeting))


def _matches(text: str, forms: Sequence[tuple[re.Pattern[str], Reader]]) -> list[tuple[int, re.Match[str], Reader]]:
    """Return where some forms stand in a text, each with its place among the forms."""
    return [(order, match, read) for order, (form, read) in enumerate(forms) for match in form.finditer(text)]
