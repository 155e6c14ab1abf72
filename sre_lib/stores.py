"""The store at an address."""

import os
from contextlib import suppress
from pathlib import Path

from sre_lib.address import Address
from sre_lib.store import LocalStore, Store


def store_of(address: Address) -> Store:
    """Return the store at a folder or in a bucket; nothing is read or made yet."""
    if isinstance(address, Path):
        return LocalStore(address)
    # boto3 takes a quarter of a second to import, which no folder needs.
    from sre_lib.s3.store import S3Store  # noqa: PLC0415

    return S3Store(address)


def writable(address: Address) -> bool:
    """Tell whether a folder is there, or could be made, and takes files.

    A bucket is asked for its list; StoreError says why it does not answer. Whether it takes objects shows a write.
    """
    if isinstance(address, Path):
        # A name that the system refuses to look at (too long, say) takes nothing.
        with suppress(OSError):
            nearest = next(path for path in (address, *address.parents) if path.exists())
            return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
        return False
    store_of(address).leftovers(".")
    return True
