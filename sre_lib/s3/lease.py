"""A lock in a bucket: an object that its holder renews; one that is renewed no longer is free after its time.

How old it is says the bucket's own clock (Last-Modified against Date), so that no computer's clock matters. Taking,
renewing and giving back are conditional writes on the ETag: of two that see the same lease free, one gets it. The
holder counts its time from before it asked, so it stops before anybody else may begin.
"""

import json
import os
import socket
import threading
import time
from contextlib import suppress
from uuid import uuid4

from sre_lib.errors import StoreError
from sre_lib.s3.objects import ABSENT, Held, Objects

LEASE_S = 60.0
"""A holder that died is waited for so long; one that lives has this long for a renewal to come through."""

_RENEWALS = 4
_CLOCK_STEPS_S = 1.0
"""S3 tells times in whole seconds."""
_FREE = b'{"free": true}\n'


class Lease:
    """One try to hold a lock; `take` it, look at `lost` before each write, `give_back`."""

    def __init__(self, objects: Objects, key: str, seconds: float = LEASE_S) -> None:
        self.key = key
        self._objects = objects
        self._seconds = seconds
        self._etag = ABSENT
        self._until = 0.0
        self._refused = False
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name=f"lease {key}", daemon=True)

    def take(self) -> bool:
        """Take the lock where it is free or its holder died; tell whether it was so."""
        found = self._objects.read(self.key)
        if found is not None and not _is_free(found):
            return False
        if not self._put(found.etag if found else ABSENT):
            return False
        self._renewing.start()
        return True

    @property
    def lost(self) -> bool:
        """Tell whether somebody else may hold it by now: this process slept, or S3 was not reached for too long."""
        return self._refused or _now() >= self._until

    def give_back(self) -> None:
        """Let the next one in; where that fails, it gets in when the lease has run out."""
        self._ended.set()
        self._renewing.join()
        with suppress(StoreError):
            self._objects.put(self.key, _FREE, self._etag)

    def _put(self, before: str) -> bool:
        """Write a lease that begins now over what was there; tell whether it was still there."""
        began = _now()
        # Each renewal is another object: who saw the one before as dead must not take this one.
        holder = {"host": socket.gethostname(), "process": os.getpid(), "seconds": self._seconds, "turn": uuid4().hex}
        etag = self._objects.put(self.key, json.dumps(holder).encode(), before)
        if etag:
            self._etag, self._until = etag, began + self._seconds
        return bool(etag)

    def _renew(self) -> None:
        """Write the lease anew until it is given back; one that failed is tried again, a refused one is lost."""
        while not self._ended.wait(self._seconds / _RENEWALS):
            with suppress(StoreError):
                if not self._put(self._etag):
                    self._refused = True
                    return


def _is_free(found: Held) -> bool:
    """Tell whether nobody holds a lease: it was given back, or not renewed for as long as it says itself."""
    try:
        lease = json.loads(found.content)
        return bool(lease.get("free")) or found.age_s > float(lease["seconds"]) + _CLOCK_STEPS_S
    except (ValueError, TypeError, AttributeError, KeyError):
        return found.age_s > LEASE_S + _CLOCK_STEPS_S


def _now() -> float:
    """Return seconds that go on while the computer sleeps, where the system counts them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.time()
