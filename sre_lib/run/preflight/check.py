"""`sre-review check`: all that a run needs, looked at beforehand; written are a recording, and a trial in a bucket."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sre_lib.address import Address
from sre_lib.collect.clients import Clients
from sre_lib.collect.quota import Quotas, limits_of
from sre_lib.collect.source import open_source
from sre_lib.collect.windows import epoch
from sre_lib.errors import SreReviewError, UserMistakeError
from sre_lib.run import fetch, problems
from sre_lib.run.preflight.account import Account, Clock, Whom, check_account, whom
from sre_lib.run.preflight.actions import check_actions
from sre_lib.run.preflight.buckets import check_buckets
from sre_lib.run.preflight.machine import check_machine
from sre_lib.run.preflight.metrics import check_metrics
from sre_lib.run.preflight.notices import check_notices
from sre_lib.run.preflight.recording import Recording
from sre_lib.run.preflight.tree import Checked, State, group, ok, skipped


def check(  # noqa: PLR0913, PLR0917  one parameter an option of the command
    name: str, week: str, now: datetime | None, clock: Clock, record: Path | None = None, out: Address | None = None
) -> Checked:
    """Return what a run of a week needs and whether it is there; `clock` is this machine's, for its skew.

    With `record`, what AWS answers to this and to a run of the week is written to that file, without names. Raises
    UserMistakeError where the review, the week or that file cannot be used, StoreError where it cannot be written.
    """
    recording = Recording(record) if record else None
    if recording:
        recording.must_be_new()
    found = fetch.scope(name, week, now)
    review = found.review
    parts = sum(len(service.parts) for service in review.services)
    valid = ok("review file", f"{review.file}: {len(review.services)} services, {parts} resources")
    checks = [
        valid,
        check_machine(review, found.now, out),
        *check_buckets(review, out),
        *check_notices(review, os.environ),
    ]
    with open_source(review, found.now) as clients:
        if clients is None:
            if recording:
                raise UserMistakeError(
                    f"--record: {review.name} reads its archive alone, so nothing is asked that could be recorded; "
                    "name a review of `type: cloudwatch`"
                )
            checks.append(skipped("account", "source: archive asks AWS for nothing"))
        elif recording is None:
            checks += _of_source(found, clients, clock)
        else:
            with recording.listening(clients) as heard:
                checks += _of_source(found, heard, clock)
                checks.append(recording.run_of_a_week(found, heard))
    return group(review.name, checks, f"{found.week.name}")


def _of_source(found: fetch.Scope, clients: Clients, clock: Clock) -> Iterator[Checked]:
    """Yield what is so of the review's source."""
    asks = whom(found.review)
    accounts = [(each, check_account(clients, each.place, clock)) for each in asks]
    if not accounts:
        yield skipped("account", "the demo asks no AWS")
    for each, account in accounts:
        yield _account(found, clients, each, account)
    if accounts and not accounts[0][1].usable:
        yield skipped("metrics", "they cannot be looked for, see account")
        yield skipped("quota and cost", "what a pattern stands for cannot be looked up, see account")
        return
    quotas = Quotas(limits_of(found.review.source), epoch(found.now))
    yield check_metrics(found.review, clients, quotas.wait_for_call)
    yield _cost(found)


def _account(found: fetch.Scope, clients: Clients, asks: Whom, account: Account) -> Checked:
    """Return who asks, and what that one may do."""
    name = f"account (profile {asks.profile})" if asks.profile else "account"
    if not account.usable:
        return group(name, [*account.checks, skipped("permissions", "nothing can be asked, see identity")])
    actions = check_actions(found.review, clients, asks, account.number, found.now)
    return group(name, [*account.checks, actions])


def _cost(found: fetch.Scope) -> Checked:
    """Return what a run would take of the quotas, and cost."""
    try:
        would = fetch.dry_run(found)
    except SreReviewError as error:
        return Checked("quota and cost", State.NG, str(error))
    usage = would.usage
    quota = f"{usage.calls:,} calls and at most {usage.datapoints:,} datapoints, at least {would.seconds:.0f} s"
    return group("quota and cost", [ok("quota", quota), ok("cost", problems.billed(usage))])
