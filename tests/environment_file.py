"""Makes environment.yml for conda users from requirements.lock; `--update` writes it."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAD = """\
# For conda users: `conda env create -f environment.yml`. Made from requirements.lock by `make lock`; do not edit.
name: sre-review
channels: [conda-forge]
dependencies:
  - python >=3.11,<3.15
  - pip
  - pip:
"""


def pins(lock: str) -> list[str]:
    """Return the pinned requirements of a lock, with their markers and without hashes."""
    lines = re.findall(r"^([A-Za-z0-9][^\s=]*==[^\\\n]+?)\s*\\?$", lock, re.MULTILINE)
    return [line for line in lines if "sys_platform == 'never'" not in line]


def environment(lock: str) -> str:
    """Return the text of environment.yml (pip refuses hashes beside `-e .`, so the lock alone carries them)."""
    return HEAD + "".join(f'      - "{pin}"\n' for pin in [*pins(lock), "-e ."])


if __name__ == "__main__" and "--update" in sys.argv[1:]:
    (ROOT / "environment.yml").write_text(environment((ROOT / "requirements.lock").read_text()))
