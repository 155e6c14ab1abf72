"""The notebook for questions: made with the week's files where it is missing, and never touched again."""

from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from sre_lib.errors import StoreError
from sre_lib.run import week_notebooks, weekly_run
from sre_lib.run.execute import NotebookRun
from sre_lib.run.progress import silent
from sre_lib.store import LocalStore
from tests.run.stubbed import Room, room

WRITTEN = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}  \n'


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Return a company without a document yet."""
    one = room(tmp_path / "home", monkeypatch)
    monkeypatch.chdir(one.home)
    return one


def ask(made: Room) -> Path:
    """Return the week's notebook for questions."""
    return made.folder / "ask.ipynb"


def test_a_run_makes_the_missing_one(made: Room) -> None:
    made.run()
    code = [cell for cell in nbformat.read(ask(made), as_version=4).cells if cell.cell_type == "code"]
    assert any("ask.hours(series)" in cell.source for cell in code)
    assert [cell.id for cell in code if "jupyter" in cell.metadata] == ["parameters", "how-to-read"]
    ask(made).unlink()
    made.publish()
    assert not ask(made).exists()
    made.run()
    assert ask(made).exists()


@pytest.mark.parametrize("content", [WRITTEN, b"", b"<<<<<<< no notebook any more \xff"])
def test_what_people_made_of_it_stays_byte_for_byte(made: Room, content: bytes) -> None:
    made.run()
    ask(made).write_bytes(content)
    made.run()
    made.publish()
    made.run(replace(made.plan, review=made.plan.review.in_language("ja")))
    assert ask(made).read_bytes() == content


def test_one_that_appears_while_the_notebooks_run_stays(made: Room) -> None:
    def written() -> None:
        made.folder.mkdir(parents=True)
        ask(made).write_bytes(WRITTEN)

    made.while_running = [written]
    made.run()
    assert ask(made).read_bytes() == WRITTEN
    assert made.notebook_file.exists()


def test_one_that_appears_at_the_last_moment_stays(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    made.run()
    ask(made).unlink()
    real = LocalStore.write_all
    moments: list[int] = []

    def late(store: LocalStore, contents: dict[str, bytes], still: object = None) -> bool:
        if not moments and any(key.endswith("ask.ipynb") for key in contents):
            moments.append(ask(made).write_bytes(WRITTEN))
        return real(store, contents, still) if callable(still) else real(store, contents)

    monkeypatch.setattr(LocalStore, "write_all", late)
    made.run()
    assert moments
    assert ask(made).read_bytes() == WRITTEN


def test_it_comes_with_the_others_or_not_at_all(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    real = LocalStore.write_all

    def full(store: LocalStore, contents: dict[str, bytes], *still: object) -> bool:
        if any(key.endswith("ask.ipynb") for key in contents):
            raise StoreError("disk: No space left on device")
        return real(store, contents, *still)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(LocalStore, "write_all", full)
    with pytest.raises(StoreError):
        made.run()
    assert not (made.folder / "index.html").exists()


def test_one_that_fails_is_said_and_tried_again(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(template: NotebookNode, parameters: dict[str, str], cwd: Path) -> NotebookRun:  # noqa: ARG001  as called
        return NotebookRun(template, "KernelDied: no memory" if "beside" in parameters else None, 0.0)

    with monkeypatch.context() as patched:
        patched.setattr(week_notebooks, "run_notebook", failing)
        result = weekly_run.weekly_run(made.plan, made.told.append, silent)
    assert result.exit_code == 1
    assert [each for each in result.problems if "KernelDied" in each and "ask.ipynb" in each]
    assert not ask(made).exists()
    made.run()
    assert ask(made).exists()


def test_a_service_of_its_name_hides_no_failure(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made.home / "params" / "shop.yaml"
    file.write_text(file.read_text().replace("name: web", "name: ask.ipynb"))

    def failing(template: NotebookNode, parameters: dict[str, str], cwd: Path) -> NotebookRun:  # noqa: ARG001  as called
        of_service = "service" in parameters and "beside" not in parameters
        return NotebookRun(template, "KernelDied: no memory" if of_service else None, 0.0)

    monkeypatch.setattr(week_notebooks, "run_notebook", failing)
    result = weekly_run.weekly_run(made.plan, made.told.append, silent)
    assert result.exit_code == 1
    assert "ask.ipynb" in " ".join(result.problems)
