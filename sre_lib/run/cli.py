"""The command line: standard output holds the answer, everything else goes to standard error."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sre_lib import __version__
from sre_lib.errors import SreReviewError
from sre_lib.run.cli_account import check, iam_policy
from sre_lib.run.cli_archive import archive
from sre_lib.run.cli_init import init
from sre_lib.run.cli_minutes import minutes, open_in_lab, publish
from sre_lib.run.cli_notify import notify
from sre_lib.run.cli_options import Moment, tell
from sre_lib.run.cli_run import fetch, run
from sre_lib.run.cli_schedule import schedule
from sre_lib.run.exit_codes import exit_code_of

if TYPE_CHECKING:
    from sre_lib.alarm import State


class Sentences(click.Group):
    """Turns our errors into one sentence and an exit code: 2 a user's mistake, 3 an unreadable source, 1 the rest."""

    def invoke(self, context: click.Context) -> object:
        """Run the command; a mistake never shows a traceback."""
        try:
            return super().invoke(context)
        except SreReviewError as error:
            click.echo(f"sre-review: {error}", err=True)
            sys.exit(exit_code_of(error))


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sre-review")
def main() -> None:
    """The weekly monitoring review: CPU and memory anomalies per service, findings first."""


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


main.add_command(archive)
main.add_command(check)
main.add_command(iam_policy)
main.add_command(fetch)
main.add_command(init)
main.add_command(notify)
main.add_command(open_in_lab)
main.add_command(publish)
main.add_command(run)
main.add_command(schedule)
main.add_command(minutes)

if __name__ == "__main__":
    main()
