"""The command that begins a review: look into the account, propose its file, lay out the repository."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from sre_lib.run.cli_options import NOW, shown, tell

_EXAMPLES = """\b
Example: sre-review init our-reviews --region ap-northeast-1 --profile shop-readonly --name shop
Example: sre-review init our-reviews --name shop     (later: what is new, what is gone)
"""


@click.command(epilog=_EXAMPLES)
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--region", default=None, help="AWS region, such as ap-northeast-1.  [default: the profile's]")
@click.option("--profile", default=None, help="Profile in ~/.aws/config.  [default: the environment's credentials]")
@click.option("--endpoint", default=None, help="Another address of CloudWatch; outside AWS, that of all services.")
@click.option("--name", default="", help="Of the review.  [default: the folder's]")
@NOW
def init(  # noqa: PLR0913, PLR0917  one parameter an option
    folder: Path, region: str | None, profile: str | None, endpoint: str | None, name: str, now: datetime | None
) -> None:
    """Look into an account, read-only, and propose a review file in FOLDER.

    Writes params/NAME.yaml, .gitignore, README.md and a schedule for GitHub Actions; a file that is there is never
    touched. Where the review file is there already, it prints what is new or gone in the account, as YAML to copy from.
    What it has no permission for it says, and uses the rest. Exit code 1: written, but not all could be read.
    """
    from sre_lib.run.init_command import Wanted, propose  # noqa: PLC0415  boto3 takes its time

    done = propose(Wanted(folder, name, region, profile, endpoint), now or datetime.now(UTC), tell)
    for each in done.written:
        tell(f"written: {shown(folder / each)}")
    for each in done.lines:
        click.echo(each)
    sys.exit(0 if done.whole else 1)
