import pytest

from tests.collect.account import models_read_once, signed_in


@pytest.fixture(scope="session", autouse=True)
def _models():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        yield


@pytest.fixture(scope="module", autouse=True)
def _no_waiting():
    """Neither botocore's retries nor our own quotas wait here; how often and after what is asked again stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sre_lib.collect.quota.Quotas.wait", lambda *_: None)
        patch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
        yield


@pytest.fixture(autouse=True)
def _account(monkeypatch):
    signed_in(monkeypatch)
