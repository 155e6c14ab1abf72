"""Fetch collects and stops, a dry run says beforehand exactly what it takes, and an archive is looked through."""

import json
import shutil

import pytest
from click.testing import CliRunner

from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.run.cli import main
from tests.collect.account import signed_in
from tests.conftest import demo_home
from tests.run.test_weekly_run import NOW, REVIEW, WEEK, account


def call(*arguments: str):
    return CliRunner().invoke(main, arguments)


def files(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """Return a company's folder with the demo's week in its archive, and what dry run and fetch said."""
    home = demo_home(tmp_path_factory.mktemp("fetched") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        dry = call("fetch", "demo", "--dry-run", "--json")
        assert list(home.iterdir()) == [home / "params"]
        return home, dry, call("fetch", "demo")


@pytest.fixture
def home(fetched, tmp_path, monkeypatch):
    shutil.copytree(fetched[0], tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def test_the_answer_is_what_the_archive_holds_and_the_cost_is_on_standard_error(fetched):
    _, _, answer = fetched
    assert answer.exit_code == 0
    assert answer.stdout == "archive/demo: 2026-W40 of 7 of 7 services, with at least 6 of the 6 weeks before it\n"
    assert "billed metrics (about $0.00" in answer.stderr


def test_a_dry_run_says_what_the_run_then_takes(fetched):
    home, dry, _ = fetched
    would = json.loads(dry.stdout)
    (taken,) = json.loads((home / "archive/demo/collections/2026-W40.json").read_text())["collections"]
    (used,) = taken["usages"]
    assert (dry.exit_code, dry.stderr) == (0, "")
    assert [would[key] for key in ("calls", "billed_metrics", "billed_metrics_at_most")] == [
        used[key] for key in ("calls", "billed_low", "billed_high")
    ]
    assert 0 < used["datapoints"] <= would["datapoints"]
    assert would["seconds"] > 1


@pytest.mark.parametrize("command", ["fetch", "run"])
def test_a_dry_run_writes_nothing_and_asks_for_nothing_that_is_there(home, command):
    before = files(home)
    answer = call(command, "demo", "--dry-run")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == "demo 2026-W40: nothing would be asked; the archive has it all.\n"
    assert files(home) == before


@pytest.mark.usefixtures("home")
def test_json_belongs_to_the_dry_run():
    answer = call("fetch", "demo", "--json")
    assert answer.exit_code == 2
    assert "--json is for --dry-run" in answer.stderr


def test_an_archive_that_is_whole(home):
    answer = call("archive", "verify", "demo")
    count = len(files(home / "archive" / "demo"))
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == f"archive/demo: {count} files looked at, no damaged or missing\n"


def truncated(folder):
    file = folder / "service=web" / "week=2026-W40" / "60.parquet"
    file.write_bytes(file.read_bytes()[:-100])


def flipped(folder):
    file = folder / "service=api" / "week=2026-W38" / "300.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(bytes(content))


def deleted(folder):
    shutil.rmtree(folder / "service=cache" / "week=2026-W37")


@pytest.mark.parametrize(
    ("harm", "names"),
    [
        (truncated, ("service=web/week=2026-W40/60.parquet is damaged",)),
        (flipped, ("service=api/week=2026-W38/300.parquet is damaged",)),
        (deleted, ("of cache", "2026-W37", "missing")),
    ],
)
def test_an_archive_that_is_not(home, harm, names):
    harm(home / "archive" / "demo" / "metrics")
    answer = call("archive", "verify", "demo", "--only-look")
    assert answer.exit_code == 1
    assert "files looked at, " in answer.stdout
    assert all(name in answer.stderr for name in names), answer.stderr
    as_json = call("archive", "verify", "demo", "--json", "--only-look")
    assert json.loads(as_json.stdout)["problems"] == answer.stderr.splitlines()
    aside = json.loads(call("archive", "verify", "demo", "--json").stdout)["set_aside"]
    assert [f"{key} is damaged".removeprefix("demo/metrics/") for key in aside] == [
        name for name in names if "damaged" in name
    ]
    assert all((home / "archive" / to).exists() and not (home / "archive" / key).exists() for key, to in aside.items())


@pytest.fixture
def servers(tmp_path, monkeypatch):
    """Return a function that writes a review of two servers on an endpoint."""
    signed_in(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params").mkdir()

    def write(source: str) -> None:
        (tmp_path / "params" / "servers.yaml").write_text(REVIEW.format(source=source))

    return write


COMMAND = ("servers", "--week", WEEK.name, "--now", NOW.isoformat())


def test_the_bounds_are_those_of_the_ledger(servers):
    ledger = Ledger()
    with serve(account(), NOW, None, ledger) as url:
        servers(f"cloudwatch, region: us-east-1, endpoint: '{url}'")
        would = json.loads(call("fetch", *COMMAND, "--dry-run", "--json").stdout)
        assert ledger.calls == 0
        answer = call("fetch", *COMMAND)
    assert answer.exit_code == 0, answer.stderr
    assert (would["calls"], would["billed_metrics_at_most"]) == (ledger.calls, ledger.queries)
    assert 0 < would["billed_metrics"] < would["billed_metrics_at_most"]


def test_what_was_denied_is_said_once_for_all_services(servers):
    with serve(account(), NOW, Faults(Fault("Forbidden", metric=("AWS/EC2", "CPUUtilization")))) as url:
        servers(f"cloudwatch, region: us-east-1, endpoint: '{url}'")
        answer = call("fetch", *COMMAND)
    assert answer.exit_code == 1
    assert [line.split(" (")[0] for line in answer.stderr.splitlines() if "denied" in line] == [
        "one, two <b>: 2 series denied"
    ]


def test_nothing_readable_is_exit_3_and_an_archive_alone_a_mistake(servers):
    with serve(account(), NOW) as url:
        pass
    servers(f"cloudwatch, region: us-east-1, endpoint: '{url}'")
    answer = call("fetch", *COMMAND)
    assert (answer.exit_code, answer.stdout) == (3, "")
    servers("archive")
    answer = call("fetch", *COMMAND)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "servers reads its archive alone" in answer.stderr


def test_several_places_have_a_line_each(servers, tmp_path):
    with serve(account(), NOW) as url:
        servers(f"cloudwatch, region: us-east-1, endpoint: '{url}'")
        file = tmp_path / "params" / "servers.yaml"
        file.write_text(file.read_text().replace("{InstanceId: i-2}}", "{InstanceId: i-2}, region: eu-west-1}"))
        answer = call("fetch", *COMMAND, "--dry-run")
    lines = answer.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[1:3]] == ["  the review's own", "  region eu-west-1"]
    assert lines[-1] == "Nothing was fetched and nothing was written."
