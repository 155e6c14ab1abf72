"""What is written on alarms after a run becomes Terraform with publish, also where nothing else is there any more."""

import json

import hcl2
import nbformat
import pytest

from sre_lib.document.minutes.cells import name_of
from tests.alarms.test_terraform import RAW, read
from tests.run import servers
from tests.run.test_publish import published

UNDECIDED = "# The meeting of 2026-W40 decided no change of an alarm.\n"


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    home = tmp_path_factory.mktemp("servers")
    servers.reviewed(home)
    return home


@pytest.fixture
def home(once, tmp_path, monkeypatch):
    monkeypatch.chdir(servers.copied(once, tmp_path))
    return tmp_path


def write(home, text):
    """Write into the cell for alarms."""
    path = servers.folder(home) / "weekly_review.ipynb"
    notebook = nbformat.read(path, 4)
    (cell,) = [each for each in notebook.cells if name_of(each) == "notes:alarms"]
    cell.source = text
    nbformat.write(notebook, path)


def test_a_run_and_every_publish_write_what_is_decided_then(home):
    tf = servers.folder(home) / "alarms.tf"
    before = tf.read_text()
    write(home, "- `gone`: delete\n- `cpu-high`: tune threshold=95")
    assert published(home)[0].problems == ()
    found = tf.read_text()
    assert "none of that name" in found
    write(home, "nothing after all")
    published(home)
    assert (before, tf.read_text()) == (UNDECIDED, UNDECIDED)


def test_an_alarm_of_the_run_becomes_a_block_on_the_page_s_link(home):
    folder = servers.folder(home)
    known = json.loads((folder / "alarms.json").read_text())
    suggestion = {"changes": {"Threshold": 95.0}, "said": ["Quieter."]}
    known["alarms"] = [{"definition": {**RAW, "AlarmName": "cpu-high"}, "suggestion": suggestion}]
    (folder / "alarms.json").write_text(json.dumps(known))
    write(home, "- `cpu-high`: tune")
    published(home)
    ((_, blocks),) = read(hcl2.loads((folder / "alarms.tf").read_text())["resource"][0]).items()
    assert (blocks["cpu_high"]["alarm_name"], blocks["cpu_high"]["threshold"]) == ("cpu-high", 95)
    assert '<a href="alarms.tf"' in (folder / "alarms.html").read_text()


def test_a_damaged_alarms_json_is_one_sentence_and_the_file_stays(home):
    (servers.folder(home) / "alarms.json").write_text("{")
    (servers.folder(home) / "alarms.tf").write_text("# ours\n")
    (problem,) = published(home)[0].problems
    assert problem.startswith("servers/2026-W40/alarms.json: the file: Invalid JSON")
    assert problem.endswith("run `sre-review run` once more; alarms.tf stays as it is")
    assert (servers.folder(home) / "alarms.tf").read_text() == "# ours\n"
