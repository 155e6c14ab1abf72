"""What a review file may say of notices, and that no mistake in it shows a secret."""

import pytest

from sre_lib import params
from sre_lib.errors import UserMistakeError
from sre_lib.params_notify import Channel, SecretPlace

HIDDEN = "T0SECRET/B0SECRET/xoxSECRETxox"
REVIEW = """\
title: Shop
source: demo
services: [{name: one, kind: ec2_instance, dimensions: {InstanceId: i-1}}]
"""
ADDRESS = "holds an address, which is a secret"
NAME = "wants the name of an environment variable"


def loaded(tmp_path, text: str):
    file = tmp_path / "shop.yaml"
    file.write_text(f"{REVIEW}{text}\n")
    return params.load(str(file))


def test_channels_and_the_address_of_the_pages(tmp_path):
    review = loaded(
        tmp_path,
        "pages_url: https://pages.example/\n"
        "notify: [slack: {url_env: SRE_REVIEW_SLACK}, apprise: {url_file: secrets/mail}]",
    )
    assert review.pages_url == "https://pages.example/"
    assert review.notify == (
        Channel(slack=SecretPlace(url_env="SRE_REVIEW_SLACK")),
        Channel(apprise=SecretPlace(url_file="secrets/mail")),
    )
    assert [each.service for each in review.notify] == ["slack", "apprise"]


@pytest.mark.parametrize(
    ("notify", "told"),
    [
        (f"https://hooks.slack.com/services/{HIDDEN}", ADDRESS),
        (f"[slack: 'https://hooks.slack.com/services/{HIDDEN}']", ADDRESS),
        (f"[slack: {{url: 'https://hooks.slack.com/services/{HIDDEN}'}}]", ADDRESS),
        (f"[slack: {{url_env: 'hooks.slack.com/services/{HIDDEN}'}}]", ADDRESS),
        (f"[apprise: ['mailtos://me:{HIDDEN}@example.org']]", ADDRESS),
        (f"[{{'https://{HIDDEN}': 1}}]", ADDRESS),
        (f"[slack: {{url_env: {HIDDEN}}}]", NAME),
        (f"[slack: {{url_env: [{HIDDEN}]}}]", "wants text"),
        (f"[slack: {HIDDEN}]", "wants keys and values"),
        (f"[{HIDDEN}]", "wants keys and values"),
        (HIDDEN, "wants a list"),
        ("[slack: {}]", "wants one of url_env"),
        ("[slack: {url_env: A, url_file: b}]", "wants one of url_env"),
        ("[{slack: {url_env: A}, apprise: {url_env: A}}]", "wants one of slack and apprise"),
        ("[teams: {url_env: A}]", "wants one of apprise, slack"),
        ("[slack: {url_evn: A}]", "did you mean 'url_env'?"),
    ],
)
def test_a_mistake_is_one_sentence_that_shows_no_secret(tmp_path, notify, told):
    with pytest.raises(UserMistakeError, match="line 4: notify") as caught:
        loaded(tmp_path, f"notify: {notify}")
    assert told in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert "\n" not in str(caught.value)
