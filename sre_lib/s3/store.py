"""A store in an S3 bucket: no shared disk is needed, and several machines may write."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from posixpath import commonprefix
from uuid import uuid4

from sre_lib.address import S3Address
from sre_lib.errors import StoreError
from sre_lib.s3.journal import Journal, finish
from sre_lib.s3.lease import LEASE_S, Lease
from sre_lib.s3.objects import ABSENT, Objects
from sre_lib.store import TEMPORARY, checked_parts, file_name

_JOURNALS = f"{TEMPORARY}writes"
_FIRST_POLL_S, _POLL_S = 0.05, 1.0


class S3Store:
    """The objects below an address. Raises StoreError in one sentence; nothing is asked before the first use."""

    def __init__(self, root: S3Address, lease_s: float = LEASE_S) -> None:
        self.root = root
        self._objects = Objects(root)
        self._lease_s = lease_s
        self._held: list[Lease] = []

    def path(self, key: str) -> S3Address:
        """Return where a key lies; ValueError where it would leave the store."""
        return self.root / _name(key)

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a key; None where it does not exist."""
        found = self._objects.read(_name(key))
        return None if found is None else found.content

    def write(self, key: str, content: bytes) -> None:
        """Put an object: S3 itself puts it whole or not at all."""
        self._must_hold()
        self._objects.put(_name(key), content)

    def write_all(self, contents: Mapping[str, bytes], still: Callable[[], bool] | None = None) -> bool:
        """Put several objects: none where their journal cannot be stored, else all, if need be by the next writer.

        Where `still` is given, nothing is put over what somebody else wrote since it was asked: the answer is no then.
        Of a write that is broken off after its journal was stored, a reader sees a part until another one finishes it.
        """
        named = {_name(key): content for key, content in contents.items()}
        journals = f"{_JOURNALS}/{_group(named)}"
        for left in self._objects.etags(f"{journals}/"):
            finish(self._objects, left)
        before = self._objects.etags(commonprefix(list(named))) if named else {}
        if still is not None and not still():
            return False
        self._must_hold()
        journal = Journal(named, {key: before.get(key, ABSENT) for key in named})
        if len(named) < 2:
            return not journal.put(self._objects, over=still is None)
        key = f"{journals}/{uuid4().hex}.zip"
        self._stored(key, journal.packed())
        theirs = journal.put(self._objects, over=still is None)
        self._objects.delete(key)
        return not theirs

    def create(self, key: str, content: bytes) -> bool:
        """Put an object only where nothing is yet; tell whether it was so."""
        self._must_hold()
        return bool(self._objects.put(_name(key), content, ABSENT))

    def keys(self, prefix: str = "") -> tuple[str, ...]:
        """Return the keys that start with a prefix, sorted; journals are not among them."""
        return tuple(key for key in self._objects.etags(prefix) if not _is_temporary(key))

    def marks(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the ETag of each object by its key, from lists: nothing is read; empty where there is none.

        With a key of KMS each write has another ETag, even of the same bytes.
        """
        wanted = list(keys)
        there = self._objects.etags(commonprefix(wanted)) if wanted else {}
        return {key: there.get(key, ABSENT).encode() for key in wanted}

    def leftovers(self, prefix: str = "") -> tuple[str, ...]:
        """Return the journals of writes that were broken off, sorted; the next write of several finishes them."""
        return tuple(key for key in self._objects.etags(prefix) if _is_temporary(key))

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens where it does not exist."""
        self._must_hold()
        self._objects.delete(_name(key))

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold a lease on a name, which is free again some time after its process died; a second holder waits."""
        with self.try_locked(name, float("inf")):
            yield

    @contextmanager
    def try_locked(self, name: str, wait_s: float = 0) -> Iterator[bool]:
        """Hold a lease as `locked` where nobody else does, or ends to within `wait_s`; tell whether it was so."""
        lease = Lease(self._objects, self.lock_file_key(name), self._lease_s)
        if not _taken(lease, wait_s):
            yield False
            return
        self._held.append(lease)
        try:
            yield True
        finally:
            self._held.remove(lease)
            lease.give_back()

    def lock_file(self, name: str) -> S3Address:
        """Return the object that is the lease on a name."""
        return self.root / self.lock_file_key(name)

    @staticmethod
    def lock_file_key(name: str) -> str:
        """Return the key of the lease on a name."""
        return f".{file_name(name)}.lock"

    def _stored(self, key: str, packed: bytes) -> None:
        """Store a journal; where that fails, the write has not been."""
        try:
            self._objects.put(key, packed)
        except StoreError:
            # It may be there all the same: the answer can get lost.
            with suppress(StoreError):
                self._objects.delete(key)
            raise

    def _must_hold(self) -> None:
        """Write nothing after a lease was lost: somebody else may be writing."""
        for lease in self._held:
            if lease.lost:
                raise StoreError(
                    f"{self.root / lease.key}: the lock was lost, since this process slept or did not reach S3 for "
                    f"more than {self._lease_s:g} s; nothing more is written, run it again"
                )


def _taken(lease: Lease, wait_s: float) -> bool:
    """Take a lease, waiting for it; tell whether it was free in time."""
    end, pause = time.monotonic() + wait_s, _FIRST_POLL_S
    while not lease.take():
        left = end - time.monotonic()
        if left <= 0:
            return False
        # Not all at the same moment; a lock that is held for long is asked for less often.
        time.sleep(min(left, pause * random.uniform(0.5, 1.0)))  # noqa: S311  no secret
        pause = min(_POLL_S, 1.5 * pause)
    return True


def _name(key: str) -> str:
    """Return a key as S3 has it; ValueError where it would leave the store."""
    return "/".join(checked_parts(key))


def _group(keys: Mapping[str, bytes]) -> str:
    """Return what stands for the folder that keys share: its writes are finished by whoever writes there next."""
    first = {key.partition("/")[0] if "/" in key else "" for key in keys}
    return file_name(first.pop() or "_") if len(first) == 1 else "_"


def _is_temporary(key: str) -> bool:
    """Tell whether a key is no file of the store."""
    return any(part.startswith(TEMPORARY) for part in key.split("/"))
