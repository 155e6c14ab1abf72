"""The command line: standard output holds the answer, everything else goes to standard error."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sre_lib import __version__
from sre_lib.errors import SourceError, SreReviewError, StoreError
from sre_lib.run.cli_account import check, iam_policy
from sre_lib.run.cli_archive import archive
from sre_lib.run.cli_init import init
from sre_lib.run.cli_minutes import minutes, open_in_lab, publish
from sre_lib.run.cli_options import NOW, OUT, WEEK, Moment, shown, tell
from sre_lib.run.cli_schedule import schedule

if TYPE_CHECKING:
    from sre_lib.alarm import State
    from sre_lib.run.fetch import Scope
    from sre_lib.run.weekly_run import Plan

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
            sys.exit(_exit_code(error))


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sre-review")
def main() -> None:
    """The weekly monitoring review: CPU and memory anomalies per service, findings first."""


_DRY_RUN = click.option(
    "--dry-run",
    is_flag=True,
    help="Only say what would be asked and what it costs; no metric is read (patterns in dimensions: ListMetrics).",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="The answer of --dry-run for programs.")


@main.command(epilog="Example: sre-review run demo --week 2026-W40")
@click.argument("review")
@WEEK
@click.option("--catch-up", is_flag=True, help="Every week since the first one that has no pages yet; for a schedule.")
@OUT
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="Notebooks at once.  [default: the processors]")
@click.option("--language", type=click.Choice(["en", "ja"]), default=None, help="Instead of the review file's.")
@NOW
@_DRY_RUN
@_JSON
def run(  # noqa: PLR0913, PLR0917  one parameter an option
    review: str,
    week: str,
    catch_up: bool,
    out: Path | None,
    jobs: int | None,
    language: str | None,
    now: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fetch a week, run its notebooks and write the pages.

    REVIEW is a review file or the name of one in params/ (demo: the simulated shop, no AWS needed).
    """
    # What the run needs takes a second to import; `--help` and a mistyped option should not wait for it.
    from sre_lib.run.progress import shown_progress  # noqa: PLC0415
    from sre_lib.run.weekly_run import prepare, weekly_run  # noqa: PLC0415

    started = time.monotonic()
    if catch_up and (week or dry_run):
        raise click.UsageError("--catch-up finds the weeks itself and runs them: leave out --week and --dry-run")
    plan = prepare(review, week, now, out, jobs, language or "")
    if _only_says(plan, dry_run, as_json):
        return
    if catch_up:
        sys.exit(_caught_up(plan))
    result = weekly_run(plan, tell, shown_progress)
    for line in result.problems:
        tell(line)
    click.echo(f"{shown(result.index)} ({time.monotonic() - started:.0f} s)")
    sys.exit(result.exit_code)


@main.command(epilog="Example: sre-review fetch demo --week 2026-W40 --dry-run")
@click.argument("review")
@WEEK
@NOW
@_DRY_RUN
@_JSON
def fetch(review: str, week: str, now: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Collect a week into the archive and stop.

    REVIEW as for `run`, which finds the week in the archive then.
    """
    from sre_lib.run.fetch import fetch_week, held_sentence, to_fetch  # noqa: PLC0415
    from sre_lib.run.progress import shown_progress  # noqa: PLC0415

    found = to_fetch(review, week, now)
    if _only_says(found, dry_run, as_json):
        return
    wrong = fetch_week(found, tell, shown_progress)
    for line in wrong:
        tell(line)
    click.echo(held_sentence(found, shown(found.archive_folder)))
    sys.exit(1 if wrong else 0)


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


@main.command(epilog="Example: sre-review replay alarm.json datapoints.csv --initial-state OK")
@click.argument("alarm", type=click.Path(path_type=Path))
@click.argument("datapoints", type=click.Path(path_type=Path))
@click.option(
    "--initial-state",
    type=click.Choice(["OK", "ALARM", "INSUFFICIENT_DATA"]),
    default="INSUFFICIENT_DATA",
    show_default=True,
    help="The state before the first evaluation.",
)
@click.option("--timezone", default="", help="Of timestamps that have no offset, such as Asia/Tokyo.")
@click.option("--assume", multiple=True, metavar="NAME=VALUE", help="Set what CloudWatch leaves open; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Every change of state, one JSON object a line.")
def replay(  # noqa: PLR0913, PLR0917  one parameter an option
    alarm: Path, datapoints: Path, initial_state: "State", timezone: str, assume: tuple[str, ...], as_json: bool
) -> None:
    """Say when a CloudWatch alarm would have changed its state.

    ALARM is one element of describe-alarms' MetricAlarms, or its whole answer with one alarm in it; DATAPOINTS is a CSV
    with timestamp,value or timestamp,sum,count,min,max.
    """
    from sre_lib.run.replay_command import replayed, to_json_lines, to_table  # noqa: PLC0415

    found = replayed(alarm, datapoints, initial_state, timezone, assume)
    if found.why_not:
        tell(f"sre-review: {found.why_not}")
        sys.exit(1)
    click.echo(to_json_lines(found) if as_json else to_table(found), nl=not as_json)
    for line in found.notes:
        tell(line)


def _only_says(found: "Scope", dry_run: bool, as_json: bool) -> bool:
    """Say what a collection would take where that is all that is wanted; tell whether it was."""
    from sre_lib.run import fetch  # noqa: PLC0415

    if not dry_run:
        if as_json:
            raise click.UsageError("--json is for --dry-run; run.json has what a run did")
        return False
    would = fetch.dry_run(found)
    for line in would.problems:
        tell(line)
    click.echo(fetch.dry_run_json(would) if as_json else "\n".join(fetch.dry_run_lines(would)), nl=not as_json)
    return True


def _caught_up(plan: "Plan") -> int:
    """Make the weeks that were missed, and return the exit code: that of the errors where no week could be made."""
    from sre_lib.run import catch_up  # noqa: PLC0415
    from sre_lib.run.progress import shown_progress  # noqa: PLC0415

    codes: list[int] = []
    made = False
    for week, result in catch_up.catch_up(plan, tell, shown_progress):
        if isinstance(result, SreReviewError):
            tell(f"sre-review: {week.name}: {result}")
            codes.append(_exit_code(result))
            continue
        made = True
        for line in result.problems:
            tell(f"{week.name}: {line}")
        click.echo(shown(result.index))
        codes.append(result.exit_code)
    if not codes:
        click.echo(f"{plan.review.name}: no week up to {plan.week.name} was missed")
    return min(max(codes, default=0), 1) if made else max(codes, default=0)


def _exit_code(error: SreReviewError) -> int:
    """Return the exit code of an error."""
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), MISTAKE)


main.add_command(archive)
main.add_command(check)
main.add_command(iam_policy)
main.add_command(init)
main.add_command(open_in_lab)
main.add_command(publish)
main.add_command(schedule)
main.add_command(minutes)

if __name__ == "__main__":
    main()
