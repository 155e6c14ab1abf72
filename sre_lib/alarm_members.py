"""Reading the members of a definition that came from outside: what is none of what is wanted says so."""

from collections.abc import Mapping
from typing import Any, TypeGuard

QUOTED = 60
"""Characters of a value that a message quotes."""

LARGEST = 1e300
"""Largest magnitude of a number; CloudWatch itself refuses more than 2 to the 360th."""


class UnclearError(Exception):
    """Why a member cannot be understood: a key of `wording.refusals` with what its clause is filled in with.

    It never reaches a user as an exception.
    """

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = {name: str(value) for name, value in details.items()}


def one_of(element: Mapping[str, Any], member: str, allowed: tuple[Any, ...], default: str | None) -> Any:  # noqa: ANN401  # one of the literals that are allowed
    """Return a member that is one of a few words."""
    got = element.get(member)
    if got is None and default is not None:
        return default
    if got not in allowed:
        raise UnclearError("wants_one_of", member=member, got=shown(got), allowed=", ".join(filter(None, allowed)))
    return got


def text(element: Mapping[str, Any], member: str, *, needed: bool = False) -> str:
    """Return a member that is text; empty where it is left out."""
    got = element.get(member)
    if (got is None and needed) or not (got is None or isinstance(got, str)):
        raise UnclearError("wants_text", member=member, got=shown(got))
    return got or ""


def texts(element: Mapping[str, Any], member: str) -> tuple[str, ...]:
    """Return a member that is a list of texts."""
    found = entries(element, member)
    if not all(isinstance(each, str) for each in found):
        raise UnclearError("wants_texts", member=member, got=shown(found))
    return tuple(found)


def entries(element: Mapping[str, Any], member: str) -> list[Any]:
    """Return a member that is a list; empty where it is left out."""
    got = element.get(member)
    if not (got is None or isinstance(got, list)):
        raise UnclearError("wants_list", member=member, got=shown(got))
    return got or []


def flag(element: Mapping[str, Any], member: str) -> bool:
    """Return a member that is true or false; true where it is left out."""
    got = element.get(member)
    if not (got is None or isinstance(got, bool)):
        raise UnclearError("wants_flag", member=member, got=shown(got))
    return got is not False


def whole(element: Mapping[str, Any], member: str, default: int | None, least: int = 1) -> int:
    """Return a member that is a whole number, at least `least`."""
    got = element.get(member)
    if got is None and default is not None:
        return default
    if not _is_number(got) or got != int(got) or got < least:
        raise UnclearError("wants_whole", member=member, got=shown(got), least=least)
    return int(got)


def number(element: Mapping[str, Any], member: str) -> float:
    """Return a member that is a finite number."""
    got = element.get(member)
    if not _is_number(got):
        raise UnclearError("wants_number", member=member, got=shown(got))
    return float(got)


def _is_number(got: object) -> TypeGuard[float]:
    """Tell whether a value is a number that fits a float: not NaN, not infinite, not true."""
    return isinstance(got, (int, float)) and not isinstance(got, bool) and -LARGEST <= got <= LARGEST


def shown(got: object) -> str:
    """Return what a definition holds as a message quotes it: short, on one line."""
    quoted = "nothing" if got is None else repr(got)
    return quoted if len(quoted) <= QUOTED else f"{quoted[:QUOTED]}..."
