"""Imports run only back along the data's way: collect, analyse, alarms, document, run; the ground floor lies below."""

import ast
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parent.parent / "sre_lib"
STAGES = ("collect", "analyse", "alarms", "document", "run")
FILES = sorted(LIBRARY.rglob("*.py"))


def level(file: Path) -> int:
    first = file.relative_to(LIBRARY).parts[0]
    return STAGES.index(first) + 1 if first in STAGES else 0


def imported(file: Path) -> list[Path]:
    names = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "sre_lib":
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names if alias.name.split(".")[0] == "sre_lib"]
    return [LIBRARY.joinpath(*name.split(".")[1:]) for name in names if "." in name]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(LIBRARY).as_posix())
def test_imports_only_point_back(file):
    assert [path for path in imported(file) if level(path) > level(file)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(LIBRARY).as_posix())
def test_only_the_store_writes_files(file):
    if file.name == "store.py":
        return
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    names = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    assert names & {"write_text", "write_bytes", "to_parquet", "to_csv", "mkdir"} == set()


def test_the_packages_own_files_are_empty_but_for_the_version():
    for file in LIBRARY.rglob("__init__.py"):
        body = [node for node in ast.parse(file.read_text()).body if not isinstance(node, ast.Expr)]
        allowed = 40 if file.parent.name == "wording" else 1
        assert len(body) <= allowed, file
