"""A planned event that nothing followed is said; one that was not seen at all is not."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from tests.analyse.views.shop import INDEX, REVIEWED, looked
from tests.analyse.views.test_time import pushed

SEND = REVIEWED + 2 * 288 + 144


def with_requests(looked_at, change):
    frame = looked_at.frame
    values = frame.values.copy()
    for column in values.columns:
        values[column] = change(values[column].to_numpy(copy=True))
    return replace(looked_at, frame=replace(frame, values=values))


def flat(values):
    values[SEND : SEND + 24] = values[SEND - 24 : SEND]
    return values


def unseen(values):
    values[SEND : SEND + 24] = np.nan
    return values


def test_a_push_that_brought_nobody_is_told():
    looked_at = pushed(10)
    assert looked(looked_at).no_effect == ()
    assert looked(with_requests(looked_at, flat)).no_effect == looked_at.events
    assert looked(with_requests(looked_at, unseen)).no_effect == ()


def half_seen(values):
    values = flat(values)
    values[SEND : SEND + 6] = np.nan
    return values


def test_of_a_push_whose_first_half_hour_is_lacking_nothing_is_told():
    assert looked(with_requests(pushed(10), half_seen)).no_effect == ()


def test_a_batch_that_did_not_run_is_told():
    looked_at = pushed(10)
    batch = replace(looked_at.events[0], kind="batch")
    found = looked(with_requests(replace(looked_at, events=(batch,)), flat))
    assert found.no_effect == (batch,)


def test_a_push_to_another_service_is_not_told_here():
    looked_at = pushed(10)
    elsewhere = replace(looked_at.events[0], services=("api",), start=INDEX[SEND + 100].to_pydatetime())
    elsewhere = replace(elsewhere, end=elsewhere.start + timedelta(minutes=30))
    assert looked(replace(looked_at, events=(elsewhere,))).no_effect == ()
