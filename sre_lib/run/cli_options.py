"""What several commands share: the clock, the week, the folder of the pages, and how something is told."""

import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from sre_lib.address import Address, address_of


class Moment(click.ParamType[datetime]):
    """A time with its offset, ISO 8601."""

    name = "time"

    def convert(
        self, value: str | datetime, parameter: click.Parameter | None, context: click.Context | None
    ) -> datetime:
        """Return the time; a usage error where it is none or has no offset."""
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"got {value!r}, wants a time such as 2026-10-05T07:00+09:00", parameter, context)
        if moment.tzinfo is None:
            self.fail(f"got {value!r}, wants its offset too, such as {value}+09:00", parameter, context)
        return moment


class Place(click.ParamType[Address]):
    """A folder, as seen from where the command is called, or a bucket."""

    name = "place"

    def convert(
        self, value: str | Address, parameter: click.Parameter | None, context: click.Context | None
    ) -> Address:
        """Return the place; a usage error where it is a file, or no bucket."""
        try:
            place = address_of(value, Path.cwd()) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(str(error), parameter, context)
        # A name that the system refuses to look at (too long, say) is that of no file; the first write says why.
        with suppress(OSError):
            if isinstance(place, Path) and place.is_file():
                self.fail(f"got {value!r}, which is a file; wants a folder", parameter, context)
        return place


_ERASED = "\r\x1b[K"

WEEK = click.option(
    "--week", default="", help="ISO week of the first day, such as 2026-W40.  [default: the last finished]"
)
NOW = click.option("--now", type=Moment(), default=None, help="A clock that stands still, ISO 8601 with offset.")
OUT = click.option(
    "--out", type=Place(), metavar="PLACE", help="Folder or s3://bucket/prefix of the pages.  [default: reviews]"
)


def tell(sentence: str) -> None:
    """Say something that is not the answer."""
    # On a terminal a progress bar may stand in this line, which draws itself again below.
    click.echo(f"{_ERASED if sys.stderr.isatty() else ''}{sentence}", err=True)


def shown(place: Address) -> Address:
    """Return a place as a user here would write it."""
    if isinstance(place, Path) and place.is_relative_to(Path.cwd()):
        return place.relative_to(Path.cwd())
    return place
