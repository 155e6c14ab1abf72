"""Two runs of one review never overlap: the second one waits, and stops where the first does not end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sre_lib.errors import StoreError
from sre_lib.run.fetch import Scope
from sre_lib.store import file_name
from sre_lib.stores import store_of

LONGEST_S = 2 * 3600.0
"""A run takes minutes; one that takes longer than this hangs."""


@contextmanager
def alone(found: Scope, tell: Callable[[str], None], longest_s: float = LONGEST_S) -> Iterator[None]:
    """Hold a review while it is run; where another run has it, tell so and wait for `longest_s` seconds at most.

    The lock lies in the archive and dies with its process. Raises StoreError where the other run does not end.
    """
    store, lock = store_of(found.review.archive), f"run-{file_name(found.review.name)}"
    with store.try_locked(lock) as free:
        if free:
            yield
            return
    tell(f"another run of {found.review.name} is under way; waiting for its end")
    with store.try_locked(lock, longest_s) as free:
        if not free:
            raise StoreError(
                f"another run of {found.review.name} has been under way for more than {longest_s / 3600:g} h; end it "
                f"(it holds {store.lock_file(lock)}), and run this one again"
            )
        yield
