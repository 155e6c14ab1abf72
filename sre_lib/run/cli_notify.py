"""The command that tries whether those who are to be told of a run can be."""

import sys
from datetime import datetime

import click

from sre_lib.run.cli_options import NOW, WEEK, tell


@click.command(epilog="Example: sre-review notify shop")
@click.argument("review")
@WEEK
@NOW
def notify(review: str, week: str, now: datetime | None) -> None:
    """Send a notice that says that it is a test to everybody whom `notify` in the review file names.

    REVIEW as for `run`. Exit code 1: somebody was not told.
    """
    from sre_lib.run.notice.trial import trial  # noqa: PLC0415  what it needs takes a second to import

    failed = False
    for told in trial(review, week, now):
        failed |= bool(told.why)
        if told.why:
            tell(told.sentence)
        else:
            click.echo(f"{told.channel}: told")
    sys.exit(1 if failed else 0)
