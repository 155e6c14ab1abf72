"""What the meeting decides on alarms: one line an alarm in the alarms' free cell, its verdict first."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sre_lib.document.minutes.form import lines
from sre_lib.document.minutes.record import Minutes
from sre_lib.wording import N_, Wording

ALARMS = "alarms"
"""Name of the free cell for alarms."""


class AlarmVerdict(StrEnum):
    """What the meeting made of an alarm."""

    KEEP = "keep"
    TUNE = "tune"
    DOWNGRADE = "downgrade"
    MERGE = "merge"
    DELETE = "delete"
    ADD = "add"
    TOO_EARLY = "too early"


VERDICT_NAMES: Mapping[AlarmVerdict, str] = {
    AlarmVerdict.KEEP: N_("keep"),
    AlarmVerdict.TUNE: N_("tune"),
    AlarmVerdict.DOWNGRADE: N_("downgrade"),
    AlarmVerdict.MERGE: N_("merge"),
    AlarmVerdict.DELETE: N_("delete"),
    AlarmVerdict.ADD: N_("add"),
    AlarmVerdict.TOO_EARLY: N_("too early"),
}
_WORDS: Mapping[str, AlarmVerdict] = {each.value: each for each in AlarmVerdict} | {
    "tuned": AlarmVerdict.TUNE, "維持": AlarmVerdict.KEEP, "調整": AlarmVerdict.TUNE, "格下げ": AlarmVerdict.DOWNGRADE,
    "統合": AlarmVerdict.MERGE, "削除": AlarmVerdict.DELETE, "追加": AlarmVerdict.ADD,
    "時期尚早": AlarmVerdict.TOO_EARLY,
}  # fmt: skip
# The verdict comes first, behind the name: a word further on is part of the note.
_VERDICT = re.compile(rf"\s*[*_]*(?P<word>{'|'.join(map(re.escape, _WORDS))})(?![a-z])[*_]*", re.IGNORECASE)
_LINE = re.compile(r"^\s*(?:[-*+・]\s*)?(?P<ticks>`+)(?P<name>.+?)(?P=ticks)\s*:(?P<said>.*)$")


@dataclass(frozen=True)
class AlarmSaid:
    """What one line says of an alarm: the verdict (None: none that we know) and all that was typed behind the name."""

    name: str
    verdict: AlarmVerdict | None
    text: str


@dataclass(frozen=True)
class AlarmDecision:
    """The newest verdict of an earlier meeting on an alarm: of which week, on which day, what was typed."""

    name: str
    week: str
    meeting: date
    verdict: AlarmVerdict
    text: str


def read_alarms(text: str) -> tuple[AlarmSaid, ...]:
    """Return what the lines of the alarms' cell say; a line without anything behind the name says nothing.

    Full-width forms count as their ASCII ones, verdicts are English or Japanese. All other lines are free notes.
    """
    found = []
    for line in lines(text):
        match = _LINE.match(line.plain.rstrip("\n"))
        if match is None or not match["said"].strip():
            continue
        word = _VERDICT.match(match["said"])
        verdict = _WORDS[word["word"].lower()] if word else None
        name = line.typed[match.start("name") : match.end("name")]
        found.append(AlarmSaid(name.strip(), verdict, line.typed[match.start("said") :].strip()))
    return tuple(found)


def prefill(names: Sequence[str], say: Wording) -> str:
    """Return a line to write on for each alarm; the hint is a comment, seen only while the cell is edited."""
    if not names:
        return ""
    hint = say("keep, tune, downgrade, merge, delete, add, too early; did anybody act, who, what, woken up?")
    return "\n".join([*(f"- {_quoted(name)}: " for name in names), "", f"**{say('Notes')}:** <!-- {hint} -->"])


def decisions(earlier: Iterable[Minutes]) -> tuple[AlarmDecision, ...]:
    """Return the newest verdict on each alarm by name; `earlier` are weeks' minutes, oldest first."""
    newest: dict[str, AlarmDecision] = {}
    for minutes in earlier:
        written = minutes.notes.get(ALARMS)
        for said in read_alarms(written.text) if written else ():
            if said.verdict:
                newest[said.name] = AlarmDecision(said.name, minutes.week, minutes.meeting, said.verdict, said.text)
    return tuple(newest[name] for name in sorted(newest))


def _quoted(name: str) -> str:
    """Return a name as code of Markdown, on one line, whatever it holds."""
    plain = " ".join(name.split())
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{ticks}{space}{plain}{space}{ticks}"
