"""The secret address of a channel, read where the review file says; no message shows it."""

from collections.abc import Mapping
from pathlib import Path

from sre_lib.errors import UserMistakeError
from sre_lib.params_notify import Channel, SecretPlace
from sre_lib.run.notice.slack import wrong_address


def address_of(channel: Channel, home: Path, environment: Mapping[str, str]) -> str:
    """Return the address of a channel; UserMistakeError, which does not show it, where it cannot be used.

    A file is looked for from `home`, beside which `archive/` lies.
    """
    place = channel.secret
    where = f"environment variable {place.url_env}" if place.url_env else "file that url_file names"
    found = environment.get(place.url_env, "") if place.url_env else _of_file(place, home)
    found = found.strip()
    if not found:
        raise UserMistakeError(f"the {where} is not there or empty; put the address of {channel.service} into it")
    # What follows an address in the same line would become part of a request.
    if not found.isprintable() or " " in found:
        raise UserMistakeError(f"the {where} holds more than one address; leave the one of {channel.service} in it")
    if channel.slack and (wrong := wrong_address(found)):
        raise UserMistakeError(f"what the {where} holds {wrong}")
    return found


def _of_file(place: SecretPlace, home: Path) -> str:
    """Return the text of a file; empty where it cannot be read."""
    try:
        return (home / str(place.url_file)).read_text("utf-8")
    except (OSError, ValueError):
        return ""
