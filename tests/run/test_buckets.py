"""A review whose archive and pages lie in a bucket, by the command line: run, run again, publish, merge, check."""

import json
import os
import subprocess
import time

import pytest

from sre_lib.address import S3Address
from sre_lib.s3.client import client
from sre_lib.stores import store_of
from tests.conftest import COMMAND, demo_home, sre_review, sre_review_here
from tests.s3_endpoint import Fault, environment, is_put

PAGES, WEEK = "s3://reviews/team/pages", "demo/2026-W40"
HOME = S3Address("reviews", "team/pages")
ARCHIVE = S3Address("reviews", "team/archive")


@pytest.fixture
def home(tmp_path, s3, monkeypatch):  # noqa: ARG001  the bucket is there before anything looks for it
    """Return a company's folder of the demo with one service and its archive in a bucket."""
    made = demo_home(tmp_path / "home", ["web"])
    file = made / "params" / "demo.yaml"
    file.write_text(f"archive: {ARCHIVE}\n{file.read_text()}")
    monkeypatch.chdir(made)
    return made


def without_locks(keys):
    return {key for key in keys if not key.startswith(".")}


def files(home):
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())


@pytest.mark.long
def test_a_week_in_a_bucket_from_run_to_the_shared_copy(home, s3, tmp_path):
    """The same pages as on a disk, and nothing on the disk."""
    first = sre_review("run", "demo", "--out", PAGES, cwd=home, **environment(s3))
    assert (first.returncode, first.stdout.split(" (")[0]) == (0, f"{PAGES}/{WEEK}/index.html"), first.stderr
    assert files(home) == ["params/demo.yaml"]
    local = demo_home(tmp_path / "local", ["web"])
    assert sre_review("run", "demo", cwd=local).returncode == 0
    pages, archive = store_of(HOME), store_of(ARCHIVE)
    on_disk = {path.removeprefix("reviews/") for path in files(local) if path.startswith("reviews/")}
    assert without_locks(pages.keys("")) == without_locks(on_disk)
    kept = {path.removeprefix("archive/") for path in files(local) if path.startswith("archive/")}
    assert without_locks(archive.keys("")) == without_locks(kept)
    for key in (f"{WEEK}/findings.json", f"{WEEK}/alarms.json", f"{WEEK}/events.json", f"{WEEK}/minutes.yaml"):
        assert pages.read(key) == (local / "reviews" / key).read_bytes(), key
    assert (pages.leftovers(), archive.leftovers()) == ((), ())

    again = sre_review("run", "demo", "--out", PAGES, cwd=home, **environment(s3))
    assert again.returncode == 0, again.stderr
    assert "nothing is new, the pages stay as they are" in again.stderr

    s3.asked.clear()
    shared = sre_review("publish", "demo", "--out", PAGES, "--to", "s3://reviews/site", cwd=home, **environment(s3))
    assert shared.stdout.startswith("s3://reviews/site/index.html (")
    assert [key for key in s3.puts() if "/.tmp" not in key][-1] != "site/services/web.html"
    assert [key for key in s3.puts() if key.startswith("site/") and "/.tmp" not in key][-1] == "site/index.html"
    assert client().head_object(Bucket="reviews", Key="site/index.html")["ContentType"] == "text/html; charset=utf-8"

    opened = sre_review_here("open", "demo", "--out", PAGES, cwd=home)
    assert opened.exit_code == 2
    assert f"out: JupyterLab opens a folder of this machine, not {PAGES}; fetch it" in opened.stderr

    theirs = tmp_path / "minutes.yaml"
    theirs.write_bytes(pages.read(f"{WEEK}/minutes.yaml") or b"")
    merged = sre_review_here("minutes", "merge", str(theirs), "demo", "--out", PAGES, cwd=home)
    assert (merged.exit_code, merged.stdout) == (0, f"{PAGES}/{WEEK}/minutes.yaml: has it all already\n")

    verified = sre_review_here("archive", "verify", "demo", cwd=home)
    assert (verified.exit_code, verified.stdout.startswith(f"{ARCHIVE}/demo: ")) == (0, True)


@pytest.mark.long
def test_a_run_that_is_killed_in_a_bucket_is_done_again_after_a_minute(home, s3):
    s3.fault = Fault(is_put("services/web.html"))
    stopped = subprocess.Popen(
        [*COMMAND, "run", "demo", "--out", PAGES], cwd=home, env={**os.environ, **environment(s3)}
    )
    while not any(".tmp-writes" in key for key in s3.puts()):
        assert stopped.poll() is None
        time.sleep(0.05)
    stopped.kill()
    stopped.wait()
    s3.fault = None
    after = sre_review("run", "demo", "--out", PAGES, cwd=home, **environment(s3))
    assert after.returncode == 0, after.stderr
    assert "another run of demo is under way; waiting for its end" in after.stderr
    pages = store_of(HOME)
    assert pages.leftovers() == ()
    assert pages.read(f"{WEEK}/index.html")


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (
            "s3://none-such/x",
            "sre-review: s3://none-such/x: there is no bucket 'none-such'; make it, or correct its name",
        ),
        ("s3://No", "got 's3://No', wants a folder, or a bucket as s3://bucket or s3://bucket/prefix"),
        ("gs://reviews", "got 'gs://reviews', wants a folder, or a bucket"),
    ],
)
def test_a_mistyped_bucket_is_one_sentence_before_anything_is_fetched(home, s3, place, sentence):
    answer = sre_review_here("run", "demo", "--out", place, cwd=home)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    assert s3.puts() == []


def test_an_archive_in_no_bucket_is_one_sentence(home):
    file = home / "params" / "demo.yaml"
    text = file.read_text()
    for archive, sentence in (
        ("s3://none-such", "s3://none-such/.run-demo.lock: there is no bucket 'none-such'"),
        ("s3://x", "line 1: archive: got 's3://x', wants a folder, or a bucket"),
    ):
        file.write_text(text.replace(str(ARCHIVE), archive))
        answer = sre_review_here("run", "demo", cwd=home)
        assert (answer.exit_code, answer.stdout) == (2, "")
        assert sentence in answer.stderr
    assert files(home) == ["params/demo.yaml"]


def checks(home):
    answer = sre_review_here("check", "demo", "--out", PAGES, "--json", cwd=home)
    found = {each["name"]: each for each in json.loads(answer.stdout)["checks"]}
    return answer.exit_code, found["bucket of the archive"], found["bucket of the reviews"]


def test_check_tries_both_buckets_and_leaves_nothing(home, s3):
    code, archive, pages = checks(home)
    assert (code, archive["state"], pages["state"]) == (0, "OK", "OK")
    assert archive["reason"] == f"{ARCHIVE} takes objects, and none over another"
    assert client().list_objects_v2(Bucket="reviews").get("Contents", []) == []
    s3.fault = Fault(is_put("team/pages"), "403 Forbidden", "AccessDenied")
    code, archive, pages = checks(home)
    assert (code, archive["state"], pages["state"]) == (1, "OK", "NG")
    assert pages["reason"].endswith(": AWS denied s3:PutObject")
    assert pages["remedy"].startswith("allow it to whom the review runs as (`sre-review iam-policy` with `--bucket`")


def test_check_finds_an_s3_that_writes_over_what_it_must_not(home, monkeypatch):
    monkeypatch.setattr("sre_lib.s3.store.ABSENT", None)
    code, archive, _ = checks(home)
    assert (code, archive["state"]) == (1, "NG")
    assert archive["reason"] == f"{ARCHIVE} wrote over what If-None-Match told it not to"


def test_the_policy_of_buckets_is_on_their_prefixes_alone(tmp_path):
    answer = sre_review_here("iam-policy", "--bucket", "s3://reviews/team", "--bucket", "s3://site", cwd=tmp_path)
    assert json.loads(answer.stdout)["Statement"] == [
        {
            "Sid": "Objects", "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            "Resource": ["arn:aws:s3:::reviews/team/*", "arn:aws:s3:::site/*"],
        },
        {
            "Sid": "List1", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::reviews"],
            "Condition": {"StringLike": {"s3:prefix": ["team/*"]}},
        },
        {"Sid": "List2", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::site"]},
    ]  # fmt: skip
    assert "s3:PutObject: to write them" in answer.stderr
    block = sre_review_here("iam-policy", "--bucket", "s3://reviews/team", "--format", "terraform", cwd=tmp_path).stdout
    assert 'variable = "s3:prefix"' in block
    odd = sre_review_here("iam-policy", "--bucket", "s3://reviews/a*", cwd=tmp_path).stdout
    assert json.loads(odd)["Statement"][0]["Resource"] == ["arn:aws:s3:::reviews/a${*}/*"]
    assert "Read-only" not in block
