"""The commands around the archive: whether its files are as they should be."""

import sys

import click

from sre_lib.run.cli_options import shown, tell


@click.group(epilog="Example: sre-review archive verify demo")
def archive() -> None:
    """Look after the archive of a review."""


@archive.command(epilog="Example: sre-review archive verify demo")
@click.argument("review")
@click.option("--only-look", is_flag=True, help="Leave damaged files where they are.")
@click.option("--json", "as_json", is_flag=True, help="The answer for programs.")
def verify(review: str, only_look: bool, as_json: bool) -> None:
    """Name damaged and missing files; exit code 1 where there are any.

    REVIEW as for `run`. A damaged file is set aside, into the folder `damaged` of the review's archive, so that the
    next run fetches it again, as far as CloudWatch still has it.
    """
    from sre_lib.run.archive_command import checked, checked_json, checked_sentence  # noqa: PLC0415  takes a second

    found = checked(review, set_aside=not only_look)
    for line in found.problems:
        tell(line)
    click.echo(checked_json(found) if as_json else checked_sentence(found, shown(found.folder)), nl=not as_json)
    sys.exit(1 if found.problems else 0)
