"""Runs the whole suite: lint, types, tests with a real browser, benchmarks, notebooks; `--long` what takes longer."""

import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests import chromium

ROOT = Path(__file__).parent.parent
NO_TEST_COLLECTED = 5
PYTEST = (sys.executable, "-m", "pytest", "-q", "--durations=5")
STEPS: dict[str, tuple[str, ...]] = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "tests": (
        *PYTEST,
        "-n",
        "2",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-m",
        "not long and not benchmark",
        "tests",
    ),
    "benchmarks": (*PYTEST, "-s", "-m", "benchmark", "tests/benchmarks"),
    "notebooks": (*PYTEST, "--nbval-lax", "notebooks"),
}
LAWS = (
    "tests/analyse", "tests/collect", "tests/demo", "tests/document/minutes", "tests/run/test_minutes_machine.py",
    "tests/test_store.py", "tests/test_weeks.py",
)  # fmt: skip
LONG: dict[str, tuple[str, ...]] = {
    "many seeds": (*PYTEST, "-s", "-m", "long", "tests"),
    "laws": ("env", "HYPOTHESIS_PROFILE=long", *PYTEST, "-n", "2", "--dist", "loadfile", *LAWS),
}


def main() -> int:
    """Run every step, also after a failure, and say at the end which failed."""
    chromium.ensure()
    steps = LONG if "--long" in sys.argv[1:] else STEPS
    failed = [name for name, command in steps.items() if not _passes(name, command)]
    if failed:
        print(f"FAILED: {', '.join(failed)}", file=sys.stderr)  # noqa: T201  a script talks to its caller
    return 1 if failed else 0


def _passes(name: str, command: tuple[str, ...]) -> bool:
    """Run one step and tell whether it passed; a step that runs no test has failed."""
    started = time.monotonic()
    print(f"\n== {name}: {' '.join(command)}", flush=True)  # noqa: T201
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code == NO_TEST_COLLECTED:
        print(f"{name}: no test was found", file=sys.stderr)  # noqa: T201
    print(f"== {name}: exit {code} after {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
