"""When a Japanese shop is visited: the hours of the week, and the crowd that a push brings."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from sre_lib.demo.backend import Floats
from sre_lib.demo.schedule import DAY, HOUR

BUSY = 8000.0
"""Requests a minute on a usual evening at the peak."""

CROWD_MIN = 240
"""Minutes after which nothing worth a request is left of a push's crowd."""

_REQUESTS_PER_RECEIVER = 0.2
"""About 4 % open the app, and each sends five requests that no cache in front of the shop answers."""

_NIGHT = 0.1
_WORKDAY = ((7.9, 1.0, 0.18), (10.5, 1.5, 0.14), (12.4, 0.7, 0.34), (15.0, 3.4, 0.31), (21.0, 1.9, 0.84))
_WEEKEND = ((11.2, 2.2, 0.36), (15.5, 3.0, 0.4), (21.0, 2.2, 0.82), (8.5, 1.5, 0.1))
"""Humps: hour, width in hours (standard deviation), height as a share of the evening's peak."""

_DAY_FACTORS = (1.0, 0.97, 0.98, 0.99, 1.02, 1.05, 1.1)


@cache
def weekly_profile() -> Floats:
    """Return the demand of every minute of a week from Monday 00:00 in Japan, as a share of a usual evening's peak."""
    days = [factor * _day(_WEEKEND if number >= 5 else _WORKDAY) for number, factor in enumerate(_DAY_FACTORS)]
    profile: Floats = gaussian_filter1d(np.concatenate(days), 25, mode="wrap")
    profile.setflags(write=False)
    return profile


@cache
def sessions_profile() -> Floats:
    """Return the sessions that are open in every minute of a week, a share of the most: each lasts five hours."""
    visits = weekly_profile()
    open_for = np.exp(-np.arange(visits.size) / (5 * HOUR))
    sessions: Floats = np.fft.irfft(np.fft.rfft(visits) * np.fft.rfft(open_for), visits.size)
    share: Floats = sessions / sessions.max()
    share.setflags(write=False)
    return share


def crowd(since: NDArray[np.int64], audience: float) -> Floats:
    """Return the requests a minute that a push brings so many minutes (from 0) after it was sent.

    Most come within two to three minutes, the rest over the next half hour.
    """
    after = since.astype(np.float64)
    rush = after / 2.2**2 * np.exp(-after / 2.2)
    tail = (1 - np.exp(-after / 2)) * np.exp(-after / 14) / 14
    return audience * _REQUESTS_PER_RECEIVER * (0.5 * rush + 0.5 * tail)


def _day(humps: tuple[tuple[float, float, float], ...]) -> Floats:
    """Return a day of 1,440 minutes as a night level with humps on it, which wrap round midnight."""
    hours = np.arange(DAY) / 60
    total = np.full(DAY, _NIGHT)
    for hour, width, height in humps:
        away = (hours - hour + 12) % 24 - 12
        total += height * np.exp(-0.5 * (away / width) ** 2)
    return total
