"""`sre-review minutes merge`: what a partner wrote on their copy comes in; any other file changes nothing."""

import os

import nbformat
import pytest
from click.testing import CliRunner

from sre_lib.document.minutes.sync import BOTH
from sre_lib.run.cli import main
from sre_lib.run.publish import publish
from tests.run import servers
from tests.run.test_weekly_run import WEEK


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    home = tmp_path_factory.mktemp("servers")
    servers.reviewed(home)
    return home


@pytest.fixture
def both(once, tmp_path, monkeypatch):
    """Return our home, which is the current directory, and the partner's copy of it."""
    ours, theirs = (servers.copied(once, tmp_path / name) for name in ("ours", "theirs"))
    monkeypatch.chdir(ours)
    return ours, theirs


def merge(file, *options):
    return CliRunner().invoke(main, ["minutes", "merge", str(file), "servers", "--week", WEEK.name, *options])


def published(home):
    publish(servers.desk(home), home / "reviews", lambda _line: None)


def text(home, finding):
    return {each.id: each.written.text for each in servers.desk(home).read().minutes.entries}[finding]


@pytest.mark.parametrize("name", ["weekly_review.ipynb", "minutes.yaml"])
@pytest.mark.parametrize("partner_publishes", [False, True])
def test_what_the_partner_wrote_comes_into_file_notebook_and_pages(both, name, partner_publishes):
    ours, theirs = both
    finding = servers.write(theirs, {"discussion:": "**Verdict:** fix\n\n再発です 🎉"})
    if name == "minutes.yaml" or partner_publishes:
        published(theirs)
    answer = merge(servers.folder(theirs) / name)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == f"reviews/servers/{WEEK.name}/minutes.yaml: taken in\n"
    published(ours)
    assert text(ours, finding) == "**Verdict:** fix\n\n再発です 🎉"
    assert "再発です 🎉" in (servers.folder(ours) / "weekly_review.ipynb").read_text()
    assert "<strong>fix</strong>" in (servers.folder(ours) / "index.html").read_text()
    assert merge(servers.folder(theirs) / name).stdout.endswith("minutes.yaml: has it all already\n")


@pytest.mark.parametrize("name", ["weekly_review.ipynb", "minutes.yaml"])
def test_what_both_wrote_is_kept_and_said(both, name):
    ours, theirs = both
    finding = servers.write(ours, {"discussion:": "**Verdict:** watch"})
    servers.write(theirs, {"discussion:": "**Verdict:** fix"})
    published(ours)
    published(theirs)
    answer = merge(servers.folder(theirs) / name)
    assert answer.exit_code == 0
    assert "changed here and in the copy; both texts are kept" in answer.stderr
    published(ours)
    assert text(ours, finding) == f"**Verdict:** fix\n\n{BOTH}\n\n**Verdict:** watch"
    servers.write(ours, {"discussion:": "**Verdict:** watch"})
    published(ours)
    assert merge(servers.folder(theirs) / name).stdout.endswith("minutes.yaml: has it all already\n")
    assert text(ours, finding) == "**Verdict:** watch"


def test_what_comes_while_jupyterlab_has_the_week_open_waits_for_its_notebook(both):
    ours, theirs = both
    finding = servers.write(theirs, {"discussion:": "**Verdict:** fix"})
    published(theirs)
    desk = servers.desk(ours)
    with desk.store.try_locked(f"open-{desk.folder}"):
        servers.write(ours, {"discussion:": "the scribe writes on"})
        assert merge(servers.folder(theirs) / "minutes.yaml").exit_code == 0
        published(ours)
        servers.write(ours, {"discussion:": "the scribe writes on and on"})
        published(ours)
    published(ours)
    kept = text(ours, finding)
    assert "**Verdict:** fix" in kept
    assert "the scribe writes on and on" in kept
    notebook = nbformat.read(servers.folder(ours) / "weekly_review.ipynb", as_version=4)
    assert kept in [each.source for each in notebook.cells]


@pytest.mark.parametrize("we_publish", [False, True])
def test_a_copy_that_began_with_another_text_replaces_none_of_ours(both, we_publish):
    ours, theirs = both
    finding = servers.write(ours, {"discussion:": "**Verdict:** watch"})
    servers.write(theirs, {"discussion:": "**Verdict:** fix"})
    if we_publish:
        published(ours)
    answer = merge(servers.folder(theirs) / "weekly_review.ipynb")
    assert "changed here and in the copy; both texts are kept" in answer.stderr
    published(ours)
    assert text(ours, finding) == f"**Verdict:** fix\n\n{BOTH}\n\n**Verdict:** watch"


def test_what_we_wrote_and_did_not_publish_stays(both):
    ours, theirs = both
    finding = servers.write(ours, {"discussion:": "**Verdict:** watch", "notes:services": "ours"})
    servers.write(theirs, {"notes:changes": "theirs"})
    assert merge(servers.folder(theirs) / "weekly_review.ipynb").exit_code == 0
    published(ours)
    kept = servers.desk(ours).read().minutes
    assert text(ours, finding) == "**Verdict:** watch"
    assert {name: each.text for name, each in kept.notes.items()} == {"services": "ours", "changes": "theirs"}


@pytest.mark.parametrize("saved", ["weekly_review.ipynb", "minutes.yaml"])
def test_what_is_saved_between_reading_and_writing_is_kept_too(both, monkeypatch, saved):
    ours, theirs = both
    servers.write(ours, {"notes:services": "ours"})
    published(ours)
    servers.write(theirs, {"notes:changes": "theirs"})
    file, real, left = servers.folder(ours) / saved, os.fsync, ["late", "later"]

    def meanwhile(handle):
        if left:
            file.write_text(file.read_text().replace("ours", f"ours {left.pop(0)}"))
        real(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    assert merge(servers.folder(theirs) / "weekly_review.ipynb").exit_code == 0
    assert left == []
    published(ours)
    kept = servers.desk(ours).read().minutes
    assert {name: each.text for name, each in kept.notes.items()} == {
        "services": "ours later late",
        "changes": "theirs",
    }
    cells = (servers.folder(ours) / "weekly_review.ipynb").read_text()
    assert ("ours later late" in cells, "theirs" in cells) == (True, True)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("minutes.yaml", "format: 1\nweek: 2026-W39\nmeeting: '2026-09-28'\n", "is of the week 2026-W39, wants"),
        ("minutes.yaml", "format: 1\nweek: [", "line 2"),
        ("minutes.yaml", "<<<<<<< ours\n", "holds an open merge conflict"),
        ("weekly_review.ipynb", "{}", "is no notebook that can be read"),
        ("weekly_review.ipynb", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "does not say"),
        ("gone.yaml", None, "cannot be read (No such file or directory)"),
    ],
)
def test_any_other_file_is_one_sentence_and_nothing_is_written(both, name, content, sentence):
    ours, theirs = both
    servers.write(ours, {"discussion:": "**Verdict:** watch"})
    before = {path: path.read_bytes() for path in ours.rglob("*") if path.is_file() and path.suffix != ".lock"}
    file = theirs / name
    if content is not None:
        file.write_text(content)
    answer = merge(file)
    assert (answer.exit_code, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert sentence in answer.stderr
    after = {path: path.read_bytes() for path in ours.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert after == before
