"""What a review file says of notices: who is told of a run, and where the secret address stands, never what it is."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from sre_lib.catalog import Name, Strict

IN_FILE = "secret_in_file"
"""Type of the mistake that shows nothing of what was written: it may be a secret."""

Service = Literal["slack", "apprise"]

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|hooks\.slack\.com|webhook\.office\.com", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _without_secrets(value: object) -> object:
    """Refuse any address among the keys and values: whoever reads the review file could send in our name."""
    if any(_ADDRESS.search(each) for each in _texts(value)):
        raise PydanticCustomError(
            IN_FILE,
            "holds an address, which is a secret and does not belong into this file; put it into an environment "
            "variable or a file, and name that: slack: {url_env: SRE_REVIEW_SLACK} or slack: {url_file: PATH}",
        )
    return value


def _texts(value: object) -> list[str]:
    """Return every text in a value of YAML, keys too."""
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [str(value)]


def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise ValueError("wants the name of an environment variable, such as SRE_REVIEW_SLACK, never what is in it")
    return name


class SecretPlace(Strict):
    """Where a secret address stands: in an environment variable, or in a file (from the review file's folder)."""

    url_env: Annotated[str, AfterValidator(_variable)] | None = None
    url_file: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.url_env is None) is (self.url_file is None):
            raise ValueError("wants one of url_env (the name of an environment variable) and url_file (a path)")
        return self


class Channel(Strict):
    """One of those who are told: a Slack channel by its incoming webhook, or anybody that apprise knows."""

    slack: SecretPlace | None = None
    apprise: SecretPlace | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.slack is None) is (self.apprise is None):
            raise ValueError("wants one of slack and apprise, such as slack: {url_env: SRE_REVIEW_SLACK}")
        return self

    @property
    def service(self) -> Service:
        """Return by what it is told."""
        return "slack" if self.slack else "apprise"

    @property
    def secret(self) -> SecretPlace:
        """Return where its address stands."""
        found = self.slack or self.apprise
        if found is None:
            raise AssertionError("a channel without a service is refused when it is read")
        return found


Channels = Annotated[Annotated[tuple[Channel, ...], Field(strict=False)], BeforeValidator(_without_secrets)]
"""Everybody who is told of a run."""
