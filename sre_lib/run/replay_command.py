"""`sre-review replay`: one alarm's definition and its datapoints from files -> when its state would have changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import orjson

from sre_lib.alarm import Alarm, State, UnclearAlarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.assumptions import Assumptions
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.replay import Change, Replay, not_replayable, replay, unclear
from sre_lib.errors import UserMistakeError
from sre_lib.params_yaml import nearest
from sre_lib.run.csv_points import read_points

KINDS = ("MetricAlarms", "CompositeAlarms")
MARKS = frozenset({"AlarmName", "AlarmRule", "MetricName", "Metrics", "EvaluationPeriods"})
"""Members of which an alarm has at least one."""
WANTED = "wants one element of MetricAlarms, or the answer of describe-alarms with one alarm in it"


@dataclass(frozen=True)
class Replayed:
    """What the command answers: the changes by time, what a reader should know, or why there is no answer."""

    changes: tuple[Change, ...] = ()
    evaluations: int = 0
    minutes: float = 0.0
    notes: tuple[str, ...] = ()
    why_not: str = ""


def replayed(
    alarm_file: Path, datapoints: Path, initial: State, timezone: str = "", assumed: Sequence[str] = ()
) -> Replayed:
    """Return what the alarm of one file would have done over the datapoints of another.

    `assumed` are assumptions as NAME=VALUE. Raises UserMistakeError for a file that cannot be read.
    """
    assumptions = assumptions_of(assumed)
    alarm = read_alarm(alarm_file)
    if isinstance(alarm, UnclearAlarm):
        return _refused(alarm, unclear(alarm))
    if wrong := not_replayable(alarm):
        return _refused(alarm, wrong)
    read = read_points(datapoints, alarm, timezone)
    if isinstance(read, NotReplayable):
        return _refused(alarm, read)
    found = replay(alarm, read.points, initial, assumptions)
    return _refused(alarm, found) if isinstance(found, NotReplayable) else _told(found, read.notes)


def read_alarm(path: Path) -> Alarm | UnclearAlarm:
    """Return the alarm of a JSON file; UserMistakeError where the file cannot be read or holds no alarm, or several."""
    try:
        raw = path.read_bytes()
        # PowerShell's `>` writes UTF-16, or UTF-8 with a byte order mark.
        content = orjson.loads(raw.decode(json.detect_encoding(raw)))
    except FileNotFoundError:
        raise UserMistakeError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise UserMistakeError(f"{path}: is a folder, wants a JSON file") from None
    except OSError as error:
        raise UserMistakeError(f"{path}: cannot be read ({error.strerror}), wants a JSON file") from None
    except (orjson.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserMistakeError(f"{path}: cannot be read as JSON ({error}); {WANTED}") from None
    return alarm_of(_element(path, content))


def assumptions_of(assumed: Sequence[str]) -> Assumptions:
    """Return the assumptions with some set by NAME=VALUE; UserMistakeError where one cannot be."""
    known = {each.name: each.type for each in fields(Assumptions)}
    chosen: dict[str, Any] = {}
    for one in assumed:
        name, _, text = one.partition("=")
        if name not in known:
            raise UserMistakeError(f"--assume: got {one!r}, {nearest(name, tuple(known))}")
        whole = known[name] is int
        if (whole and not text.isdecimal()) or (not whole and text not in {"true", "false"}) or len(text) > 6:
            wanted = "a whole number" if whole else "true or false"
            raise UserMistakeError(f"--assume: {name}: got {text!r}, wants {wanted}")
        chosen[name] = int(text) if whole else text == "true"
    return Assumptions(**chosen)


def to_json_lines(found: Replayed) -> str:
    """Return the changes of the state, one JSON object a line; the timestamp is the evaluation's, in UTC."""
    rows = ({"timestamp": each.at, "from": each.old, "to": each.new, "reason": each.reason} for each in found.changes)
    return "".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode() for row in rows)


def to_table(found: Replayed) -> str:
    """Return the changes of the state for people, and how much was evaluated."""
    lines = [f"{each.at.isoformat()}  {each.old} -> {each.new}  {each.reason}" for each in found.changes]
    count = len(found.changes)
    changes = f"{count or 'no'} {'change' if count == 1 else 'changes'} of state"
    return "\n".join([*lines, f"{changes} in {found.evaluations:,} evaluations, {found.minutes:,.0f} minutes in ALARM"])


def _element(path: Path, content: object) -> Mapping[str, Any]:
    """Return the one alarm that a file holds."""
    if isinstance(content, dict) and set(KINDS) & set(content):
        content = [each for kind in KINDS for each in _listed(path, kind, content.get(kind))]
    if isinstance(content, list):
        if len(content) != 1:
            raise UserMistakeError(f"{path}: got {len(content)} alarms, {WANTED}; name it with --alarm-names")
        content = content[0]
    if not isinstance(content, dict) or not MARKS & set(content):
        raise UserMistakeError(f"{path}: holds no alarm, {WANTED}")
    return content


def _listed(path: Path, kind: str, content: object) -> list[object]:
    """Return the alarms of one kind."""
    if not (content is None or isinstance(content, list)):
        raise UserMistakeError(f"{path}: {kind}: is no list, {WANTED}")
    return content or []


def _refused(alarm: Alarm | UnclearAlarm, found: NotReplayable) -> Replayed:
    """Return that there is no answer, and why, as one sentence on one line."""
    return Replayed(why_not=" ".join(f"{alarm.name!r} cannot be replayed, because {found.why}".split()))


def _told(found: Replay, notes: Sequence[str]) -> Replayed:
    """Return what a replay tells."""
    approximate = tuple(f"approximate: {each}" for each in found.approximate)
    minutes = found.run.minutes
    return Replayed(tuple(found.changes()), len(found.run.states), minutes, (*notes, *found.notes, *approximate))
