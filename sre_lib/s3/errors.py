"""What an error of S3 means, in one sentence: what has to be mended is the user's, the rest may pass."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from sre_lib.address import S3Address
from sre_lib.errors import SreReviewError, StoreAddressError, StoreError

_REJECTED = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "AuthFailure", "RequestTimeTooSkewed"}
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
_ELSEWHERE = frozenset(
    {"PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)
_DENIED = frozenset({"AccessDenied", "AllAccessDisabled", "AccountProblem", "403"})
_THROTTLED = frozenset({"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests"})
_SERVER_ERROR, _NOT_IMPLEMENTED = 500, 501
_SIGN_IN = "sign in (for example with `aws sso login`) or name a profile in AWS_PROFILE"


@contextmanager
def said(address: S3Address) -> Iterator[None]:
    """Turn what S3 refuses, and what keeps it from being reached, into one sentence about a place."""
    try:
        yield
    except ClientError as error:
        raise _answered(address, error) from None
    except BotoCoreError as error:
        raise _raised(address, error) from None
    except ValueError as error:
        # botocore's answer to an address that is none.
        raise StoreAddressError(f"{address}: {error}; correct AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL") from None


def code_of(error: ClientError) -> str:
    """Return the code that S3 answered with; of an answer without a body it is the status."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """Return the HTTP status of an answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))


def _answered(address: S3Address, error: ClientError) -> SreReviewError:
    """Return the error to raise for one that a server answered."""
    code, status = code_of(error), status_of(error)
    mistake = _mistake(address, code, error.operation_name)
    if mistake:
        return StoreAddressError(f"{address}: {mistake}")
    if code in _THROTTLED:
        return StoreError(f"{address}: S3 throttled the calls to the end ({code}); run it again later")
    if status >= _SERVER_ERROR and status != _NOT_IMPLEMENTED:
        return StoreError(f"{address}: S3 failed to the end (HTTP {status}); run it again later")
    return StoreError(
        f"{address}: {error.operation_name} was answered {code or 'nothing known'} (HTTP {status}); check that what "
        "answers there is S3, and run it again"
    )


def _mistake(address: S3Address, code: str, operation: str) -> str:
    """Return what the user has to mend; empty where the code says nothing of that."""
    sentences = {
        "NoSuchBucket": f"there is no bucket {address.bucket!r}; make it, or correct its name",
        "InvalidBucketName": f"{address.bucket!r} is no name of a bucket; correct it",
        "KeyTooLongError": "the name is longer than the 1,024 bytes that S3 allows; shorten the prefix",
    }
    credentials = f"; {_SIGN_IN}, and check the computer's clock"
    sentences |= dict.fromkeys(_REJECTED, f"the AWS credentials are not accepted ({code}){credentials}")
    sentences |= dict.fromkeys(_EXPIRED, f"the AWS credentials have expired{credentials}")
    sentences |= dict.fromkeys(
        _DENIED,
        f"AWS denied s3:{_action(operation)}; allow it to whom the review runs as (`sre-review iam-policy` with "
        "`--bucket` writes the policy), and look at the bucket's own policy",
    )
    sentences |= dict.fromkeys(
        _ELSEWHERE, f"the bucket is in another region than the one asked ({code}); name its region in AWS_REGION"
    )
    return sentences.get(code, "")


_MISTAKES = (
    ((exceptions.NoCredentialsError, exceptions.PartialCredentialsError), f"no AWS credentials were found; {_SIGN_IN}"),
    (
        (exceptions.SSOError, exceptions.TokenRetrievalError, exceptions.NoAuthTokenError, exceptions.LoginError),
        "the AWS sign-in has expired or was never made; run `aws sso login` and try again",
    ),
    ((exceptions.CredentialRetrievalError,), f"the AWS credentials could not be fetched; {_SIGN_IN}"),
    (
        (exceptions.ProfileNotFound,),
        "the AWS profile does not exist; run `aws configure list-profiles` and correct AWS_PROFILE",
    ),
    ((exceptions.NoRegionError, exceptions.InvalidRegionError), "the AWS region cannot be used; correct AWS_REGION"),
    ((exceptions.ParamValidationError,), "S3 takes no such name; correct the address"),
    (
        (exceptions.SSLError,),
        "the TLS certificate was not accepted; check the proxy, and set AWS_CA_BUNDLE to those of your network",
    ),
)


def _raised(address: S3Address, error: BotoCoreError) -> SreReviewError:
    """Return the error to raise for one of boto3's own."""
    for kinds, sentence in _MISTAKES:
        if isinstance(error, kinds):
            return StoreAddressError(f"{address}: {sentence}")
    return StoreError(
        f"{address}: S3 could not be reached or broke off ({type(error).__name__}); check network, proxy, "
        "AWS_REGION and AWS_ENDPOINT_URL_S3, and run it again"
    )


def _action(operation: str) -> str:
    """Return the IAM action that an operation needs."""
    return {"ListObjectsV2": "ListBucket", "HeadObject": "GetObject"}.get(operation, operation)
