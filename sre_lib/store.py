"""The one module that writes files: every write is atomic, every name from outside is made safe."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from filelock import BaseFileLock, FileLock, Timeout

from sre_lib.address import Address
from sre_lib.errors import StoreError

MAX_NAME = 80
TEMPORARY = ".tmp-"


class Store(Protocol):
    """Bytes by key; a key is a relative POSIX path such as `metrics/service=web/week=2026-W40/60.parquet`."""

    @property
    def root(self) -> Address:
        """Where it is."""

    def path(self, key: str) -> Address:
        """Return where a key lies; ValueError where it would leave the store."""

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a key; None where it does not exist."""

    def write(self, key: str, content: bytes) -> None:
        """Put the bytes under a key, whole or not at all."""

    def write_all(self, contents: Mapping[str, bytes], still: Callable[[], bool] | None = None) -> bool:
        """Put the bytes under several keys; where one cannot be written, all stay as they were.

        `still` is asked right before: where it says no, nothing is put. Tells whether it was. In a bucket a write that
        has begun is finished by the next one there, see `sre_lib.s3.store`.
        """

    def create(self, key: str, content: bytes) -> bool:
        """Put the bytes under a key unless it exists; tell whether it was created."""

    def keys(self, prefix: str = "") -> tuple[str, ...]:
        """Return the keys that start with a prefix, sorted."""

    def marks(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return by key what stands for the content: another one where that is another; empty where there is none."""

    def leftovers(self, prefix: str = "") -> tuple[str, ...]:
        """Return the temporary files that a write which was killed left behind, below a prefix, sorted."""

    def delete(self, key: str) -> None:
        """Remove a key; nothing happens where it does not exist."""

    def locked(self, name: str) -> AbstractContextManager[None]:
        """Hold a lock that dies with its process (in a bucket: a minute after it); a second holder waits."""

    def try_locked(self, name: str, wait_s: float = 0) -> AbstractContextManager[bool]:
        """Hold such a lock where it is free within some seconds; tell whether it was."""

    def lock_file(self, name: str) -> Address:
        """Return what is locked for a name."""


class LocalStore:
    """A folder on the local disk; nothing is created before the first write."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """Return the file of a key; ValueError where the key would leave the folder."""
        return self.root.joinpath(*checked_parts(key))

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a key; None where it does not exist."""
        path = self.path(key)
        with _said(path):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                return None

    def write(self, key: str, content: bytes) -> None:
        """Write beside the target, flush to disk, then rename: a reader sees the old bytes or the new, never half."""
        self.write_all({key: content})

    def write_all(self, contents: Mapping[str, bytes], still: Callable[[], bool] | None = None) -> bool:
        """Write all beside their targets first, then rename them: a full disk leaves every target as it was."""
        with ExitStack() as stack:
            ready = [
                (stack.enter_context(_beside(self.path(key), content)), self.path(key))
                for key, content in contents.items()
            ]
            if still is not None and not still():
                return False
            for temporary, path in ready:
                with _said(path):
                    temporary.replace(path)
        return True

    def create(self, key: str, content: bytes) -> bool:
        """Write only where nothing is yet; tell whether it was so (linking is atomic, looking first is not)."""
        path = self.path(key)
        with _beside(path, content) as temporary, _said(path):
            try:
                path.hardlink_to(temporary)
            except FileExistsError:
                return False
        return True

    def keys(self, prefix: str = "") -> tuple[str, ...]:
        """Return the keys that start with a prefix, sorted; temporary files are not among them."""
        return self._names(prefix, temporary=False)

    def marks(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return a digest of each file by its key; empty where there is none."""
        contents = ((key, self.read(key)) for key in keys)
        return {
            key: b"" if content is None else hashlib.blake2b(content, digest_size=16).digest()
            for key, content in contents
        }

    def leftovers(self, prefix: str = "") -> tuple[str, ...]:
        """Return the temporary files that a write which was killed left behind, below a prefix, sorted."""
        return self._names(prefix, temporary=True)

    def delete(self, key: str) -> None:
        """Remove a key; nothing happens where it does not exist."""
        path = self.path(key)
        with _said(path):
            path.unlink(missing_ok=True)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold a lock file that the system releases when the process dies; a second holder waits."""
        lock = self._lock(name)
        with _said(Path(lock.lock_file)):
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def try_locked(self, name: str, wait_s: float = 0) -> Iterator[bool]:
        """Hold a lock file as `locked` where nobody else does, or ends to within `wait_s`; tell whether it was so."""
        lock = self._lock(name)
        with _said(Path(lock.lock_file)):
            try:
                lock.acquire(timeout=wait_s)
            except Timeout:
                free = False
            else:
                free = True
        try:
            yield free
        finally:
            lock.release()

    def lock_file(self, name: str) -> Path:
        """Return the file that is locked for a name."""
        return self.path(f".{file_name(name)}.lock")

    def _lock(self, name: str) -> BaseFileLock:
        """Return the lock of a name."""
        path = self.lock_file(name)
        with _said(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(path)

    def _names(self, prefix: str, *, temporary: bool) -> tuple[str, ...]:
        """Return the files, or the temporary ones, below a prefix, sorted."""
        # Only the folder that the prefix names is walked: an archive has many others.
        below = self.root.joinpath(*PurePosixPath(prefix.rpartition("/")[0]).parts)
        if not below.exists():
            return ()
        files = (path for path in below.rglob("*") if path.is_file())
        names = (
            path.relative_to(self.root).as_posix() for path in files if path.name.startswith(TEMPORARY) is temporary
        )
        return tuple(sorted(name for name in names if name.startswith(prefix)))


def checked_parts(key: str) -> tuple[str, ...]:
    """Return the parts of a key; ValueError where it would leave its store."""
    pure = PurePosixPath(key)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        raise ValueError(f"a key wants a relative path inside its store, got {key!r}")
    return pure.parts


def file_name(name: str) -> str:
    """Return a safe file name for a name from outside: letters, digits, `.`, `_`, `-` stay, two names never collide.

    A name that had to be changed or cut ends in a hash of the whole.
    """
    safe = "".join(char if char.isalnum() or char in "._-" else "-" for char in name).lstrip(".")
    if safe == name and len(name.encode()) <= MAX_NAME:
        return name
    digest = hashlib.blake2s(name.encode(), digest_size=4).hexdigest()
    return f"{safe.encode()[: MAX_NAME - 9].decode(errors='ignore')}-{digest}"


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """Hold a flushed temporary file in the target's folder; it is gone afterwards."""
    with _said(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
    temporary = Path(name)
    try:
        with _said(path), os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(0o644)
        yield temporary
    finally:
        with _said(path):
            temporary.unlink(missing_ok=True)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Turn what the system refuses into one sentence."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise StoreError(
            f"{path}: {why}; free space or rights there, or name another folder, and run it again"
        ) from None
