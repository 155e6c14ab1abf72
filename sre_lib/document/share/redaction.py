"""What a document is made from, without what is private: the same thing has the same stand-in everywhere."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

from sre_lib.document.share.private import private_in

_T = TypeVar("_T")
_BINARY = frozenset({"bdata", "image/png", "image/jpeg"})
"""Members that are bytes in base64: cutting into them would break them; the last scan looks into them."""


class Redaction:
    """Stand-ins such as `account-1`, numbered as they are met: nothing of what they stand for is in them."""

    def __init__(self) -> None:
        self._stand_ins: dict[tuple[str, str], str] = {}

    def text(self, text: str) -> str:
        """Return a text with every private stretch replaced by its stand-in."""
        parts, at = [], 0
        for each in private_in(text):
            parts += [text[at : each.start], self._stand_in(each.kind, text[each.start : each.end])]
            at = each.end
        return "".join((*parts, text[at:]))

    def of(self, value: _T) -> _T:
        """Return a value of plain data, notebooks and dataclasses with every text in it redacted, keys too."""
        return cast("_T", self._of(value))

    def _of(self, value: Any) -> Any:  # noqa: ANN401  # data of any shape
        """Return what `of` says."""
        if isinstance(value, str):
            return value if isinstance(value, Enum) else self.text(value)
        if isinstance(value, Mapping):
            pairs = {self._of(key): each if key in _BINARY else self._of(each) for key, each in value.items()}
            return type(value)(pairs) if isinstance(value, dict) else pairs
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{each.name: self._of(getattr(value, each.name)) for each in fields(value)})
        if not isinstance(value, tuple | list | set | frozenset):
            return value
        parts = [self._of(each) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)

    def _stand_in(self, kind: str, what: str) -> str:
        """Return what stands for a private text."""
        met = sum(known == kind for known, _ in self._stand_ins)
        return self._stand_ins.setdefault((kind, what), f"{kind}-{met + 1}")
