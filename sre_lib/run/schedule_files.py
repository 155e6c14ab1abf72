"""`sre-review schedule`: what starts a review each week, made for one review from the templates in `schedules/`.

Every schedule starts `sre-review run REVIEW --catch-up` on the morning after the review's week, in its time zone.
"""

import json
import shlex
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from sre_lib import __version__
from sre_lib.alarms.hcl import value
from sre_lib.errors import UserMistakeError
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource
from sre_lib.run.iam_policy import policy_of, to_terraform
from sre_lib.store import file_name
from sre_lib.weeks import DAYS, MEETING_HOUR

FILES: Mapping[str, Mapping[str, str]] = {
    "cron": {"cron/sre-review.cron": "schedule/cron/sre-review.cron"},
    "systemd": {
        "systemd/sre-review.service": "schedule/systemd/sre-review-{file}.service",
        "systemd/sre-review.timer": "schedule/systemd/sre-review-{file}.timer",
    },
    "github": {"github/sre-review.yml": ".github/workflows/sre-review.yml"},
    "ecs": {"ecs/Dockerfile": "schedule/ecs/Dockerfile", "ecs/main.tf": "schedule/ecs/main.tf"},
    "jupyter": {
        "jupyter/sre-review.ipynb.txt": "schedule/jupyter/sre-review.ipynb",
        "jupyter/job.json": "schedule/jupyter/job.json",
    },
}
"""Templates by what runs the schedule, each with the path in the review's home that it is written to."""
POLICY = "schedule/ecs/policy.tf"
ENVIRONMENT = "python3"
"""What jupyter-scheduler calls the environment that its server runs in, unless somebody named it otherwise."""


def schedule_files(review: Review, runner: str, now: datetime) -> dict[str, str]:
    """Return the files of a schedule by their path below the review's home.

    Raises UserMistakeError where a path cannot stand in such a file, or the schedule needs an account and the review
    asks none.
    """
    if runner == "ecs" and not isinstance(review.source, CloudWatchSource):
        raise UserMistakeError(
            f"--for ecs: {review.name} has a source of type {review.source.type}, which needs no AWS account; "
            "name a review of `type: cloudwatch`, or another schedule"
        )
    values = _values(review, now)
    made = {
        path.format(file=values["file"]): _template(name).substitute(values) for name, path in FILES[runner].items()
    }
    return {**made, POLICY: to_terraform(policy_of(str(review.file)))} if runner == "ecs" else made


def utc_hour(weekday: int, timezone: str, now: datetime) -> tuple[int, time]:
    """Return the day and time in UTC for 07:00 of a weekday (0: Monday) in a time zone, never before that.

    While clocks there are put forward it is an hour later. It holds for the year from `now` on.
    """
    first = now.date() - timedelta(days=now.weekday() - weekday)
    days = [first + timedelta(days=7 * week) for week in range(53)]
    latest = max(_morning(day, timezone) - datetime.combine(day, time(), UTC) for day in days)
    at = datetime.combine(first, time(), UTC) + latest
    return at.weekday(), at.time()


def _morning(day: date, timezone: str) -> datetime:
    """Return 07:00 of a day in a time zone, in UTC."""
    return datetime.combine(day, time(MEETING_HOUR), ZoneInfo(timezone)).astimezone(UTC)


def _template(name: str) -> Template:
    """Return a template of the package."""
    return Template((files("sre_lib.run") / "schedules" / name).read_text(encoding="utf-8"))


def _values(review: Review, now: datetime) -> dict[str, str]:
    """Return what stands in the templates, each as its file wants it."""
    weekday = DAYS.index(review.week_start)
    utc_day, at = utc_hour(weekday, review.timezone, now)
    region = getattr(review.source, "region", None) or "us-east-1"
    home, name = str(review.home.resolve()), review.name
    command = _command()
    for text in (home, name, *command):
        if not text.isprintable():
            raise UserMistakeError(f"schedule: {text!r} has line breaks or signs that are not seen; rename it")
    return {
        "name": name,
        "file": file_name(name),
        "timezone": review.timezone,
        "day": review.week_start.capitalize(),
        "version": __version__,
        "region": region,
        "cron_day": str(_cron_day(weekday)),
        "systemd_day": review.week_start[:3].capitalize(),
        "aws_day": review.week_start[:3].upper(),
        "utc_cron": f"{at.minute} {at.hour} * * {_cron_day(utc_day)}",
        "yaml_run": json.dumps(f"sre-review run {shlex.quote(name)} --catch-up || test $? -eq 1"),
        "yaml_env": json.dumps(_secrets(review)),
        "cron_home": _for_cron(home),
        "cron_command": " ".join(map(_for_cron, command)),
        "cron_name": _for_cron(name),
        "description": name.replace("%", "%%"),
        "unit_home": home.replace("%", "%%"),
        "unit_command": " ".join(map(_for_systemd, command)),
        "unit_name": _for_systemd(name),
        "unit_file": file_name(name).replace("%", "%%"),
        "hcl_name": value(name),
        "hcl_region": value(region),
        "hcl_timezone": value(review.timezone),
        "json_name": json.dumps(name),
        "json_timezone": json.dumps(review.timezone),
        "json_job": json.dumps(f"sre-review {name}"),
        "json_environment": json.dumps(ENVIRONMENT),
        "json_source": json.dumps(_job(home, [*command, "run", name, "--catch-up"])),
    }


def _secrets(review: Review) -> dict[str, str]:
    """Return the environment variables that notices need, each as GitHub gives the secret of that name."""
    names = [each.secret.url_env for each in review.notify if each.secret.url_env]
    return {name: "${{ secrets." + name + " }}" for name in names}


def _job(home: str, command: list[str]) -> str:
    """Return the code of the notebook that jupyter-scheduler runs."""
    return _template("jupyter/job.py.txt").substitute(command=repr(command), home=repr(home))


def _command() -> list[str]:
    """Return how this installation's command is called from anywhere."""
    script = Path(sys.executable).with_name("sre-review")
    return [str(script)] if script.exists() else [sys.executable, "-m", "sre_lib.run.cli"]


def _cron_day(weekday: int) -> int:
    """Return a weekday as cron counts it, from Sunday."""
    return (weekday + 1) % 7


def _for_cron(text: str) -> str:
    r"""Return a word of a command in a crontab, in which % ends the command (crontab(5))."""
    return shlex.quote(text).replace("%", r"\%")


def _for_systemd(text: str) -> str:
    """Return a word of a command in a unit, where % and $ stand for other things (systemd.service(5))."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != text or " " in text else text
