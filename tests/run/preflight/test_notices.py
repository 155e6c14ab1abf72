"""The preflight of notices: whether each address is there, without showing or using it."""

from dataclasses import replace

import pytest

from sre_lib import params
from sre_lib.params_notify import Channel, SecretPlace
from sre_lib.run.preflight.notices import check_notices
from sre_lib.run.preflight.tree import State, to_text

SLACK = Channel(slack=SecretPlace(url_env="SLACK"))
MAIL = Channel(apprise=SecretPlace(url_file="mail"))


def checked(channels, **environment):
    review = replace(params.load("demo"), notify=channels)
    return list(check_notices(review, environment))


def test_nothing_is_said_where_nobody_is_told():
    assert checked(()) == []


@pytest.mark.parametrize(
    ("url", "state", "told"),
    [
        ("https://hooks.slack.com/services/T0SECRET", State.OK, "`sre-review notify demo` tries it"),
        ("", State.NG, "→ put the address of slack into it"),
        ("http://hooks.slack.com/T0SECRET", State.NG, "→ use https"),
    ],
)
def test_an_address_that_is_there_or_not(url, state, told):
    (found,) = checked((SLACK,), SLACK=url)
    assert (found.name, found.state) == ("notices", state)
    assert told in to_text(found)
    assert "SECRET" not in to_text(found)


def test_each_channel_is_a_row():
    (found,) = checked((SLACK, MAIL), SLACK="https://hooks.slack.com/x")
    assert [(each.name, each.state) for each in found.below] == [
        ("notify[1].slack", State.OK),
        ("notify[2].apprise", State.NG),
    ]
