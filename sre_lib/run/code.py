"""What stands for the code of this library, the same on every machine that has the same."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path


@cache
def code() -> bytes:
    """Return what stands for all files of the package and for its notebooks, wherever they are installed."""
    package = Path(__file__).parents[1]
    # In a checkout they lie beside the package. Review files are none of it: a wheel has some, and they may be others.
    beside = package.parent / "notebooks"
    sources = {file.relative_to(package).as_posix(): file for file in package.rglob("*") if file.suffix != ".pyc"}
    sources |= {f"notebooks/{file.name}": file for file in beside.glob("*.ipynb") if "notebooks" not in sources}
    ours = sorted((name, file) for name, file in sources.items() if file.is_file() and not name.startswith("params/"))
    return digest(part for name, file in ours for part in (name.encode(), file.read_bytes())).encode()


def digest(texts: Iterable[bytes]) -> str:
    """Return 32 hexadecimal characters that stand for some texts and for where each ends."""
    made_from = hashlib.blake2b(digest_size=16)
    for text in texts:
        made_from.update(len(text).to_bytes(8, "big"))
        made_from.update(text)
    return made_from.hexdigest()
