"""What the meeting decides on alarms: one line an alarm in the alarms' free cell, its verdict first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.said_lines import Said, lines_to_write, read_lines
from sre_lib.wording import N_, Wording

ALARMS = "alarms"
"""Name of the free cell for alarms."""

ALARMS_TF = "alarms.tf"
"""The week's file of what was decided on alarms, as Terraform."""


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


@dataclass(frozen=True)
class AlarmLine:
    """An alarm to write on: its name, and when it told people, each time as text."""

    name: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class AlarmDecision:
    """The newest verdict of an earlier meeting on an alarm: of which week, on which day, what was typed."""

    name: str
    week: str
    meeting: date
    verdict: AlarmVerdict
    text: str


def read_alarms(text: str) -> tuple[Said[AlarmVerdict], ...]:
    """Return what the lines of the alarms' cell say, see `said_lines`; verdicts are English or Japanese."""
    return read_lines(text, _WORDS)


def prefill(alarms: Sequence[AlarmLine], say: Wording) -> str:
    """Return a line to write on for each alarm, and one below it for each time that it told people."""
    hint = say("keep, tune, downgrade, merge, delete, add, too early; did anybody act, who, what, woken up?")
    return lines_to_write([each.name for each in alarms], hint, say, {each.name: each.told for each in alarms})


def decisions(earlier: Iterable[Minutes]) -> tuple[AlarmDecision, ...]:
    """Return the newest verdict on each alarm by name; `earlier` are weeks' minutes, oldest first."""
    newest: dict[str, AlarmDecision] = {}
    for minutes in earlier:
        written = minutes.notes.get(ALARMS)
        for said in read_alarms(written.text) if written else ():
            if said.verdict:
                newest[said.name] = AlarmDecision(said.name, minutes.week, minutes.meeting, said.verdict, said.text)
    return tuple(newest[name] for name in sorted(newest))
