"""How the units of CloudWatch are written: sizes in the binary unit that fits, times and rates as they are."""

from collections.abc import Mapping

BYTES: Mapping[str, int] = {"Bytes": 1, "Bytes/Second": 1, "Megabytes": 2**20, "Gigabytes": 2**30}
"""Bytes in one of a unit. AWS' services mean the binary ones by Megabytes and Gigabytes (ECS task size, OpenSearch)."""

SUFFIXES: Mapping[str, str] = {
    "Percent": "%", "Seconds": "s", "Milliseconds": "ms", "Microseconds": "µs", "Count/Second": "/s",
}  # fmt: skip
"""What stands behind a number; sizes have their own, counts and what has no unit have none."""

_BINARY = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def binary_unit(size: float) -> tuple[int, str]:
    """Return the largest binary unit that a number of bytes fills, as its bytes and its name."""
    return next(((each, name) for each, name in _BINARY if abs(size) >= each), (1, "B"))
