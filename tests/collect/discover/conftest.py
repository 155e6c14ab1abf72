"""One account on the embedded endpoint for all tests of a module."""

import pytest

from tests.collect.account import models_read_once
from tests.collect.discover.world import estate


@pytest.fixture(scope="module")
def shared():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        patch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
        with estate() as made:
            yield made


@pytest.fixture
def world(shared):
    shared.linked.keys = ()
    shared.ledger.described.clear()
    shared.faults.rules = []
    return shared
