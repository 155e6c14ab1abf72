"""Where the secret address of a channel is read from, and that no mistake shows it."""

import pytest

from sre_lib.errors import UserMistakeError
from sre_lib.params_notify import Channel, SecretPlace
from sre_lib.run.notice.secret import address_of

URL = "https://hooks.slack.com/services/T0SECRET"
ENV = Channel(slack=SecretPlace(url_env="SLACK"))
FILE = Channel(apprise=SecretPlace(url_file="secrets/mail"))


def test_from_the_environment_and_from_a_file(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/mail").write_text("mailtos://me:pw@example.org\n")
    assert address_of(ENV, tmp_path, {"SLACK": f" {URL}\n"}) == URL
    assert address_of(FILE, tmp_path, {}) == "mailtos://me:pw@example.org"


@pytest.mark.parametrize(
    ("channel", "value", "told"),
    [
        (ENV, "", "the environment variable SLACK is not there or empty; put the address of slack into it"),
        (FILE, "", "the file that url_file names is not there or empty; put the address of apprise into it"),
        (ENV, f"{URL}\n{URL}", "the environment variable SLACK holds more than one address"),
        (ENV, f"{URL} HTTP/1.1", "the environment variable SLACK holds more than one address"),
        (ENV, URL.replace("https", "http"), "what the environment variable SLACK holds is http"),
        (ENV, "T0SECRET", "what the environment variable SLACK holds is not a web address"),
    ],
)
def test_mistakes(tmp_path, channel, value, told):
    with pytest.raises(UserMistakeError) as caught:
        address_of(channel, tmp_path, {"SLACK": value})
    assert str(caught.value).startswith(told)
    assert "SECRET" not in str(caught.value)
