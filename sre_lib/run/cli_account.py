"""The commands before the first run in an account: what the review must be allowed, and whether all is in place."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from sre_lib.run.cli_options import NOW, WEEK, tell

_POLICY_EXAMPLES = """\b
Example: sre-review iam-policy --init > init.json
Example: sre-review iam-policy shop --format terraform > sre-review.tf
"""


@click.command(name="iam-policy", epilog=_POLICY_EXAMPLES)
@click.argument("review", default="")
@click.option("--review", "file", type=click.Path(path_type=Path), default=None, help="The same, as an option.")
@click.option("--init", "for_init", is_flag=True, help="For `sre-review init` instead, which comes before any review.")
@click.option("--profile", default=None, help="For one of the profiles in the review file.  [default: source.profile]")
@click.option("--format", "style", type=click.Choice(["json", "terraform"]), default="json", show_default=True)
def iam_policy(review: str, file: Path | None, for_init: bool, profile: str | None, style: str) -> None:
    """Write the least read-only IAM policy that a review, or `init`, needs; nothing is asked of AWS.

    REVIEW as for `run`. Why each action is there stands beside it (terraform) or on standard error (json).
    """
    from sre_lib.run.iam_policy import policy_of, policy_of_init, reasons, to_json, to_terraform  # noqa: PLC0415  takes a second

    if bool(review) + bool(file) + for_init != 1:
        raise click.UsageError("wants one review or --init: sre-review iam-policy shop, or --review params/shop.yaml")
    if for_init and profile:
        raise click.UsageError("--profile is for the profiles of a review: leave it out with --init")
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
@NOW
@click.option("--json", "as_json", is_flag=True, help="The whole tree for programs.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Write what AWS answers to this and to a run of two weeks into a new file (.gz: compressed), without names.",
)
def check(review: str, week: str, now: datetime | None, as_json: bool, record: Path | None) -> None:
    """Look whether all that a run needs is there: a tree of OK, NG (exit code 1) and SKIP, each with its remedy.

    REVIEW as for `run`. Asks AWS the smallest question for each permission; nothing is written but what --record names.
    """
    from sre_lib.run.preflight.check import check as checked  # noqa: PLC0415  what it needs takes a second to import
    from sre_lib.run.preflight.tree import State, to_json, to_text  # noqa: PLC0415

    found = checked(review, week, now, lambda: datetime.now(UTC), record)
    click.echo(to_json(found) if as_json else to_text(found), nl=not as_json)
    sys.exit(1 if found.state is State.NG else 0)
