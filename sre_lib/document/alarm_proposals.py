"""What a decision on an alarm would become Terraform from: kept in alarms.json, since verdicts come after the run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sre_lib.alarms.classes import AlarmClass
from sre_lib.alarms.terraform import definition_of
from sre_lib.document.alarm_replayed import suggested_changes
from sre_lib.document.alarms import AlarmsReview
from sre_lib.errors import UserMistakeError

Members = Mapping[str, Any]


@dataclass(frozen=True)
class Proposed:
    """An alarm that a meeting may decide on: its `definition` as DescribeAlarms tells it, a `new` one as proposed.

    `changes` are the members that the suggestion changes (none: nothing is suggested) and `said` the sentences of why,
    and of what the replay showed. `class_` (empty: not known) with its `reason` and the `details` of that are what an
    alarm of `services` is worth. `place` is the account and region that it is kept by.
    """

    definition: Members
    changes: Members = field(default_factory=dict)
    said: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    class_: str = ""
    reason: str = ""
    details: Mapping[str, float | str] = field(default_factory=dict)
    new: bool = False
    place: str = ""

    @property
    def instead(self) -> str:
        """The alarm that fires whenever this one does; empty where none does."""
        return str(self.details.get("alarm", ""))

    @property
    def name(self) -> str:
        """The alarm's name, as the minutes have it: on one line."""
        return " ".join(str(self.definition.get("AlarmName", "")).split())


class _Suggestion(BaseModel):
    """A suggestion as alarms.json has it."""

    changes: dict[str, Any]
    said: list[str]


class _Reason(BaseModel):
    """The reason of a class; what else it has are its details."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, float | str]
    key: str = ""


class _Alarm(BaseModel):
    """One alarm of alarms.json."""

    model_config = ConfigDict(extra="ignore")
    place: str = ""
    services: tuple[str, ...] = ()
    class_: Annotated[AlarmClass | Literal[""], Field(alias="class")] = ""
    definition: dict[str, Any] | None = None
    suggestion: _Suggestion | None = None
    reason: Annotated[_Reason, Field(default_factory=lambda: _Reason.model_validate({}))]


class _Offer(BaseModel):
    """An alarm that a silent incident lacked."""

    definition: dict[str, Any]
    said: list[str]


class _Incident(BaseModel):
    """A silent incident or finding of alarms.json."""

    model_config = ConfigDict(extra="ignore")
    offers: list[_Offer] = []


class _Silent(BaseModel):
    """What happened in silence."""

    model_config = ConfigDict(extra="ignore")
    incidents: list[_Incident] = []
    lacked: list[_Incident] = []


class _File(BaseModel):
    """What of alarms.json a decision needs; one of an earlier version may have none of it."""

    model_config = ConfigDict(extra="ignore")
    alarms: Annotated[list[_Alarm], Field(default_factory=list)]
    silent: _Silent = _Silent()


def proposals(page: AlarmsReview) -> Iterator[Proposed]:
    """Yield the alarms of a week, then those that silent incidents and findings lacked."""
    say = page.opened.say
    for card in page.found.cards:
        tried = page.tried[card.case.id]
        changes = suggested_changes(card, tried)
        said = tuple(tried.said(say)) if changes else tried.replayed
        judged, services = card.judged, card.case.services
        yield Proposed(
            card.case.definition.raw,
            changes,
            said,
            services,
            judged.is_,
            judged.reason,
            dict(judged.details),
            place=card.case.id.place,
        )
    for missing in (*page.missing, *page.missing_findings):
        for each in missing.offers:
            yield Proposed(definition_of(each.alarm), said=(each.said,), new=True)


def proposals_of(content: bytes) -> tuple[Proposed, ...]:
    """Return the proposals of an alarms.json; UserMistakeError where it cannot be read."""
    try:
        file = _File.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise UserMistakeError(f"alarms.json: {place}: {first['msg']}; run `sre-review run` once more") from None
    found = [
        Proposed(
            each.definition,
            each.suggestion.changes if each.suggestion else {},
            tuple(each.suggestion.said) if each.suggestion else (),
            each.services,
            each.class_,
            each.reason.key,
            each.reason.model_extra or {},
            place=each.place,
        )
        for each in file.alarms
        if each.definition is not None
    ]
    new = [Proposed(each.definition, said=tuple(each.said), new=True)
           for silent in (*file.silent.incidents, *file.silent.lacked) for each in silent.offers]  # fmt: skip
    return (*found, *new)
