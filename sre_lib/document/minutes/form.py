"""The discussion form of a finding: what people typed -> verdict, note and actions; nothing typed is ever dropped."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from sre_lib.document.minutes import dates
from sre_lib.wording import N_, Wording

EXPECTED_FOR = timedelta(weeks=4)
"""How long `expected` lasts where no date is given: long enough for a campaign, short enough to be looked at again."""

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width forms of a Japanese keyboard to ASCII, one character for one: places in the text stay what they are."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LABEL = r"^[\s*_#>-]*(?:{words})[\s*_]*:[\s*_]*"
"""A label of a form: `words` are its names, a pattern."""
_VERDICT = re.compile(LABEL.format(words="verdict|判定"), re.IGNORECASE)
_HEADING = re.compile(LABEL.format(words="notes?|actions?|メモ|対応|アクション"), re.IGNORECASE)
# `[x](https://…)` is a link, `[x](urgent) …` an action.
_ACTION = re.compile(r"^\s*(?:[-*+・]\s*)?\[(?P<done>[ xX✓]?)\](?!\((?:\w+:|[./#]))\s*")
_OWNER = re.compile(r"(?<![\w@.])@(?P<name>[^\s@,;:()]+)")
_DUE_WORDS = re.compile(r"[\s(,、]*(?:\b(?:due|by|until)\b|期限)?[\s:]*$", re.IGNORECASE)
_AFTER_DUE = re.compile(r"\s*(?:までに?)?[\s.。)]*$")
_BY_DEFAULT = re.compile(r"\(4 weeks, as no date was given\)|\(日付の指定がないため4週間\)")
_UNTIL = re.compile(r"\b(?:until|till|to)\b|まで|[~〜]", re.IGNORECASE)


class Verdict(StrEnum):
    """What the meeting made of a finding."""

    EXPECTED = "expected"
    WATCH = "watch"
    FIX = "fix"
    FALSE_ALARM = "false alarm"


WORDS: Mapping[str, Verdict] = {
    "expected": Verdict.EXPECTED, "想定内": Verdict.EXPECTED, "watch": Verdict.WATCH, "様子見": Verdict.WATCH,
    "fix": Verdict.FIX, "直す": Verdict.FIX, "false alarm": Verdict.FALSE_ALARM, "誤検知": Verdict.FALSE_ALARM,
}  # fmt: skip
"""What people type for a verdict."""

_VERDICT_WORD = re.compile(
    "|".join(rf"(?<!\w){word}(?!\w)" if word.isascii() else word for word in WORDS), re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True)
class Action:
    """Something to do: what, who (without the @; empty: nobody named), until when, and whether it is done."""

    text: str
    owner: str = ""
    due: date | None = None
    done: bool = False


class Slip(NamedTuple):
    """A line that could not be taken for what it looks like: its number from 1, the line, what it wants (English)."""

    line: int
    text: str
    wants: str


@dataclass(frozen=True)
class Discussion:
    """What one discussion cell says.

    `until` belongs to `expected`; `note` holds all that is neither verdict nor action, also what was not understood.
    """

    verdict: Verdict | None = None
    until: date | None = None
    note: str = ""
    actions: tuple[Action, ...] = ()
    slips: tuple[Slip, ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether nothing was written."""
        return self == Discussion()


class Line(NamedTuple):
    """A line as typed, narrowed and without comments (same length), and its number from 1."""

    number: int
    typed: str
    plain: str


class _Judged(NamedTuple):
    """What a verdict line says; `rest` is what else stands on it, `wants` is empty where it was understood."""

    verdict: Verdict | None
    until: dates.Found | None = None
    rest: str = ""
    wants: str = ""


_ONE_VERDICT = N_("one of expected, watch, fix, false alarm (想定内, 様子見, 直す, 誤検知)")
_ONE_LINE = N_("one verdict a finding; the first one counts")
_A_DATE = N_("a date behind `until`, such as 2026-12-03, 12/3 or next Monday")
_A_DAY = N_("a day that exists")
_SOMETHING = N_("something to do behind the box")
_ONLY_EXPECTED = N_("no date: only `expected` takes one")


def empty(say: Wording) -> str:
    """Return the empty form; the hint is a comment, seen only while the cell is edited."""
    verdict, note, actions = say("Verdict"), say("Note"), say("Actions")
    hint = say("expected until 12/3, watch, fix, or false alarm")
    action = say("what @who 12/3")
    return f"**{verdict}:** <!-- {hint} -->\n\n**{note}:**\n\n**{actions}:** <!-- - [ ] {action} -->\n"


def read(text: str, meeting: date) -> Discussion:
    """Return what a cell says; `meeting` is the day from which dates without a year or in words are counted.

    Full-width forms count as their ASCII ones, labels and verdicts are English or Japanese. What is not understood
    stays in the note and is named among the slips.
    """
    verdict, until = None, None
    note: list[str] = []
    actions: list[Action] = []
    slips: list[Slip] = []
    for line in lines(text):
        if label := _VERDICT.match(line.plain):
            if not line.plain[label.end() :].strip():
                continue
            judged = _judged(line.plain[label.end() :], meeting)
            wants = judged.wants or (_ONE_LINE if verdict else "")
            if wants:
                slips.append(Slip(line.number, line.typed.strip(), wants))
                note.append(line.typed)
            else:
                verdict = judged.verdict
                until = _until(judged, meeting)
                note += [judged.rest] if judged.rest else []
        elif box := _ACTION.match(line.plain):
            action, wants = _action(line, box, meeting)
            actions += [action] if action else []
            note += [line.typed] if wants and not action else []
            slips += [Slip(line.number, line.typed.strip(), wants)] if wants else []
        else:
            heading = _HEADING.match(line.plain)
            note.append(line.typed[heading.end() :] if heading else line.typed)
    return Discussion(verdict, until, _tidy(note, text), tuple(actions), tuple(slips))


def action_line(action: Action) -> str:
    """Return an action as a line of the form: one that reads as the same action again, with its box."""
    box, owner = "- [x]" if action.done else "- [ ]", f"@{action.owner}" if action.owner else ""
    due = action.due.isoformat() if action.due else ""
    lines_of_it = [
        " ".join(filter(None, each)) for each in ((box, action.text, owner, due), (box, owner, action.text, due))
    ]
    # A text with another @ in it reads right only behind its owner.
    same = (each for each in lines_of_it if read(each, action.due or date.min).actions == (action,))
    return next(same, lines_of_it[0])


def saved(text: str, meeting: date) -> str:
    """Return the text as it is kept: dates in words become ISO dates, `expected` gets its date; all else as typed."""
    return "".join(_saved(line, meeting) for line in lines(text))


def lines(text: str) -> Iterator[Line]:
    """Yield the lines of a text, with their ends."""
    plain = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text).translate(_NARROW)
    start = 0
    for number, typed in enumerate(text.splitlines(keepends=True), 1):
        yield Line(number, typed, plain[start : start + len(typed)])
        start += len(typed)


def _judged(value: str, meeting: date) -> _Judged:
    """Return what stands behind the label of a verdict line."""
    words = list(_VERDICT_WORD.finditer(value))
    if len(words) != 1:
        return _Judged(None, wants=_ONE_VERDICT)
    verdict = WORDS[words[0][0].lower()]
    try:
        until = dates.find(value, meeting)
    except ValueError:
        return _Judged(None, wants=_A_DAY)
    if until and verdict is not Verdict.EXPECTED:
        return _Judged(None, wants=_ONLY_EXPECTED)
    rest = _BY_DEFAULT.sub("", value)
    if until is None and _UNTIL.search(rest):
        return _Judged(None, wants=_A_DATE)
    rest = rest.replace(words[0][0], " ", 1).replace(value[until.start : until.end] if until else "\0", " ", 1)
    rest = " ".join((_UNTIL.sub(" ", rest, count=1) if until else rest).split())
    return _Judged(verdict, until, rest.strip(" .,;、。*_"))


def _until(judged: _Judged, meeting: date) -> date | None:
    """Return how long a verdict lasts; None where it is for good."""
    if judged.verdict is not Verdict.EXPECTED:
        return None
    return judged.until.day if judged.until else meeting + EXPECTED_FOR


def _action(line: Line, box: re.Match[str], meeting: date) -> tuple[Action | None, str]:
    """Return the action on a line, and what is wrong with it; None for an empty box."""
    body = line.typed[box.end() :]
    plain = line.plain[box.end() :]
    if not plain.strip(" -*_\n"):
        return None, "" if not plain.strip() else _SOMETHING
    owner = _OWNER.search(plain)
    if owner:
        body, plain = (each[: owner.start()] + " " * len(owner[0]) + each[owner.end() :] for each in (body, plain))
    due, wants = _due(plain, meeting)
    if due:
        words = _DUE_WORDS.search(plain[: due.start])
        body = body[: words.start() if words else due.start]
    text = " ".join(body.split())
    if not text:
        return None, _SOMETHING
    name = owner["name"] if owner else ""
    return Action(text, name, due.day if due else None, bool(box["done"].strip())), wants


def _due(plain: str, meeting: date) -> tuple[dates.Found | None, str]:
    """Return the date at the end of an action, and what is wrong with one that cannot be."""
    try:
        found = dates.find(plain, meeting)
    except ValueError:
        return None, _A_DAY
    return (found, "") if found and _AFTER_DUE.match(plain[found.end :]) else (None, "")


def _saved(line: Line, meeting: date) -> str:
    """Return one line as it is kept."""
    label, box = _VERDICT.match(line.plain), _ACTION.match(line.plain)
    if label:
        judged = _judged(line.plain[label.end() :], meeting)
        if judged.wants or judged.verdict is not Verdict.EXPECTED:
            return line.typed
        if judged.until:
            return _with_iso(line.typed, judged.until, label.end())
        return _with_default(line, label.end(), meeting + EXPECTED_FOR)
    if box and _action(line, box, meeting)[0]:
        plain = line.plain[box.end() :]
        owner = _OWNER.search(plain)
        hidden = plain[: owner.start()] + " " * len(owner[0]) + plain[owner.end() :] if owner else plain
        due, _ = _due(hidden, meeting)
        return _with_iso(line.typed, due, box.end()) if due else line.typed
    return line.typed


def _with_iso(typed: str, found: dates.Found, offset: int) -> str:
    """Return a line with its date in ISO form."""
    return typed[: offset + found.start] + found.day.isoformat() + typed[offset + found.end :]


def _with_default(line: Line, offset: int, until: date) -> str:
    """Return a verdict line with the date that holds where none was given, and why."""
    word = _VERDICT_WORD.search(line.plain, offset)
    if word is None:
        return line.typed
    said = f" until {until} (4 weeks, as no date was given)"
    if not word[0].isascii():
        said = f" {until}まで(日付の指定がないため4週間)"
    return line.typed[: word.end()] + said + line.typed[word.end() :]


def _tidy(note: list[str], text: str) -> str:
    """Return the note's lines without the hints and empty lines around them."""
    lines = "".join(line if line.endswith("\n") else f"{line}\n" for line in note)
    return _COMMENT.sub("", lines).strip() if "<!--" in text else lines.strip()
