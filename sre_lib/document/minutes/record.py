"""What is kept of a meeting: the findings as it saw them, and every text that people wrote, each with its digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sre_lib.document.minutes.form import Discussion, read

Origin = Literal["tool", "people"]
CellType = Literal["markdown", "code", "raw"]


@dataclass(frozen=True)
class Written:
    """A text that people wrote, on one side (notebook or minutes file), and what both sides last agreed on.

    `agreed` is the digest of this side's text when both were last the same (empty: never); `taken`, kept in the minutes
    file alone, that of the cell's text as it was typed when it was taken in, where that was another one (dates in words
    become ISO dates). `past`, there alone too, are the digests of the texts that were agreed on or came with a copy
    before: whatever became of them was chosen here, so that an old copy brings nothing back.
    `ahead`, there alone too, tells that the text holds what the cell had not got when both were last read: whoever
    writes on in a cell that has not got it yet replaces nothing of it.
    """

    text: str = ""
    agreed: str = ""
    taken: str = ""
    past: tuple[str, ...] = ()
    ahead: bool = False


@dataclass(frozen=True)
class Entry:
    """A finding as the meeting saw it, and what was written on it.

    `start`, `end` (UTC; end is `until` for what lasts), `evidence` in the metric's `unit` and `sentence` are those that
    the meeting saw. `origin` is `people` for one that the meeting saw itself; `found` tells whether the last run found
    it; `follows` names the earlier week's entry of the same subject, as `<week>/<id>`.
    """

    id: str
    service: str
    part: str
    resource: str
    metric: str
    statistic: str
    view: str
    start: datetime
    end: datetime
    unit: str = "None"
    sentence: str = ""
    evidence: Mapping[str, float] = field(default_factory=dict)
    origin: Origin = "tool"
    found: bool = True
    follows: str = ""
    written: Written = field(default_factory=Written)

    def discussion(self, meeting: date) -> Discussion:
        """Return what was written as verdict, note and actions."""
        return read(self.written.text, meeting)


@dataclass(frozen=True)
class Added:
    """A cell that people added: behind which cell of ours it stands (empty: first of all), what kind, which text."""

    id: str
    after: str
    type: CellType
    written: Written


@dataclass(frozen=True)
class Minutes:
    """All that is kept of one week's meeting; `meeting` is its day, `notes` the free cells by name.

    `entries` stand in the order of the document.
    """

    week: str
    meeting: date
    entries: tuple[Entry, ...] = ()
    notes: Mapping[str, Written] = field(default_factory=dict)
    added: tuple[Added, ...] = ()

    @property
    def begun(self) -> bool:
        """Tell whether people wrote anything: from then on the findings stay those that the meeting saw."""
        kept = [each.written for each in self.entries] + [each.written for each in self.added]
        return any(each.text for each in (*kept, *self.notes.values()))


def canonical(text: str) -> str:
    """Return a text as it is kept: no empty lines around it; half a surrogate pair, which no file takes, is U+FFFD."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\r\n", "\n").strip("\n")


def digest(text: str) -> str:
    """Return 16 hexadecimal characters that stand for a text; empty for none. A space at a line's end is no change."""
    kept = "\n".join(line.rstrip() for line in canonical(text).split("\n"))
    return hashlib.blake2s(kept.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() if kept else ""
