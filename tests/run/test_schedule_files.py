"""Schedules: each starts the review on the morning after its week, in its time zone, and its files hold together."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from string import Template
from zoneinfo import ZoneInfo

import hcl2
import nbformat
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from sre_lib import __version__, params
from sre_lib.errors import UserMistakeError
from sre_lib.run import schedule_files as made
from sre_lib.run.cli import main
from sre_lib.run.cli_schedule import RUNNERS
from sre_lib.run.schedule_files import FILES, POLICY, schedule_files, utc_hour
from sre_lib.weeks import DAYS

REVIEW = """\
title: Shop
timezone: {timezone}
week_start: {day}
source: {{type: cloudwatch, region: eu-west-1}}
services:
  - {{name: web, kind: ecs_service, dimensions: {{ClusterName: shop, ServiceName: web}}}}
"""
NOW = datetime(2026, 10, 5, tzinfo=UTC)
INSTRUCTIONS = {"FROM", "ARG", "RUN", "WORKDIR", "COPY", "USER", "ENTRYPOINT", "CMD"}


@pytest.fixture
def home(tmp_path):
    """Return a folder whose name every format must take care of."""
    folder = tmp_path / "it's 100% ours"
    (folder / "params").mkdir(parents=True)
    return folder


def review(home, timezone="Asia/Tokyo", day="monday"):
    (home / "params" / "shop.yaml").write_text(REVIEW.format(timezone=timezone, day=day))
    return params.load("shop", home)


def texts(home, runner, **settings):
    """Return the texts of a schedule by the ends of their paths."""
    found = schedule_files(review(home, **settings), runner, NOW)
    return {path.rpartition("/")[2]: text for path, text in found.items()}


def test_the_command_knows_all_schedules():
    assert set(RUNNERS) == FILES.keys()


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_command_writes_the_files_and_touches_none_that_is_there(home, runner, monkeypatch):
    review(home)
    monkeypatch.chdir(home)
    first = CliRunner().invoke(main, ["schedule", "shop", "--for", runner])
    assert first.exit_code == 0, first.stderr
    written = first.stdout.splitlines()
    assert len(written) == len(FILES[runner]) + (runner == "ecs")
    (home / written[0]).write_text("mine")
    again = CliRunner().invoke(main, ["schedule", "shop", "--for", runner])
    assert (again.exit_code, again.stdout) == (1, "")
    assert (home / written[0]).read_text() == "mine"
    assert f"{written[0]} is there already" in again.stderr


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_was_not_run_by_us_says_so(home, runner):
    found = texts(home, runner)
    assert any(re.search(r"[Nn]ot tested|has not been run", text) for text in found.values())
    assert [text for text in found.values() if "${" in text and runner not in {"github", "ecs"}] == []


@pytest.mark.parametrize(("day", "number"), [("monday", "1"), ("saturday", "6"), ("sunday", "0")])
def test_the_line_of_cron(home, day, number):
    text = texts(home, "cron", day=day)["sre-review.cron"]
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines[0] == "CRON_TZ=Asia/Tokyo"
    *when, command = lines[1].split(maxsplit=5)
    assert when == ["0", "7", "*", "*", number]
    # cron ends the command at the first % that has no backslash, and takes the backslash of the others away.
    assert re.findall(r"(?<!\\)%", command) == []
    words = shlex.split(command.replace(r"\%", "%"))
    assert words[:3] == ["cd", str(home), "&&"]
    assert words[-6:-1] == ["run", "shop", "--catch-up", ">>", "review.log"]
    ran = subprocess.run(
        ["sh", "-c", command.replace(r"\%", "%").replace("--catch-up", "--help").replace("run shop", "run")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "--catch-up" in (home / "review.log").read_text()


class Unit(configparser.ConfigParser):
    """Reads a unit, whose keys are written in capitals and small letters."""

    def optionxform(self, optionstr):
        return optionstr


def units(home, **settings):
    """Return service and timer as systemd's format, each read by configparser."""
    found = {}
    for name, text in texts(home, "systemd", **settings).items():
        parser = Unit(interpolation=None, strict=True)
        parser.read_string(text)
        found[name.rpartition(".")[2]] = parser
    return found["service"], found["timer"]


def test_the_units_of_systemd(home):
    service, timer = units(home)
    assert service["Service"]["RestartForceExitStatus"] == "3"
    assert service["Service"]["WorkingDirectory"] == str(home).replace("%", "%%")
    assert service["Service"]["ExecStart"].endswith(" run shop --catch-up")
    assert dict(timer["Timer"]) == {
        "OnCalendar": "Mon *-*-* 07:00:00 Asia/Tokyo", "Persistent": "true", "RandomizedDelaySec": "60",
    }  # fmt: skip


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_takes_the_units(home, tmp_path):
    for name, text in texts(home, "systemd", timezone="America/New_York", day="sunday").items():
        (tmp_path / name).write_text(text)
    names = ["sre-review-shop.service", "sre-review-shop.timer"]
    done = subprocess.run(
        ["systemd-analyze", "verify", *names], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if "sre-review" in line] == []
    calendar = units(home, timezone="America/New_York", day="sunday")[1]["Timer"]["OnCalendar"]
    done = subprocess.run(
        ["systemd-analyze", "calendar", "--base-time=2026-10-06 00:00:00 UTC", calendar],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "2026-10-11 11:00:00 UTC" in done.stdout


@pytest.mark.parametrize("timezone", ["Asia/Tokyo", "Asia/Kolkata", "Pacific/Auckland", "America/New_York", "UTC"])
@pytest.mark.parametrize("day", ["monday", "sunday"])
def test_github_runs_never_before_the_hour_and_at_most_one_after_it(home, timezone, day):
    text = texts(home, "github", timezone=timezone, day=day)["sre-review.yml"]
    workflow = YAML(typ="safe").load(text)
    # `on` is a boolean in YAML 1.1, a word in 1.2.
    minute, hour, *stars, weekday = workflow["on"]["schedule"][0]["cron"].split()
    assert stars == ["*", "*"]
    starts = [NOW.replace(hour=int(hour), minute=int(minute)) + timedelta(days=each) for each in range(365)]
    local = [each.astimezone(ZoneInfo(timezone)) for each in starts if (each.weekday() + 1) % 7 == int(weekday)]
    assert len(local) > 50
    assert {each.weekday() for each in local} == {DAYS.index(day)}
    assert {each.hour for each in local} <= {7, 8}
    assert 7 in {each.hour for each in local}
    runs = [each.get("run", "") for each in workflow["jobs"]["review"]["steps"]]
    assert "sre-review run shop --catch-up || test $? -eq 1" in runs
    assert workflow["permissions"]["id-token"] == "write"


def test_github_gives_the_run_the_secrets_that_the_review_names(home):
    told = "notify:\n  - slack: {url_env: SHOP_SLACK}\n  - apprise: {url_file: ../secrets/mail}\n"
    (home / "params" / "told.yaml").write_text(REVIEW.format(timezone="UTC", day="monday") + told)
    for name, env in (("told", {"SHOP_SLACK": "${{ secrets.SHOP_SLACK }}"}), ("shop", {})):
        review(home)
        (text,) = schedule_files(params.load(name, home), "github", NOW).values()
        steps = YAML(typ="safe").load(text)["jobs"]["review"]["steps"]
        assert [each["env"] for each in steps if "--catch-up" in each.get("run", "")] == [env]


def test_secrets_reach_the_task_by_its_starter_alone(home):
    found = texts(home, "ecs")["main.tf"]
    role = blocks(found, "resource")["aws_iam_role_policy.secrets"]
    assert role["role"] == "${aws_iam_role.execution.id}"
    (statement,) = blocks(found, "data")["aws_iam_policy_document.secrets"]["statement"]
    assert statement["actions"] == ["secretsmanager:GetSecretValue"]
    assert "valueFrom = arn" in found


def test_an_hour_that_clocks_never_move_is_exact():
    assert [str(each) for each in utc_hour(0, "Asia/Tokyo", NOW)] == ["6", "22:00:00"]
    assert [str(each) for each in utc_hour(6, "Asia/Kolkata", NOW)] == ["6", "01:30:00"]


def plain(one):
    """Return what python-hcl2 parsed without its quotes and marks."""
    if isinstance(one, dict):
        return {plain(key): plain(each) for key, each in one.items() if not str(key).startswith("__")}
    if isinstance(one, list):
        return [plain(each) for each in one]
    return one[1:-1] if isinstance(one, str) and one[:1] == '"' == one[-1:] else one


def blocks(text, kind):
    """Return the blocks of a kind by their labels."""
    found = {}
    for block in plain(hcl2.loads(text)).get(kind, []):
        for first, inner in block.items():
            for second, body in inner.items():
                found[f"{first}.{second}"] = body
    return found


def test_terraform_is_valid_and_every_reference_leads_somewhere(home):
    found = texts(home, "ecs", timezone="Europe/Berlin", day="saturday")
    resources, data = blocks(found["main.tf"], "resource"), blocks(found["main.tf"], "data")
    data |= blocks(found["policy.tf"], "data")
    known = {*resources, *(f"data.{name}" for name in data)}
    code = re.sub(r"#.*|\"(?:arn|ecs|sts|iam|ecs-tasks|scheduler):[^\"]*\"", "", found["main.tf"])
    named = set(re.findall(r"\b((?:data\.)?aws_[a-z_]+\.[a-z_]+)\.", code))
    assert named
    assert named <= known
    variables = {name for each in plain(hcl2.loads(found["main.tf"]))["variable"] for name in each}
    assert set(re.findall(r"\bvar\.(\w+)", code)) == variables
    schedule = resources["aws_scheduler_schedule.review"]
    assert (schedule["schedule_expression"], schedule["schedule_expression_timezone"]) == (
        "cron(0 7 ? * SAT *)", "Europe/Berlin",
    )  # fmt: skip
    assert '["run", "shop", "--catch-up"]' in found["main.tf"]


def test_the_policy_of_the_task_is_what_iam_policy_prints(home, monkeypatch):
    review(home)
    monkeypatch.chdir(home)
    printed = CliRunner().invoke(main, ["iam-policy", "shop", "--format", "terraform"]).stdout
    found = schedule_files(params.load("shop", home), "ecs", NOW)
    assert found[POLICY] == printed
    task = blocks(found["schedule/ecs/main.tf"], "resource")["aws_iam_role_policy.task"]
    assert task == {"role": "${aws_iam_role.task.id}", "policy": "${data.aws_iam_policy_document.sre_review.json}"}
    assert list(blocks(printed, "data")) == ["aws_iam_policy_document.sre_review"]


def test_the_scheduler_may_start_the_task_and_nothing_else(home):
    start = blocks(texts(home, "ecs")["main.tf"], "data")["aws_iam_policy_document.start"]
    assert [each["actions"] for each in start["statement"]] == [["ecs:RunTask"], ["iam:PassRole"]]
    assert "*" not in [resource for each in start["statement"] for resource in each["resources"]]


def test_the_dockerfile_is_well_formed(home):
    text = texts(home, "ecs")["Dockerfile"]
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    assert lines[0][0] == "FROM"
    assert {name for name, _ in lines} <= INSTRUCTIONS
    told = dict(lines)
    assert json.loads(told["ENTRYPOINT"]) + json.loads(told["CMD"]) == ["sre-review", "run", "shop", "--catch-up"]
    sources = told["COPY"].split()[:-1]
    assert [each for each in sources if not (home / each).exists()] == []
    mounts = re.findall(r'containerPath = "/review/(\w+)"', texts(home, "ecs")["main.tf"])
    (makes,) = [line for line in text.splitlines() if "mkdir" in line]
    assert mounts == ["archive", "reviews"] == makes.split(" && ")[0].split()[2:]
    assert told["USER"] != "root"


def test_a_schedule_on_aws_wants_a_review_of_aws(home):
    (home / "params" / "demo.yaml").write_text(REVIEW.format(timezone="UTC", day="monday").replace(
        "type: cloudwatch, region: eu-west-1", "type: archive"
    ))  # fmt: skip
    with pytest.raises(UserMistakeError, match="--for ecs: demo has a source of type archive, which needs no AWS"):
        schedule_files(params.load("demo", home), "ecs", NOW)


def test_a_folder_that_no_file_can_name_is_refused(tmp_path):
    folder = tmp_path / "two\nlines"
    (folder / "params").mkdir(parents=True)
    with pytest.raises(UserMistakeError, match="has line breaks or signs that are not seen; rename it"):
        texts(folder, "cron")


def test_the_job_of_jupyter_scheduler(home):
    found = texts(home, "jupyter", day="wednesday")
    job = json.loads(found["job.json"])
    assert (job["schedule"], job["timezone"]) == ("0 7 * * 3", "Asia/Tokyo")
    assert job["input_uri"] == FILES["jupyter"]["jupyter/sre-review.ipynb.txt"]
    notebook = nbformat.reads(found["sre-review.ipynb"], 4)
    nbformat.validate(notebook)
    (code,) = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert f"'run', 'shop', '--catch-up'], cwd={str(home)!r}" in code
    asked = code.replace("'run', 'shop', '--catch-up'", "'--version'")
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"sre-review, version {__version__}\n\n")
    refused = code.replace("'--catch-up'", "'--no-such-option'")
    assert subprocess.run([sys.executable, "-c", refused], capture_output=True, check=False).returncode == 1


def test_every_template_is_used_and_every_value_has_a_place():
    folder = files("sre_lib.run") / "schedules"
    there = {f"{part.name}/{each.name}" for part in folder.iterdir() for each in part.iterdir()}
    assert there == {*(name for each in FILES.values() for name in each), "jupyter/job.py.txt"}
    places = {name for each in there for name in Template((folder / each).read_text()).get_identifiers()}
    values = vars(made)["_values"](params.load("demo"), NOW)
    assert places - {"command", "home"} == values.keys()
