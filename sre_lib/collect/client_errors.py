"""What an error of boto3 means for a review, what to do about it, and the sentence for the person who reads it."""

import re
from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import NamedTuple

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from sre_lib.collect.page import NotCloudWatchError
from sre_lib.collect.queries import Place
from sre_lib.collect.redaction import safe
from sre_lib.errors import SourceError

__all__ = ["FAILURES", "Course", "Meaning", "meaning", "safe", "said", "unreadable"]

FAILURES = (ClientError, BotoCoreError, ResponseParserError, ValueError, SourceError)
"""What boto3, its parsers and the check of a page raise where a call fails."""


class Course(Enum):
    """What to do after an error."""

    END = auto()
    """Nothing can be read at this place: ask no more there."""
    SLOWER = auto()
    """Throttled: ask again later, and slower."""
    AGAIN = auto()
    """It may pass: ask again later."""
    SPLIT = auto()
    """Something in the call is not accepted: ask in smaller calls."""
    DENIED = auto()
    """This call is not allowed."""
    KEEP = auto()
    """This call failed, and would fail again."""


class Meaning(NamedTuple):
    """What to do after an error, and what happened and how to mend it in one sentence without its source."""

    course: Course
    sentence: str


_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_REJECTED = frozenset(
    {
        "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch",
        "InvalidSignatureException", "InvalidSignature", "IncompleteSignature", "IncompleteSignatureException",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "AuthFailure",
    }
)  # fmt: skip
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException"})
_INVALID = frozenset(
    {
        "ValidationError", "ValidationException", "InvalidParameterValue", "InvalidParameterCombination",
        "MissingParameter",
    }
)  # fmt: skip
_THROTTLED = frozenset(
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
        "RequestLimitExceeded", "TooManyRequestsException", "LimitExceeded", "LimitExceededException", "SlowDown",
    }
)  # fmt: skip
_PASSING = frozenset({"InternalFailure", "RequestTimeout", "RequestTimeoutException", "InvalidNextToken"})
_ROLES = frozenset({"AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "GetRoleCredentials"})
_SERVER_ERROR, _NOT_IMPLEMENTED = 500, 501
_TOO_MANY = 429
_MOST_REASONS = 3

_SIGN_IN = "sign in (for example with `aws sso login`) or name a `profile` under `source` in the review file"
_ELSEWHERE = (
    "the endpoint did not answer as CloudWatch does; check source.endpoint in the review file, or AWS_ENDPOINT_URL"
)
_BROKEN_OFF = "the connection to CloudWatch broke off; check the network and the proxy and run the review again"

Sentence = str | Callable[[BotoCoreError], str]
# The first row that fits holds; a sentence that is no text takes what it says from fields without secrets.
_RAISED: tuple[tuple[tuple[type[BotoCoreError], ...], Course, Sentence], ...] = (
    ((exceptions.NoCredentialsError,), Course.END, f"no AWS credentials were found; {_SIGN_IN}"),
    (
        (exceptions.PartialCredentialsError,), Course.END,
        lambda error: f"the AWS credentials are incomplete; add {_of(error, 'cred_var')}, or {_SIGN_IN}",
    ),
    (
        (exceptions.CredentialRetrievalError,), Course.END,
        lambda error: f"the AWS credentials could not be fetched from {_of(error, 'provider')}; run what the profile "
        f"names for this by itself to see why, or {_SIGN_IN}",
    ),
    (
        (exceptions.SSOError, exceptions.TokenRetrievalError, exceptions.NoAuthTokenError), Course.END,
        "the AWS sign-in has expired or was never made; run `aws sso login` for the profile and try again",
    ),
    ((exceptions.LoginError,), Course.END, "the AWS sign-in has expired; run `aws login` and try again"),
    (
        (exceptions.NoRegionError,), Course.END,
        "no AWS region is set; add `region` under `source` in the review file, such as ap-northeast-1",
    ),
    (
        (exceptions.InvalidRegionError,), Course.END,
        lambda error: f"{_of(error, 'region_name')!r} is no AWS region; correct `region` in the review file",
    ),
    (
        (exceptions.ProfileNotFound,), Course.END,
        lambda error: f"the AWS profile {_of(error, 'profile')!r} does not exist; run `aws configure list-profiles` "
        "and correct `profile` in the review file, or AWS_PROFILE",
    ),
    (
        (exceptions.InvalidConfigError, exceptions.ConfigParseError, exceptions.ConfigNotFound,
         exceptions.UnknownCredentialError, exceptions.MissingDependencyException), Course.END,
        lambda error: "the AWS configuration of the profile cannot be used; correct ~/.aws/config "
        f"({safe(str(error))})",
    ),
    (
        (exceptions.SSLError,), Course.END,
        "the TLS certificate of CloudWatch's address was not accepted; check the proxy, and set AWS_CA_BUNDLE to the "
        "certificates that your network uses",
    ),
    (
        (exceptions.ConnectTimeoutError, exceptions.ReadTimeoutError), Course.AGAIN,
        "CloudWatch did not answer in time; check the network and the proxy and run the review again",
    ),
    (
        (exceptions.ConnectionError, exceptions.UnknownEndpointError, exceptions.EndpointProviderError), Course.END,
        lambda error: "CloudWatch could not be reached; check the network, the proxy, and `region` and `endpoint` in "
        f"the review file ({safe(str(error))})",
    ),
    ((exceptions.HTTPClientError, exceptions.IncompleteReadError), Course.AGAIN, _BROKEN_OFF),
    ((exceptions.ParamValidationError,), Course.SPLIT, lambda error: safe(str(error))),
)  # fmt: skip


def meaning(error: Exception) -> Meaning:
    """Return what an error of `FAILURES` means."""
    if isinstance(error, NotCloudWatchError):
        return Meaning(Course.AGAIN, str(error).removeprefix("source: "))
    if isinstance(error, SourceError):
        return Meaning(Course.END, str(error).removeprefix("source: "))
    if isinstance(error, ClientError):
        return _answered(error)
    if isinstance(error, ResponseParserError):
        return Meaning(Course.AGAIN, _ELSEWHERE)
    for kinds, course, sentence in _RAISED:
        if isinstance(error, kinds) and isinstance(error, BotoCoreError):
            return Meaning(course, sentence if isinstance(sentence, str) else sentence(error))
    return Meaning(Course.KEEP, safe(str(error)))


def said(error: Exception, place: Place) -> str:
    """Return the sentence for an error at a place; the review's own place is not named."""
    named = [f"profile {place.profile}"] * bool(place.profile) + [f"region {place.region}"] * bool(place.region)
    return f"{', '.join(named)}{': ' if named else ''}{meaning(error).sentence}"


def unreadable(failures: Iterable[tuple[Exception, Place]]) -> SourceError:
    """Return the error to raise where nothing could be read: each reason once."""
    reasons = list(dict.fromkeys(said(error, place) for error, place in failures))
    more = f"; and {len(reasons) - _MOST_REASONS} more reasons" if len(reasons) > _MOST_REASONS else ""
    return SourceError(f"source: {'; '.join(reasons[:_MOST_REASONS])}{more}")


class _Answer(NamedTuple):
    """An error that a server answered: its code, HTTP status, operation, and code and message as they may be shown."""

    code: str
    status: int
    operation: str
    text: str
    message: str

    @classmethod
    def of(cls, error: ClientError) -> "_Answer":
        """Return what an error of botocore's says."""
        said_by_aws = error.response.get("Error", {})
        code, message = str(said_by_aws.get("Code", "")), str(said_by_aws.get("Message", ""))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
        return cls(code, status, error.operation_name, safe(f"{code}: {message}"), message)

    @property
    def is_passing(self) -> bool:
        """Tell whether a server failed in a way that may pass."""
        return self.code in _PASSING or (self.status >= _SERVER_ERROR and self.status != _NOT_IMPLEMENTED)

    @property
    def is_throttled(self) -> bool:
        """Tell whether it was asked too fast."""
        return self.code in _THROTTLED or self.status == _TOO_MANY

    @property
    def is_another_servers(self) -> bool:
        """Tell whether something answered that does not know CloudWatch's errors or operations."""
        return not self.code or self.code.isdigit() or self.code == "UnknownOperationException"

    @property
    def action(self) -> str:
        """Return the IAM action that was denied, as the message says or as the operation is called."""
        found = re.search(r"perform: ([a-z0-9-]+:\w+)", self.message)
        return found.group(1) if found else f"cloudwatch:{self.operation}"


def _answered(error: ClientError) -> Meaning:
    """Return the meaning of an error that a server answered."""
    answer = _Answer.of(error)
    return _of_credentials(answer) or _of_call(answer)


def _of_credentials(answer: _Answer) -> Meaning | None:
    """Return the meaning of an error that concerns who asks; None for any other."""
    if answer.code in _EXPIRED:
        return Meaning(Course.END, "the AWS credentials have expired; sign in again, for example with `aws sso login`")
    if answer.code in _REJECTED:
        # The message is left out: AWS repeats the signed request in some of them, with its token.
        return Meaning(
            Course.END,
            f"AWS does not accept the credentials ({answer.code}); {_SIGN_IN}, check the computer's clock, and that "
            "the account has the region switched on",
        )
    if answer.operation in _ROLES and not (answer.is_passing or answer.is_throttled):
        return Meaning(
            Course.END,
            "AWS refused the role of the profile; check `role_arn` and `source_profile` in ~/.aws/config, and that the "
            f"role trusts whom the review runs as and these may call sts:AssumeRole ({answer.text})",
        )
    return None


def _of_call(answer: _Answer) -> Meaning:
    """Return the meaning of an error that concerns what was asked, or CloudWatch itself."""
    if answer.code in _DENIED:
        denied = f"AWS denied {answer.action}; let an IAM policy of whom the review runs as allow it ({answer.text})"
        return Meaning(Course.DENIED, denied)
    if answer.is_throttled:
        return Meaning(
            Course.SLOWER,
            "CloudWatch throttled the call to the end; lower `calls_per_second` and `datapoints_per_second` under "
            f"`source`, or run the review again later ({answer.text})",
        )
    if (answer.is_another_servers and answer.status < _SERVER_ERROR) or answer.status == _NOT_IMPLEMENTED:
        return Meaning(Course.AGAIN, f"{_ELSEWHERE} (HTTP {answer.status})")
    if answer.is_passing:
        return Meaning(Course.AGAIN, f"CloudWatch failed to the end; run the review again later ({answer.text})")
    return Meaning(Course.SPLIT if answer.code in _INVALID else Course.KEEP, answer.text)


def _of(error: BotoCoreError, field: str) -> str:
    """Return a field of an error's message."""
    return str(error.kwargs.get(field, ""))
