"""What the replay of an alarm tells: how faithful it is, and what other settings would have done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sre_lib.alarm import Alarm
from sre_lib.alarms.card import Card
from sre_lib.alarms.composite_fidelity import composite_fidelity
from sre_lib.alarms.fidelity import LEAST_TOLERANCE_S, Fidelity, fidelity
from sre_lib.alarms.firings import at_night
from sre_lib.alarms.outcome import Incident, Outcome
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.review import AlarmReview
from sre_lib.alarms.terraform import Proposal, changes_to, terraform
from sre_lib.alarms.what_if import WhatIf, between, what_if
from sre_lib.document.opening import Opened
from sre_lib.wording import Wording
from sre_lib.wording.refusals import refusal_text
from sre_lib.wording.replays import (
    difference_text,
    early_text,
    fidelity_text,
    replayed_text,
    suggestion_text,
    warning_text,
)

MOST_ROWS = 6
"""Rows of a what-if table: the alarm as it is, the suggested one, and the efficient ones with the fewest firings."""
MOST_DIFFERENCES = 5
"""Changes of state that only the replay or only reality has; more are counted."""
_TRIED = frozenset({"cried_wolf", "predictable", "never_could", "broken"})


class Row(NamedTuple):
    """One variant of an alarm as texts; `mark` tells what it is (as it is, suggested), empty for the others."""

    mark: str
    settings: str
    firings: str
    minutes: str
    night: str
    caught: str
    warning: str


@dataclass(frozen=True)
class Tried:
    """What the replay of one alarm tells: how faithful it is, and its what-if where there is one.

    `replayed` are sentences; `note` says how much was tried (empty without a what-if).
    """

    replayed: tuple[str, ...] = ()
    what_if: WhatIf | None = None
    note: str = ""

    def said(self, say: Wording) -> list[str]:
        """Return why a change is suggested, or why none is, then what the replay showed."""
        if self.what_if is None:
            return []
        return [suggestion_text(self.what_if.reason, self.what_if.details, say), self.note, *self.replayed]


def tried_of(card: Card, found: AlarmReview, opened: Opened) -> Tried:
    """Return what the replay of an alarm tells."""
    say = opened.say
    told = fidelity_of(card, found)
    replayed = tuple(fidelity_texts(card, told, say, opened.review.timezone))
    tried = what_if_of(card, told, opened)
    if tried is None:
        return Tried(replayed)
    over = say("{tried} variants replayed over {weeks} weeks; only those that none beats are shown.",
               tried=tried.tried, weeks=say.number(tried.weeks, 1))  # fmt: skip
    return Tried(replayed, tried, over)


def fidelity_of(card: Card, found: AlarmReview) -> Fidelity | NotReplayable | None:
    """Return how an alarm's replay compares with what was real; None where nothing was collected."""
    if found.kept is None or found.datapoints is None:
        return None
    case = card.case
    if isinstance(case.alarm, Alarm) and case.alarm.rule:
        spans = {each.case.id: each.case.spans for each in found.cards}
        return composite_fidelity(case.id, spans, found.kept, found.datapoints)
    return fidelity(case.id, case.spans, found.kept, found.datapoints)


def fidelity_texts(card: Card, told: Fidelity | NotReplayable | None, say: Wording, zone: str) -> list[str]:
    """Return how a replay compares with what was real, over which time; nothing where nothing was collected."""
    if told is None:
        return []
    if isinstance(told, NotReplayable):
        return [say("Not replayed, because {why}.", why=refusal_text(told, say))]
    period_s = card.case.alarm.period_s if isinstance(card.case.alarm, Alarm) else 60
    within = timedelta(seconds=max(period_s, LEAST_TOLERANCE_S))
    texts = [
        replayed_text(told.from_, told.to, told.step_s, zone, say),
        fidelity_text(told.reproduced, told.real, told.extra, within, say),
    ]
    return texts if told.trusted else [*texts, warning_text(told.share, say), *_differences(told, say, zone)]


def _differences(told: Fidelity, say: Wording, zone: str) -> list[str]:
    """Return the first changes of state that only one side has, and how many more there are."""
    first, left = told.differences[:MOST_DIFFERENCES], len(told.differences) - MOST_DIFFERENCES
    texts = [difference_text(each.at, each.new, each.replayed, zone, say) for each in first]
    return [*texts, *([say.plural("{n} more", "{n} more", left)] if left > 0 else [])]


def what_if_of(card: Card, told: Fidelity | NotReplayable | None, opened: Opened) -> WhatIf | None:
    """Return what other settings of an alarm would have done; None where it is useful, or cannot be replayed."""
    alarm, points = card.case.alarm, card.case.points
    if card.is_ not in _TRIED or not isinstance(told, Fidelity) or not isinstance(alarm, Alarm) or points is None:
        return None
    bad = [
        Incident(each.start, each.end)
        for each in opened.review.events
        if each.kind == "incident" and (not each.services or set(each.services) & set(card.case.services))
    ]
    night = partial(_at_night, zone=ZoneInfo(opened.review.timezone))
    found = what_if(
        alarm, between(points, told.from_, told.to), bad, night, only_noise=card.is_ in {"cried_wolf", "predictable"}
    )
    return None if isinstance(found, NotReplayable) or len(found.rows) < 2 else found


def what_if_rows(found: WhatIf, say: Wording) -> tuple[list[Row], str]:
    """Return the rows of a what-if table, and the sentence of what is suggested."""
    first, *others = found.rows
    chosen = [first, *([found.suggested] if found.suggested else [])]
    chosen += [each for each in others if each not in chosen][: MOST_ROWS - len(chosen)]
    rows = [_row(each, found, say) for each in chosen]
    return rows, suggestion_text(found.reason, found.details, say)


def suggested_changes(card: Card, tried: Tried) -> Mapping[str, Any]:
    """Return the members of an alarm's definition that the suggestion changes; none where nothing is suggested."""
    alarm, found = card.case.alarm, tried.what_if
    if found is None or found.suggested is None or not isinstance(alarm, Alarm):
        return {}
    return changes_to(alarm, found.suggested.combination)


def terraform_of(card: Card, tried: Tried, say: Wording) -> str:
    """Return the suggested change of an alarm as a block of Terraform; empty where nothing is suggested."""
    changes = suggested_changes(card, tried)
    if not changes:
        return ""
    why, *showed = tried.said(say)
    text, _ = terraform([Proposal(card.case.definition.raw, changes, why, showed)], say)
    return text


def _row(each: Outcome, found: WhatIf, say: Wording) -> Row:
    """Return one variant."""
    variant = each.combination
    settings = say(
        "{statistic} {threshold}, {m} of {n}, missing data: {missing}",
        statistic=variant.statistic,
        threshold=say.number(variant.threshold),
        m=variant.m,
        n=variant.n,
        missing=variant.missing,
    )
    mark = say("as it is") if each is found.rows[0] else say("suggested") if each == found.suggested else ""
    warning = early_text(each.warning, say) if each.caught else "–"
    caught = f"{len(each.caught)} / {found.incidents}"
    numbers = (say.number(each.firings, 1), say.number(each.minutes, 0), say.number(each.night, 1))
    return Row(mark, settings, *numbers, caught, warning)


def _at_night(at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a moment lies in the night of a time zone."""
    return at_night(at, zone)
