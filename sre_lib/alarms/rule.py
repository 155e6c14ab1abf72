"""The rule of a composite alarm: ALARM(), OK() and INSUFFICIENT_DATA() of others, with AND, OR, NOT, TRUE and FALSE.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html. Names may be quoted
or not, and be names or ARNs. How AND and OR bind is not documented: see `Assumptions.not_before_and`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sre_lib.alarm import STATES, State
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.points import Codes, Flags, NotReplayable

MOST_ELEMENTS = 500
"""Elements of a rule that CloudWatch takes."""
DEEPEST = 100
_TOKEN = re.compile(
    r"\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<plain>[^()\"]+?))\s*\)"
    r"|(?P<word>AND|OR|NOT|TRUE|FALSE)\b|(?P<mark>[()]))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Is:
    """True while an alarm, by its name, is in a state."""

    state: State
    name: str


@dataclass(frozen=True)
class Always:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True)
class Not:
    """True where its part is not."""

    part: "Rule"


@dataclass(frozen=True)
class Joined:
    """Parts of which all (`AND`) or any (`OR`) must be true."""

    word: str
    parts: tuple["Rule", ...]


Rule = Is | Always | Not | Joined
Token = str | Is


class _BadRuleError(Exception):
    """Carries why a rule cannot be read to the one place that answers."""

    def __init__(self, reason: str, **details: str | int) -> None:
        super().__init__(reason)
        self.found = NotReplayable(reason, details)


def parse_rule(text: str, assumptions: Assumptions = DEFAULT) -> Rule | NotReplayable:
    """Return a composite alarm's rule; NotReplayable, saying where, when it cannot be read."""
    try:
        return _Reader(list(_tokens(text)), assumptions).whole()
    except _BadRuleError as error:
        return error.found


def children(rule: Rule) -> frozenset[str]:
    """Return the names of the alarms that a rule looks at."""
    if isinstance(rule, Is):
        return frozenset({rule.name})
    if isinstance(rule, Not):
        return children(rule.part)
    return frozenset().union(*map(children, rule.parts)) if isinstance(rule, Joined) else frozenset()


def holds(rule: Rule, in_state: Callable[[str], Codes], size: int) -> Flags:
    """Return where a rule is true at each of `size` moments; `in_state` gives the states (places in STATES) by name."""
    if isinstance(rule, Is):
        return np.asarray(in_state(rule.name) == STATES.index(rule.state))
    if isinstance(rule, Always):
        return np.full(size, rule.value)
    if isinstance(rule, Not):
        return ~holds(rule.part, in_state, size)
    parts = np.array([holds(part, in_state, size) for part in rule.parts])
    return np.asarray(parts.all(axis=0) if rule.word == "AND" else parts.any(axis=0))


def _tokens(text: str) -> Iterator[Token]:
    """Yield the parts of a rule's text."""
    at, text = 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise _unread(text[at:].strip())
        at = found.end()
        if found["state"]:
            name = re.sub(r"\\(.)", r"\1", found["quoted"]) if found["quoted"] is not None else found["plain"]
            yield Is(next(state for state in STATES if state == found["state"].upper()), alarm_name(name))
        else:
            yield (found["word"] or found["mark"]).upper()


def alarm_name(given: str) -> str:
    """Return an alarm's name, also from its ARN."""
    return given.split(":alarm:", 1)[1] if given.startswith("arn:") and ":alarm:" in given else given


@dataclass
class _Reader:
    """Reads tokens by recursive descent; `at` is the next one."""

    tokens: list[Token]
    assumptions: Assumptions
    at: int = 0

    def whole(self) -> Rule:
        """Return the rule that all tokens make."""
        if len(self.tokens) > 2 * MOST_ELEMENTS:
            raise _BadRuleError("rule_long", most=MOST_ELEMENTS)
        rule = self.joined(0)
        if self.at < len(self.tokens):
            raise _unread(self.tokens[self.at])
        return rule

    def joined(self, depth: int) -> Rule:
        """Return what AND and OR join."""
        if depth > DEEPEST:
            raise _BadRuleError("rule_deep")
        if not self.assumptions.not_before_and:
            return self._chain(("AND", "OR"), self._single, depth)
        return self._chain(("OR",), lambda inner: self._chain(("AND",), self._single, inner), depth)

    def _chain(self, words: tuple[str, ...], part: Callable[[int], Rule], depth: int) -> Rule:
        """Return parts joined by some words, from left to right."""
        found = part(depth)
        while self.at < len(self.tokens) and self.tokens[self.at] in words:
            word = str(self.tokens[self.at])
            self.at += 1
            before = found.parts if isinstance(found, Joined) and found.word == word else (found,)
            found = Joined(word, (*before, part(depth)))
        return found

    def _single(self, depth: int) -> Rule:
        """Return one part: a state, TRUE, FALSE, NOT and what it negates, or what parentheses hold."""
        part = self.tokens[self.at] if self.at < len(self.tokens) else ""
        self.at += 1
        if isinstance(part, Is):
            return part
        if part in {"TRUE", "FALSE"}:
            return Always(part == "TRUE")
        if part == "NOT" and depth <= DEEPEST:
            return Not(self._single(depth + 1))
        if part != "(":
            raise _unread(part)
        inside = self.joined(depth + 1)
        if self.at >= len(self.tokens) or self.tokens[self.at] != ")":
            raise _BadRuleError("rule_open")
        self.at += 1
        return inside


def _unread(token: Token) -> _BadRuleError:
    """Return that a rule cannot be read at a part of it; an empty one is its end."""
    if isinstance(token, Is):
        return _BadRuleError("rule_unread", at=repr(f"{token.state}({token.name})"))
    return _BadRuleError("rule_unread", at=repr(token[:40])) if token else _BadRuleError("rule_ends")
