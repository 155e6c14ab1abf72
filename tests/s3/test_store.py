"""What only a bucket can do wrong: answers that get lost, writes that break off, throttling, other writers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.address import S3Address
from sre_lib.errors import StoreAddressError, StoreError
from sre_lib.run.exit_codes import exit_code_of
from sre_lib.s3.client import client
from sre_lib.s3.journal import Journal
from sre_lib.s3.store import S3Store
from tests.s3_endpoint import Fault, is_put

PLACE = S3Address("reviews", "team")
OLD = {"demo/minutes.yaml": b"old", "demo/a.html": b"old", "demo/index.html": b"old"}
NEW = {"demo/index.html": b"new", "demo/minutes.yaml": b"new", "demo/a.html": b"new", "demo/b.html": b"new"}


@pytest.fixture
def store(s3):
    made = S3Store(PLACE)
    made.write_all(OLD)
    s3.asked.clear()
    return made


def contents(store):
    return {key: store.read(key) for key in store.keys("")}


def from_the(number, part=""):
    """Return what tells whether a request is such a put, or a later one."""
    seen: list[int] = []

    def when(request):
        if is_put(part)(request):
            seen.append(1)
        return len(seen) >= number and request["REQUEST_METHOD"] == "PUT"

    return when


def test_the_page_that_links_to_the_others_is_put_last(store, s3):
    store.write_all(NEW)
    journal, *rest = s3.puts()
    assert journal.startswith("team/.tmp-writes/demo/")
    assert rest == [f"team/demo/{name}" for name in ("minutes.yaml", "a.html", "b.html", "index.html")]
    assert (contents(store), store.leftovers()) == (NEW, ())


def test_objects_say_what_they_are(store):
    store.write_all({"x/index.html": b"", "x/a.ipynb": b"", "x/other": b""})
    heads = [
        client().head_object(Bucket="reviews", Key=f"team/x/{name}") for name in ("index.html", "a.ipynb", "other")
    ]
    assert [head["ContentType"] for head in heads] == [
        "text/html; charset=utf-8",
        "application/x-ipynb+json",
        "application/octet-stream",
    ]
    assert {head["CacheControl"] for head in heads} == {"no-cache"}


def test_where_the_journal_cannot_be_stored_nothing_has_changed(store, s3):
    s3.fault = Fault(is_put())
    with pytest.raises(StoreError, match=r"s3://reviews/team/\.tmp-writes/demo/\w+\.zip: S3 throttled .* \(SlowDown\)"):
        store.write_all(NEW)
    s3.fault = None
    assert (contents(store), store.leftovers()) == (OLD, ())


def test_a_journal_whose_answer_was_lost_is_taken_back(store, s3):
    s3.fault = Fault(is_put(), "500 Internal Server Error", "InternalError", done=True)
    with pytest.raises(StoreError, match="S3 failed to the end"):
        store.write_all(NEW)
    s3.fault = None
    assert (contents(store), store.leftovers()) == (OLD, ())


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_a_write_that_broke_off_is_finished_by_the_next_one(store, s3, number):
    s3.fault = Fault(from_the(number))
    with pytest.raises(StoreError):
        store.write_all(NEW)
    s3.fault = None
    order = ["demo/minutes.yaml", "demo/a.html", "demo/b.html", "demo/index.html"]
    assert contents(store) == OLD | dict.fromkeys(order[: number - 2], b"new")
    assert len(store.leftovers()) == 1
    seen = []

    def still():
        seen.append(contents(store))
        return True

    assert S3Store(PLACE).write_all({"demo/c.html": b"c"}, still)
    assert seen == [NEW]
    assert (contents(store), store.leftovers()) == (NEW | {"demo/c.html": b"c"}, ())


def test_what_people_wrote_after_a_write_broke_off_stays(store, s3):
    s3.fault = Fault(from_the(2))
    with pytest.raises(StoreError):
        store.write_all(NEW)
    s3.fault = None
    store.write("demo/minutes.yaml", b"theirs")
    store.delete("demo/a.html")
    store.write_all({"demo/c.html": b"c"})
    after = {"demo/minutes.yaml": b"theirs", "demo/b.html": b"new", "demo/index.html": b"new", "demo/c.html": b"c"}
    assert contents(store) == after


@pytest.mark.parametrize("files", [NEW, {"demo/minutes.yaml": b"new"}, {"demo/minutes.yaml": b"new", "demo/z": b""}])
def test_what_people_wrote_while_it_was_looked_at_is_not_written_over(store, files):
    def still():
        # Whoever writes right after the look: the put itself finds out.
        S3Store(PLACE).write("demo/minutes.yaml", b"theirs")
        return True

    assert not store.write_all(files, still)
    assert contents(store) == OLD | {"demo/minutes.yaml": b"theirs"}
    assert store.leftovers() == ()
    # Without a look the last one wins, as on a disk.
    assert store.write_all(files)
    assert contents(store) == OLD | files


def test_a_strange_journal_is_named(store):
    client().put_object(Bucket="reviews", Key="team/.tmp-writes/demo/x.zip", Body=b"no zip")
    with pytest.raises(StoreError, match=r"s3://reviews/team/\.tmp-writes/demo/x\.zip: is no write of sre-review"):
        store.write_all(NEW)
    assert contents(store) == OLD
    assert S3Store(PLACE).write_all({"other/x": b"", "other/y": b""})


def test_a_create_whose_answer_was_lost_was_ours(store, s3):
    once = [True]
    s3.fault = Fault(lambda request: is_put()(request) and bool(once and once.pop()), done=True)
    assert store.create("new", b"mine")
    assert not store.create("new", b"theirs")
    assert store.read("new") == b"mine"


def test_two_conditions_at_the_same_moment_are_tried_again(store, s3):
    times = [1, 2]
    when = Fault(
        lambda request: is_put()(request) and bool(times and times.pop()), "409 Conflict", "ConditionalRequestConflict"
    )
    s3.fault = when
    assert store.create("new", b"mine")
    assert len(s3.puts()) == 3


def test_a_throttled_call_is_asked_again(store, s3):
    times = [1, 2]
    s3.fault = Fault(lambda _request: bool(times and times.pop()))
    assert store.read("demo/a.html") == b"old"
    assert len(s3.asked) == 3


@pytest.mark.parametrize(
    ("status", "code", "exit_code", "sentence"),
    [
        ("403 Forbidden", "AccessDenied", 2, "AWS denied s3:GetObject; allow it to whom the review runs as"),
        (
            "403 Forbidden",
            "InvalidAccessKeyId",
            2,
            "the AWS credentials are not accepted (InvalidAccessKeyId); sign in",
        ),
        ("400 Bad Request", "ExpiredToken", 2, "the AWS credentials have expired; sign in"),
        ("400 Bad Request", "AuthorizationHeaderMalformed", 2, "the bucket is in another region than the one asked"),
        ("404 Not Found", "NoSuchBucket", 2, "there is no bucket 'reviews'; make it, or correct its name"),
        ("503 Slow Down", "SlowDown", 1, "S3 throttled the calls to the end (SlowDown); run it again later"),
        ("500 Error", "InternalError", 1, "S3 failed to the end (HTTP 500); run it again later"),
        ("418 Teapot", "Tea", 1, "GetObject was answered Tea (HTTP 418); check that what answers there is S3"),
    ],
)
def test_what_s3_refuses_is_one_sentence(store, s3, status, code, exit_code, sentence):
    s3.fault = Fault(lambda _request: True, status, code)
    with pytest.raises(StoreError, match=re.escape(f"s3://reviews/team/demo/a.html: {sentence}")) as caught:
        store.read("demo/a.html")
    assert exit_code_of(caught.value) == exit_code


def test_what_cannot_be_reached_is_one_sentence(store, s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    with pytest.raises(StoreError, match="S3 could not be reached or broke off \\(EndpointConnectionError\\)"):
        store.read("x")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "no address")
    with pytest.raises(StoreAddressError, match="correct AWS_ENDPOINT_URL_S3"):
        store.read("x")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.url)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(StoreAddressError, match="the AWS profile does not exist; run `aws configure list-profiles`"):
        store.read("x")


def test_no_credentials_are_one_sentence(store, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(StoreAddressError, match="no AWS credentials were found; sign in"):
        store.read("x")


@given(st.dictionaries(st.text(min_size=1), st.tuples(st.binary(), st.text())))
def test_a_journal_comes_back_as_it_was(rows):
    journal = Journal(
        {key: content for key, (content, _) in rows.items()}, {key: etag for key, (_, etag) in rows.items()}
    )
    assert Journal.unpacked(journal.packed(), "x") == journal
