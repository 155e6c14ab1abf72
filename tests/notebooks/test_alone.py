"""The notebooks on their own: by papermill with a real kernel, from any folder, a mistyped parameter refused."""

import subprocess
import sys

import nbformat
import pytest

from tests.conftest import ROOT, demo_home


def papermill(notebook: str, *parameters: str, cwd):
    command = (sys.executable, "-m", "papermill", ROOT / "notebooks" / notebook, "out.ipynb", "--no-progress-bar")
    named = [part for parameter in parameters for part in ("-p", *parameter.split("=", 1))]
    return subprocess.run((*command, *named), cwd=cwd, capture_output=True, text=True, check=False)


def texts(file) -> str:
    """Return all plain text that a notebook shows."""
    outputs = [out for cell in nbformat.read(file, 4).cells for out in cell.get("outputs", ())]
    return "\n".join(out.get("text", "") or out.get("data", {}).get("text/plain", "") for out in outputs)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return demo_home(tmp_path_factory.mktemp("company") / "home")


def test_a_service_by_papermill_collects_what_the_archive_lacks(home):
    answer = papermill("service_review.ipynb", "review=params/demo.yaml", "week=2026-W40", "service=cache", cwd=home)
    assert answer.returncode == 0, answer.stderr
    shown = texts(home / "out.ipynb")
    assert "cache: engine CPU" in shown
    assert "imulated data" in shown
    assert sorted(path.name for path in (home / "archive/demo/metrics").iterdir()) == ["service=cache"]


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [
        ("servce=cache", "parameter: got 'servce', which this notebook does not have; did you mean 'service'?"),
        ("service=cash", "service: got 'cash', wants one of web, api"),
        ("week=2026-W99", "week: got '2026-W99', wants an ISO week that exists"),
    ],
)
def test_a_mistake_in_a_parameter_is_one_sentence(home, parameter, sentence):
    answer = papermill("service_review.ipynb", "review=demo", parameter, cwd=home)
    assert answer.returncode == 1
    assert sentence in answer.stderr
