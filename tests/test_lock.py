"""pyproject.toml, requirements.lock and environment.yml say the same."""

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.environment_file import environment, pins

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]["cluster"]
WANTED = [*PROJECT["project"]["dependencies"], *EXTRAS, *PROJECT["dependency-groups"]["dev"]]
LOCK = (ROOT / "requirements.lock").read_text()


def test_environment_file_is_made_from_the_lock():
    assert (ROOT / "environment.yml").read_text() == environment(LOCK)


@pytest.mark.parametrize("wanted", WANTED)
def test_every_requirement_is_locked_at_a_version_that_fits(wanted):
    requirement = Requirement(wanted)
    locked = [Requirement(pin) for pin in pins(LOCK)]
    versions = [next(iter(pin.specifier)).version for pin in locked if pin.name == canonicalize_name(requirement.name)]
    assert versions
    assert all(requirement.specifier.contains(version) for version in versions)


def test_every_pin_has_a_hash():
    blocks = LOCK.split("\n    # via")
    assert LOCK.count("==") > 100
    for block in blocks[:-1]:
        assert "--hash=sha256:" in block


def test_the_lock_names_no_host():
    assert "://" not in LOCK


def test_the_command_is_the_one_of_the_package():
    assert PROJECT["project"]["scripts"] == {"sre-review": "sre_lib.run.cli:main"}


@pytest.mark.long
def test_an_audit_that_could_not_ask_fails(tmp_path):
    told = subprocess.run(["make", "-n", "audit"], cwd=ROOT, capture_output=True, text=True, check=True)
    (command,) = [line for line in told.stdout.splitlines() if line.startswith("pip-audit ")]
    (tmp_path / "requirements.lock").write_text(LOCK)
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "XDG_CACHE_HOME": str(tmp_path / "empty")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        shlex.split(command),
        cwd=tmp_path,
        env={**os.environ, **nowhere, "PATH": path},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
