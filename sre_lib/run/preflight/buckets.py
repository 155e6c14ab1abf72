"""Whether the buckets of a review take its archive and pages: one object is put, put again, read, removed."""

from collections.abc import Iterator
from uuid import uuid4

from sre_lib.address import Address, S3Address
from sre_lib.errors import StoreError
from sre_lib.params import Review
from sre_lib.run.desks import pages_at
from sre_lib.run.preflight.tree import Checked, ok, wrong
from sre_lib.store import TEMPORARY
from sre_lib.stores import store_of


def check_buckets(review: Review, out: Address | None) -> Iterator[Checked]:
    """Yield whether each bucket can be used; nothing for what lies in folders."""
    for name, place in (("archive", review.archive), ("reviews", pages_at(review, out))):
        if isinstance(place, S3Address):
            yield _checked(f"bucket of the {name}", place)


def _checked(name: str, place: S3Address) -> Checked:
    """Do what a run does with objects, on one that is nobody else's."""
    store, key = store_of(place), f"{TEMPORARY}check-{uuid4().hex}"
    try:
        store.leftovers(key)
        first, second = store.create(key, b"1"), store.create(key, b"2")
        read = store.read(key)
        store.delete(key)
    except StoreError as error:
        return wrong(name, str(error))
    if (first, second, read) != (True, False, b"1"):
        return wrong(name, f"{place} wrote over what If-None-Match told it not to; use a bucket of AWS' S3")
    return ok(name, f"{place} takes objects, and none over another")
