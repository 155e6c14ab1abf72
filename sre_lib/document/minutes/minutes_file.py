"""`minutes.yaml`: plain text made for git; comments and keys that people put there survive a rewrite."""

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from sre_lib.document.minutes.record import Added, CellType, Entry, Minutes, Origin, Written
from sre_lib.document.minutes.sync import both
from sre_lib.errors import UserMistakeError
from sre_lib.params_yaml import Located, parse_yaml

FORMAT = 1
_HEAD = """\
What the meeting decided, by finding. Written in weekly_review.ipynb or here: both are read before anything is
replaced. `text` is yours (as in the notebook); leave `agreed` and `taken` alone, they tell who changed what.
"""
_CONFLICT = re.compile(rb"^(<{7} |={7}$|>{7} )", re.MULTILINE)
_PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]*")

Texts = Callable[[str], str]


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("wants a time with its offset, such as 2026-10-01T03:00:00Z")
    return moment.astimezone(UTC)


Moment = Annotated[str, AfterValidator(lambda text: _utc(text).isoformat())]


class _Shape(BaseModel):
    """Frozen and strict; a key that people added is left alone."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _Text(_Shape):
    """A text that people wrote."""

    text: str = ""
    agreed: str = ""
    taken: str = ""
    past: str = ""
    ahead: bool | None = None

    @property
    def written(self) -> Written:
        """Return it as the rest of the program knows it."""
        return Written(self.text, self.agreed, self.taken, tuple(self.past.split()), bool(self.ahead))


class _Finding(_Text):
    """One finding."""

    id: str
    service: str
    part: str
    resource: str
    metric: str
    statistic: str
    view: str
    start: Moment
    end: Moment
    unit: str = "None"
    sentence: str = ""
    evidence: Mapping[str, float] = Field(default_factory=dict)
    origin: Origin = "tool"
    found: bool = True
    follows: str = ""

    @property
    def entry(self) -> Entry:
        """Return it as the rest of the program knows it."""
        values = self.model_dump(exclude={*_Text.model_fields, "start", "end"})
        return Entry(**values, start=_utc(self.start), end=_utc(self.end), written=self.written)


class _Note(_Text):
    """The text of a free cell."""

    cell: str


class _Added(_Text):
    """A cell that people added."""

    id: str
    after: str = ""
    type: CellType = "markdown"


class _File(_Shape):
    """The whole file."""

    format: int
    week: str
    meeting: str
    findings: Annotated[tuple[_Finding, ...], Field(strict=False)] = ()
    notes: Annotated[tuple[_Note, ...], Field(strict=False)] = ()
    added: Annotated[tuple[_Added, ...], Field(strict=False)] = ()


def decode(content: bytes, file: Path) -> Minutes:
    """Return the minutes in a file; UserMistakeError with the line where it cannot be read.

    An entry that stands twice, as after a merge, keeps both texts.
    """
    conflict = _CONFLICT.search(content)
    if conflict:
        line = content.count(b"\n", 0, conflict.start()) + 1
        raise UserMistakeError(f"{file}, line {line}: holds an open merge conflict; keep what is right, then run again")
    located = parse_yaml(content, file)
    try:
        shape = _File.model_validate(located.values)
        meeting = date.fromisoformat(shape.meeting)
    except ValidationError as error:
        raise _mistake(error, located) from None
    except ValueError:
        raise located.mistake(("meeting",), f"got {shape.meeting!r}, wants a day such as 2026-10-05") from None
    if shape.format > FORMAT:
        raise located.mistake(("format",), f"got {shape.format}, this version reads {FORMAT}; install a newer version")
    return Minutes(
        week=shape.week,
        meeting=meeting,
        entries=tuple(_once(each.entry for each in shape.findings)),
        notes=_notes(shape.notes),
        added=tuple(Added(each.id, each.after, each.type, each.written) for each in shape.added),
    )


def encode(minutes: Minutes, previous: bytes | None) -> bytes:
    """Return the file for some minutes; comments, order and own keys of the previous file stay where they can.

    An entry that the minutes no longer have goes only where it holds no text: texts are never dropped here.
    """
    # Almost every text can be a block; what holds control characters is quoted, at worst with escapes for them.
    for text, as_it_is in ((_block, True), (DoubleQuotedScalarString, True), (DoubleQuotedScalarString, False)):
        content = _dumped(minutes, previous, text, as_it_is=as_it_is)
        with suppress(UserMistakeError):
            if decode(content, Path("minutes.yaml")) == minutes:
                return content
    raise ValueError("these minutes cannot be written as YAML")


def _dumped(minutes: Minutes, previous: bytes | None, text: Texts, *, as_it_is: bool) -> bytes:
    """Return the file with its texts in one style; `as_it_is`: characters outside ASCII are not escaped."""
    yaml = YAML(typ="rt")
    yaml.width = 4096
    yaml.allow_unicode = as_it_is
    document = yaml.load(previous.decode()) if previous else CommentedMap()
    if not previous:
        document.yaml_set_start_comment(_HEAD)
    _set(document, {"format": FORMAT, "week": minutes.week, "meeting": minutes.meeting.isoformat()})
    _merge(document, "findings", "id", [_finding(each, text) for each in minutes.entries])
    _merge(document, "notes", "cell", [{"cell": name, **_text(each, text)} for name, each in minutes.notes.items()])
    _merge(document, "added", "id", [_added(each, text) for each in minutes.added])
    stream = io.BytesIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _finding(entry: Entry, text: Texts) -> dict[str, Any]:
    """Return an entry as it stands in the file."""
    evidence = CommentedMap({name: float(value) for name, value in entry.evidence.items()})
    evidence.fa.set_flow_style()
    return {
        "id": entry.id, "service": entry.service, "part": entry.part, "resource": entry.resource,
        "metric": entry.metric, "statistic": entry.statistic, "view": entry.view,
        "start": entry.start.isoformat(), "end": entry.end.isoformat(), "unit": entry.unit,
        "sentence": entry.sentence, "evidence": evidence, "origin": entry.origin, "found": entry.found,
        "follows": entry.follows, **_text(entry.written, text),
    }  # fmt: skip


def _added(added: Added, text: Texts) -> dict[str, Any]:
    """Return an added cell as it stands in the file."""
    return {"id": added.id, "after": added.after, "type": added.type, **_text(added.written, text)}


def _text(written: Written, text: Texts) -> dict[str, str | bool | None]:
    """Return a text as it stands in the file."""
    digests = {"agreed": written.agreed, "taken": written.taken, "past": " ".join(written.past)}
    return {"text": text(written.text), **digests, "ahead": written.ahead or None}


def _block(text: str) -> str:
    """Return a text as a literal block where it can be one, else as it is."""
    fits = "\n" in text and not text[0].isspace() and _PLAIN.fullmatch(text)
    return LiteralScalarString(text) if fits else text


def _merge(document: CommentedMap, key: str, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Put rows into a list of the file: those known by their name in place, the order is the new one."""
    old: dict[str, dict[str, Any]] = {each[name]: each for each in document.get(key) or ()}
    merged = []
    for row in rows:
        there = old.get(row[name], CommentedMap())
        _set(there, row)
        merged.append(there)
    known = document.get(key)
    if not merged and not known:
        return
    if isinstance(known, CommentedSeq) and [id(each) for each in known] == [id(each) for each in merged]:
        return
    if isinstance(known, CommentedSeq) and len(known) <= len(merged):
        # Comments between entries belong to the list: changed in place they survive.
        known[:] = merged[: len(known)]
        known.extend(merged[len(known) :])
    else:
        document[key] = CommentedSeq(merged)


def _set(target: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Set what differs: an untouched value keeps its style and comment; an empty text never there stays out."""
    for key, value in values.items():
        if key in target and target[key] == value:
            continue
        if key not in target and value in ("", None):
            continue
        target[key] = value


def _once(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Yield entries, those with the same id as one that holds both texts."""
    kept: dict[str, Entry] = {}
    for each in entries:
        known = kept.get(each.id)
        kept[each.id] = _joined(known, each) if known else each
    return kept.values()


def _joined(one: Entry, other: Entry) -> Entry:
    """Return an entry that stands twice as one."""
    return replace(one, written=_both(one.written, other.written))


def _notes(notes: Sequence[_Note]) -> dict[str, Written]:
    """Return the free cells by name, those that stand twice with both texts."""
    kept: dict[str, Written] = {}
    for each in notes:
        known = kept.get(each.cell)
        kept[each.cell] = _both(known, each.written) if known else each.written
    return kept


def _both(one: Written, other: Written) -> Written:
    """Return what stands twice as one, with both texts."""
    return replace(one, text=both(one.text, other.text))


def _mistake(error: ValidationError, located: Located) -> UserMistakeError:
    """Return the sentence for the first thing in the file that is not as it must be."""
    first = error.errors(include_url=False)[0]
    place = tuple(first["loc"])
    if first["type"] == "missing":
        return located.mistake(place, "is missing; add it, or restore the file from git")
    value = repr(located.value(place))[:60]
    wants = str(first.get("ctx", {}).get("error", "")) or first["msg"].removeprefix("Input should be ")
    return located.mistake(place, f"got {value}, wants {wants.removeprefix('wants ')}; correct it, then run again")
