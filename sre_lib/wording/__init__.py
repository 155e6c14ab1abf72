"""What people read, in their language: English source texts, gettext catalogues, numbers and times as people write."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from io import BytesIO
from math import floor, log10
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_scientific
from babel.support import NullTranslations, Translations

from sre_lib.views import Views, builtin_views
from sre_lib.wording.units import binary_unit

SOURCE_LANGUAGE = "en"

_MOMENT = {"en": "EEE d MMM HH:mm", "ja": "M月d日(EEE) HH:mm"}
_DAY = {"en": "EEE d MMM", "ja": "M月d日(EEE)"}
_FULL_MOMENT = {"en": "y-MM-dd (EEE) HH:mm", "ja": "y年M月d日(EEE) HH:mm"}
_FULL_DAY = {"en": "y-MM-dd (EEE)", "ja": "y年M月d日(EEE)"}
_CLOCK = "HH:mm"
_WEEK_HOUR = {"en": "EEE HH:mm", "ja": "EEEE HH:mm"}
_WEEKDAY = {"en": "EEE", "ja": "EEEE"}
_SCIENTIFIC = 1e15


def N_(message: str) -> str:  # noqa: N802  gettext's own name for a text that is translated where it is shown
    """Mark a text for the catalogue and return it unchanged."""
    return message


@dataclass(frozen=True)
class Wording:
    """Texts, numbers and times in one language; `say(message, name=value)` translates and fills in."""

    language: str
    translations: NullTranslations
    views: Views = field(default_factory=builtin_views)

    def looking(self, views: Views) -> "Wording":
        """Return the same wording with the views whose texts it is to use (by default the package's)."""
        return replace(self, views=views)

    def __call__(self, message: str, /, **values: object) -> str:
        """Return the translation of `message` with its `{name}` placeholders filled in."""
        return self.say(message, **values)

    def say(self, message: str, /, **values: object) -> str:
        """Return the same as calling the wording itself; the catalogue finds texts by this name."""
        return self.translations.ugettext(message).format(**values) if message else ""

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the translation for `n` things; `{n}` is the number itself."""
        return self.translations.ungettext(one, many, n).format(n=self.number(n), **values)

    def number(self, value: float, digits: int | None = None) -> str:
        """Return a number with at most three figures that matter, or with exactly `digits` decimals.

        From 1e15 on it is written 1.23E15: what long digits say there is not true of a float64.
        """
        if abs(value) >= _SCIENTIFIC:
            return format_scientific(value, format="0.##E0", locale=self.language)
        if digits is None:
            digits = _decimals(value)
            return format_decimal(round(value, digits), format=f"#,##0.{'#' * digits}", locale=self.language)
        return format_decimal(value, format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=self.language)

    def compact(self, value: float) -> str:
        """Return a large number shortened: 12.3M, 1234.6万; from 1e15 on like `number`."""
        if abs(value) >= _SCIENTIFIC:
            return self.number(value)
        return format_compact_decimal(value, locale=self.language, fraction_digits=1)

    def percent(self, value: float) -> str:
        """Return percent (0..100, not a share) as people say it: 48 %."""
        return self.say("{number} %", number=self.number(value, 1 if abs(value) < 9.95 else 0))

    def points(self, value: float) -> str:
        """Return a difference of two percentages, in points."""
        return self.say("{number} points", number=self.number(value, 1 if abs(value) < 9.95 else 0))

    def share(self, value: float) -> str:
        """Return a share (0..1) as percent; nothing short of all is rounded up to 100 %."""
        return self.say("{number} %", number=self.number(floor(value * 1000 + 1e-6) / 10))

    def bytes(self, value: float) -> str:
        """Return bytes in the binary unit that fits: 1.2 GiB."""
        size, unit = binary_unit(value)
        return f"{self.number(value / size, 1 if size > 1 and abs(value) < 100 * size else 0)} {unit}"

    def duration(self, span: timedelta) -> str:
        """Return a duration in its two largest units: 45 min, 2 h 35 min, 3 days 4 h."""
        minutes = round(span / timedelta(minutes=1))
        days, hours = divmod(round(minutes / 60), 24)
        if minutes >= 48 * 60:
            text = self.plural("{n} day", "{n} days", days)
            return self.say("{days} {hours} h", days=text, hours=hours) if hours and days < 7 else text
        if minutes >= 60:
            full, rest = divmod(minutes, 60)
            return (
                self.say("{hours} h {minutes} min", hours=full, minutes=rest)
                if rest
                else self.say("{hours} h", hours=full)
            )
        return self.say("{minutes} min", minutes=minutes)

    def time(self, moment: datetime, timezone: str) -> str:
        """Return day and time in a time zone, without the year: Thu 1 Oct 14:05."""
        return self._format(moment, _MOMENT[self.language], timezone)

    def clock(self, moment: datetime, timezone: str) -> str:
        """Return the time of day in a time zone: 14:05."""
        return self._format(moment, _CLOCK, timezone)

    def week_hour(self, moment: datetime, timezone: str) -> str:
        """Return weekday and time in a time zone, of any week: Sat 20:00."""
        return self._format(moment, _WEEK_HOUR[self.language], timezone)

    def weekday(self, moment: datetime, timezone: str) -> str:
        """Return the weekday in a time zone: Sat."""
        return self._format(moment, _WEEKDAY[self.language], timezone)

    def day(self, moment: datetime, timezone: str) -> str:
        """Return the day in a time zone, without the year: Thu 1 Oct."""
        return self._format(moment, _DAY[self.language], timezone)

    def full_time(self, moment: datetime, timezone: str) -> str:
        """Return day and time with the year: 2026-10-01 (Thu) 14:05."""
        return self._format(moment, _FULL_MOMENT[self.language], timezone)

    def full_day(self, moment: datetime, timezone: str) -> str:
        """Return the day with the year: 2026-10-01 (Thu)."""
        return self._format(moment, _FULL_DAY[self.language], timezone)

    def span(self, start: datetime, end: datetime, timezone: str) -> str:
        """Return `start` to `end`, the day of the end left out where it is the same."""
        same = start.astimezone(ZoneInfo(timezone)).date() == end.astimezone(ZoneInfo(timezone)).date()
        last = self.clock(end, timezone) if same else self.time(end, timezone)
        return self.say("{start} to {end}", start=self.time(start, timezone), end=last)

    def listing(self, items: list[str]) -> str:
        """Return items joined as the language joins them."""
        return self.say(", ").join(items)

    def _format(self, moment: datetime, pattern: str, timezone: str) -> str:
        """Return a moment by a CLDR pattern in a time zone."""
        return format_datetime(moment, pattern, tzinfo=ZoneInfo(timezone), locale=self.language)


@cache
def wording(language: str) -> Wording:
    """Return the wording of a language (en, ja); FileNotFoundError where there is no catalogue for it."""
    if language == SOURCE_LANGUAGE:
        return Wording(language, NullTranslations())
    with files("sre_lib.wording").joinpath(f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Wording(language, Translations(compiled))


def _decimals(value: float) -> int:
    """Return how many decimals leave three figures that matter, at most three."""
    return min(3, max(0, 2 - floor(log10(abs(value))))) if value else 0
