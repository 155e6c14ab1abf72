"""The company's own repository around a review file: what git keeps, how it runs each week; nothing is overwritten."""

from collections.abc import Mapping
from string import Template

from sre_lib.store import LocalStore

IGNORED = """\
# What CloudWatch has forgotten is only here, but it is binary and grows by megabytes a week: too much for git.
# Keep it on the machine that runs the review, and back it up (README.md says how).
/archive/
*.log
.ipynb_checkpoints/
.*.lock
.tmp-*
"""
REVIEWS_IGNORED = """\
# Kept: minutes.yaml and weekly_review.ipynb (what people wrote), ask.ipynb (theirs), the other notebooks (`publish`
# makes the pages from them without AWS), *.json (what next week's review and the history compare with), decisions.md,
# actions.csv and alarms.tf.
# Left out: pages, over a megabyte each, which `sre-review publish REVIEW --week WEEK` makes again in seconds.
*.html
.ipynb_checkpoints/
.*.lock
.tmp-*
"""
_README = Template("""\
# Weekly monitoring reviews

| what | where |
|---|---|
| what is reviewed | `params/$name.yaml`: yours to edit; `sre-review init` shows later what is new or gone |
| what came of it, and what the meeting wrote | `reviews/$name/<week>/` |
| the datapoints, also those that CloudWatch has forgotten | `archive/` (not in git: back it up) |

    sre-review check $name           # is all there that a run needs?
    sre-review run $name --dry-run   # what it asks of AWS, and what that costs
    sre-review run $name             # the last finished week
    sre-review open $name            # in the meeting
    sre-review publish $name         # after it: pages, decisions, actions

The permissions that it needs, all read-only: `sre-review iam-policy $name`.

## Every Monday

On a machine that keeps `archive/` (cron; times are that machine's):

    0 7 * * 1  cd $folder && sre-review run $name >> review.log 2>&1

CloudWatch forgets one-minute datapoints after 15 days and the history of alarms after 30: after a longer pause what
lies further back is there only more coarsely, or not at all.

Or on GitHub: `.github/workflows/sre-review.yml` (switched off until you have filled in its variables). It keeps the
archive in an S3 bucket of yours, since nothing stays on GitHub's machines.
""")
_WORKFLOW = Template("""\
# An example that has not been run for you: it does nothing until the variables below are set in the repository
# (Settings > Secrets and variables > Actions > Variables).
#   SRE_REVIEW_ROLE    ARN of a role that trusts GitHub's OIDC provider for this repository and has the policy that
#                      `sre-review iam-policy $name` writes, and read and write below s3://BUCKET/archive
#   SRE_REVIEW_BUCKET  the bucket that keeps the archive: nothing stays on this machine after the run
# A `profile` in the review file is one of your own machine: leave it out there, and set AWS_PROFILE at home instead.
name: sre-review
on:
  # Sunday 22:00 UTC is Monday 07:00 in Tokyo.
  schedule: [{cron: "0 22 * * 0"}]
  workflow_dispatch:
permissions: {contents: write, id-token: write}
concurrency: sre-review
jobs:
  review:
    if: vars.SRE_REVIEW_ROLE != '' && vars.SRE_REVIEW_BUCKET != ''
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-python@v6
        with: {python-version: "3.13"}
      # Where your company keeps the package: an index of its own, or a file in this repository.
      - run: pip install sre-review
      - uses: aws-actions/configure-aws-credentials@v5
        with: {role-to-assume: "$${{ vars.SRE_REVIEW_ROLE }}", aws-region: $region}
      - run: aws s3 sync "s3://$${{ vars.SRE_REVIEW_BUCKET }}/archive" archive
      # Exit code 1: the pages are written, but something was denied, failed or came back in part.
      - run: sre-review run $name || test $$? -eq 1
      - run: aws s3 sync archive "s3://$${{ vars.SRE_REVIEW_BUCKET }}/archive"
      - uses: actions/upload-artifact@v4
        with: {name: review, path: reviews}
      - run: |
          git config user.name sre-review
          git config user.email sre-review@users.noreply.github.com
          git add reviews
          git diff --cached --quiet || git commit -m "Weekly review"
          git push
""")


def layout(name: str, region: str, folder: str) -> Mapping[str, str]:
    """Return the files around the review file `params/<name>.yaml`, by their path in the repository."""
    values = {"name": name, "region": region, "folder": folder}
    return {
        ".gitignore": IGNORED,
        "reviews/.gitignore": REVIEWS_IGNORED,
        "README.md": _README.substitute(values),
        ".github/workflows/sre-review.yml": _WORKFLOW.substitute(values),
    }


def lay_out(store: LocalStore, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write the files that are not there yet; return their paths. Raises StoreError where one cannot be written."""
    return tuple(key for key, text in files.items() if store.create(key, text.encode()))
