import nbformat
import pytest

from sre_lib.document.minutes.cells import People, people_of
from sre_lib.document.minutes.record import Written
from sre_lib.document.notebook import build, template_file


def sources(notebook, kind: str) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def test_the_finding_cell_becomes_one_section_a_finding():
    built = build("weekly_review", "en", ["a", "b", "c"])
    ids = [cell.id for cell in built.cells]
    assert [each for each in ids if each.startswith("finding-")] == ["finding-1", "finding-2", "finding-3"]
    assert [each for each in sources(built, "code") if ".finding(" in each] == [
        f"display(*weekly.finding({number}))" for number in (1, 2, 3)
    ]
    assert len(set(ids)) == len(ids)


def test_behind_each_finding_and_at_the_end_of_each_section_is_a_cell_to_write_in():
    built = build("weekly_review", "en", ["a", "b"])
    names = [cell.metadata["sre_review"]["cell"] for cell in built.cells]
    assert [name for name in names if name.startswith("discussion:")] == ["discussion:a", "discussion:b"]
    assert names[names.index("finding-a") + 1] == "discussion:a"
    free = (
        "meeting",
        "actions",
        "customers",
        "own",
        "alarms",
        "events",
        "upkeep",
        "changes",
        "services",
        "set-aside",
        "missing",
    )
    assert [name for name in names if name.startswith("notes:")] == [f"notes:{name}" for name in free]
    assert people_of(built) == People(dict.fromkeys("ab", Written()), dict.fromkeys(free, Written()))


def test_a_week_without_findings_keeps_the_cell_that_says_so():
    assert "display(*weekly.findings_to_discuss())" in sources(build("weekly_review", "en"), "code")


def test_markdown_is_translated_and_code_is_not():
    english, japanese = (build("weekly_review", language, ["a", "b"]) for language in ("en", "ja"))
    assert sources(english, "code") == sources(japanese, "code")
    assert sources(japanese, "markdown")[0] == "# 週次レビュー"
    assert not set(sources(english, "markdown")) & set(sources(japanese, "markdown"))


@pytest.mark.parametrize("template", ["weekly_review", "service_review"])
def test_what_is_built_is_valid_has_no_outputs_and_no_summary(template):
    built = build(template, "ja", ["a", "b"])
    nbformat.validate(built)
    assert [cell.outputs for cell in built.cells if cell.cell_type == "code" and cell.outputs] == []
    assert "summary" not in [cell.id for cell in built.cells]
    assert [cell.id for cell in built.cells if "parameters" in cell.metadata.get("tags", [])] == ["parameters"]


def test_the_same_arguments_give_the_same_notebook_and_leave_the_template_alone():
    before = template_file("weekly_review").read_bytes()
    assert build("weekly_review", "ja", ["a", "b"]) == build("weekly_review", "ja", ["a", "b"])
    assert template_file("weekly_review").read_bytes() == before


def test_an_unknown_template_is_said():
    with pytest.raises(FileNotFoundError):
        build("monthly_review", "en")
