"""What of a text is nobody's business outside: secrets, e-mail addresses, account ids, private addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import ip_address

from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.stripe import StripeDetector

SECRET, MAIL, ACCOUNT, ADDRESS = "secret", "mail", "account", "address"
_PATTERNS = (
    (SECRET, re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*-----|\Z)", re.S)),
    # A session token (AWS STS) begins with one of these; a secret access key has 40 characters of base64.
    (SECRET, re.compile(r"(?:IQoJ|FwoG|FQoG)[A-Za-z0-9/+=]{80,}")),
    (SECRET, re.compile(
        r"(?<![\w/+=:.-])(?=[^\s]{0,39}[a-z])(?=[^\s]{0,39}[A-Z])(?=[^\s]{0,39}\d)[A-Za-z0-9/+]{40}(?![\w/+=:.-])")),
    (SECRET, re.compile(r"(?i)(?:password|passwd|secret\w{0,20}|token|api[_-]?key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?"
                        r"(?P<value>(?!secret-\d)[^\s,;\"'<>&]{6,})")),
    (MAIL, re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,24}")),  # noqa: E501
    (ACCOUNT, re.compile(r"(?<![A-Za-z0-9])(?<!\d\.)\d{12}(?![A-Za-z0-9]|\.\d)", re.ASCII)),
    (ACCOUNT, re.compile(r"(?<![A-Za-z0-9-])\d{4}-\d{4}-\d{4}(?![A-Za-z0-9-])", re.ASCII)),
    (ADDRESS, re.compile(
        r"(?<![A-Za-z0-9-])(?:[A-Za-z0-9-]{1,63}\.){1,6}(?:internal|local|lan|corp|intranet)(?![\w-])")),
    (ADDRESS, re.compile(r"(?<![A-Za-z0-9])ip-\d{1,3}(?:-\d{1,3}){3}(?!\d)", re.ASCII)),
    (ADDRESS, re.compile(r"(?i)(?<![\w:])(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f])(?::[0-9a-f]{0,4}){2,7}(?![\w:])")),
)  # fmt: skip
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)", re.ASCII)
_SHORTEST = 6


@dataclass(frozen=True)
class Private:
    """A stretch of a text that must not get out: from `start` up to before `end`."""

    kind: str
    start: int
    end: int


def private_in(text: str) -> list[Private]:
    """Return what must not get out of a text, in its order; what overlaps is one, of the first one's kind.

    Secrets are found by detect-secrets' detectors of known forms; its detectors of high entropy are left out, since a
    chart's data and ids are as random as keys. An IPv4 address is private as `ipaddress` says (IANA's registry).
    """
    found = sorted(_found(text), key=lambda each: (each.start, -each.end))
    apart: list[Private] = []
    for each in found:
        if apart and each.start < apart[-1].end:
            apart[-1] = replace(apart[-1], end=max(apart[-1].end, each.end))
        else:
            apart.append(each)
    return apart


def _found(text: str) -> Iterator[Private]:
    """Yield all that is found, overlapping as it comes."""
    if len(text) < _SHORTEST:
        return
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Private(kind, *found.span("value" if "value" in pattern.groupindex else 0))
    for found in _IPV4.finditer(text):
        if _is_private(found[0]):
            yield Private(ADDRESS, *found.span())
    for secret in _known_secrets(text):
        for found in re.finditer(re.escape(secret), text):
            yield Private(SECRET, *found.span())


def _known_secrets(text: str) -> set[str]:
    """Return the secrets of known forms; empty ones and what stands for a removed one are none."""
    found = {str(each) for detector in _detectors() for each in detector.analyze_string(text)}
    return {each for each in found if len(each) >= _SHORTEST and not re.fullmatch(r"secret-\d+", each)}


def _is_private(text: str) -> bool:
    """Tell whether an IPv4 address is one that only works inside; a version such as 10.300.1.2 is none."""
    try:
        return ip_address(text).is_private
    except ValueError:
        return False


@cache
def _detectors() -> tuple[RegexBasedDetector, ...]:
    """Return the detectors of forms that keys and tokens have."""
    return (
        AWSKeyDetector(), BasicAuthDetector(), GitHubTokenDetector(), GitLabTokenDetector(), JwtTokenDetector(),
        NpmDetector(), OpenAIDetector(), PypiTokenDetector(), SendGridDetector(), SlackDetector(), StripeDetector(),
    )  # fmt: skip
