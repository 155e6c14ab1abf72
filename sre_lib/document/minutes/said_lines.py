"""Lines "- `name`: verdict and what else there is to say", one for each thing that a meeting goes through."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from sre_lib.document.minutes.form import lines
from sre_lib.wording import Wording

Verdict = TypeVar("Verdict")
_HERE = "→"
"""Ends a line below a name: behind it people write."""
_LINE = re.compile(r"^\s*(?:[-*+・]\s*)?(?P<ticks>`+)(?P<name>.+?)(?P=ticks)\s*:(?P<said>.*)$")

_NOTES = re.compile(r"^(?P<label>\*\*[^*\n]+:\*\*) *<!--[^\n]*?-->(?P<end>\s*\Z)?", re.MULTILINE)
"""The label for free notes with its hint, and the end of the cell where nothing was written below it."""


class Said(NamedTuple, Generic[Verdict]):
    """What one line says: the verdict (None: none that we know) and all that was typed behind the name."""

    name: str
    verdict: Verdict | None
    text: str


def read_lines(text: str, words: Mapping[str, Verdict]) -> tuple[Said[Verdict], ...]:
    """Return what the lines of a cell say; a line without anything behind the name says nothing.

    Full-width forms count as their ASCII ones. `words` are the verdicts, of which one stands first behind the name, or
    none: a word further on is part of the note. All other lines are free notes.
    """
    first = re.compile(rf"\s*[*_]*(?P<word>{'|'.join(map(re.escape, words))})(?![a-z])[*_]*", re.IGNORECASE)
    found = []
    for line in lines(text):
        match = _LINE.match(line.plain.rstrip("\n"))
        if match is None or not match["said"].strip():
            continue
        word = first.match(match["said"])
        verdict = words[word["word"].lower()] if word else None
        name = line.typed[match.start("name") : match.end("name")]
        found.append(Said(name.strip(), verdict, line.typed[match.start("said") :].strip()))
    return tuple(found)


def lines_to_write(
    names: Sequence[str], hint: str, say: Wording, below: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> str:
    """Return a line to write on for each name, and those `below` it by the name, which count as free notes.

    The hint is a comment, seen only while the cell is edited.
    """
    if not names:
        return ""
    to_write: list[str] = []
    for name in names:
        to_write += [f"- {_quoted(name)}: ", *(f"  - {each} {_HERE} " for each in below.get(name, ()))]
    return "\n".join([*to_write, "", f"**{say('Notes')}:** <!-- {hint} -->"])


def written_only(text: str) -> str:
    """Return the text of a cell without what nobody wrote on, and without its hint; the rest is as typed."""
    kept: list[str] = []
    head: str | None = None
    for line in text.split("\n"):
        found = _LINE.match(line)
        if found and not found["said"].strip():
            head = line
        elif not (line[:1].isspace() and line.rstrip().endswith(_HERE)):
            # What is written right below a name keeps the name, also where nothing stands behind that.
            kept += [head] if head is not None and line.strip() and not found else []
            kept.append(line)
            head = None
    text = "\n".join(kept)
    return _NOTES.sub(lambda found: "" if found["end"] is not None else found["label"], text).strip("\n")


def _quoted(name: str) -> str:
    """Return a name as code of Markdown, on one line, whatever it holds."""
    plain = " ".join(name.split())
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{ticks}{space}{plain}{space}{ticks}"
