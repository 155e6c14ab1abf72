"""The command line: standard output holds the answer, everything else goes to standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from sre_lib import __version__
from sre_lib.errors import SourceError, SreReviewError, StoreError

MISTAKE = 2
EXIT_CODES = {SourceError: 3, StoreError: 1}


class Sentences(click.Group):
    """Turns our errors into one sentence and an exit code: 2 a user's mistake, 3 an unreadable source, 1 the rest."""

    def invoke(self, context: click.Context) -> object:
        """Run the command; a mistake never shows a traceback."""
        try:
            return super().invoke(context)
        except SreReviewError as error:
            click.echo(f"sre-review: {error}", err=True)
            sys.exit(next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), MISTAKE))


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


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sre-review")
def main() -> None:
    """The weekly monitoring review: CPU and memory anomalies per service, findings first."""


@main.command(epilog="Example: sre-review run demo --week 2026-W40")
@click.argument("review")
@click.option("--week", default="", help="ISO week of the first day, such as 2026-W40.  [default: the last finished]")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder of the pages.  [default: reviews]"
)
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="Notebooks at once.  [default: the processors]")
@click.option("--language", type=click.Choice(["en", "ja"]), default=None, help="Instead of the review file's.")
@click.option("--now", type=Moment(), default=None, help="A clock that stands still, ISO 8601 with offset.")
def run(  # noqa: PLR0913, PLR0917  one parameter an option
    review: str, week: str, out: Path | None, jobs: int | None, language: str | None, now: datetime | None
) -> None:
    """Fetch a week, run its notebooks and write the pages.

    REVIEW is a review file or the name of one in params/ (demo: the simulated shop, no AWS needed).
    """
    # What the run needs takes a second to import; `--help` and a mistyped option should not wait for it.
    from sre_lib.run.weekly_run import prepare, weekly_run  # noqa: PLC0415

    started = time.monotonic()
    plan = prepare(review, week, now, out, jobs, language or "")
    result = weekly_run(plan, _tell, _progress)
    for line in result.problems:
        click.echo(line, err=True)
    shown = result.index.relative_to(Path.cwd()) if result.index.is_relative_to(Path.cwd()) else result.index
    click.echo(f"{shown} ({time.monotonic() - started:.0f} s)")
    sys.exit(result.exit_code)


@main.command(epilog="Example: sre-review findings --metric cpu --timezone Asia/Tokyo web.csv")
@click.argument("csv", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--metric", default="", help="cpu or memory (percent, limit 100); without it no unit and no limit.")
@click.option("--from", "start", type=Moment(), default=None, help="Start of the reviewed span; history before it.")
@click.option("--to", "end", type=Moment(), default=None, help="End of the reviewed span (exclusive).")
@click.option("--timezone", default="", help="Of timestamps that have no offset, such as Asia/Tokyo.")
@click.option("--json", "as_json", is_flag=True, help="Every candidate, one JSON object a line.")
def findings(  # noqa: PLR0913, PLR0917  one parameter an option
    csv: tuple[Path, ...], metric: str, start: datetime | None, end: datetime | None, timezone: str, as_json: bool
) -> None:
    """Find anomalies in any CSV with the columns timestamp,value."""
    from sre_lib.run.csv_findings import csv_findings, to_json_lines, to_table  # noqa: PLC0415

    result = csv_findings(csv, metric, start, end, timezone)
    click.echo(to_json_lines(result) if as_json else to_table(result), nl=not as_json)
    for line in result.not_evaluated:
        click.echo(line, err=True)
    sys.exit(1 if result.not_evaluated else 0)


def _tell(sentence: str) -> None:
    """Say something that is not the answer."""
    click.echo(sentence, err=True)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal and a plain line in a log; it is told how much is done and how much there is."""
    with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield advance


if __name__ == "__main__":
    main()
