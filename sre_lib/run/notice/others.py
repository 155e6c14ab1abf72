"""A notice by apprise: e-mail, Teams and everything else that it knows, by one address each."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sre_lib.run.notice.message import Notice
from sre_lib.run.notice.sending import Patience, Tried, sent


def send(url: str, notice: Notice, patience: Patience) -> str:
    """Send a notice to what an apprise address stands for; return why it failed (empty: it was taken).

    apprise says of a failure only that it was one, so that each is tried again; its own timeouts hold (4 s to connect
    and 4 s to read, unless the address says otherwise by `cto` and `rto`). Of several targets in one address those
    that took it are told again: one address for each is better.
    """
    from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType  # noqa: PLC0415  it takes half a second

    asset = AppriseAsset(
        app_id="sre-review", app_desc="sre-review", app_url="", async_mode=False, pgp_autogen=False, pem_autogen=False,
    )  # fmt: skip
    kind = NotifyType.FAILURE if notice.failed else NotifyType.SUCCESS
    with _silent():
        apprise = Apprise(asset=asset)
        if not apprise.add(url):
            return "its address is none that apprise knows; see https://appriseit.com/services/"

        def attempt() -> Tried:
            taken = apprise.notify(
                body=notice.plain, title=notice.title, notify_type=kind, body_format=NotifyFormat.TEXT
            )
            return Tried() if taken else Tried("it took nothing", again=True)

        return sent(attempt, patience)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep apprise from logging for a while: it shows addresses that it does not understand."""
    logger = logging.getLogger("apprise")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
