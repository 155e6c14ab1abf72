"""Writes are whole or not at all; names from outside are never a path."""

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.errors import StoreError
from sre_lib.store import MAX_NAME, LocalStore, file_name, writable


def test_nothing_is_created_before_the_first_write(tmp_path):
    store = LocalStore(tmp_path / "archive")
    assert store.read("a/b") is None
    assert store.keys() == ()
    store.delete("a/b")
    assert not (tmp_path / "archive").exists()


def test_write_read_list_delete(tmp_path):
    store = LocalStore(tmp_path)
    store.write("metrics/web/60.parquet", b"one")
    store.write("metrics/web/60.parquet", b"two")
    store.write("other", b"")
    assert store.read("metrics/web/60.parquet") == b"two"
    assert store.keys("metrics/") == ("metrics/web/60.parquet",)
    store.delete("metrics/web/60.parquet")
    assert store.keys() == ("other",)


def test_create_only_once(tmp_path):
    store = LocalStore(tmp_path)
    assert store.create("minutes", b"first")
    assert not store.create("minutes", b"second")
    assert store.read("minutes") == b"first"


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


@pytest.mark.parametrize("key", ["../out", "/etc/passwd", "a/../../b", "", "."])
def test_a_key_never_leaves_the_store(tmp_path, key):
    with pytest.raises(ValueError, match="wants a relative path inside its store"):
        LocalStore(tmp_path / "store").write(key, b"")


def test_a_second_holder_of_a_lock_waits(tmp_path):
    store, order = LocalStore(tmp_path), []

    def second():
        with LocalStore(tmp_path).locked("week"):
            order.append("second")

    thread = threading.Thread(target=second)
    with store.locked("week"):
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


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
