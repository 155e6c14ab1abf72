"""Which texts the catalogue must hold: of sources, HTML fragments, views and the notebooks' Markdown cells."""

import ast
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from jinja2.ext import babel_extract
from ruamel.yaml import YAML

KEYWORDS = {"say": 1, "N_": 1, "plural": 2}
"""Calls whose so many first texts are for people: `say("...")`, `N_("...")`, `say.plural("...", "...", n)`."""


VIEW_TEXTS = ("name", "title", "sentence", "question", "action", "why")
"""What people read of a view or of a derived series."""


class Message(NamedTuple):
    """A text of the source: its plural where it has one, and where it stands (POSIX path, no line number)."""

    one: str
    many: str
    place: str


def messages(package: Path, notebooks: Path) -> Iterator[Message]:
    """Yield every text of the package and of the notebooks, in the order of the files."""
    for file in sorted(package.rglob("*.py")):
        yield from _of_source(file, file.relative_to(package.parent).as_posix())
    for file in sorted(package.rglob("*.j2")):
        yield from _of_fragment(file, file.relative_to(package.parent).as_posix())
    for file in sorted(package.rglob("views/*.yaml")):
        yield from _of_views(file, file.relative_to(package.parent).as_posix())
    for file in sorted(notebooks.glob("*.ipynb")):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield Message("".join(cell["source"]), "", f"{notebooks.name}/{file.name}")


def _of_source(file: Path, place: str) -> Iterator[Message]:
    """Yield the texts of a Python file; from its syntax tree, since Babel reads no call inside an f-string."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        wanted = KEYWORDS.get(_called(node.func), 0) if isinstance(node, ast.Call) else 0
        given = node.args[:wanted] if isinstance(node, ast.Call) else []
        texts = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if texts and len(texts) == wanted:
            yield _message(tuple(texts), place)


def _called(function: ast.expr) -> str:
    """Return the name by which a function is called; empty where it has none."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _of_views(file: Path, place: str) -> Iterator[Message]:
    """Yield the texts of a family of views."""
    for entry in YAML(typ="safe").load(file.read_text(encoding="utf-8")).values():
        yield from (Message(entry[key], "", place) for key in VIEW_TEXTS if key in entry)


def _of_fragment(file: Path, place: str) -> Iterator[Message]:
    """Yield the texts of a Jinja2 template."""
    for _, _, found, _ in babel_extract(BytesIO(file.read_bytes()), tuple(KEYWORDS), (), {}):
        yield _message(found, place)


def _message(found: object, place: str) -> Message:
    """Return what an extractor found: one text, or the texts of a call."""
    texts = found if isinstance(found, tuple) else (found,)
    one, *rest = (str(text) for text in texts if text)
    return Message(one, rest[0] if rest else "", place)
