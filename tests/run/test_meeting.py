"""The minutes around a run: what people write meanwhile is in the result, and what cannot be read stays untouched."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbformat.v4 import new_markdown_cell

from sre_lib.errors import UserMistakeError
from sre_lib.run.cli import main
from tests.run.stubbed import Room, cell_named, discussion, room


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Return a company with a first document."""
    one = room(tmp_path / "home", monkeypatch)
    monkeypatch.chdir(one.home)
    one.run()
    return one


def all_files(made: Room) -> dict[str, bytes]:
    """Return every file of the pages and the archive but the empty locks."""
    files = (path for path in made.home.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path.relative_to(made.home).as_posix(): path.read_bytes() for path in files}


def both_sides_say(made: Room, text: str) -> tuple[bool, bool]:
    """Tell whether notebook and minutes file have a text."""
    return any(text in cell.source for cell in made.notebook().cells), text in made.minutes_file.read_text()


def test_what_is_saved_while_the_notebooks_run_is_in_the_result(made: Room) -> None:
    made.while_running = [lambda: made.write_in("notes:services", "late")]
    made.run()
    assert both_sides_say(made, "late") == (True, True)


def test_what_is_saved_while_the_files_are_made_ready_is_in_the_result(made: Room, monkeypatch) -> None:
    saves = iter(["late", "later"])
    real = os.fsync

    def meanwhile(handle: int) -> None:
        if text := next(saves, ""):
            made.write_in(f"notes:{'services' if text == 'late' else 'missing'}", text)
        real(handle)

    made.write_in("notes:meeting", "early")
    monkeypatch.setattr(os, "fsync", meanwhile)
    made.run()
    assert [both_sides_say(made, text) for text in ("early", "late", "later")] == [(True, True)] * 3


def test_a_week_that_jupyterlab_holds_is_not_made_again(made: Room) -> None:
    desk = made.plan.desk
    before = all_files(made)
    with desk.store.locked(f"open-{desk.folder}"), pytest.raises(UserMistakeError, match="is open in"):
        made.run()
    assert all_files(made) == before


def test_another_run_waits_for_the_first(made: Room) -> None:
    desk, held = made.plan.desk, []

    def look() -> None:
        with desk.store.try_locked(f"run-{desk.folder}") as free:
            held.append(not free)

    made.while_running = [look]
    made.run()
    assert held == [True]


def test_two_runs_at_once_keep_what_both_saw(made: Room) -> None:
    made.write_in("notes:services", "before both")
    made.while_running = [
        lambda: made.write_in("notes:meeting", "in the first"), lambda: made.write_in("notes:missing", "as well"),
    ]  # fmt: skip
    runs = [threading.Thread(target=made.run, args=(made.plan,)) for _ in range(2)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    for text in ("before both", "in the first", "as well"):
        assert both_sides_say(made, text) == (True, True)


def test_a_second_run_writes_the_same_minutes(made: Room) -> None:
    notebook = made.notebook()
    discussion(notebook).source = "判定：想定内　12/3まで\n\n- [ ] 見直す ＠ann 来週月曜"
    notebook.cells.insert(0, new_markdown_cell("mine", id="mine"))
    made.save(notebook)
    made.run()
    minutes, cells = made.minutes_file.read_bytes(), [cell.source for cell in made.notebook().cells]
    for again in (made.run, made.publish, made.run):
        again()
        assert made.minutes_file.read_bytes() == minutes
        assert [cell.source for cell in made.notebook().cells] == cells


def test_a_comment_in_the_file_stays(made: Room) -> None:
    made.write_in("notes:services", "one")
    made.run()
    made.minutes_file.write_text(
        made.minutes_file.read_text().replace("- cell: services", "# ask Ann\n- cell: services")
    )
    made.write_in("notes:services", "one\ntwo")
    made.run()
    assert "# ask Ann" in made.minutes_file.read_text()
    assert made.minutes().notes["services"].text == "one\ntwo"


def damaged_yaml(made: Room) -> None:
    """Break the file's syntax."""
    made.minutes_file.write_text(made.minutes_file.read_text() + "findings: [\n")


def merge_markers(made: Room) -> None:
    """Leave a merge conflict open."""
    made.minutes_file.write_text("<<<<<<< ours\n" + made.minutes_file.read_text() + "=======\n>>>>>>> theirs\n")


def not_text(made: Room) -> None:
    """Put bytes there that are no UTF-8."""
    made.minutes_file.write_bytes(made.minutes_file.read_bytes() + b"# \xff\xfe\n")


def another_week(made: Room) -> None:
    """Put the file of another week there."""
    made.minutes_file.write_text(made.minutes_file.read_text().replace("2026-W40", "2026-W39"))


def half_a_notebook(made: Room) -> None:
    """Cut the notebook off, as a full disk would."""
    made.notebook_file.write_bytes(made.notebook_file.read_bytes()[:-200])


def merged_notebook(made: Room) -> None:
    """Leave a merge conflict open in the notebook."""
    made.notebook_file.write_text("<<<<<<< ours\n" + made.notebook_file.read_text())


def no_notebook(made: Room) -> None:
    """Put other JSON there."""
    made.notebook_file.write_text('["something"]')


DAMAGES = {
    damaged_yaml: "minutes.yaml, line ", merge_markers: "minutes.yaml, line 1: holds an open merge conflict",
    not_text: "minutes.yaml", another_week: "wants 2026-W40", half_a_notebook: "is no notebook that can be read",
    merged_notebook: "is no notebook that can be read", no_notebook: "is no notebook that can be read",
}  # fmt: skip


@pytest.mark.parametrize("command", ["run", "publish"])
@pytest.mark.parametrize(("damage", "sentence"), DAMAGES.items())
def test_what_cannot_be_read_is_left_and_said_and_nothing_is_written(
    made: Room, damage: Callable[[Room], None], sentence: str, command: str
) -> None:
    made.write_in("notes:services", "one")
    damage(made)
    before = all_files(made)
    answer = CliRunner().invoke(main, [command, "shop", "--week", made.week])
    assert (answer.exit_code, sentence in answer.stderr) == (2, True), answer.output
    assert answer.stderr.count("\n") == 1
    assert all_files(made) == before


def test_an_earlier_week_that_cannot_be_read_stops_the_next_one_too(made: Room) -> None:
    damaged_yaml(made)
    before = all_files(made)
    made.week = "2026-W41"
    with pytest.raises(UserMistakeError, match="2026-W40"):
        made.run()
    assert all_files(made) == before


def saved_with(made: Room, change: Callable[[dict[str, object]], None]) -> None:
    """Write into the notebook, then change its JSON."""
    made.write_in("notes:services", "kept 日本語 😀")
    notebook = made.notebook()
    notebook.cells += [new_markdown_cell("first of mine", id="mine"), new_markdown_cell("second of mine", id="yours")]
    made.save(notebook)
    raw = json.loads(made.notebook_file.read_text())
    change(raw)
    made.notebook_file.write_text(json.dumps(raw))


def without_ids(raw) -> None:
    """Make it one of nbformat 4.4, which knows no ids."""
    raw["nbformat_minor"] = 4
    for cell in raw["cells"]:
        del cell["id"]


def lacking_ids(raw) -> None:
    """Leave the ids out where there should be some."""
    for cell in raw["cells"]:
        del cell["id"]


def one_id(raw) -> None:
    """Give all cells one id."""
    for cell in raw["cells"]:
        cell["id"] = "same"


def other_ids(raw) -> None:
    """Give the cells other ids."""
    for number, cell in enumerate(raw["cells"]):
        cell["id"] = f"other-{number}"


def windows_ends(raw) -> None:
    """End lines as Windows does."""
    for cell in raw["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def half_a_pair(raw) -> None:
    """Put half a surrogate pair behind a text."""
    raw["cells"][-1]["source"] = "second of mine\ud83d"


@pytest.mark.parametrize("change", [without_ids, lacking_ids, one_id, other_ids, windows_ends, half_a_pair])
def test_notebooks_that_other_programs_saved_keep_their_texts(made: Room, change) -> None:
    saved_with(made, change)
    for again in (made.publish, made.run, made.run):
        again()
        for text in ("kept 日本語 😀", "first of mine", "second of mine"):
            assert [cell.source.count(text) for cell in made.notebook().cells if text in cell.source] == [1], text
            assert text in made.minutes_file.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"- line {number}: 日本語 😀" for number in range(10_000)),
        "key: value # no comment\n---\n...\n- [x] @a\n%YAML 1.2\n'\"`|>&*!",
        "<script>alert(1)</script>\n<img src=x onerror=alert(1)>\n\n| a | b |\n|--|--|",
        "tab\tbell\x07 line\u2028separator\nbyte order \ufeff mark",
        " leading space\n  and more\n\n\n\nfour empty lines",
    ],
    ids=["long", "yaml", "html", "control", "spaces"],
)
def test_any_text_is_the_same_on_both_sides_and_stays_so(made: Room, text: str) -> None:
    made.write_in("notes:services", text)
    for again in (made.run, made.run):
        again()
        assert made.minutes().notes["services"].text == text
        assert cell_named(made.notebook(), "notes:services").source == text


def test_a_file_with_windows_line_ends_is_read_and_edited(made: Room) -> None:
    made.write_in("notes:services", "one\ntwo")
    made.run()
    made.minutes_file.write_bytes(made.minutes_file.read_bytes().replace(b"two", b"three").replace(b"\n", b"\r\n"))
    made.run()
    assert cell_named(made.notebook(), "notes:services").source == "one\nthree"


def test_a_finding_that_is_found_no_longer_keeps_its_notes_in_the_document(made: Room) -> None:
    notebook = made.notebook()
    discussion(notebook).source = "Verdict: fix\n\nrestart it"
    made.save(notebook)
    made.findings = ()
    made.run()
    entry = made.minutes().entries[0]
    assert (entry.found, entry.written.text) == (False, "Verdict: fix\n\nrestart it")
    assert discussion(made.notebook()).source == "Verdict: fix\n\nrestart it"
