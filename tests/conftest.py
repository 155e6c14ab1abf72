"""What several folders of tests share: the demo reviewed once a language, for all workers together."""

import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from filelock import FileLock
from hypothesis import HealthCheck, settings

from sre_lib.run.cli import main

if TYPE_CHECKING:
    from tests.s3_endpoint import Endpoint

# The gate gives the same answer twice; `make long` looks for new counterexamples.
settings.register_profile("gate", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

ROOT = Path(__file__).parent.parent
LONGEST_FIRST = (
    "run/test_four_weeks.py",
    "browser/test_lab.py",
    "run/test_demo_review.py",
    "test_wheel.py",
    "run/test_forty_services.py",
    "test_real_series.py",
    "faults/test_command.py",
    "run/test_weekly_run.py",
    "run/test_faults.py",
    "run/test_minutes_command.py",
)
COMMAND = (sys.executable, "-m", "sre_lib.run.cli")


@dataclass(frozen=True)
class Reviewed:
    """A finished run of the demo: the folder of the week, and what the command said."""

    home: Path
    week: Path
    stdout: str
    stderr: str


def sre_review(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    return subprocess.run(
        (*COMMAND, *arguments), cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def sre_review_here(*arguments: str, cwd: Path) -> Result:
    """Run the command line in this process: where not the process is tested, its libraries need no loading again."""
    with chdir(cwd):
        return CliRunner().invoke(main, arguments, catch_exceptions=False)


def demo_home(folder: Path, services: Collection[str] = ()) -> Path:
    """Return a company's folder whose only review file is the demo's, with all or only some of its services."""
    review = (ROOT / "params" / "demo.yaml").read_text()
    (folder / "params").mkdir(parents=True)
    (folder / "params" / "demo.yaml").write_text(_trimmed(review, services) if services else review)
    return folder


def _trimmed(review: str, services: Collection[str]) -> str:
    """Return the demo's review file with some of its services, and the events of those."""
    head, rest = review.split("\nservices:\n")
    all_services, events = rest.split("\n# What is known")
    wanted = re.compile(rf"  - name: ({'|'.join(services)})\n")
    kept = [each for each in re.split(r"(?m)^(?=  - name: )", all_services) if wanted.match(each)]

    def of_kept(found: re.Match[str]) -> str:
        return f"{found[1]}: [{', '.join(name for name in found[2].split(', ') if name in services)}]"

    names = re.compile(r"(services|calls): \[(.*)\]")
    known = [names.sub(of_kept, line) for line in events.splitlines()]
    told = "\n".join(line for line in known if "services: []" not in line)
    return f"{head}\nservices:\n{names.sub(of_kept, ''.join(kept))}\n# What is known{told}\n"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: what is long and starts last keeps one worker waiting for the other."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.nodeid.split("::")[0].removeprefix("tests/"), len(place)))


@pytest.fixture(scope="session")
def s3_server() -> "Iterator[Endpoint]":
    """Serve an S3 on loopback, once."""
    from tests.s3_endpoint import served  # noqa: PLC0415  moto takes a second to import

    with served() as endpoint:
        yield endpoint


@pytest.fixture
def s3(s3_server: "Endpoint", monkeypatch: pytest.MonkeyPatch) -> "Endpoint":
    """Lead boto3 to an S3 on loopback with one empty bucket."""
    from tests.s3_endpoint import emptied, environment  # noqa: PLC0415  as above

    emptied(s3_server)
    for name, value in environment(s3_server).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    return s3_server


@pytest.fixture(scope="session", params=["en", "ja"])
def demo(request, tmp_path_factory) -> Reviewed:
    """Return the demo's default week, reviewed in one language; xdist's workers share it."""
    language = request.param
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    home = shared / f"demo-{language}"
    with FileLock(shared / f"demo-{language}.lock"):
        if not home.exists():
            answer = sre_review("run", "demo", "--language", language, cwd=demo_home(home))
            (home / "stdout").write_text(answer.stdout)
            (home / "stderr").write_text(answer.stderr)
            assert answer.returncode == 0, answer.stdout + answer.stderr
    return Reviewed(home, home / "reviews/demo/2026-W40", (home / "stdout").read_text(), (home / "stderr").read_text())


@pytest.fixture(scope="session")
def attacked(tmp_path_factory) -> Path:
    """Return the home of a review in which every name and note attacks; shared, so that who writes copies it."""
    from tests import hostile  # noqa: PLC0415  only few tests need it

    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    home: Path = shared / "attacked"
    with FileLock(shared / "attacked.lock"):
        if not home.exists():
            folder = hostile.reviewed(home, hostile.ATTACK)
            hostile.write_note(folder, hostile.NOTE)
            answer = sre_review_here("publish", hostile.NAME, "--week", hostile.WEEK.name, cwd=home)
            assert answer.exit_code == 0, answer.output
    return home
