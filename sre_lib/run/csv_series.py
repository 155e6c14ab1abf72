"""A CSV with `timestamp,value` -> one series on a regular grid; what cannot be read is said with file and line."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from sre_lib.errors import UserMistakeError
from sre_lib.model import PERIOD_S

LONGEST_S = 3600
OFFSET = r"(?:Z|[+-]\d{2}:?\d{2})$"
EPOCH = r"^-?\d+(?:\.\d+)?$"
NOTHING = ("", "nan", "null", "none")


def read_series(path: Path, timezone: str = "") -> pd.Series:
    """Return the series of a CSV: float64, regular UTC index, NaN where there is no datapoint.

    Timestamps are ISO 8601 or epoch seconds, in any order; those without an offset are local to `timezone`. The period
    is the median step: up to 300 s it is averaged to 300 s, above it stays and each timestamp moves to the nearest
    slot. What shares a slot is averaged, a timestamp that stands twice too. The series is empty with fewer than two
    datapoints. Raises UserMistakeError, with file and line, for what cannot be read.
    """
    rows = _rows(path)
    times = _times(path, rows["timestamp"], timezone)
    values = _values(path, rows["value"])
    return _on_grid(path, times, values)


def zone(timezone: str) -> ZoneInfo:
    """Return a time zone by its IANA name; UserMistakeError where there is none of that name."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise UserMistakeError(f"timezone: got {timezone!r}, wants an IANA name such as Asia/Tokyo") from None


def _rows(path: Path) -> pd.DataFrame:
    """Return both columns as stripped text, indexed by their line in the file; empty lines are left out."""
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, skip_blank_lines=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserMistakeError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise UserMistakeError(f"{path}: is a folder, wants a CSV file") from None
    except UnicodeDecodeError:
        raise UserMistakeError(f"{path}: is not UTF-8 text, wants a CSV file") from None
    except pd.errors.EmptyDataError:
        raise UserMistakeError(f"{path}, line 1: is empty, wants the columns timestamp,value") from None
    except pd.errors.ParserError as error:
        raise UserMistakeError(f"{path}: cannot be read as CSV ({str(error).strip()})") from None
    rows.columns = [str(name).strip().lower() for name in rows.columns]
    missing = [name for name in ("timestamp", "value") if name not in rows.columns]
    if missing:
        got = ", ".join(rows.columns)
        raise UserMistakeError(f"{path}, line 1: got the columns {got}; {missing[0]} is missing, wants timestamp,value")
    text = {name: rows[name].fillna("").str.strip() for name in ("timestamp", "value")}
    # Line 1 is the header, and the index begins at 0.
    both = pd.DataFrame(text).set_axis(rows.index + 2, axis=0)
    return both.loc[(both["timestamp"] != "") | (both["value"] != "")]


def _times(path: Path, text: pd.Series, timezone: str) -> npt.NDArray[np.int64]:
    """Return the timestamps as whole seconds since the epoch."""
    epoch = text.str.contains(EPOCH)
    aware = text.str.contains(OFFSET)
    parsed = pd.Series(pd.NaT, index=text.index, dtype="datetime64[ns, UTC]")
    if epoch.any():
        parsed[epoch] = pd.to_datetime(pd.to_numeric(text[epoch]), unit="s", utc=True)
    if (aware & ~epoch).any():
        parsed[aware & ~epoch] = pd.to_datetime(text[aware & ~epoch], format="ISO8601", utc=True, errors="coerce")
    naive = ~epoch & ~aware
    if naive.any():
        parsed[naive] = _localised(path, text[naive], timezone)
    if parsed.isna().any():
        line = parsed.index[parsed.isna()][0]
        raise UserMistakeError(
            f"{path}, line {line}: timestamp: got {text[line]!r}, "
            "wants ISO 8601 such as 2026-10-05T07:00:00Z, or epoch seconds"
        )
    return np.asarray(pd.DatetimeIndex(parsed).as_unit("s").asi8, dtype=np.int64)


def _localised(path: Path, text: pd.Series, timezone: str) -> pd.Series:
    """Return timestamps without an offset as UTC; an hour that comes twice is told apart by the order of the rows."""
    local = pd.to_datetime(text, format="ISO8601", errors="coerce")
    if local.isna().any():
        return local.dt.tz_localize("UTC")
    if not timezone:
        raise UserMistakeError(
            f"{path}, line {text.index[0]}: timestamp: got {text.iloc[0]!r} without an offset; "
            "say in which time zone with --timezone, such as --timezone Asia/Tokyo"
        )
    try:
        return local.dt.tz_localize(zone(timezone), ambiguous="infer").dt.tz_convert("UTC")
    except ValueError as error:
        raise UserMistakeError(f"{path}: timestamp: does not exist or is ambiguous in {timezone} ({error})") from None


def _values(path: Path, text: pd.Series) -> npt.NDArray[np.float64]:
    """Return the values; NaN where nothing stands. What is no number, or infinite, is refused."""
    nothing = text.str.lower().isin(NOTHING)
    values = pd.to_numeric(text.where(~nothing), errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~nothing.to_numpy() & ~np.isfinite(values)
    if wrong.any():
        line = text.index[wrong][0]
        raise UserMistakeError(
            f"{path}, line {line}: value: got {text[line]!r}, "
            "wants a finite number, or nothing where there is no datapoint"
        )
    return values


def _on_grid(path: Path, times: npt.NDArray[np.int64], values: npt.NDArray[np.float64]) -> pd.Series:
    """Return datapoints on a regular grid, averaged where several share a slot."""
    unique = np.unique(times)
    if len(unique) < 2:
        return pd.Series(dtype=np.float64, index=pd.DatetimeIndex([], tz="UTC"))
    period = round(float(np.median(np.diff(unique))))
    if not 1 <= period <= LONGEST_S:
        raise UserMistakeError(f"{path}: timestamp: the usual step is {period} s, wants 1 s to {LONGEST_S} s")
    fine = period < PERIOD_S
    step, origin = (PERIOD_S, int(unique[0]) // PERIOD_S * PERIOD_S) if fine else (period, int(unique[0]))
    slots = (times - origin) // step if fine else np.rint((times - origin) / step).astype(np.int64)
    if slots.max() > 20 * len(unique) + 1000:
        raise UserMistakeError(f"{path}: timestamp: spans {slots.max() + 1} periods of {step} s but has {len(unique)}")
    there = ~np.isnan(values)
    count = np.bincount(slots, weights=there)
    total = np.bincount(slots, weights=np.where(there, values, 0.0))
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    index = pd.to_datetime(origin + step * np.arange(len(count)), unit="s", utc=True).as_unit("s")
    return pd.Series(mean, index)
