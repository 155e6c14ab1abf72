"""Runs the whole suite: lint, types, notebooks, tests with a real browser, benchmarks; `--long` what takes longer."""

import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests import chromium

ROOT = Path(__file__).parent.parent
NO_TEST_COLLECTED = 5
PYTEST = (sys.executable, "-m", "pytest", "-q", "--durations=5")
TWO_WORKERS = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
Steps = Mapping[str, tuple[str, ...]]
# What stands in one group runs side by side; the tests take both processors of a small machine, and what measures a
# speed runs alone.
STEPS: tuple[Steps, ...] = (
    {"lint": ("ruff", "check", "."), "format": ("ruff", "format", "--check", ".")},
    {"types": ("mypy",), "notebooks": (*PYTEST, "--nbval-lax", "notebooks")},
    {"tests": (*PYTEST, *TWO_WORKERS, "-m", "not long and not benchmark", "tests")},
    {"benchmarks": (*PYTEST, "-s", "-m", "benchmark", "tests/benchmarks")},
)
LAWS = (
    "tests/analyse", "tests/collect", "tests/demo", "tests/document/minutes", "tests/run/test_minutes_machine.py",
    "tests/test_store.py", "tests/test_weeks.py",
)  # fmt: skip
LONG: tuple[Steps, ...] = (
    {"many seeds": (*PYTEST, "-s", "-m", "long", "tests")},
    {"laws": ("env", "HYPOTHESIS_PROFILE=long", *PYTEST, "-n", "2", "--dist", "loadfile", *LAWS)},
)


def main() -> int:
    """Run every step, also after a failure, and say at the end which failed."""
    chromium.ensure()
    steps = LONG if "--long" in sys.argv[1:] else STEPS
    failed = [name for group in steps for name in _failed(group)]
    if failed:
        print(f"FAILED: {', '.join(failed)}", file=sys.stderr)  # noqa: T201  a script talks to its caller
    return 1 if failed else 0


def _failed(group: Steps) -> list[str]:
    """Run the steps of a group side by side; return the names of those that did not pass."""
    with ThreadPoolExecutor(len(group)) as pool:
        passed = list(pool.map(lambda step: _passes(*step, alone=len(group) == 1), group.items()))
    return [name for name, right in zip(group, passed, strict=True) if not right]


def _passes(name: str, command: tuple[str, ...], *, alone: bool) -> bool:
    """Run one step and tell whether it passed; a step that runs no test has failed.

    What it says is seen as it comes where it runs `alone`, else in one piece at its end.
    """
    started = time.monotonic()
    into = None if alone else subprocess.PIPE
    heading = f"\n== {name}: {' '.join(command)}\n"
    if alone:
        print(heading, end="", flush=True)  # noqa: T201
    done = subprocess.run(command, cwd=ROOT, stdout=into, stderr=into and subprocess.STDOUT, text=True, check=False)
    code = done.returncode
    if not alone:
        print(heading + done.stdout, end="", flush=True)  # noqa: T201
    if code == NO_TEST_COLLECTED:
        print(f"{name}: no test was found", file=sys.stderr)  # noqa: T201
    print(f"== {name}: exit {code} after {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
