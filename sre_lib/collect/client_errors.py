"""What an error of boto3 means for a review, and the sentence for the person who reads it."""

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from sre_lib.errors import SourceError

DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException"})
INVALID = frozenset(
    {
        "ValidationError",
        "ValidationException",
        "InvalidParameterValue",
        "InvalidParameterCombination",
        "MissingParameter",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN = frozenset(
    {
        "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch",
        "InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken", "AuthFailure",
    }
)  # fmt: skip

_SIGN_IN = "sign in (for example with `aws sso login`) or name a `profile` under `source` in the review file"
_ERRORS: tuple[tuple[tuple[type[BotoCoreError], ...], str], ...] = (
    (
        (exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.CredentialRetrievalError),
        f"no AWS credentials were found; {_SIGN_IN}",
    ),
    (
        (exceptions.SSOError, exceptions.TokenRetrievalError, exceptions.NoAuthTokenError),
        "the AWS sign-in has expired; run `aws sso login` and try again",
    ),
    (
        (exceptions.NoRegionError,),
        "no AWS region is set; add `region` under `source` in the review file, such as ap-northeast-1",
    ),
    (
        (exceptions.ProfileNotFound,),
        "the AWS profile does not exist; run `aws configure list-profiles` and correct `profile` in the review file",
    ),
    (
        (exceptions.ConnectionError, exceptions.UnknownEndpointError, exceptions.EndpointProviderError),
        "CloudWatch could not be reached; check the network, the proxy, and `region` and `endpoint` in the review file",
    ),
)  # fmt: skip


def code_of(error: Exception) -> str:
    """Return the code of an error that AWS answered; empty for any other."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def message_of(error: Exception) -> str:
    """Return code and message of an error that AWS answered, else its text; in one line."""
    if not isinstance(error, ClientError):
        return " ".join(str(error).split())
    text = error.response.get("Error", {}).get("Message", "")
    return " ".join(f"{code_of(error)}: {text}".split())


def nothing_readable(error: Exception) -> SourceError | None:
    """Return the error to raise where nothing at all can be read; None where only this call failed."""
    if isinstance(error, ClientError):
        code = code_of(error)
        if code in _EXPIRED:
            return _said("the AWS credentials have expired; sign in again, for example with `aws sso login`", error)
        return _said(f"AWS does not accept the credentials; {_SIGN_IN}", error) if code in _UNKNOWN else None
    if isinstance(error, (exceptions.ReadTimeoutError, exceptions.ConnectionClosedError)):
        return None
    for kinds, sentence in _ERRORS:
        if isinstance(error, kinds):
            return _said(sentence, error)
    if isinstance(error, exceptions.LoginError):
        return _said("the AWS sign-in has expired; run `aws login` and try again", error)
    return None


def _said(sentence: str, error: Exception) -> SourceError:
    """Return the sentence with the original message behind it, in one line."""
    return SourceError(f"source: {sentence} ({message_of(error)})")
