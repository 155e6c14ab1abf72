"""The commands before the first run in an account: what the review must be allowed, and whether all is in place."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from sre_lib.address import Address
from sre_lib.run.cli_options import NOW, OUT, WEEK, Place, tell

_POLICY_EXAMPLES = """\b
Example: sre-review iam-policy --init > init.json
Example: sre-review iam-policy --bucket s3://reviews/team
Example: sre-review iam-policy shop --format terraform > sre-review.tf
"""


@click.command(name="iam-policy", epilog=_POLICY_EXAMPLES)
@click.argument("review", default="")
@click.option("--review", "file", type=click.Path(path_type=Path), default=None, help="The same, as an option.")
@click.option("--init", "for_init", is_flag=True, help="For `sre-review init` instead, which comes before any review.")
@click.option("--profile", default=None, help="For one of the profiles in the review file.  [default: source.profile]")
@click.option(
    "--bucket", type=Place(), metavar="S3://...", multiple=True, help="For a bucket instead: archive, pages; repeat it."
)
@click.option("--format", "style", type=click.Choice(["json", "terraform"]), default="json", show_default=True)
def iam_policy(  # noqa: PLR0913, PLR0917  one parameter an option
    review: str, file: Path | None, for_init: bool, profile: str | None, bucket: tuple[Address, ...], style: str
) -> None:
    """Write the least read-only IAM policy that a review, or `init`, needs; nothing is asked of AWS.

    REVIEW as for `run`. Why each action is there stands beside it (terraform) or on standard error (json). --bucket
    writes the policy for archive and pages in buckets, which is for whom the command itself runs as.
    """
    from sre_lib.run.iam_policy import (  # noqa: PLC0415  takes a second
        policy_of,
        policy_of_init,
        reasons,
        to_json,
        to_terraform,
    )
    from sre_lib.run.iam_policy_buckets import policy_of_buckets  # noqa: PLC0415  as above

    if bool(review) + bool(file) + for_init + bool(bucket) != 1:
        raise click.UsageError(
            "wants one review, --init or --bucket: sre-review iam-policy shop, or --review params/shop.yaml"
        )
    if profile and not (review or file):
        raise click.UsageError("--profile is for the profiles of a review: leave it out with --init and --bucket")
    if bucket:
        policy = policy_of_buckets(bucket)
    else:
        policy = policy_of_init() if for_init else policy_of(review or str(file), profile)
    click.echo(to_json(policy) if style == "json" else to_terraform(policy), nl=False)
    for line in reasons(policy) if style == "json" else policy.notes:
        tell(line)


_CHECK_EXAMPLES = """\b
Example: sre-review check demo
Example: sre-review check shop --record answers.json.gz
"""


@click.command(epilog=_CHECK_EXAMPLES)
@click.argument("review")
@WEEK
@OUT
@NOW
@click.option("--json", "as_json", is_flag=True, help="The whole tree for programs.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Write what AWS answers to this and to a run of two weeks into a new file (.gz: compressed), without names.",
)
def check(  # noqa: PLR0913, PLR0917  one parameter an option
    review: str, week: str, out: Address | None, now: datetime | None, as_json: bool, record: Path | None
) -> None:
    """Look whether all that a run needs is there: a tree of OK, NG (exit code 1) and SKIP, each with its remedy.

    REVIEW as for `run`. Asks AWS the smallest question for each permission; nothing is written but what --record names,
    and one object in a bucket of the review, which is removed again.
    """
    from sre_lib.run.preflight.check import check as checked  # noqa: PLC0415  what it needs takes a second to import
    from sre_lib.run.preflight.tree import State, to_json, to_text  # noqa: PLC0415

    found = checked(review, week, now, lambda: datetime.now(UTC), record, out)
    click.echo(to_json(found) if as_json else to_text(found), nl=not as_json)
    sys.exit(1 if found.state is State.NG else 0)
