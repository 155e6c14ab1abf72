"""The company's own repository around a review file: what git keeps, how it runs each week; nothing is overwritten."""

from collections.abc import Mapping
from datetime import datetime
from string import Template

from sre_lib.params import Review
from sre_lib.run.schedule_files import schedule_files
from sre_lib.store import LocalStore

IGNORED = """\
# What CloudWatch has forgotten is only here, but it is binary and grows by megabytes a week: too much for git.
# Keep it on the machine that runs the review, and back it up (README.md says how).
/archive/
# Addresses of notices (`url_file` in the review file) are secrets.
/secrets/
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

    0 7 * * 1  cd $folder && sre-review run $name --catch-up >> review.log 2>&1

`sre-review schedule $name --for systemd` (or `cron`, `ecs`, `jupyter`) writes the files of other schedules.
`--catch-up` makes the weeks that were missed, too.

CloudWatch forgets one-minute datapoints after 15 days and the history of alarms after 30: after a longer pause what
lies further back is there only more coarsely, or not at all.

Or on GitHub: `.github/workflows/sre-review.yml` (switched off until you have filled in its variables). It keeps the
archive in an S3 bucket of yours, since nothing stays on GitHub's machines.
""")


def layout(review: Review, folder: str, now: datetime) -> Mapping[str, str]:
    """Return the files around the file of a review, by their path in the repository."""
    return {
        ".gitignore": IGNORED,
        "reviews/.gitignore": REVIEWS_IGNORED,
        "README.md": _README.substitute(name=review.name, folder=folder),
        **schedule_files(review, "github", now),
    }


def lay_out(store: LocalStore, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write the files that are not there yet; return their paths. Raises StoreError where one cannot be written."""
    return tuple(key for key, text in files.items() if store.create(key, text.encode()))
