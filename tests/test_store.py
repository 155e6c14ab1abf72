"""Writes are whole or not at all; names from outside are never a path."""

import os
import threading
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.address import S3Address
from sre_lib.errors import StoreError
from sre_lib.store import MAX_NAME, LocalStore, Store, file_name
from sre_lib.stores import store_of, writable


@pytest.fixture(params=["local", "s3"])
def store(request, tmp_path) -> Store:
    """Return an empty store of each kind."""
    if request.param == "local":
        return store_of(tmp_path / "archive")
    request.getfixturevalue("s3")
    return store_of(S3Address("reviews", "team/archive"))


def contents(store: Store) -> dict[str, bytes | None]:
    return {key: store.read(key) for key in store.keys("")}


def test_nothing_is_created_before_the_first_write(store, tmp_path):
    assert store.read("a/b") is None
    assert store.keys() == ()
    store.delete("a/b")
    assert not (tmp_path / "archive").exists()


def test_write_read_list_delete(store):
    store.write("metrics/web/60.parquet", b"one")
    store.write("metrics/web/60.parquet", b"two")
    store.write("other", b"")
    store.write("metrics-2/x", b"")
    assert store.read("metrics/web/60.parquet") == b"two"
    assert store.keys("metrics/") == ("metrics/web/60.parquet",)
    store.delete("metrics/web/60.parquet")
    assert store.keys() == ("metrics-2/x", "other")


def test_names_of_all_scripts_are_kept(store):
    names = ("demo/a b.html", "demo/注文.html", "demo/100%+&=?#.json", "demo/é~(1)'.csv")
    for name in names:
        store.write(name, name.encode())
    assert store.keys("demo/") == tuple(sorted(names))
    assert [store.read(name) for name in names] == [name.encode() for name in names]
    assert store.read("demo/注文") is None


def test_more_keys_than_one_answer_lists(store, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    names = [f"many/{number}" for number in range(8)]
    store.write_all(dict.fromkeys(names, b""))
    assert store.keys("many/") == tuple(names)


def test_a_mark_is_another_one_where_the_content_is(store):
    store.write_all({"demo/a": b"1", "demo/b": b"", "other": b"1"})
    first = store.marks(["demo/a", "demo/b", "other", "demo/none"])
    assert list(first) == ["demo/a", "demo/b", "other", "demo/none"]
    assert first["demo/none"] == b""
    assert all(first[key] for key in ("demo/a", "demo/b", "other"))
    store.write("demo/a", b"2")
    second = store.marks(["demo/a", "demo/b"])
    assert second["demo/a"] != first["demo/a"]
    assert second["demo/b"] == first["demo/b"]
    assert store.marks([]) == {}


def test_create_only_once(store):
    assert store.create("minutes", b"first")
    assert not store.create("minutes", b"second")
    assert store.read("minutes") == b"first"


def test_of_many_that_create_at_once_one_does(store):
    made: list[bool] = []
    threads = [Thread(target=lambda: made.append(store.create("minutes", b"mine"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False] * 7 + [True]


def test_several_are_written_or_none_where_something_changed(store):
    assert store.write_all({"demo/a": b"1", "demo/b/c": b"2"}) is True
    assert store.write_all({"demo/a": b"3", "demo/b/d": b"4"}, lambda: False) is False
    assert store.write_all({"demo/a": b"3"}, lambda: False) is False
    assert store.write_all({}, lambda: False) is False
    assert store.write_all({}) is True
    assert contents(store) == {"demo/a": b"1", "demo/b/c": b"2"}
    assert store.write_all({"demo/a": b"3", "demo/b/d": b"4"}, lambda: True) is True
    assert contents(store) == {"demo/a": b"3", "demo/b/c": b"2", "demo/b/d": b"4"}
    assert store.leftovers() == ()


@pytest.mark.parametrize("fails", ["replace", "fsync"])
def test_a_failed_write_leaves_the_old_bytes_and_nothing_else(tmp_path, monkeypatch, fails):
    store = LocalStore(tmp_path)
    store.write("page", b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((Path, "replace", full) if fails == "replace" else (os, "fsync", full)))
    with pytest.raises(StoreError, match="page: No space left on device; free space or rights there"):
        store.write("page", b"new")
    assert store.read("page") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_several_are_written_all_or_none(tmp_path, monkeypatch):
    store = LocalStore(tmp_path)
    store.write_all({"a": b"old", "deep/b": b"old"})
    flush, calls = os.fsync, []

    def full_at_the_second(handle):
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        flush(handle)

    monkeypatch.setattr(os, "fsync", full_at_the_second)
    with pytest.raises(StoreError):
        store.write_all({"a": b"new", "deep/b": b"new"})
    assert (store.read("a"), store.read("deep/b")) == (b"old", b"old")
    assert store.keys() == ("a", "deep/b")


def test_what_the_system_refuses_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    store = LocalStore(tmp_path / "file")
    for call in (lambda: store.read("a"), lambda: store.write("a", b""), lambda: store.create("a", b"")):
        with pytest.raises(StoreError, match="file"):
            call()
    assert not writable(tmp_path / "file" / "below")
    assert writable(tmp_path / "new" / "deep")
    assert not writable(tmp_path / ("x" * 300))


@pytest.mark.parametrize("key", ["../out", "/etc/passwd", "a/../../b", "", "."])
def test_a_key_never_leaves_the_store(store, key):
    for call in (
        store.read,
        store.delete,
        store.path,
        lambda key: store.write(key, b""),
        lambda key: store.create(key, b""),
    ):
        with pytest.raises(ValueError, match="wants a relative path inside its store"):
            call(key)
    with pytest.raises(ValueError, match="wants a relative path inside its store"):
        store.write_all({"a": b"", key: b""})
    assert store.keys() == ()


def test_a_second_holder_of_a_lock_waits(store):
    order = []

    def second():
        with store_of(store.root).locked("week"):
            order.append("second")

    thread = threading.Thread(target=second)
    with store.locked("week"):
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_lock_is_tried_for_some_time(store):
    other = store_of(store.root)
    with store.try_locked("week") as first, other.try_locked("week") as second, other.try_locked("other") as third:
        assert (first, second, third) == (True, False, True)
        with other.try_locked("week", 0.3) as again:
            assert not again
    with other.try_locked("week") as free:
        assert free
    with pytest.raises(KeyError), store.locked("week"):
        raise KeyError
    with store.locked("week"):
        assert store.lock_file("week") == store.root / ".week.lock"


def test_plain_names_stay():
    assert [file_name(name) for name in ("web", "orders-db", "api_v2.1", "注文")] == [
        "web",
        "orders-db",
        "api_v2.1",
        "注文",
    ]


@given(st.text(min_size=1))
def test_any_name_is_one_safe_file_name(name):
    safe = file_name(name)
    assert "/" not in safe
    assert safe not in {".", "..", ""}
    assert not safe.startswith(".")
    assert "\0" not in safe
    assert len(safe.encode()) <= MAX_NAME + 10


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_names_never_share_a_file(one, other):
    assert (file_name(one) == file_name(other)) == (one == other)


def test_nothing_is_put_where_something_changed_while_it_was_made_ready(tmp_path):
    store = LocalStore(tmp_path)
    store.write("a", b"old")
    assert store.write_all({"a": b"new", "b": b"new"}, lambda: False) is False
    assert (store.read("a"), store.keys(), store.leftovers()) == (b"old", ("a",), ())
    assert store.write_all({"a": b"new"}, lambda: True) is True
    assert store.read("a") == b"new"
