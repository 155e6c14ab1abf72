"""YAML of a review file with the line of every value, and the sentence for a mistake in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from sre_lib.errors import UserMistakeError

Place = Sequence[str | int]


@dataclass(frozen=True)
class Located:
    """The plain values of a YAML file, and where each stands."""

    file: Path
    values: Any
    text: str

    @cached_property
    def root(self) -> Node | None:
        """The tree with the lines: read only where there is a mistake to tell, since it takes as long as the values."""
        return YAML(typ="safe", pure=True).compose(self.text)  # type: ignore[no-any-return]  # no types there

    def line(self, place: Place) -> int:
        """Return the line (from 1) of the value at a place, or of the nearest thing around it that exists."""
        node, line = self.root, 1
        for step in place:
            if node is None:
                break
            line = node.start_mark.line + 1
            found = dict(_children(node)).get(step)
            if found is None:
                break
            line, node = found
        return line

    def value(self, place: Place) -> object:
        """Return the value at a place; None where nothing stands there."""
        found: Any = self.values
        for step in place:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def mistake(self, place: Place, message: str) -> UserMistakeError:
        """Return the error for a place: file, line, field, then the message."""
        return UserMistakeError(f"{self.file}, line {self.line(place)}: {field_name(place)}: {message}")


class _TextConstructor(SafeConstructor):
    """Leaves timestamps as the text that was written: a time without offset must not silently become UTC."""


_TextConstructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def load_yaml(file: Path) -> Located:
    """Read a YAML file; UserMistakeError with the line where it cannot be read."""
    try:
        return parse_yaml(file.read_bytes(), file)
    except OSError as error:
        raise UserMistakeError(f"{file}: cannot be read ({error.strerror}); name a review file that exists") from None


def parse_yaml(content: bytes, file: Path) -> Located:
    """Read the content of a YAML file; UserMistakeError with the line where it cannot be read."""
    try:
        text = content.decode("utf-8")
        yaml = YAML(typ="safe", pure=True)
        yaml.Constructor = _TextConstructor
        return Located(file, yaml.load(text), text)
    except UnicodeDecodeError as error:
        raise UserMistakeError(f"{file}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserMistakeError(f"{file}, line {line}: the same key stands twice; keep one of them") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserMistakeError(f"{file}, line {line}: is not valid YAML: {error.problem or error.context}") from None
    except ReaderError as error:
        raise UserMistakeError(
            f"{file}: holds a character that YAML does not allow at position {error.position}"
        ) from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else f"holds a value that is none: {error}"
        raise UserMistakeError(f"{file}: {reason}; write plain text, numbers, lists and keys") from None


def field_name(place: Place) -> str:
    """Return a place as people write it: `services[2].kind`."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "the file"


def nearest(name: object, names: Sequence[str]) -> str:
    """Return " (did you mean ...?)" with the nearest valid name, or all of them where none is near."""
    close = get_close_matches(str(name), names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"wants one of {', '.join(sorted(names)[:12])}"


def _children(node: Node) -> Iterator[tuple[str | int, tuple[int, Node]]]:
    """Yield the keys or indexes below a node, each with the line where it starts."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key.value, (key.start_mark.line + 1, value)
    elif isinstance(node, SequenceNode):
        for index, value in enumerate(node.value):
            yield index, (value.start_mark.line + 1, value)
