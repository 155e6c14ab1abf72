"""The repository around a review: what git keeps, and the schedule."""

import subprocess

import pytest
from ruamel.yaml import YAML

from sre_lib.demo.shop import Shop
from tests.collect.account import models_read_once, signed_in
from tests.run.init_account import REGION, account


@pytest.fixture(scope="module", autouse=True)
def _models():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        yield


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_git_keeps_what_people_wrote_and_leaves_out_what_can_be_made_again():
    with account(Shop(1)) as init:
        init()
    week = "reviews/shop/2026-W40"
    kept = [
        f"{week}/{name}" for name in ("minutes.yaml", "weekly_review.ipynb", "ask.ipynb", "findings.json", "run.json")
    ]
    out = [f"{week}/index.html", f"{week}/services/web.html", "reviews/shop/history.html", "archive/shop/x.parquet"]
    subprocess.run(["git", "init", "-q", "."], check=True)
    asked = subprocess.run(["git", "check-ignore", *kept, *out], capture_output=True, text=True, check=False)
    assert asked.stdout.split() == out


def test_the_schedule_is_valid_and_names_the_review(home):
    with account(Shop(1)) as init:
        init()
    workflow = YAML(typ="safe").load(home / ".github/workflows/sre-review.yml")
    steps = workflow["jobs"]["review"]["steps"]
    assert [each["run"] for each in steps if "sre-review run" in each.get("run", "")] == [
        "sre-review run shop --catch-up || test $? -eq 1"
    ]
    assert [each["with"]["aws-region"] for each in steps if "configure-aws" in each.get("uses", "")] == [REGION]
    assert f"0 7 * * 1  cd {home} && sre-review run shop" in (home / "README.md").read_text()
