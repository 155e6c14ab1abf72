"""The README's "When something goes wrong" covers what the code says: every family of sentences, every cause at AWS."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sre_lib import errors
from sre_lib.run.exit_codes import exit_code_of

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "sre_lib"
README = (ROOT / "README.md").read_text()
SECTION = README.partition("## When something goes wrong")[2].partition("\n## ")[0]
RAISED = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
BY_FILE = ("{}", "alarms.json")
"""Families that begin with the name of a file."""


def text_of(node: ast.expr) -> str:
    """Return a text in the code, `{}` for what is filled in; empty for what is no text."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return text_of(node.left) + text_of(node.right) if isinstance(node, ast.BinOp) else ""


def sentences() -> Iterator[str]:
    """Yield the sentence of every error that is made, where it stands where the error is made."""
    for file in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                yield text_of(node.args[0])


def families() -> set[str]:
    """Return what sentences begin with: the field, option or kind of file, or the first words."""
    heads = {sentence.partition(":")[0] if ":" in sentence else sentence for sentence in sentences()} - {""}
    return {"FILE" if head.startswith(BY_FILE) else re.split(r" \{\}| ecs", head)[0] for head in heads}


def causes() -> set[str]:
    """Return what the sentences about AWS say has happened, up to what to do and to what is filled in."""
    tree = ast.parse((LIBRARY / "collect" / "client_errors.py").read_text())
    inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = {
        text_of(node)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node not in inside
    }
    happened = {text.partition(";")[0] for text in texts if "; " in text and not text.startswith("Return ")}
    return {max((part.strip() for part in re.split(r"\{\}|\(", each)), key=len) for each in happened} - {""}


def test_there_is_something_to_cover():
    assert {"source", "week", "archive", "FILE", "--record"} <= families()
    assert "no AWS credentials were found" in causes()


@pytest.mark.parametrize("family", sorted(families()))
def test_every_family_of_sentences_is_there(family):
    assert f"`{family}" in SECTION


@pytest.mark.parametrize("cause", sorted(causes()))
def test_every_cause_at_aws_is_there(cause):
    assert cause in SECTION


def test_no_family_is_there_that_nothing_says():
    named = set(re.findall(r"`([a-z.-]+):`", SECTION))
    assert named - families() == set()


def test_every_exit_code_is_there():
    kinds = (errors.UserMistakeError, errors.SourceError, errors.StoreError, errors.ArchiveError)
    codes = {0, *(exit_code_of(kind("")) for kind in kinds)}
    assert set(map(int, re.findall(r"^\| (\d) \|", SECTION, re.MULTILINE))) == codes
