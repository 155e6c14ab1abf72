"""`sre-review init`: look into an account, propose a review file, lay out the repository around it.

Called again it only says what is new and what is gone: what people wrote is never changed.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from botocore.exceptions import NoRegionError

from sre_lib import params
from sre_lib.alarms.hcl import on_one_line
from sre_lib.collect.changes.asking import Asking
from sre_lib.collect.client_errors import FAILURES, Course, meaning
from sre_lib.collect.clients import SharedClients, closing, of_account
from sre_lib.collect.discover.account import METRICS, TAGS, Account, look_into
from sre_lib.collect.discover.found import Look
from sre_lib.collect.discover.guess import proposals
from sre_lib.collect.discover.history import sources_that_answer
from sre_lib.collect.discover.metrics import has_us_east_1
from sre_lib.collect.queries import Place as Where
from sre_lib.errors import SourceError, UserMistakeError
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource
from sre_lib.params_yaml import parse_yaml
from sre_lib.run.init_diff import difference, difference_lines
from sre_lib.run.init_files import lay_out, layout
from sre_lib.run.init_review import Place, Proposed, review_text
from sre_lib.run.init_yaml import can_stand
from sre_lib.store import LocalStore, file_name
from sre_lib.stores import writable

Tell = Callable[[str], None]

_HERE = Where("", "")
_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_MOST_REASONS = 3


@dataclass(frozen=True)
class Wanted:
    """What was asked for: the folder of the repository, the name of the review (empty: the folder's), and where."""

    folder: Path
    name: str = ""
    region: str | None = None
    profile: str | None = None
    endpoint: str | None = None


@dataclass(frozen=True)
class Done:
    """What was written (paths in the folder), the answer's lines, and whether all could be told."""

    written: tuple[str, ...]
    lines: tuple[str, ...]
    whole: bool


def propose(wanted: Wanted, now: datetime, tell: Tell) -> Done:
    """Propose a review, or say how the account differs from the one that is there; `tell` hears of each source.

    Raises UserMistakeError for a name or folder that cannot be used, or a review file there that is not valid;
    SourceError where nothing could be read, or there is nothing to review.
    """
    name = _name(wanted)
    if not writable(wanted.folder):
        raise UserMistakeError(f"folder: {wanted.folder} takes no files; name a folder that can be written")
    key = f"params/{name}.yaml"
    store = LocalStore(wanted.folder.resolve())
    there = params.load(str(store.path(key))) if store.path(key).exists() else None
    source = _source(wanted, there)
    with closing(of_account(source, _others(source.endpoint))) as clients:
        proposed = _looked(clients, name, source, tell)
        if there is not None:
            return _compared(proposed, there, store, now)
        if _others(source.endpoint) is None:
            tried = sources_that_answer(_asking(clients), proposed.account.found)
            proposed = replace(proposed, changes=tried)
            for lack in proposed.lacks[len(proposed.account.lacks) :]:
                tell(f"NG  {lack}")
    text = review_text(proposed, now.date()).encode()
    # Nothing that a run would refuse is ever left behind.
    review = params.checked(parse_yaml(text, store.path(key)))
    files = {key: text.decode(), **_layout(review, store, now)}
    written = lay_out(store, files)
    return Done(written, (_sentence(proposed),), not proposed.lacks)


def _name(wanted: Wanted) -> str:
    """Return the name of the review."""
    if wanted.name and not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,59}", wanted.name):
        raise UserMistakeError(f"--name: got {wanted.name!r}, wants up to 60 letters, digits, `.`, `_` and `-`")
    return wanted.name or file_name(wanted.folder.resolve().name or "review")


def _source(wanted: Wanted, there: Review | None) -> CloudWatchSource:
    """Return where to look: as the options say, else as the review that is there says."""
    if there is None:
        known = CloudWatchSource(type="cloudwatch")
    elif isinstance(there.source, CloudWatchSource):
        known = there.source
    else:
        raise UserMistakeError(
            f"{there.file}: its source is of type {there.source.type}, which has no account to look into; name another "
            "review with --name"
        )
    options = {"region": wanted.region, "profile": wanted.profile, "endpoint": wanted.endpoint}
    return known.model_copy(update={key: text for key, text in options.items() if text})


def _others(endpoint: str | None) -> str | None:
    """Return where services other than CloudWatch are asked: an address of AWS' is that of CloudWatch alone."""
    host = urlsplit(endpoint or "").hostname or ""
    return None if not endpoint or f".{host}".endswith(_AWS) else endpoint


def _asking(clients: SharedClients, region: str = "") -> Asking:
    """Return the calls to the account, in a region (empty: its own)."""
    return Asking(lambda service: clients.other(service, Where("", region)))


def _looked(clients: SharedClients, name: str, source: CloudWatchSource, tell: Tell) -> Proposed:
    """Return what is in the account as proposals; SourceError where nothing is there, or could be told."""
    region = _region(clients)
    elsewhere = partial(_asking, clients) if has_us_east_1(region) else None
    account = look_into(lambda: _asking(clients), lambda look: tell(_told(look)), elsewhere)
    fit = [each for each in account.found if can_stand(each)]
    left_out = tuple(
        f"{on_one_line(each.name)[:80]} ({each.kind}): a review file cannot hold its names, or not so many"
        for each in account.found
        if not can_stand(each)
    )
    found = proposals(fit)
    if not found:
        raise SourceError(_nothing(account, region, left_out))
    place = Place(region, source.profile or "", source.endpoint or "")
    return Proposed(name, place, account, found, None, left_out)


def _region(clients: SharedClients) -> str:
    """Return the region that is looked into; SourceError where nothing can be asked there at all."""
    try:
        client = clients.cloudwatch(_HERE)
        client.list_metrics(Namespace="AWS/ECS", MetricName="CPUUtilization")
    except FAILURES as error:
        if isinstance(error.__cause__, NoRegionError):
            raise SourceError("source: no AWS region is set; name one with --region, such as ap-northeast-1") from None
        means = meaning(error)
        if means.course is Course.END:
            sentence = means.sentence.replace("in the review file", "with its option")
            raise SourceError(f"source: {sentence}") from error
    return str(client.meta.region_name)


def _told(look: Look) -> str:
    """Return what a source told, as one line."""
    count = f"{len(look.found)} found" if look.source not in {METRICS, TAGS} else "read"
    if not (look.unlisted or look.unknown):
        return f"OK  {look.source}: {count}"
    reasons = list(dict.fromkeys((*look.unlisted, *look.unknown)))
    more = f"; and {len(reasons) - _MOST_REASONS} more" if len(reasons) > _MOST_REASONS else ""
    known = f"{count} nevertheless" if look.found else "nothing known"
    said = on_one_line(f"{look.source}: {'; '.join(reasons[:_MOST_REASONS])}{more} ({known})")
    return f"NG  {said}"


def _nothing(account: Account, region: str, left_out: tuple[str, ...]) -> str:
    """Return why there is nothing to propose, and what to do."""
    if account.lacks:
        return f"source: nothing could be found in {region}: {'; '.join(account.lacks[:_MOST_REASONS])}"
    where = f"account {account.number}, region {region}" if account.number else f"region {region}"
    silent = f" ({len(account.quiet)} resources published nothing for two weeks)" if account.quiet else ""
    unfit = f" ({len(left_out)} have names that a review file cannot hold)" if left_out else ""
    return f"source: {where} has nothing to review{silent}{unfit}; name another with --region or --profile"


def _compared(proposed: Proposed, there: Review, store: LocalStore, now: datetime) -> Done:
    """Say what is new and gone against the review that is there; only what is missing around it is written."""
    found = difference(there, proposed.account, proposed.services)
    lines = tuple(difference_lines(found, there))
    same = (f"# {there.file.name}: nothing is new, and nothing is gone.",)
    return Done(lay_out(store, _layout(there, store, now)), lines or same, not proposed.lacks)


def _layout(review: Review, store: LocalStore, now: datetime) -> dict[str, str]:
    """Return the files around the review file."""
    folder = shlex.quote(on_one_line(str(store.root)))
    return dict(layout(review, folder, now))


def _sentence(proposed: Proposed) -> str:
    """Return what is proposed, and what to do next."""
    related = sum(len(each.related) for each in proposed.services)
    return (
        f"params/{proposed.name}.yaml: {len(proposed.services)} services with {related} related resources; read it, "
        f"then `sre-review check {proposed.name}`"
    )
