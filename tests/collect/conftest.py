import pytest

from tests.collect.account import signed_in


@pytest.fixture(autouse=True)
def _account(monkeypatch):
    signed_in(monkeypatch)
