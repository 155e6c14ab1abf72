"""The built wheel, installed into an empty environment elsewhere, runs the demo: all its data is inside."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment_file import pins

ROOT = Path(__file__).parent.parent


def call(*command: str | Path, cwd: Path) -> str:
    """Run a command as somebody elsewhere would: nothing of this checkout or its environment is on the way."""
    environment = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere")
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist"), cwd=ROOT)
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(pins((ROOT / "requirements.lock").read_text())))
    wheel = next((folder / "dist").glob("*.whl"))
    uv = shutil.which("uv")
    assert uv, "uv is not on the PATH: call this through `make test`"
    call(uv, "venv", "-q", "--python", sys.executable, "env", cwd=folder)
    python = folder / "env" / "bin" / "python"
    call(uv, "pip", "install", "-q", "--python", str(python), "-c", str(constraints), str(wheel), cwd=folder)
    return folder


def test_the_wheel_runs_the_demo(installed):
    work = installed / "work"
    work.mkdir()
    answer = call(installed / "env" / "bin" / "sre-review", "run", "demo", cwd=work)
    assert answer.startswith("reviews/demo/2026-W40/index.html")
    pages = {path.name for path in (work / "reviews/demo/2026-W40").rglob("*.html")}
    assert {"index.html", "web.html", "api.html"} <= pages
    assert "2026-W40" in (work / "reviews/demo/2026-W40/index.html").read_text()
