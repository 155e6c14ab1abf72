"""The command that writes what starts a review each week."""

import sys
from datetime import UTC, datetime

import click

from sre_lib.run.cli_options import shown, tell

RUNNERS = ("cron", "systemd", "github", "ecs", "jupyter")


@click.command(epilog="Example: sre-review schedule shop --for systemd")
@click.argument("review")
@click.option("--for", "runner", type=click.Choice(RUNNERS), required=True, help="What is to start it.")
def schedule(review: str, runner: str) -> None:
    """Write what starts a review each week, on the morning after it; the head of each file says how it is installed.

    REVIEW as for `run`. A file that is there is never touched (exit code 1). What we could not run ourselves says so.
    """
    from sre_lib import params  # noqa: PLC0415  what it needs takes a second to import
    from sre_lib.run.schedule_files import schedule_files  # noqa: PLC0415
    from sre_lib.store import LocalStore  # noqa: PLC0415

    found = params.load(review)
    store = LocalStore(found.home)
    there = False
    for key, text in schedule_files(found, runner, datetime.now(UTC)).items():
        if store.create(key, text.encode()):
            click.echo(shown(store.path(key)))
        else:
            there = True
            tell(f"{shown(store.path(key))} is there already and stays as it is; remove it to have it written anew")
    sys.exit(1 if there else 0)
