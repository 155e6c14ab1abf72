"""The commands around the meeting: publish what was written, take in what others wrote."""

import sys
import time
from datetime import datetime
from pathlib import Path

import click

from sre_lib.address import Address
from sre_lib.errors import UserMistakeError
from sre_lib.run.cli_options import NOW, OUT, WEEK, Place, shown, tell


@click.command(epilog="Example: sre-review publish demo --week 2026-W40")
@click.argument("review")
@WEEK
@OUT
@click.option("--to", type=Place(), metavar="PLACE", help="Folder or s3://bucket/prefix that gets a copy, to share.")
@click.option("--pack", is_flag=True, help="One zip of the pages, without secrets, mail and account ids.")
@click.option(
    "--redact",
    type=click.Choice(["partner", "public"]),
    default="partner",
    show_default=True,
    help="What else a pack leaves out; public: also all names, and what people wrote.",
)
@click.option("--weeks", type=click.IntRange(1, 520), default=1, show_default=True, help="So many in one pack.")
@NOW
def publish(  # noqa: PLR0913, PLR0917  # one parameter an option, as click passes them
    review: str, week: str, out: Address | None, to: Address | None, pack: bool, redact: str, weeks: int,
    now: datetime | None,
) -> None:  # fmt: skip
    """Write the pages once more with what was written, and decisions.md and actions.csv; nothing is analysed.

    REVIEW as for `run`.
    """
    from sre_lib.run.desks import desk_of  # noqa: PLC0415  what it needs takes a second to import
    from sre_lib.run.publish import publish as published  # noqa: PLC0415

    started = time.monotonic()
    desk, folder = desk_of(review, week, now, out)
    if redact == "public" and not pack:
        raise UserMistakeError("pack: --redact public is of a pack; add --pack")
    if weeks > 1 and (redact == "public" or not pack):
        raise UserMistakeError("pack: --weeks is of a pack for partners; add --pack, leave out --redact public")
    if redact == "public":
        from sre_lib.run.share.public import publish_public  # noqa: PLC0415  it runs the week's notebooks

        result = publish_public(desk, folder, tell, to)
    else:
        result = published(desk, folder, tell, to, pack=weeks if pack else 0)
    for line in result.problems:
        tell(line)
    click.echo(f"{shown(result.index)} ({time.monotonic() - started:.0f} s)")
    sys.exit(1 if result.problems else 0)


@click.command(name="open", epilog="Example: sre-review open demo --week 2026-W40")
@click.argument("review", default="")
@click.option("--week", default="", help="ISO week, such as 2026-W40.  [default: the newest with a notebook]")
@OUT
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="[default: the first free one from 8888]")
def open_in_lab(review: str, week: str, out: Address | None, no_browser: bool, port: int | None) -> None:
    """Open a week's notebook in JupyterLab, on this machine only; Ctrl-C ends it.

    REVIEW as for `run`; it may be left out where params/ has only one. What was written is in minutes.yaml afterwards.
    """
    from sre_lib.run.open_week import open_week, week_to_open  # noqa: PLC0415  what it needs takes a second to import

    desk, folder = week_to_open(review, week, out)
    open_week(desk, folder, port, tell, click.echo, browser=not no_browser)


@click.group(epilog="Example: sre-review minutes merge theirs/minutes.yaml demo --week 2026-W40")
def minutes() -> None:
    """Look after what the meeting wrote."""


@minutes.command(epilog="Example: sre-review minutes merge theirs/minutes.yaml demo --week 2026-W40")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("review")
@WEEK
@OUT
@NOW
def merge(file: Path, review: str, week: str, out: Address | None, now: datetime | None) -> None:
    """Take in what somebody wrote on their copy of a week.

    FILE is its minutes.yaml or weekly_review.ipynb, REVIEW as for `run`. Texts that both sides changed are both kept.
    """
    from sre_lib.run.desks import desk_of  # noqa: PLC0415  what it needs takes a second to import
    from sre_lib.run.minutes_command import merge as merge_copy  # noqa: PLC0415

    desk, folder = desk_of(review, week, now, out)
    result = merge_copy(file, desk)
    for line in result.remarks:
        tell(line)
    file_there = shown(folder / desk.folder / "minutes.yaml")
    click.echo(f"{file_there}: {'taken in' if result.changed else 'has it all already'}")
