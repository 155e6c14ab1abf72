"""Values as HCL, Terraform's language: outside text cannot end a string, begin a template or leave a comment.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md (template expressions, comments).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from itertools import chain, count
from math import isfinite
from textwrap import wrap
from typing import Final, TypeGuard

Value = str | bool | int | float | Sequence[str] | Mapping[str, str]
WIDTH: Final = 110
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that nobody sees in a file: control, format (bidi), private, unassigned, separators of lines."""
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_PLAIN: Final = 1e15


def quoted(text: str) -> str:
    """Return text as a string of HCL that means just that text.

    `${` and `%{` begin templates: their first sign is written as its number, which nothing can undo (the doubled sign
    of HCL's own escape is read otherwise after a third one). A lone surrogate, which no string can hold, is U+FFFD.
    """
    return '"' + re.sub(r"[$%](?=\{)|.", lambda each: _sign(each[0], each), text, flags=re.DOTALL) + '"'


def _sign(sign: str, found: re.Match[str]) -> str:
    """Return one sign of a string."""
    if sign in "$%":
        return f"\\u{ord(sign):04x}" if found.string[found.end() : found.end() + 1] == "{" else sign
    if sign in _SHORT:
        return _SHORT[sign]
    category = unicodedata.category(sign)
    if category == "Cs":
        return "\\ufffd"
    if category in _UNSEEN:
        return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"
    return sign


def value(one: Value) -> str:
    """Return a value as HCL."""
    if isinstance(one, str):
        return quoted(one)
    if isinstance(one, bool):
        return "true" if one else "false"
    if isinstance(one, int | float):
        return number(one)
    if isinstance(one, Mapping):
        return (
            "{ " + ", ".join(f"{quoted(name)} = {quoted(each)}" for name, each in one.items()) + " }" if one else "{}"
        )
    return "[" + ", ".join(map(quoted, one)) + "]"


def is_value(one: object) -> TypeGuard[Value]:
    """Tell whether something can be written as HCL here."""
    if isinstance(one, int | float):
        return isfinite(one)
    if isinstance(one, Mapping):
        return all(isinstance(text, str) for pair in one.items() for text in pair)
    return isinstance(one, str) or (isinstance(one, list | tuple) and all(isinstance(each, str) for each in one))


def number(one: float) -> str:
    """Return a finite number as HCL, with all its digits."""
    if float(one).is_integer() and abs(one) < _PLAIN:
        return str(int(one))
    return format(Decimal(repr(float(one))), "f") if 1e-9 < abs(one) < _PLAIN else repr(float(one))


def comment(text: str, indent: str = "") -> list[str]:
    """Return text as lines of comment."""
    return [f"{indent}# {line}" for line in wrap(on_one_line(text), WIDTH)] or [f"{indent}#"]


def on_one_line(text: str) -> str:
    """Return text without anything that ends a line or is not seen."""
    visible = (" " if unicodedata.category(each) in _UNSEEN else each for each in text)
    return " ".join("".join(visible).split())


def identifiers(names: Sequence[str]) -> list[str]:
    """Return an identifier for each name, unlike all others; where two would be alike, each has a mark of its own."""
    plain = [_identifier(name) for name in names]
    found: list[str] = []
    for name, each in zip(names, plain, strict=True):
        marked = f"{each}_{_mark(name)}" if plain.count(each) > 1 or not _told(name) else each
        numbered = (f"{marked}_{again}" for again in count(2))
        found.append(next(one for one in chain([marked], numbered) if one not in found))
    return found


def _identifier(name: str) -> str:
    """Return the ASCII letters, digits and underscores of a name, what lies between as one underscore."""
    found = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return found if found and not found[0].isdigit() else f"alarm_{found}".rstrip("_")


def _told(name: str) -> bool:
    """Tell whether an identifier tells of a name: it has letters of which none is lost."""
    return name.isascii() and any(each.isalnum() for each in name)


def _mark(name: str) -> str:
    """Return a few signs that are the same for the same name."""
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
