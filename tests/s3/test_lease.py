"""A lock in a bucket: two at once, a holder that died, one that slept."""

import subprocess
import sys
import time
from threading import Thread

import pytest

from sre_lib.address import S3Address
from sre_lib.errors import StoreError
from sre_lib.s3 import lease
from sre_lib.s3.store import S3Store
from tests.s3_endpoint import Fault, is_put

PLACE = S3Address("reviews", "team")
HOLDER = """
import sys, time
from sre_lib.address import S3Address
from sre_lib.s3.store import S3Store
with S3Store(S3Address("reviews", "team"), 3.0).locked("week"):
    print("held", flush=True)
    time.sleep(60)
"""
ADDER = """
from sre_lib.address import S3Address
from sre_lib.s3 import store
store._POLL_S = 0.05
shop = store.S3Store(S3Address("reviews", "team"), 5.0)
for _ in range(5):
    with shop.locked("week"):
        shop.write("count", str(int(shop.read("count") or 0) + 1).encode())
"""


def started(program):
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


@pytest.mark.usefixtures("s3")
def test_of_several_processes_one_at_a_time_holds_it():
    processes = [started(ADDER) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    for process in processes:
        process.communicate()
    assert S3Store(PLACE).read("count") == b"15"


@pytest.mark.usefixtures("s3")
def test_the_lock_of_a_process_that_lives_is_renewed_and_that_of_a_dead_one_is_free_after_its_time():
    store = S3Store(PLACE, 3.0)
    with started(HOLDER) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        # Longer than it would hold without a renewal.
        with store.try_locked("week", 5.5) as free:
            assert not free
        holder.kill()
        died = time.monotonic()
        with store.try_locked("week", 20.0) as free:
            assert free
    assert time.monotonic() - died < 15
    assert b'"free": true' in (store.read(".week.lock") or b"")


@pytest.mark.usefixtures("s3")
def test_of_two_that_see_a_dead_holder_one_gets_it(monkeypatch):
    monkeypatch.setattr(lease, "_is_free", lambda _found: True)
    S3Store(PLACE).write(".week.lock", b"{}")
    leases = [lease.Lease(S3Store(PLACE)._objects, ".week.lock") for _ in range(6)]
    found = S3Store(PLACE)._objects.read(".week.lock")
    monkeypatch.setattr("sre_lib.s3.objects.Objects.read", lambda *_: found)
    taken: list[bool] = []
    threads = [Thread(target=lambda each=each: taken.append(each.take())) for each in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]
    for each in leases:
        if each._renewing.is_alive():
            each.give_back()


@pytest.mark.usefixtures("s3")
def test_who_slept_writes_nothing_more_and_takes_nothing_from_the_next_holder(monkeypatch):
    store, next_one = S3Store(PLACE), S3Store(PLACE)
    with store.locked("week"):
        store.write("a", b"before")
        now = lease._now()
        monkeypatch.setattr(lease, "_now", lambda: now + 61)
        for write in (lambda: store.write("a", b""), lambda: store.create("b", b""), lambda: store.delete("a"),
                      lambda: store.write_all({"a": b"", "b": b""})):  # fmt: skip
            with pytest.raises(StoreError, match=r"s3://reviews/team/\.week\.lock: the lock was lost, since .* 60 s"):
                write()
        next_one.write(".week.lock", b'{"seconds": 60, "turn": "another"}')
    assert (store.read("a"), store.keys("b")) == (b"before", ())
    assert store.read(".week.lock") == b'{"seconds": 60, "turn": "another"}'


def test_a_renewal_that_fails_is_tried_again(s3):
    # So many answers as boto3 asks for before it gives a put up.
    store, failing = S3Store(PLACE, 6.0), list(range(6))
    with store.locked("week"):
        s3.fault = Fault(lambda request: is_put("week")(request) and failing.pop() >= 0 if failing else False)
        while failing:
            time.sleep(0.05)
        before = len(s3.puts())
        while len(s3.puts()) == before:
            time.sleep(0.05)
        store.write("a", b"")
    assert store.read("a") == b""


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"seconds": "x"}'])
def test_a_strange_lease_is_an_old_one_only_after_its_time(content):
    store = S3Store(PLACE)
    store.write(".week.lock", content)
    with store.try_locked("week") as free:
        assert not free
