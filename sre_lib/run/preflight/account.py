"""Who asks AWS, until when, in which region, and whether this machine's clock is right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from sre_lib.collect.client_errors import FAILURES, Course, meaning
from sre_lib.collect.clients import Clients
from sre_lib.collect.permissions import profiles_of
from sre_lib.collect.queries import Place
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource
from sre_lib.run.preflight.tree import Checked, ok, skipped, wrong

MOST_SKEW = timedelta(minutes=5)
"""A request that is dated further away is refused (IAM User Guide, "Elements of an AWS API request signature")."""
SOON = timedelta(minutes=10)
"""botocore has new credentials by then where it can get some (`RefreshableCredentials`)."""

Clock = Callable[[], datetime]


class Whom(NamedTuple):
    """Whose credentials a review asks with: the profile (empty: the environment's), and a place where they are used."""

    profile: str
    place: Place


def whom(review: Review) -> tuple[Whom, ...]:
    """Return all whom a review asks AWS as, its own first; nobody where AWS is not asked."""
    own, *others = profiles_of(review) or ("",)
    if not isinstance(review.source, CloudWatchSource):
        return ()
    parts = [part for service in review.services for part in service.parts]
    first = {part.profile: Place(part.profile, part.region) for part in reversed(parts)}
    return (Whom(own, Place()), *(Whom(each, first[each]) for each in others))


@dataclass(frozen=True)
class Account:
    """Who asks at a place: the number of the account (empty: not known), whether anything can be asked, what to say."""

    number: str
    usable: bool
    checks: tuple[Checked, ...]


def check_account(clients: Clients, place: Place, clock: Clock) -> Account:
    """Ask AWS who asks (sts:GetCallerIdentity, which needs no permission), and look at credentials and clock.

    Where STS alone cannot be reached, CloudWatch still may.
    """
    try:
        client = clients.other("sts", place)
        region = ok("region", client.meta.region_name)
        answer = client.get_caller_identity()
    except FAILURES as error:
        return _unknown(error, clock)
    said = f"{answer['Arn']} of account {answer['Account']}"
    checks = (ok("identity", said), _expiry(client, clock()), region, _skew(answer, clock()))
    return Account(answer["Account"], usable=True, checks=checks)


def _unknown(error: Exception, clock: Clock) -> Account:
    """Return what is known where AWS did not say who asks."""
    means = meaning(error)
    # The words are those of the collection, which asks CloudWatch alone.
    sentence = means.sentence.replace("CloudWatch", "AWS STS")
    checks = [wrong("identity", sentence)]
    if isinstance(error, ClientError):
        checks.append(_skew(error.response, clock()))
    unreachable = "AWS STS" in sentence
    return Account("", usable=unreachable or means.course is not Course.END, checks=tuple(checks))


def _expiry(client: Any, now: datetime) -> Checked:  # noqa: ANN401  # boto3 makes its clients' types as it runs
    """Tell until when the credentials hold, where botocore knows it; it has no public name for that."""
    until = getattr(client._get_credentials(), "_expiry_time", None)
    if not isinstance(until, datetime):
        return skipped("credentials", "how long they hold is not known")
    said = f"they hold until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if until - now >= SOON:
        return ok("credentials", f"{said}; renewed before where the profile can")
    return wrong("credentials", f"{said}; sign in again, for example with `aws sso login`")


def _skew(answer: Any, now: datetime) -> Checked:  # noqa: ANN401  # a service's answer
    """Tell how far this machine's clock is from AWS's."""
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        skew = now - parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return skipped("clock", "the answer of AWS carries no date")
    seconds = abs(round(skew.total_seconds()))
    if abs(skew) < MOST_SKEW:
        return ok("clock", f"{seconds} s from that of AWS")
    way = "ahead of" if skew > timedelta() else "behind"
    return wrong("clock", f"it is {seconds // 60} min {way} that of AWS; set it by NTP, or AWS refuses what is signed")
