"""The commands that a schedule starts: run a week, or only fetch it."""

import sys
import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from sre_lib.address import Address
from sre_lib.errors import SreReviewError
from sre_lib.run.cli_cluster import MOST_AT_ONCE, cluster_options
from sre_lib.run.cli_options import NOW, OUT, WEEK, shown, tell
from sre_lib.run.exit_codes import exit_code_of

if TYPE_CHECKING:
    from sre_lib.run.cluster.place import Cluster
    from sre_lib.run.fetch import Scope
    from sre_lib.run.log import Voice
    from sre_lib.run.notice.announce import Announcer
    from sre_lib.run.weekly_run import Plan

_DRY_RUN = click.option(
    "--dry-run",
    is_flag=True,
    help="Only say what would be asked and what it costs; no metric is read (patterns in dimensions: ListMetrics).",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="The answer of --dry-run for programs.")


@click.command(epilog="Example: sre-review run demo --week 2026-W40")
@click.argument("review")
@WEEK
@click.option("--catch-up", is_flag=True, help="Every week since the first one that has no pages yet; for a schedule.")
@OUT
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_AT_ONCE),
    default=None,
    help="Notebooks at once.  [default: the processors; on a cluster twice its threads]",
)
@click.option("--language", type=click.Choice(["en", "ja"]), default=None, help="Instead of the review file's.")
@click.option("--force", is_flag=True, help="Make every page again, also where nothing is new.")
@cluster_options
@NOW
@click.option("--no-notify", is_flag=True, help="Tell nobody whom `notify` in the review file names.")
@click.option(
    "--log",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    help="json: standard error is an object a line.",
)
@_DRY_RUN
@_JSON
def run(  # noqa: PLR0913, PLR0917  one parameter an option
    review: str,
    week: str,
    catch_up: bool,
    out: Address | None,
    jobs: int | None,
    language: str | None,
    force: bool,
    cluster: "Cluster | None",
    now: datetime | None,
    no_notify: bool,
    style: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fetch a week, run its notebooks and write the pages.

    REVIEW is a review file or the name of one in params/ (demo: the simulated shop, no AWS needed).
    """
    # What the run needs takes a second to import; `--help` and a mistyped option should not wait for it.
    from sre_lib.run.log import spoken  # noqa: PLC0415
    from sre_lib.run.notice.announce import Announcer  # noqa: PLC0415
    from sre_lib.run.stopped import stoppable  # noqa: PLC0415
    from sre_lib.run.weekly_run import prepare  # noqa: PLC0415

    if catch_up and (week or dry_run):
        raise click.UsageError("--catch-up finds the weeks itself and runs them: leave out --week and --dry-run")
    with spoken(style, review) as voice:
        plan = prepare(review, week, now, out, jobs, language or "", force=force, cluster=cluster)
        if _only_says(plan, dry_run, as_json):
            return
        announcer = Announcer(voice.warn, silent=no_notify)
        with announcer.failures(plan), stoppable():
            code = _caught_up(plan, voice, announcer) if catch_up else _ran(plan, voice, announcer)
        sys.exit(code)


@click.command(epilog="Example: sre-review fetch demo --week 2026-W40 --dry-run")
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


def _ran(plan: "Plan", voice: "Voice", announcer: "Announcer") -> int:
    """Make the week, and return the exit code."""
    from sre_lib.run.weekly_run import weekly_run  # noqa: PLC0415

    started = time.monotonic()
    made = weekly_run(plan, voice.tell, voice.progress)
    for line in made.problems:
        voice.warn(line)
    result = announcer.success(plan, made)
    seconds = time.monotonic() - started
    click.echo(f"{shown(result.index)} ({seconds:.0f} s)")
    fields = {"index": str(result.index), "exit_code": result.exit_code, "seconds": round(seconds, 1)}
    voice.ended(f"{plan.week.name} is made", {"week": plan.week.name, **fields})
    return result.exit_code


def _caught_up(plan: "Plan", voice: "Voice", announcer: "Announcer") -> int:
    """Make the weeks that were missed, and return the exit code: that of the errors where no week could be made."""
    from sre_lib.run import catch_up  # noqa: PLC0415

    codes: list[int] = []
    made = False
    for week, result in catch_up.catch_up(plan, voice.tell, voice.progress):
        one = replace(plan, week=week)
        if isinstance(result, SreReviewError):
            voice.warn(f"sre-review: {week.name}: {result}")
            announcer.failure(one, result)
            codes.append(exit_code_of(result))
            continue
        made = True
        for line in result.problems:
            voice.warn(f"{week.name}: {line}")
        codes.append(announcer.success(one, result).exit_code)
        click.echo(shown(result.index))
        voice.ended(f"{week.name} is made", {"week": week.name, "index": str(result.index), "exit_code": codes[-1]})
    if not codes:
        click.echo(f"{plan.review.name}: no week up to {plan.week.name} was missed")
    return min(max(codes, default=0), 1) if made else max(codes, default=0)
