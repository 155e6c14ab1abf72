"""What the meeting decides on upkeep: one line a thing in the upkeep cell, its verdict first."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sre_lib.analyse.upkeep.accepted import Accepted
from sre_lib.analyse.upkeep.naming import id_in
from sre_lib.document.minutes import dates
from sre_lib.document.minutes.form import EXPECTED_FOR, lines
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.said_lines import Said, lines_to_write, read_lines
from sre_lib.wording import N_, Wording

UPKEEP = "upkeep"
"""Name of the free cell for upkeep."""


class UpkeepVerdict(StrEnum):
    """What the meeting made of something that is due."""

    FIX = "fix"
    WATCH = "watch"
    ACCEPTED = "accepted"


VERDICT_NAMES: Mapping[UpkeepVerdict, str] = {
    UpkeepVerdict.FIX: N_("fix"),
    UpkeepVerdict.WATCH: N_("watch"),
    UpkeepVerdict.ACCEPTED: N_("accepted"),
}
_WORDS: Mapping[str, UpkeepVerdict] = {
    "fix": UpkeepVerdict.FIX, "直す": UpkeepVerdict.FIX, "対応する": UpkeepVerdict.FIX, "watch": UpkeepVerdict.WATCH,
    "様子見": UpkeepVerdict.WATCH, "accepted": UpkeepVerdict.ACCEPTED, "accept": UpkeepVerdict.ACCEPTED,
    "expected": UpkeepVerdict.ACCEPTED, "許容": UpkeepVerdict.ACCEPTED, "受容": UpkeepVerdict.ACCEPTED,
    "想定内": UpkeepVerdict.ACCEPTED,
}  # fmt: skip
_SIGNS = " *_.,;:、。–—-"
_ACCEPTING = "|".join(word for word, each in _WORDS.items() if each is UpkeepVerdict.ACCEPTED)
_ACCEPTED = re.compile(rf"\s*[*_]*(?:{_ACCEPTING})[*_]*", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till)\b|まで", re.IGNORECASE)
_BECAUSE = re.compile(r"\b(?:because|since)\b|理由", re.IGNORECASE)
_LEADS = re.compile(r"^[\s*_]*(?:までに?)?[\s,、。;:：.–—-]*(?:\b(?:because|since)\b|理由)?[\s:：]*", re.IGNORECASE)
"""What stands between the day and the reason."""


class Acceptance(NamedTuple):
    """Until when (None: it could not be understood, `wants` says what is wrong, in English) and why."""

    until: date | None
    reason: str
    wants: str = ""


@dataclass(frozen=True)
class UpkeepDecision:
    """The newest verdict of an earlier meeting on something: of which week, on which day, what was typed.

    `until` and `reason` belong to what was accepted: four weeks where no day was typed.
    """

    name: str
    week: str
    meeting: date
    verdict: UpkeepVerdict
    text: str
    until: date | None = None
    reason: str = ""

    @property
    def accepted(self) -> Accepted | None:
        """Return what was accepted; None where nothing was."""
        return Accepted(self.name, self.until, self.reason, self.week) if self.until else None


def read_upkeep(text: str) -> tuple[Said[UpkeepVerdict], ...]:
    """Return what the lines of the upkeep cell say, see `said_lines`; verdicts are English or Japanese."""
    return read_lines(text, _WORDS)


def prefill(names: Sequence[str], say: Wording) -> str:
    """Return a line to write on for each thing to talk about."""
    hint = say("fix, watch, or accepted until 12/3 because ...")
    return lines_to_write(names, hint, say)


def decisions(earlier: Iterable[Minutes]) -> tuple[UpkeepDecision, ...]:
    """Return the newest verdict on each thing by its short id; `earlier` are weeks' minutes, oldest first."""
    newest: dict[str, UpkeepDecision] = {}
    for minutes in earlier:
        for each in decided(minutes):
            newest[id_in(each.name) or each.name] = each
    return tuple(newest[key] for key in sorted(newest))


def decided(minutes: Minutes) -> Iterator[UpkeepDecision]:
    """Yield the verdicts of one week's minutes, in their order; a line that is not understood is none."""
    for said in _said(minutes):
        if said.verdict is None:
            continue
        if said.verdict is not UpkeepVerdict.ACCEPTED:
            yield UpkeepDecision(said.name, minutes.week, minutes.meeting, said.verdict, said.text)
            continue
        until, reason, _ = acceptance(said.text, minutes.meeting)
        if until:
            yield UpkeepDecision(said.name, minutes.week, minutes.meeting, said.verdict, said.text, until, reason)


def slips(minutes: Minutes) -> Iterator[str]:
    """Yield a sentence for each line that could not be taken as it was meant, or that lacks its reason."""
    for said in _said(minutes):
        where = f"upkeep, {said.name}: got {said.text[:60]!r}, wants"
        if said.verdict is None:
            yield f"{where} fix, watch or accepted (直す, 様子見, 許容) first; it is kept as a note"
        elif said.verdict is UpkeepVerdict.ACCEPTED:
            _, reason, wants = acceptance(said.text, minutes.meeting)
            if wants:
                yield f"{where} {wants}; it is kept as a note and nothing is accepted"
            elif not reason:
                yield f"{where} a reason: `accepted until 2026-12-31 because ...`; it is accepted all the same"


def acceptance(text: str, meeting: date) -> Acceptance:
    """Return until when something was accepted and why, from what was typed behind its name.

    `meeting` is the day from which dates without a year or in words are counted. The first day counts: one further on
    belongs to the reason.
    """
    plain = next((line.plain for line in lines(text)), "")
    word = _ACCEPTED.match(plain)
    start = word.end() if word else 0
    because = _BECAUSE.search(plain, start)
    head = plain[start : because.start() if because else len(plain)]
    try:
        found = dates.find_first(head, meeting)
    except ValueError:
        return Acceptance(None, "", "a day that exists")
    if found is None:
        if _UNTIL.search(head):
            return Acceptance(None, "", "a day behind `until`, such as 2026-12-03, 12/3 or next Monday")
        return Acceptance(meeting + EXPECTED_FOR, _reason(text[start:]))
    if found.day < meeting:
        return Acceptance(None, "", "a day that is still to come")
    before = _UNTIL.sub(" ", text[start : start + found.start])
    return Acceptance(found.day, " ".join(filter(None, map(_reason, (before, text[start + found.end :])))))


def _said(minutes: Minutes) -> tuple[Said[UpkeepVerdict], ...]:
    """Return what the upkeep cell of a week says."""
    written = minutes.notes.get(UPKEEP)
    return read_upkeep(written.text) if written else ()


def _reason(text: str) -> str:
    """Return a reason without the words and signs that lead to it."""
    return " ".join(_LEADS.sub("", text).split()).strip(_SIGNS)
