"""A CSV with `timestamp,value` -> one series on a regular grid; what cannot be read is said with file and line."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from sre_lib.errors import UserMistakeError
from sre_lib.model import PERIOD_S

LONGEST_S = 3600
YEARS = (1970, 2199)
"""First and last year of a timestamp: what lies outside is milliseconds taken for seconds, or a slip of the pen."""

LARGEST = 1e17
"""Largest magnitude of a value: sums of squares of larger ones do not fit the float32 of the novelty."""

QUOTED = 60
"""Characters of a cell that a message quotes."""

COLUMNS = ("timestamp", "value")
ISO = r"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:$|[T ])"
OFFSET = r"[T ].*(?:Z|[+-][0-9]{1,2}(?::?[0-9]{2})?)$"
EPOCH = r"^-?[0-9]+(?:\.[0-9]+)?$"
NOTHING = ("", "nan", "null", "none")

Seconds = npt.NDArray[np.float64]


def read_series(path: Path, timezone: str = "") -> pd.Series:
    """Return the series of a CSV: float64, regular UTC index, NaN where there is no datapoint.

    Timestamps are ISO 8601 or epoch seconds, in any order; those without an offset are local to `timezone`. The period
    is the median step: up to 300 s it is averaged to 300 s, above it stays and each timestamp moves to the nearest
    slot. What shares a slot is averaged, a timestamp that stands twice too. With a single timestamp the series has one
    slot, with none it is empty. Raises UserMistakeError, with file and line, for what cannot be read.
    """
    rows = read_rows(path, (COLUMNS,))
    return _on_grid(path, times_of(path, rows["timestamp"], timezone), values_of(path, rows["value"]))


def zone(timezone: str) -> ZoneInfo:
    """Return a time zone by its IANA name; UserMistakeError where there is none of that name."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserMistakeError(f"timezone: got {timezone!r}, wants an IANA name such as Asia/Tokyo") from None


def _shown(text: str) -> str:
    """Return what a file holds as a message quotes it: short, on one line."""
    return repr(text if len(text) <= QUOTED else f"{text[:QUOTED]}...")


def read_rows(path: Path, forms: Sequence[Sequence[str]], optional: Sequence[str] = ()) -> pd.DataFrame:
    """Return the columns of a CSV as stripped text, indexed by their line in the file; empty lines are left out.

    They are those of the first of the forms whose columns are all in the header, and the optional ones that are.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _parsed(path, file, forms, optional)
    except FileNotFoundError:
        raise UserMistakeError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise UserMistakeError(f"{path}: is a folder, wants a CSV file") from None
    except OSError as error:
        raise UserMistakeError(f"{path}: cannot be read ({error.strerror}), wants a CSV file") from None
    except UnicodeDecodeError:
        raise UserMistakeError(f"{path}: is not UTF-8 text, wants a CSV file") from None


def _parsed(path: Path, lines: Iterable[str], forms: Sequence[Sequence[str]], optional: Sequence[str]) -> pd.DataFrame:
    """Return what the lines of a file hold; a row may be shorter than the header, never longer."""
    reader = csv.reader(lines, strict=True)
    numbers: list[int] = []
    cells: list[list[str]] = []
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        columns = _columns(path, header, forms, optional)
        places = [header.index(name) for name in columns]
        for row in reader:
            if len(row) > len(header):
                raise UserMistakeError(
                    f"{path}, line {reader.line_num}: got {len(row)} fields, "
                    f"wants {len(header)} as in line 1 (is there a comma too many?)"
                )
            pair = [row[place].strip() if place < len(row) else "" for place in places]
            if any(pair):
                numbers.append(reader.line_num)
                cells.append(pair)
    except csv.Error as error:
        raise UserMistakeError(f"{path}, line {reader.line_num}: cannot be read as CSV ({error})") from None
    return pd.DataFrame(cells, index=numbers, columns=columns, dtype=str)


def _columns(path: Path, header: list[str], forms: Sequence[Sequence[str]], optional: Sequence[str]) -> list[str]:
    """Return which columns of the header are read."""
    wanted = " or ".join(",".join(form) for form in forms)
    if not header:
        raise UserMistakeError(f"{path}, line 1: is empty, wants the columns {wanted}")
    form = next((form for form in forms if set(form) <= set(header)), forms[0])
    columns = [*form, *(name for name in optional if name in header and name not in form)]
    for name in columns:
        if header.count(name) != 1:
            wrong = "is missing" if name not in header else f"stands {header.count(name)} times"
            got = _shown(", ".join(header))
            raise UserMistakeError(f"{path}, line 1: got the columns {got}; {name} {wrong}, wants {wanted}")
    return columns


def times_of(path: Path, text: pd.Series, timezone: str) -> npt.NDArray[np.int64]:
    """Return a column of timestamps as whole seconds since the epoch; UserMistakeError where one is none."""
    epoch = text.str.contains(EPOCH)
    # pandas would take "now" and "today" too.
    iso = text.str.contains(ISO) & ~epoch
    aware = iso & text.str.contains(OFFSET)
    naive = iso & ~aware
    seconds = pd.Series(np.nan, index=text.index)
    seconds[epoch] = np.floor(text[epoch].astype(np.float64))
    if aware.any():
        seconds[aware] = _seconds(pd.to_datetime(text[aware], format="ISO8601", utc=True, errors="coerce"))
    if naive.any():
        seconds[naive] = _localised(path, text[naive], timezone)
    first, last = (pd.Timestamp(year, 1, 1).timestamp() for year in (YEARS[0], YEARS[1] + 1))
    wrong = ~((seconds >= first) & (seconds < last))
    if wrong.any():
        line = text.index[wrong][0]
        raise UserMistakeError(
            f"{path}, line {line}: timestamp: got {_shown(text[line])}, wants a time from {YEARS[0]} to {YEARS[1]}: "
            "ISO 8601 such as 2026-10-05T07:00:00Z, or seconds (not milliseconds) since 1970"
        )
    return seconds.to_numpy().astype(np.int64)


def _seconds(times: pd.Series) -> Seconds:
    """Return UTC timestamps as seconds since the epoch; NaN where there is none."""
    there = times.notna().to_numpy()
    return np.where(there, pd.DatetimeIndex(times).as_unit("s").asi8, np.nan)


def _localised(path: Path, text: pd.Series, timezone: str) -> Seconds:
    """Return timestamps without an offset as UTC; an hour that comes twice is told apart by the order of the rows."""
    local = pd.to_datetime(text, format="ISO8601", errors="coerce")
    possible = local.dt.year.between(*YEARS)
    if not possible.all():
        return np.where(possible, 0.0, np.nan)
    if not timezone:
        raise UserMistakeError(
            f"{path}, line {text.index[0]}: timestamp: got {_shown(text.iloc[0])} without an offset; "
            "say in which time zone with --timezone, such as --timezone Asia/Tokyo"
        )
    place = zone(timezone)
    known = local.dt.tz_localize(place, ambiguous=np.ones(len(local), dtype=bool), nonexistent="NaT")
    if known.isna().any():
        raise _by_the_clock(path, text, known, f"which the clocks of {timezone} skip")
    try:
        known = local.dt.tz_localize(place, ambiguous="infer")
    except ValueError:
        known = local.dt.tz_localize(place, ambiguous="NaT")
        told = f"which comes twice in {timezone}, and the order of the rows does not tell which is meant"
        raise _by_the_clock(path, text, known, told) from None
    return _seconds(known.dt.tz_convert("UTC"))


def _by_the_clock(path: Path, text: pd.Series, known: pd.Series, told: str) -> UserMistakeError:
    """Return the mistake of the first timestamp that stands for no single moment."""
    line = text.index[known.isna()][0]
    return UserMistakeError(
        f"{path}, line {line}: timestamp: got {_shown(text[line])}, {told}; "
        "write the offset into the timestamps, such as 2026-10-05T07:00:00+09:00"
    )


def values_of(path: Path, text: pd.Series) -> npt.NDArray[np.float64]:
    """Return a column of values; NaN where nothing stands. What is no number, or larger than any, is refused."""
    nothing = text.str.lower().isin(NOTHING)
    values = pd.to_numeric(text.where(~nothing), errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~nothing.to_numpy() & ~(np.abs(values) <= LARGEST)
    if wrong.any():
        line = text.index[wrong][0]
        raise UserMistakeError(
            f"{path}, line {line}: {text.name}: got {_shown(text[line])}, "
            f"wants a finite number, at most {LARGEST:.0e} either way, or nothing where there is no datapoint"
        )
    return values


def _on_grid(path: Path, times: npt.NDArray[np.int64], values: npt.NDArray[np.float64]) -> pd.Series:
    """Return datapoints on a regular grid, averaged where several share a slot."""
    unique = np.unique(times)
    period = round(float(np.median(np.diff(unique)))) if len(unique) > 1 else PERIOD_S
    if not 1 <= period <= LONGEST_S:
        raise UserMistakeError(f"{path}: timestamp: the usual step is {period} s, wants 1 s to {LONGEST_S} s")
    if not len(unique):
        return pd.Series(dtype=np.float64, index=pd.DatetimeIndex([], tz="UTC"))
    fine = period < PERIOD_S
    step, origin = (PERIOD_S, int(unique[0]) // PERIOD_S * PERIOD_S) if fine else (period, int(unique[0]))
    slots = (times - origin) // step if fine else np.rint((times - origin) / step).astype(np.int64)
    if slots.max() > 20 * len(unique) + 1000:
        raise UserMistakeError(
            f"{path}: timestamp: got {len(unique)} timestamps over {slots.max() + 1} periods of {step} s, "
            "wants at least one in twenty; cut the file where the data begins"
        )
    there = ~np.isnan(values)
    count = np.bincount(slots, weights=there)
    total = np.bincount(slots, weights=np.where(there, values, 0.0))
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    index = pd.to_datetime(origin + step * np.arange(len(count)), unit="s", utc=True).as_unit("s")
    return pd.Series(mean, index)
