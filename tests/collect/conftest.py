import pytest

from tests.collect.account import models_read_once, signed_in


@pytest.fixture(scope="session", autouse=True)
def _models():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        yield


@pytest.fixture(autouse=True)
def _account(monkeypatch):
    signed_in(monkeypatch)
